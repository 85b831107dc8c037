"""Made-up shops that the sales model learns from: the same for a seed and a number, and like what shops record."""

import numpy as np
import pytest
from demand_t5.batches import batch, cut
from demand_t5.mix import mixed
from demand_t5.real import Sales
from demand_t5.shops import made_up
from demand_t5.world import World, calendar_from

from shopwright.forecast.t5.shape import AHEAD, FACTS, PAST, SLOTS, TEXT
from shopwright.seeds import generator
from shopwright.shop.periods import shift

SPANS = {"D": (200, 28), "W": (100, 8), "M": (40, 6)}
SHOPS = 40


def _shops(period, n=12, shops=SHOPS):
    return [made_up(generator(0, "test", at), period, n, *SPANS[period]) for at in range(shops)]


@pytest.fixture(scope="module")
def worlds():
    return {period: _shops(period) for period in SPANS}


@pytest.mark.parametrize("period", SPANS)
def test_shapes(worlds, period):
    t, horizon = SPANS[period]
    for world in worlds[period]:
        assert world.units.shape == (12, t + horizon)
        assert len(world.days) == t + horizon
        assert world.horizon == horizon
        assert world.ahead.shape == (12, world.ahead.shape[1], t + horizon)
        assert world.past.shape == (12, world.past.shape[1], t + horizon)
        assert world.ahead.shape[1] <= 4
        assert all(shift(first, period, 1) == then for first, then in zip(world.days, world.days[1:], strict=False))
        assert period != "M" or {day.day for day in world.days} == {1}


@pytest.mark.parametrize("period", SPANS)
def test_units_are_what_a_shop_records(worlds, period):
    for world in worlds[period]:
        known = world.units[np.isfinite(world.units)]
        assert not np.isinf(world.units).any()
        assert (known >= 0).all()
        assert (known < 1e9).all()
        assert np.isfinite(world.ahead).all()
        assert np.isfinite(world.past).all()
        for row in world.units:
            sold = np.flatnonzero(np.nan_to_num(row) > 0)
            first = sold[0] if len(sold) else len(row)
            assert np.isnan(row[:first]).all()  # known from the first sale on


def test_there_is_what_shops_have(worlds):
    """Counts and amounts, gaps, zeros, products that begin late, levels over decades, covariates told and not told."""
    every = [world for found in worlds.values() for world in found]
    whole = [np.nanmax(np.abs(world.units - np.rint(world.units)), initial=0) == 0 for world in every]
    assert 0.7 < np.mean(whole) < 0.98
    inside = [world.units[:, -20:] for world in every]
    has_gaps = [np.isnan(units[np.isfinite(units).any(axis=1)]).any() for units in inside]
    assert 0.1 < np.mean(has_gaps) < 0.6
    starts = np.concatenate([np.isfinite(world.units).argmax(axis=1) for world in every])
    assert 0.05 < np.mean(starts > 12) < 0.7
    levels = np.concatenate([np.nanmean(np.where(np.isfinite(w.units), w.units, 0), axis=1) for w in every])
    sold = levels[levels > 0]
    assert np.quantile(sold, 0.02) < 0.1
    assert np.quantile(sold, 0.98) > 1_000
    zeros = [np.mean(world.units[np.isfinite(world.units)] == 0) for world in every if np.isfinite(world.units).any()]
    assert np.min(zeros) == 0
    assert np.max(zeros) > 0.8
    n_ahead = [world.ahead.shape[1] for world in every]
    assert 0.2 < np.mean(np.array(n_ahead) == 0) < 0.6
    assert max(n_ahead) >= 2
    assert any(world.past.shape[1] for world in every)


def test_promotions_that_are_told_move_sales(worlds):
    """Over all shops, in periods with a flag more is sold than in others, as logarithms."""
    gained = []
    for world in worlds["W"]:
        for values in world.ahead.transpose(1, 0, 2):
            if set(np.unique(values)) != {0.0, 1.0}:
                continue
            units = np.log1p(np.where(np.isfinite(world.units), world.units, np.nan))
            units = units - np.nanmean(np.where(np.isfinite(units), units, 0), axis=1, keepdims=True)
            on, off = (units[(values == flag) & np.isfinite(units)] for flag in (1, 0))
            if len(on) > 20 and len(off) > 20:
                gained.append(on.mean() - off.mean())
    assert len(gained) > 5
    assert max(gained) > 0.3
    assert np.mean(gained) > 0.02


