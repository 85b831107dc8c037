"""A cut in time: nothing after it is learned from, what comes first after it is asked for."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.recommend.made import frame_of, learned, walks

from shopwright.recommend.holdout import trial_of

SKUS = [f"p{at:02}" for at in range(12)]


def _drawn(seed, dated=True):
    """160 customers with 3 to 12 orders of up to 4 products."""
    draw = np.random.default_rng(seed)
    rows = []
    for customer in range(160):
        for ago in draw.choice(100, int(draw.integers(3, 13)), replace=False):
            rows += [(f"c{customer:03}", str(sku), int(ago)) for sku in draw.choice(SKUS, int(draw.integers(1, 5)))]
    frame = frame_of(rows)
    return frame if dated else frame.with_columns(at=pl.col("at").to_physical())


def _rows(events):
    """Customer, product and day of every event."""
    names = events.customers[events.owners]
    return list(zip(names.tolist(), events.items.tolist(), events.days.tolist(), strict=True))


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_nothing_after_the_cut_is_learned_from_or_asked_with(seed):
    events = learned(_drawn(seed), SKUS)
    trial = trial_of(events, 30, seed)
    assert trial.early.days.max() < trial.day
    assert sorted(_rows(trial.early)) == sorted(row for row in _rows(events) if row[2] < trial.day)
    assert len(trial.asked) <= 30
    assert (trial.asked.days_ago >= 1).all()


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_targets_are_the_first_order_after_the_cut(seed):
    events = learned(_drawn(seed), SKUS)
    trial = trial_of(events, 1000, seed)
    early, later = {}, {}
    for who, item, day in sorted(_rows(events), key=lambda row: row[2]):
        if day < trial.day:
            early.setdefault(who, []).append(item)
        elif later.setdefault(who, (day, set()))[0] == day:
            later[who][1].add(item)
    able = sorted(set(early) & set(later))
    assert len(trial.asked) == len(able)
    for row, who in enumerate(able):
        mine = trial.row == row
        assert sorted(trial.asked.seen(row).tolist()) == sorted(early[who])
        assert set(trial.item[mine].tolist()) == later[who][1]
        assert mine.sum() == len(later[who][1])
        assert trial.is_seen[mine].tolist() == [item in early[who] for item in trial.item[mine]]


def test_at_most_five_targets_of_an_order():
    rows = [(f"c{at:02}", sku, 50) for at in range(70) for sku in SKUS[:2]]
    trial = trial_of(learned(frame_of(rows + [(who, sku, 1) for who, *_ in rows[::2] for sku in SKUS]), SKUS), 1000)
    assert np.bincount(trial.row).tolist() == [5] * 70
    assert trial.is_seen.sum() == 140  # p00 and p01
    asked, more = (
        set(zip(*each, strict=True)) for each in ((trial.row, trial.item), (trial.more_row, trial.more_item))
    )
    assert len(trial.more_row) == len(more)
    assert not asked & more
    assert asked | more == {(row, item) for row in range(70) for item in range(12)}


def test_about_a_tenth_comes_after_the_cut():
    events = learned(walks(n_customers=200))
    trial = trial_of(events, 1000)
    assert 0.08 < 1 - len(trial.early.items) / len(events.items) <= 0.12


def test_without_dates_each_customer_s_last_step_is_asked_for():
    events = learned(_drawn(3, dated=False), SKUS)
    trial = trial_of(events, 1000)
    assert trial.day == 0
    several = [at for at in range(160) if events.steps[events.starts[at + 1] - 1] > 0]
    assert len(trial.asked) == len(several)
    for row, at in enumerate(several):
        span = slice(events.starts[at], events.starts[at + 1])
        is_last = events.steps[span] == events.steps[span].max()
        assert set(trial.item[trial.row == row]) == set(events.items[span][is_last])
        assert trial.asked.seen(row).tolist() == events.items[span][~is_last].tolist()
        assert trial.asked.back[trial.asked.starts[row + 1] - 1] == 0


def test_too_few_give_none():
    some = walks(n_customers=60).with_columns(at=pl.col("at").to_physical())
    assert trial_of(learned(some), 1000) is not None
    assert trial_of(learned(some.filter(pl.col("customer") != "c0007")), 1000) is None
    assert trial_of(learned(frame_of([(f"c{at}", "p01", 5) for at in range(500)]), SKUS), 1000) is None
    assert trial_of(learned(frame_of([(None, "p01", 5)]), SKUS), 1000) is None


def test_the_seed_draws_who_is_asked():
    events = learned(walks(n_customers=400))
    one, again, other = (trial_of(events, 40, seed).asked for seed in (1, 1, 2))
    assert one.items.tolist() == again.items.tolist()
    assert one.items.tolist() != other.items.tolist()
