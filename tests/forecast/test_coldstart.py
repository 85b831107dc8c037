"""Products that are new: told from how others began, half of it by the sales model where that takes part."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from tests.forecast.worlds import history_of, season_of, starts

from shopwright.forecast.beginnings import Beginnings
from shopwright.forecast.cast import LEVELS
from shopwright.forecast.coldstart import SHARE, Launches
from shopwright.forecast.combine import combine
from shopwright.forecast.panel import Panel
from shopwright.forecast.shop_panel import shop_panel
from shopwright.forecast.t5.launches import _at_end, _mixture, continued
from shopwright.forecast.t5.zero_shot import ZeroShot
from shopwright.forecast.way import Way
from shopwright.shop.history import history
from shopwright.shop.synthetic import make

MEDIAN = LEVELS.index(0.5)


@pytest.fixture(scope="module")
def model():
    return ZeroShot.load()


def launched(curve, launches, n=60, horizon=8, group=None, seed=0, period="W"):
    """A panel whose products first sell in period `launches[row]` and then as `curve(row, period, age)` says.

    One that launches at n or later has no sales at all.
    """
    rng = np.random.default_rng(seed)
    at, row = np.arange(n)[None, :], np.arange(len(launches))[:, None]
    age = at - np.asarray(launches)[:, None]
    sold = np.where(age < 0, 0, np.maximum(rng.poisson(curve(row, at, np.maximum(age, 0))), age == 0))
    static = {} if group is None else {"kind": np.asarray(group)}
    return Panel(history_of(sold, age < 0, period), horizon, static=static)


def test_a_launch_is_told_as_its_own_kind_began(model):
    group = np.arange(40) % 2
    launches = [*range(10, 48), 60, 60]
    panel = launched(lambda row, at, age: np.where(row % 2, 60.0, 5.0) + 0 * at, launches, group=group)
    new = np.array([38, 39])
    told, notes = Launches(panel, model).told(new)
    assert told.mean[0] == pytest.approx(5, rel=0.25)
    assert told.mean[1] == pytest.approx(60, rel=0.25)
    assert (np.diff(told.quantiles, axis=2) >= 0).all()
    assert "(19), 50% of it as the sales model says" in str(notes["s038"])
    plain, notes = Launches(panel).told(new)
    read = continued(model, panel, Beginnings(panel), new)
    np.testing.assert_allclose(told.quantiles, (plain.quantiles + read.quantiles) / 2)
    assert "sales model" not in str(notes["s038"])


def test_a_course_over_the_year_is_known_to_the_model_and_not_to_others_alone(model):
    """Launches fall all over the year; what they sold when new was another season's."""
    season = season_of(starts(130), 0.8)
    launches = [*[0] * 20, *range(4, 120, 2), 130]
    panel = launched(lambda row, at, age: 30 * season[at] + 0 * row, launches, n=130)
    ahead = 30 * season_of(panel.known.next_days(8), 0.8)
    new = np.array([len(launches) - 1])
    with_model, without = (Launches(panel, each).told(new)[0] for each in (model, None))
    errors = [np.abs(cast.quantiles[0, :, MEDIAN] - ahead).sum() for cast in (with_model, without)]
    assert errors[0] < errors[1]


def test_launches_of_synthetic_shops_sell_what_was_planted(model):
    told = planted = 0.0
    for seed in range(3):
        world = make(orders=20_000, seed=seed)
        panel = shop_panel(world.shop, history(world.shop), 8)
        begin = np.isfinite(panel.units).argmax(axis=1)
        for end in range(40, panel.n_periods - 8):
            rows = np.flatnonzero(begin == end - 1)
            if len(rows):
                seen = panel.before(end)
                told += Launches(seen, model).told(rows)[0].mean.sum()
                days = [day + timedelta(days=at) for day in seen.known.next_days(8) for at in range(7)]
                planted += sum(world.truth.expected_units(panel.skus[row], day) for row in rows for day in days)
    assert told == pytest.approx(planted, rel=0.35)