@pytest.mark.parametrize("period", SPANS)
def test_a_seed_and_a_number_give_the_same_shop_whatever_was_drawn_before(period):
    one = made_up(generator(3, "test", 7), period, 5, *SPANS[period])
    made_up(generator(3, "test", 8), period, 9, *SPANS[period])
    np.random.default_rng(1).random(100)
    same, other = (made_up(generator(3, "test", at), period, 5, *SPANS[period]) for at in (7, 8))
    np.testing.assert_array_equal(one.units, same.units)
    np.testing.assert_array_equal(one.ahead, same.ahead)
    assert one.days == same.days
    assert not np.array_equal(one.units, other.units)


def test_batches_depend_on_seed_and_number_alone():
    first = [batch(0, number, 20, []) for number in range(5)]
    for number in (4, 1):
        again = batch(0, number, 20, [])
        for one, two in zip(first[number].given, again.given, strict=True):
            np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(first[number].truth, again.truth)
        np.testing.assert_array_equal(first[number].weight, again.weight)
    shapes = {tuple(each.shape for each in lesson.given) for lesson in first}
    assert len(shapes) > 1
    assert not np.array_equal(first[0].given[3], batch(1, 0, 20, []).given[3])


def test_a_batch_is_fit_to_learn_from():
    for number in range(12):
        seen = batch(5, number, 24, [])
        past, is_read, ahead, facts, text, base = seen.given
        assert all(np.isfinite(each).all() for each in (*seen.given, seen.truth, seen.weight))
        assert {each.dtype for each in (*seen.given, seen.truth, seen.weight)} == {np.dtype(np.float32)}
        n, places = seen.truth.shape
        assert 1 <= n <= 24
        assert past.shape == (*is_read.shape, SLOTS * len(PAST))
        assert ahead.shape == (n, places // SLOTS, SLOTS * len(AHEAD))
        assert base.shape == (n, places // SLOTS, SLOTS)
        assert facts.shape == (n, len(FACTS))
        assert text.shape == (n, TEXT)
        assert is_read.any(axis=1).all()
        assert (seen.weight > 0).any(axis=1).all()
        assert (seen.truth[seen.weight == 0] == 0).all()
        assert np.abs(seen.truth).max() <= 8


def test_what_is_told_ahead_is_cut_from_what_is_shown():
    """Other units after the origin change the truth and nothing of what is read."""
    world = made_up(generator(0, "cut"), "W", 30, *SPANS["W"])
    t = SPANS["W"][0]
    later = world.units.copy()
    later[:, t:] = np.where(np.isfinite(later[:, t:]), later[:, t:] + 11, np.nan)
    changed = World(later, world.days, "W", world.horizon, world.ahead, world.past)
    one, two = (cut(generator(0, "text"), each) for each in (world, changed))
    for before, after in zip(one.given, two.given, strict=True):
        np.testing.assert_array_equal(before, after)
    assert not np.array_equal(one.truth, two.truth)


def test_a_shop_without_a_truth_teaches_nothing():
    world = made_up(generator(0, "none"), "W", 4, *SPANS["W"])
    units = world.units.copy()
    units[:, SPANS["W"][0] :] = np.nan
    assert cut(generator(0), World(units, world.days, "W", world.horizon, world.ahead, world.past)) is None


def test_mixtures_of_real_sales_keep_what_they_are_made_of():
    rng = np.random.default_rng(0)
    units = rng.poisson(rng.gamma(2, 10, (30, 1)), (30, 150)).astype(float)
    units[:, :20] = np.nan
    sales = Sales("a set", "W", units, calendar_from(rng, "W", 150), rng.random((30, 2, 150)).astype(np.float32))
    for at in range(40):
        world = mixed(generator(0, "mix", at), [sales], 8, 80, 13)
        n, periods = world.units.shape
        assert 1 <= n <= 8
        assert periods == 93
        assert world.horizon == 13
        assert world.ahead.shape in {(n, 0, 93), (n, 2, 93)}
        assert len(world.days) == 93
        known = world.units[np.isfinite(world.units)]
        assert (known >= 0).all()
    assert np.isnan(sales.units[:, :20]).all()  # the set itself is left as it was
    assert sales.units[:, 20:].min() >= 0
    batches = [batch(0, number, 16, [sales]) for number in range(6)]
    plain = [batch(0, number, 16, []) for number in range(6)]
    assert any(not np.array_equal(one.truth, two.truth) for one, two in zip(batches, plain, strict=True))
