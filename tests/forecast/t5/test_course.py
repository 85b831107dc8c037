"""What covariates explain, the calendar, and the season that products share."""

import numpy as np
import pytest
from tests.forecast.t5.made import days_of, sold

from shopwright.forecast.t5.course import calendar, drivers, shared_season


def test_a_promotions_effect_is_found_and_carried_ahead():
    rng = np.random.default_rng(0)
    t, ahead = 200, 20
    flags = (rng.random((2, 1, t + ahead)) < 0.2).astype(float)
    z = np.array([[0.8], [-0.5]]) * flags[:, 0] + 0.05 * rng.normal(size=(2, t + ahead))
    known = rng.random((2, t)) < 0.8
    part, scaled = drivers(np.where(known, z[:, :t], 0.0).astype(np.float32), known, flags)
    assert part.shape == (2, t + ahead)
    assert scaled.shape == flags.shape
    for row, effect in enumerate((0.8, -0.5)):
        on, off = (part[row, t:][flags[row, 0, t:] == flag] for flag in (1, 0))
        assert np.ptp(on) < 1e-5
        assert on[0] - off[0] == pytest.approx(effect, rel=0.15)
        assert abs(part[row, :t][known[row]].mean()) < 1e-5


def test_effects_of_two_covariates_are_told_apart():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(1, 2, 330))
    x[:, 1] += x[:, 0]
    z = (0.7 * x[:, 0] - 0.2 * x[:, 1]).astype(np.float32)[:, :300]
    part, _ = drivers(z, np.ones((1, 300), bool), x)
    truth = 0.7 * x[0, 0] - 0.2 * x[0, 1]
    np.testing.assert_allclose(part[0, 300:], truth[300:] - truth[:300].mean(), atol=0.1)


def test_with_few_periods_little_is_believed():
    z = np.array([[0, 0, 1.0]], np.float32)
    flags = np.array([[[0, 0, 1.0, 1.0]]])
    part, _ = drivers(z, np.ones((1, 3), bool), flags)
    assert 0.1 < part[0, 3] - part[0, 0] < 0.6


@pytest.mark.parametrize(
    "ahead",
    [np.full(60, 5.0), np.full(60, np.nan), np.where(np.arange(60) < 50, 1e12, 0.0)],
    ids=["constant", "unknown", "moves only ahead"],
)
def test_covariates_that_never_moved_explain_nothing(ahead):
    ahead = np.broadcast_to(ahead, (2, 3, 60))
    z = np.random.default_rng(0).normal(size=(2, 50)).astype(np.float32)
    part, scaled = drivers(z, np.ones((2, 50), bool), ahead)
    assert (part == 0).all()
    assert (scaled == 0).all()


def test_what_is_unknown_of_a_covariate_moves_nothing():
    rng = np.random.default_rng(0)
    flags = (rng.random((1, 1, 120)) < 0.3).astype(float)
    z = flags[:, 0, :100].astype(np.float32)
    flags[0, 0, [7, 110]] = np.nan
    part, scaled = drivers(z, np.ones((1, 100), bool), flags)
    assert np.isfinite(part).all()
    assert (scaled[0, 0, [7, 110]] == 0).all()
    assert part[0, :100][np.isnan(flags[0, 0, :100])] == part[0, 110]


def test_the_calendar_lies_on_circles():
    for period, n in (("D", 800), ("W", 120), ("M", 30)):
        found = calendar(days_of(n, period), period)
        assert found.shape == (n, 6)
        np.testing.assert_allclose(np.hypot(found[:, 0], found[:, 1]), 1, atol=1e-6)
        assert found[:, 2:].any() == (period == "D")
    days = calendar(days_of(800, "D"), "D")
    np.testing.assert_allclose(days[:-7, 2:4], days[7:, 2:4], atol=1e-6)
    np.testing.assert_allclose(days[:-365, :2], days[365:, :2], atol=0.02)


@pytest.mark.parametrize("period, t, year", [("D", 900, 365.25), ("W", 160, 52.18), ("M", 48, 12)])
def test_the_season_that_products_share_is_found(period, t, year):
    horizon = int(year / 3)
    days = days_of(t + horizon, period)
    turn = np.array([day.timetuple().tm_yday for day in days]) / 365.25
    truth = 1 + 0.5 * np.sin(2 * np.pi * turn)
    if period == "D":
        truth = truth * np.array([0.5, 1, 1, 1, 1.2, 1.8, 0.5])[[day.weekday() for day in days]]
    units = np.random.default_rng(0).poisson(40 * truth[:t], (40, t)).astype(float)
    units[0, : t // 2] = np.nan
    found = shared_season(units, days, period)
    assert found.shape == (t + horizon,)
    assert np.abs(np.log(found / found.mean()) - np.log(truth / truth.mean())).max() < 0.25


@pytest.mark.parametrize("period", ["D", "W", "M"])
def test_no_season_where_nothing_is_known_or_the_history_is_short(period):
    for units in (np.full((3, 80), np.nan), np.zeros((3, 80)), sold(3, 12)):
        days = days_of(units.shape[1] + 5, period)
        assert (shared_season(units, days, period) == 1).all()