def test_a_product_is_told_the_same_whichever_others_are_asked_about(model):
    group = np.arange(30) % 3
    panel = launched(lambda row, at, age: 10.0 * (1 + row % 3) + 0 * at, [*range(8, 32), *[60] * 6], group=group)
    begun, new = Beginnings(panel), np.arange(24, 30)
    together = continued(model, panel, begun, new)
    alone = [continued(ZeroShot.load(threads=1), panel, begun, new[at : at + 1]) for at in range(6)]
    np.testing.assert_array_equal(together.quantiles, np.concatenate([each.quantiles for each in alone]))
    np.testing.assert_array_equal(together.mean, np.concatenate([each.mean for each in alone]))


def test_products_that_come_later_change_nothing(model):
    launches = [*range(30), 45, *[50] * 200]
    full = launched(lambda row, at, age: 10.0 + 0 * at + 0 * row, launches).before(40)
    told, _ = Launches(full, model).told(np.array([30]))
    alone, _ = Launches(full.some(np.arange(31)), model).told(np.array([30]))
    np.testing.assert_array_equal(told.quantiles, alone.quantiles)


class Counting(ZeroShot):
    """The sales model, which counts the histories that it reads."""

    n_read = 0

    def quantiles(self, given):
        self.n_read += len(given.units)
        return super().quantiles(given)


def test_launches_of_other_groups_share_what_is_read_of_the_same_others():
    group = [*(np.arange(20) % 2), 7, 8, 9, 0]  # three of kinds that nobody else is of
    panel = launched(lambda row, at, age: 10.0 * (1 + row % 3) + 0 * at, [*range(8, 28), *[60] * 4], group=group)
    begun, new = Beginnings(panel), np.arange(20, 24)
    counting = Counting.load()
    together = continued(counting, panel, begun, new)
    assert counting.n_read == 20
    alone = [continued(counting, panel, begun, new[at : at + 1]) for at in range(4)]
    np.testing.assert_array_equal(together.quantiles, np.concatenate([each.quantiles for each in alone]))


@pytest.mark.parametrize("period, quarter", [("D", 90), ("W", 13), ("M", 6)])
def test_what_was_on_sale_from_the_start_counts_only_where_launches_are_few(period, quarter):
    n = quarter + 30
    for many, told_of in ((100, 100), (99, 149)):
        launches = [*[0] * 25, *[quarter - 1] * 25, *[quarter] * many, n]
        panel = launched(lambda row, at, age: np.where(row < 50, 80.0, 5.0) + 0 * at, launches, n=n, period=period)
        new = len(launches) - 1
        assert len(Beginnings(panel).alike(new)) == told_of
        told, _ = Launches(panel).told(np.array([new]))
        assert told.mean[0] == pytest.approx(5.0 if told_of == 100 else (5 * 99 + 80 * 50) / 149, rel=0.1)


@pytest.mark.parametrize("period", ["D", "W", "M"])
def test_the_first_periods_of_its_own_are_mixed_with_how_others_began(model, period):
    panel = launched(lambda row, at, age: 12.0 + 0 * at + 0 * row, [*range(2, 22), 29, 28, 27], n=30, period=period)
    own = model.told(panel, Way()).cast
    launches = Launches(panel, model)
    mixed, notes = launches.mixed_in(np.arange(23), own)
    others, _ = launches.told(np.arange(20, 20 + len(SHARE[period])))
    for at, share in enumerate((*SHARE[period], 0.0, 0.0)[:3]):
        row = 20 + at
        assert (f"s{row:03}" in notes) == (share > 0)
        if not share:
            np.testing.assert_array_equal(mixed.quantiles[row], own.quantiles[row])
            continue
        np.testing.assert_allclose(mixed.mean[row], (1 - share) * own.mean[row] + share * others.mean[at])
        expected = (1 - share) * own.quantiles[row] + share * others.quantiles[at]
        np.testing.assert_allclose(mixed.quantiles[row], expected)
    np.testing.assert_array_equal(mixed.quantiles[:20], own.quantiles[:20])
    assert f"{SHARE[period][0]:.0%}" in str(notes["s020"])


