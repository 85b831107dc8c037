"""The best of scores: as sorting all of them would find, whatever their ties and gaps."""

from __future__ import annotations

import numpy as np
import pytest

from shopwright.recommend.scoring import top


def _sorted(scores, ties, k):
    order = np.lexsort((ties, -scores))
    return order[np.isfinite(scores[order])][:k]


@pytest.mark.parametrize(
    "kind", ["all differ", "equal", "rounded", "mostly forbidden", "few stand out", "some are none"]
)
@pytest.mark.parametrize("k", [1, 10, 500])
@pytest.mark.parametrize("n", [1, 63, 64, 1_000, 20_001])
def test_the_best_are_those_of_sorting_all(kind, k, n):
    draw = np.random.default_rng(n + k)
    scores, ties = draw.standard_normal(n), draw.permutation(n)
    if kind == "equal":
        scores[:] = 1.0
    elif kind == "rounded":
        scores = np.round(scores)
    elif kind == "mostly forbidden":
        scores[draw.random(n) < 0.98] = -np.inf
    elif kind == "some are none":
        scores[::64], scores[5::64] = np.inf, np.nan
    elif kind == "few stand out":
        scores[300:] = -5.0
    np.testing.assert_array_equal(top(scores, ties, k), _sorted(scores, ties, k))


def test_where_nothing_may_be_shown_the_list_is_empty():
    assert not len(top(np.full(5_000, -np.inf), np.arange(5_000), 3))
    assert not len(top(np.zeros(0), np.arange(0), 3))
