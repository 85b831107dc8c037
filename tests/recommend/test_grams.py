"""Sums over pairs, against their definition: every cut of every history."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.recommend.made import frame_of, learned

from shopwright.recommend import grams

SKUS = "abcde"
ROWS = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from(SKUS), st.integers(0, 6), st.sampled_from([1.0, 0.5, 2.0])),
    min_size=1,
    max_size=25,
)


def _events(rows, skus=SKUS):
    return learned(frame_of([row[:3] for row in rows], weight=[row[3] for row in rows]), skus)


def _by_hand(events, past=grams.PAST, ahead=grams.AHEAD):
    """SᵀS and SᵀT, summed over the cuts."""
    both, follows = np.zeros((2, events.n_items, events.n_items))
    for at in range(events.n_customers):
        span = slice(events.starts[at], events.starts[at + 1])
        items, steps, weights = events.items[span], events.steps[span], events.weights[span]
        for cut in range(1, steps.max() + 1):
            before, after = np.zeros((2, events.n_items))
            for item, step, weight in zip(items, steps, weights, strict=True):
                if step < cut:
                    before[item] += weight * np.exp(-(cut - 1 - step) / past)
                else:
                    after[item] += weight * np.exp(-(step - cut) / ahead)
            both += np.outer(before, before)
            follows += np.outer(before, after)
    return both, follows


def _near(found, wanted, *, diagonal=True):
    off = np.ones_like(wanted) if diagonal else 1 - np.eye(len(wanted))
    np.testing.assert_allclose(found.toarray() * off, wanted * off, rtol=2e-5, atol=1e-6)


@given(ROWS)
def test_chains_are_the_sums_over_all_cuts(rows):
    events = _events(rows)
    found = grams.chained(events)
    both, follows = _by_hand(events)
    _near(found.past, both)
    _near(found.ahead, follows)


def test_a_product_bought_again_and_again_leaves_a_sum_of_squares():
    found = grams.chained(_events([("x", "ab"[step % 2], 40 - step, 1.0) for step in range(30)]))
    assert np.linalg.eigvalsh(found.past.toarray()).min() > -1e-3


@given(ROWS)
def test_together_counts_customers_with_both(rows):
    events = _events([(*row[:3], 1.0) for row in rows])
    has = {(who, sku) for who, sku, _, _ in rows}
    wanted = [[sum((who, a) in has and (who, b) in has for who in "xyz") for b in SKUS] for a in SKUS]
    assert grams.together(events).toarray().tolist() == wanted


def test_together_weighs_by_the_largest_weight_of_each():
    found = grams.together(_events([("x", "a", 3, 0.5), ("x", "a", 2, 0.2), ("x", "b", 1, 2.0)])).toarray()
    assert found[0, 1] == pytest.approx(1.0)
    assert found[0, 0] == pytest.approx(0.25)


def test_portions_change_nothing(monkeypatch):
    draw = np.random.default_rng(2)
    rows = [("xyz"[draw.integers(3)], SKUS[draw.integers(5)], int(draw.integers(20)), 1.0) for _ in range(60)]
    events = _events(rows)
    whole = grams.chained(events)
    monkeypatch.setattr(grams, "PAIRS_AT_ONCE", 1)
    slowly = grams.chained(events)
    _near(slowly.past, whole.past.toarray())
    _near(slowly.ahead, whole.ahead.toarray())


def test_of_long_histories_the_latest_events_count(monkeypatch):
    monkeypatch.setattr(grams, "LONGEST", 5)
    rows = [("x", SKUS[step % 5], 30 - step, 1.0) for step in range(12)] + [("y", "a", 2, 1.0), ("y", "b", 1, 1.0)]
    long, short = _events(rows), _events([row for row in rows if row[0] == "y" or row[2] <= 30 - 7])
    assert len(long.items) == 14
    assert len(short.items) == 7
    _near(grams.together(long), grams.together(short).toarray())
    for name in ("past", "ahead"):
        _near(getattr(grams.chained(long), name), getattr(grams.chained(short), name).toarray())


def test_events_too_far_apart_are_no_pair(monkeypatch):
    events = _events([("x", sku, 9 - at, 1.0) for at, sku in enumerate(SKUS)])
    monkeypatch.setattr(grams, "FURTHEST", 2)
    found, (_, follows) = grams.chained(events), _by_hand(events)
    near = np.abs(np.subtract.outer(range(5), range(5))) <= 2
    _near(found.ahead, follows * near)


def test_a_history_of_ten_thousand_costs_no_more_than_its_latest():
    frame = pl.DataFrame({"customer": "x", "sku": [f"s{at % 900}" for at in range(10_000)], "at": range(10_000)})
    found = grams.chained(learned(frame))
    assert found.past.nnz <= 200 * 200
    assert np.isfinite(found.past.data).all()


def test_nobody_known_gives_empty_sums():
    found = grams.chained(learned(frame_of([(None, "a", 1)]), SKUS))
    assert (found.past.nnz, found.ahead.nnz, found.past.shape) == (0, 0, (5, 5))
