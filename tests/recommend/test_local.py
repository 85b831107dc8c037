"""Ridge regressions product by product, against the whole inverse."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from shopwright.recommend import local


def _world(n=40, m=200, share=0.15, seed=0):
    draw = np.random.default_rng(seed)
    has = (draw.random((m, n)) < share).astype(np.float32) * draw.uniform(0.2, 1, (m, n)).astype(np.float32)
    ahead = (draw.random((m, n)) < share).astype(np.float32)
    return sparse.csr_matrix(has.T @ has), sparse.csr_matrix(has.T @ ahead)


def _exact(gram, target, ridge):
    """Columns of the ridge regression without the product itself, over those that go with it at all."""
    n = gram.shape[0]
    found, full, wanted = np.zeros((n, n)), gram.toarray().astype(float), target.toarray().astype(float)
    for at in range(n):
        near = np.flatnonzero(wanted[:, at])
        near = near[near != at]
        found[near, at] = np.linalg.solve(full[np.ix_(near, near)] + ridge * np.eye(len(near)), wanted[near, at])
    return found


@pytest.mark.parametrize("share", [0.15, 0.004], ids=["dense", "thin"])
def test_with_room_for_all_candidates_it_is_the_exact_ridge(share):
    gram, target = _world(share=share)
    for found, ridge in zip(local.solved(gram, target, [3.0, 50.0]), (3.0, 50.0), strict=True):
        np.testing.assert_allclose(found.toarray(), _exact(gram, target, ridge), rtol=1e-3, atol=1e-5)
        assert not found.diagonal().any()


def test_on_a_full_gram_it_is_ease():
    gram, _ = _world(share=0.5)
    full = gram.toarray().astype(float)
    inverse = np.linalg.inv(full + 10 * np.eye(len(full)))
    ease = np.eye(len(full)) - inverse / np.diag(inverse)
    np.testing.assert_allclose(local.solved(gram, gram, [10.0])[0].toarray(), ease, rtol=1e-3, atol=1e-5)


def test_candidates_are_the_strongest_for_their_size(monkeypatch):
    gram, target = _world()
    monkeypatch.setattr(local, "CANDIDATES", 4)
    found = local.solved(gram, target, [3.0])[0].toarray()
    strength = target.toarray() / np.sqrt(gram.diagonal() + 3.0)[:, None]
    np.fill_diagonal(strength, -1)
    best = np.argsort(-strength, axis=0)[:4]
    for at in range(40):
        assert set(np.flatnonzero(found[:, at])) == set(best[:, at])
        near = best[:, at]
        system = gram.toarray()[np.ix_(near, near)] + 3.0 * np.eye(4)
        np.testing.assert_allclose(
            found[near, at], np.linalg.solve(system, target.toarray()[near, at]), rtol=1e-3, atol=1e-5
        )


def test_the_sparse_way_gives_the_same_digits(monkeypatch):
    gram, target = _world(n=60, share=0.05)
    dense = local.solved(gram, target, [3.0, 50.0])
    monkeypatch.setattr(local, "DENSE_UP_TO", 0)
    for one, two in zip(dense, local.solved(gram, target, [3.0, 50.0]), strict=True):
        np.testing.assert_array_equal(one.toarray(), two.toarray())


@pytest.mark.parametrize("workers", [2, 3])
@pytest.mark.parametrize("dense_up_to", [0, 1000], ids=["sparse", "dense"])
def test_any_number_of_workers_gives_the_same_digits(workers, dense_up_to, monkeypatch):
    monkeypatch.setattr(local, "COLUMNS_AT_ONCE", 7)
    monkeypatch.setattr(local, "DENSE_UP_TO", dense_up_to)
    gram, target = _world(n=60)
    one, more = (local.solved(gram, target, [3.0], workers=n)[0] for n in (1, workers))
    np.testing.assert_array_equal(one.indptr, more.indptr)
    np.testing.assert_array_equal(one.data, more.data)


def test_a_product_that_goes_with_nothing_has_no_weights():
    gram = sparse.csr_matrix(np.diag([3.0, 0.0, 2.0]).astype(np.float32))
    found = local.solved(gram, gram, [1.0])[0]
    assert found.shape == (3, 3)
    assert found.nnz == 0


def test_the_strongest_are_the_largest_above_zero_the_first_among_equals():
    rows = [[0, 5, 1, 5, -7], [2, 2, 2, 2, 2], [-1, -2, 0, -3, -4], [0, 0, 0, 9, 0]]
    found = local.strongest(sparse.csr_matrix(np.array(rows, np.float32)), 2)
    assert found.toarray().tolist() == [[0, 5, 0, 5, 0], [2, 2, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 9, 0]]
    assert found.dtype == np.float32
    assert found.has_sorted_indices


def test_the_strongest_are_the_same_in_portions():
    draw = np.random.default_rng(1)
    whole = sparse.random(50, 50, 0.3, random_state=draw, dtype=np.float32, format="csr")
    whole.data -= np.float32(0.3)
    parts = list(local._kept(whole, 3, rows_at_once=7))
    assert np.concatenate([each[0] for each in parts]).tolist() == np.diff(local.strongest(whole, 3).indptr).tolist()
    np.testing.assert_array_equal(np.concatenate([each[2] for each in parts]), local.strongest(whole, 3).data)
