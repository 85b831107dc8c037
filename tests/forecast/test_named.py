"""Forecasters taken by name: their quantiles are kept, their gaps filled, and they see only what was known."""

import numpy as np
import pytest
from tests.forecast.worlds import history_of, planted

from shopwright.errors import UsageError
from shopwright.forecast.cast import LEVELS
from shopwright.forecast.combine import combine
from shopwright.forecast.foreign import Told
from shopwright.forecast.members import ends_of, try_member
from shopwright.forecast.named import KINDS, Kind, is_named, label_named, ways_to_name
from shopwright.forecast.panel import Panel
from shopwright.forecast.predict import check_asked
from shopwright.forecast.tails import at_levels, mean_of
from shopwright.forecast.way import Way
from shopwright.i18n import Text


class Deciles:
    """Deciles of the units known: a forecaster with nine levels of its own, which leaves out some SKUs."""

    def __init__(self, but: tuple[int, ...] = (), times: float = 1.0):
        self.but, self.times = but, times

    def told(self, panel: Panel, way: Way) -> Told:
        levels = np.arange(1, 10) / 10
        found = np.nanquantile(panel.units, levels, axis=1).T[:, None, :] * self.times
        found = np.repeat(found, panel.horizon, axis=1)
        found[list(self.but), 0, 3] = np.nan
        return Told.of(panel, levels, found)


class ByThrees:
    """The units of three periods ago, again and again: what no baseline knows."""

    def told(self, panel: Panel, way: Way) -> Told:
        again = np.resize(panel.units[:, -3:].T, (panel.horizon, len(panel.skus))).T
        return Told.of(panel, np.array([0.1, 0.9]), again[:, :, None] * [0.9, 1.1])


@pytest.fixture
def kinds(monkeypatch):
    def add(name, model, **more):
        monkeypatch.setitem(KINDS, name, Kind(Text.literal(name), lambda place, way: model, **more))

    return add


def test_its_own_quantiles_are_kept_where_no_window_speaks_against_them(kinds):
    kinds("deciles", Deciles())
    panel = Panel(planted(n_skus=5)[0], 6)
    trial = try_member("deciles", panel, (), Way())
    own = Deciles().told(panel, Way()).cast
    np.testing.assert_array_equal(trial.ahead.quantiles, own.quantiles)
    np.testing.assert_array_equal(trial.ahead.mean, own.mean)
    middle = np.nanmedian(panel.units, axis=1)
    np.testing.assert_allclose(trial.ahead.quantiles[:, 0, LEVELS.index(0.5)], middle)


def test_on_windows_its_quantiles_lose_no_more_than_its_own_would(kinds):
    kinds("deciles", Deciles())
    panel = Panel(planted(n_skus=5)[0], 6)
    ends = ends_of(panel)
    trial = try_member("deciles", panel, ends, Way())
    own = [Deciles().told(panel.before(end), Way()).cast for end in ends]
    lost, before = (
        sum(np.nansum(cast.losses(panel.truth(end))) for cast, end in zip(casts, ends, strict=True))
        for casts in (trial.windows, own)
    )
    assert lost < before  # quantiles of all of its past are too wide for one season of it


@pytest.mark.parametrize("model", [Deciles(but=(1, 3)), Deciles(times=9)], ids=["not finite", "explosion"])
def test_what_it_cannot_tell_a_baseline_tells_and_that_is_said(kinds, model):
    kinds("deciles", model)
    panel = Panel(planted(n_skus=5, size=2000.0)[0], 6)
    trial = try_member("deciles", panel, ends_of(panel), Way())
    assert set(trial.notes) == ({"s001", "s003"} if model.but else set(panel.skus))
    assert "deciles could not be fitted; used instead" in str(trial.notes["s001"])
    for cast in (trial.ahead, *trial.windows):
        assert np.isfinite(cast.quantiles).all()
        np.testing.assert_allclose(cast.mean.mean(axis=1), np.nanmean(panel.units, axis=1), rtol=0.6)


def test_it_joins_a_blend_under_its_name(kinds):
    kinds("by threes", ByThrees(), place="FOLDER", needs_place=True)
    known = history_of(np.random.default_rng(0).poisson(np.resize([5, 20, 60], 90), (30, 90)))
    made = combine(Panel(known, 6), models=("by threes:here",))
    assert made.blend.weights["by threes:here"] > 0.9
    assert "by threes (here)" in str(made.demand.how)


def test_what_it_adds_is_a_part_of_its_own_and_parts_add_up(kinds):
    kinds("by threes", ByThrees())
    known = history_of(np.random.default_rng(0).poisson(np.resize([5, 20, 60], 90), (3, 90)))
    demand = combine(Panel(known, 5), models=("by threes",)).demand
    parts = {str(part.name): part.units for part in demand.explain("s001")}
    assert sum(parts.values()) == pytest.approx(demand.mean[1].sum())
    assert abs(parts["models from elsewhere"]) > 1


def test_a_name_has_a_place_where_one_is_needed(kinds):
    kinds("alone", Deciles())
    kinds("either", Deciles(), place="FOLDER")
    kinds("placed", Deciles(), place="FOLDER", needs_place=True)
    assert [is_named(name) for name in ("alone", "either", "either:x", "placed:x/y:z")] == [True] * 4
    assert [is_named(name) for name in ("alone:x", "placed", "placed:", "either:", "other", ":x", "")] == [False] * 7
    assert {"alone", "either", "either:FOLDER", "placed:FOLDER"} <= set(ways_to_name())
    assert "placed" not in ways_to_name()
    assert str(label_named("placed:x")) == "placed (x)"
    with pytest.raises(UsageError, match="placed:FOLDER"):
        check_asked(1, "W", (0.5,), ["placed"])


def test_between_levels_straight_and_beyond_them_as_a_normal_variable():
    levels = np.arange(1, 10) / 10
    from scipy import stats

    normal = stats.norm(50, 10)
    found = at_levels(levels, normal.ppf(levels)[None, None, :])
    np.testing.assert_allclose(found[0, 0], normal.ppf(LEVELS), rtol=1e-9)
    np.testing.assert_allclose(mean_of(found), 50, rtol=1e-3)
    assert at_levels(np.array([0.25, 0.5, 0.75]), np.array([[[1.0, 2.0, 4.0]]]))[0, 0, LEVELS.index(0.6)] == 2.8


def test_crossing_quantiles_are_sorted_and_none_is_below_zero():
    told = np.random.default_rng(0).normal(0, 3, (20, 4, 9))
    found = at_levels(np.arange(1, 10) / 10, told)
    assert (np.diff(found, axis=2) >= 0).all()
    assert (found >= 0).all()
