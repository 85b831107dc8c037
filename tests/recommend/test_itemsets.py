from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from shopwright.recommend import itemsets
from shopwright.recommend.itemsets import frequent_sets

BASKETS = st.lists(st.sets(st.integers(0, 7), max_size=8), min_size=1, max_size=150)


def matrix(baskets, n=8):
    dense = np.zeros((len(baskets), n), dtype=np.int64)
    for row, basket in enumerate(baskets):
        dense[row, sorted(basket)] = 1
    return sparse.csr_matrix(dense)


def counted(baskets, size, n=8):
    """By the definition: every set of products and the baskets that hold all of it."""
    return {both: sum(set(both) <= basket for basket in baskets) for both in combinations(range(n), size)}


def as_dict(found, size):
    sets = found.columns[found.places[size]]
    return {tuple(one): count for one, count in zip(sets.tolist(), found.counts[size].tolist(), strict=True)}


@given(BASKETS, st.integers(1, 6), st.integers(2, 4))
def test_all_frequent_sets_are_found_with_their_counts(baskets, least, largest):
    found = frequent_sets(matrix(baskets), least, largest)
    assert sorted(found.places) == list(range(1, largest + 1))
    for size in range(1, largest + 1):
        expected = {both: count for both, count in counted(baskets, size).items() if count >= least}
        assert as_dict(found, size) == expected
        assert list(as_dict(found, size)) == sorted(expected)


@given(BASKETS, st.sets(st.integers(0, 149)))
def test_sets_are_counted_among_some_baskets(baskets, among):
    rows = np.array(sorted(at for at in among if at < len(baskets)), dtype=np.int64)
    found = frequent_sets(matrix(baskets), 1, 3)
    some = counted([baskets[at] for at in rows], 3)
    sets = found.places[3]
    assert found.count_among(sets, rows).tolist() == [some[tuple(one)] for one in found.columns[sets].tolist()]
    counts, held = found.counts_of(sets)
    assert counts.tolist() == found.counts[3].tolist()
    inside = [sum(len(basket) for basket in baskets if set(one) <= basket) for one in found.columns[sets].tolist()]
    assert held.tolist() == inside
    assert found.n_held == sum(map(len, baskets))


@pytest.mark.parametrize("words", [1, 1000])
def test_too_many_sets_ask_for_more_baskets(monkeypatch, words):
    monkeypatch.setattr(itemsets, "MOST_SETS", 12)
    monkeypatch.setattr(itemsets, "WORDS_AT_ONCE", words)
    draw = np.random.default_rng(0)
    baskets = [{2, 3, 5, 7} if at < 200 else set(draw.choice(8, 4, replace=False).tolist()) for at in range(500)]
    found = frequent_sets(matrix(baskets), 2, 4)
    assert found.least > 2
    for size in (2, 3, 4):
        sets = as_dict(found, size)
        every = counted(baskets, size)
        assert 0 < len(sets) <= 12
        assert all(every[both] == count for both, count in sets.items())
        least = min(sets.values())
        assert {both for both, count in every.items() if count > least} <= set(sets)


def test_products_that_nobody_bought_often_make_no_sets():
    found = frequent_sets(matrix([{0}, {1}, {2, 3}]), 2, 4)
    assert [len(found.places[size]) for size in (1, 2, 3, 4)] == [0, 0, 0, 0]
