"""Vectors with a graph over them: nearly the same lists as from all of them, the same digits each time."""

from __future__ import annotations

import numpy as np
import pytest

from shopwright.recommend import factors, nearest
from shopwright.recommend.cold import warmed_factors
from shopwright.recommend.factors import Factors
from shopwright.recommend.histories import of_lists
from shopwright.recommend.nearest import Nearest

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
    found = Nearest(vectors)
    hits = []
    for query in vectors[::100]:
        exact, told = vectors @ query, found.scores(query)
        known = told > told.min()
        assert nearest.FOUND - 2 <= known.sum() <= nearest.FOUND
        hits.append(len({*_first(exact)} & {*_first(told)}) / 20)
        np.testing.assert_allclose(told[known], exact[known], rtol=1e-4, atol=1e-4)
    assert np.mean(hits) > 0.99


def test_the_same_vectors_give_the_same_graph(vectors):
    one, two = Nearest(vectors).arrays(), Nearest(vectors.copy()).arrays()
    np.testing.assert_array_equal(one["graph"], two["graph"])


def test_few_products_are_looked_at_whole(vectors):
    assert Nearest.among(vectors) is None
    assert Nearest.of(vectors, Factors(vectors, 3.0).arrays()) is None


def test_fewer_products_than_are_looked_for(vectors):
    few = Nearest(vectors[:7])
    np.testing.assert_allclose(few.scores(vectors[0]), vectors[:7] @ vectors[0], rtol=1e-5)


def test_factors_answer_by_the_graph_and_keep_it(vectors):
    exact = Factors(vectors, 3.0)
    model = Factors(vectors, 3.0, nearest=Nearest(vectors))
    asked = of_lists([["p5"], ["p100", "p7"], []], ROWS, N)
    scores = model.scores(asked)
    for one, two in zip(scores[:2], exact.scores(asked)[:2], strict=True):
        assert len({*_first(one)} & {*_first(two)}) >= 19
        assert not np.array_equal(one, two)
    assert not scores[2].any()
    again = Factors.of(model.arrays())
    np.testing.assert_array_equal(again.scores(asked), scores)
    np.testing.assert_array_equal(again.arrays()["graph"], model.arrays()["graph"])
    assert model.scores(of_lists([], ROWS, N)).shape == (0, N)


def test_a_graph_on_disk_is_mapped(vectors, tmp_path):
    model = Factors(vectors, 3.0, nearest=Nearest(vectors))
    for name, values in model.arrays().items():
        np.save(tmp_path / f"{name}.npy", values)
    mapped = {file.stem: np.load(file, mmap_mode="r") for file in tmp_path.glob("*.npy")}
    asked = of_lists([["p5"]], ROWS, N)
    np.testing.assert_array_equal(Factors.of(mapped).scores(asked), model.scores(asked))


def test_a_damaged_graph_is_not_followed(vectors):
    arrays = Factors(vectors, 3.0, nearest=Nearest(vectors)).arrays()
    arrays["graph"] = arrays["graph"].copy()
    arrays["graph"][len(arrays["graph"]) // 2] ^= 255
    with pytest.raises(ValueError, match="check sum"):
        Factors.of(arrays)


def test_words_that_move_a_product_move_it_in_the_graph_too(vectors, monkeypatch):
    monkeypatch.setattr(nearest, "MANY", 1)
    words = np.random.default_rng(3).standard_normal((N, 8)).astype(np.float32)
    counts = np.full(N, 50)
    counts[:100] = 0
    warm = warmed_factors(Factors(vectors, 3.0, nearest=Nearest(vectors)), words, counts, 1.0)
    assert not np.array_equal(warm.items[:100], vectors[:100])
    assert warm.nearest.vectors is warm.items


def test_a_large_catalogue_is_fitted_with_a_graph(monkeypatch):
    from tests.recommend.test_net import _events

    assert factors.factors(_events()).nearest is None
    monkeypatch.setattr(nearest, "MANY", 30)
    assert factors.factors(_events()).nearest is not None