def test_a_young_product_is_not_among_its_own_others(model):
    alone = launched(lambda row, at, age: 12.0 + 0 * at + 0 * row, [8], n=10, period="D")
    own = model.told(alone, Way()).cast
    mixed, notes = Launches(alone, model).mixed_in(np.array([0]), own)
    np.testing.assert_array_equal(mixed.quantiles, own.quantiles)
    assert not notes
    told, notes = Launches(alone, model).told(np.array([0]))
    assert not told.quantiles.any()
    assert "no period in stock" in str(notes["s000"])
    panels = [
        launched(
            lambda row, at, age, high=high: np.where(row == 9, high, 12.0) + 0 * at, [*[2] * 9, 8], n=10, period="D"
        )
        for high in (12.0, 90.0)
    ]
    last = [Launches(panel, model).told(np.array([9]))[0] for panel in panels]
    np.testing.assert_array_equal(last[0].quantiles, last[1].quantiles)


def test_a_shop_without_windows_mixes_and_its_parts_add_up():
    panel = launched(lambda row, at, age: 12.0 + 0 * at + 0 * row, [*range(2, 22), 23, 24], n=24)
    made = combine(panel)
    assert not made.ends
    assert "hardly any periods of its own: 20%" in str(made.demand.notes["s020"])
    assert "no sales yet" in str(made.demand.notes["s021"])
    for row in (0, 20):
        parts = made.demand.parts[f"s{row:03}"]
        assert sum(part.units for part in parts) == pytest.approx(made.demand.mean[row].sum())
    assert any(str(part.name) == "products like it" for part in made.demand.parts["s020"])


def test_a_shop_with_windows_is_told_by_its_blend_alone():
    panel = launched(lambda row, at, age: 12.0 + 0 * at + 0 * row, [*[0] * 12, 79, 80], n=80, horizon=4)
    made = combine(panel, models=("t5",))
    assert made.ends
    assert "hardly any periods" not in str(made.demand.notes.get("s012", ""))
    assert "sales model" in str(made.demand.notes["s013"])
    assert "sales model" not in str(combine(panel, models=("linear",)).demand.notes["s013"])


def test_nothing_to_learn_from_is_zero(model):
    panel = Panel(history_of(np.zeros((2, 20)), np.ones((2, 20), bool)), 4)
    cast, notes = Launches(panel, model).told(np.array([0, 1]))
    assert not cast.quantiles.any()
    assert "no period in stock" in str(notes["s001"])


@pytest.mark.parametrize("period, n", [("D", 90), ("M", 30)])
def test_days_and_months_are_told_too(model, period, n):
    rng = np.random.default_rng(1)
    launches = np.array([*range(2, 26), n])
    is_out = np.arange(n)[None, :] < launches[:, None]
    sold = np.where(is_out, 0, rng.poisson(15, (25, n)) + 1)
    panel = Panel(history_of(sold, is_out, period), 6)
    cast = continued(model, panel, Beginnings(panel), np.array([24]))
    assert cast.mean[0] == pytest.approx(16, rel=0.6)


def test_beginnings_end_where_the_forecast_begins():
    first = np.array([[1.0, np.nan, 3.0, 4.0], [np.nan, 7.0, np.nan, np.nan]])
    np.testing.assert_array_equal(_at_end(first, 2), [[1.0, 3.0], [np.nan, 7.0]])
    np.testing.assert_array_equal(_at_end(first, 4), [[np.nan, 1.0, 3.0, 4.0], [np.nan, np.nan, np.nan, 7.0]])


def test_a_mixture_lies_with_one_part_or_the_other():
    levels = np.array(LEVELS)
    parts = np.stack([np.tile(levels, (3, 1)), np.tile(100 + levels, (3, 1))])
    found = _mixture(parts)
    assert (found[:, levels < 0.5] < 1).all()
    assert (found[:, levels > 0.5] > 99.9).all()
    np.testing.assert_allclose(_mixture(parts[:1])[0][2:-3], levels[2:-3], atol=0.02)
