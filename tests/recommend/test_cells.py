"""Vectors in cells: nearly the same lists as from all of them, the same digits each time."""

from __future__ import annotations

import numpy as np
import pytest

from shopwright.recommend import cells, factors
from shopwright.recommend.cells import Cells, cells_of
from shopwright.recommend.cold import warmed_factors
from shopwright.recommend.factors import Factors
from shopwright.recommend.histories import of_lists

N, SIZE = 3_000, 16
ROWS = {f"p{at}": at for at in range(N)}


@pytest.fixture(scope="module")
def vectors():
    """Products around 60 tastes, some bought much more than others: those have long vectors."""
    draw = np.random.default_rng(2)
    taste = draw.standard_normal((60, SIZE))[draw.integers(0, 60, N)]
    found = (taste + 0.5 * draw.standard_normal((N, SIZE))) * draw.pareto(2.0, (N, 1)).clip(0.1, 5.0)
    return found.astype(np.float32)


def _first(scores, k=20):
    return np.argsort(-scores, kind="stable")[:k]


def test_the_first_of_a_list_are_those_of_all_vectors(vectors):
    found = cells_of(vectors, many=1)
    hits, looked_at = [], []
    for query in vectors[::100]:
        exact, told = vectors @ query, found.scores(query)
        known = told > told.min()
        hits.append(len({*_first(exact)} & {*_first(told)}) / 20)
        looked_at.append(known.mean())
        np.testing.assert_allclose(told[known], exact[known], rtol=1e-4, atol=1e-4)
    assert np.mean(hits) > 0.95
    assert cells.SHARE - 0.01 < np.mean(looked_at) < cells.SHARE + 0.05


def test_the_same_vectors_give_the_same_cells(vectors):
    one, two = cells_of(vectors, many=1), cells_of(vectors.copy(), many=1)
    for name, values in one.arrays().items():
        np.testing.assert_array_equal(values, two.arrays()[name])
    assert sorted(one.order) == list(range(N))


def test_few_products_are_looked_at_whole(vectors):
    assert cells_of(vectors) is None
    assert Cells.of(Factors(vectors, 3.0).arrays()) is None


def test_factors_answer_by_cells_and_keep_them(vectors, monkeypatch):
    exact = Factors(vectors, 3.0)
    model = Factors(vectors, 3.0, cells=cells_of(vectors, many=1))
    asked = of_lists([["p5"], ["p100", "p7"], []], ROWS, N)
    scores = model.scores(asked)
    for one, two in zip(scores[:2], exact.scores(asked)[:2], strict=True):
        assert len({*_first(one)} & {*_first(two)}) >= 18
        assert not np.array_equal(one, two)
    assert not scores[2].any()
    np.testing.assert_array_equal(Factors.of(model.arrays()).scores(asked), scores)
    assert model.scores(of_lists([], ROWS, N)).shape == (0, N)


def test_words_that_move_a_product_move_it_in_its_cells_too(vectors, monkeypatch):
    monkeypatch.setattr(cells, "MANY", 1)
    words = np.random.default_rng(3).standard_normal((N, 8)).astype(np.float32)
    counts = np.full(N, 50)
    counts[:100] = 0
    warm = warmed_factors(Factors(vectors, 3.0, cells=cells_of(vectors)), words, counts, 1.0)
    assert not np.array_equal(warm.items[:100], vectors[:100])
    np.testing.assert_array_equal(warm.cells.vectors, warm.items[warm.cells.order])


def test_a_large_catalogue_is_fitted_with_cells(monkeypatch):
    from tests.recommend.test_net import _events

    assert factors.factors(_events()).cells is None
    monkeypatch.setattr(cells, "MANY", 30)
    assert factors.factors(_events()).cells is not None
