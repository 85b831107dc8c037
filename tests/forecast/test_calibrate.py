"""Quantiles keep their word after they were told too narrow or too wide, and totals are as uncertain as they are."""

import numpy as np
import pytest
from scipy import stats

from shopwright.forecast.calibrate import Calibration, chances
from shopwright.forecast.cast import LEVELS, Cast, blend

N, H = 300, 8


def _told(level, shape):
    """Quantiles of a gamma variable of that shape around each level, moved to the median of shape 4."""
    spread = stats.gamma(shape, scale=1 / shape).ppf(LEVELS)
    spread *= stats.gamma(4, scale=1 / 4).median() / spread[LEVELS.index(0.5)]
    return Cast(level, level[:, :, None] * spread)


@pytest.fixture(scope="module")
def world():
    draw = np.random.default_rng(4)
    level = np.exp(draw.normal(3, 1, (N, 1))) * np.ones((1, H))
    return level, level * draw.gamma(4, 1 / 4, (N, H)), level * draw.gamma(4, 1 / 4, (N, H))


@pytest.mark.parametrize("shape", [1.5, 4.0, 20.0])
def test_outcomes_fall_inside_as_often_as_they_should(world, shape):
    level, past, future = world
    fixed = Calibration.learn([_told(level, shape)], [past]).apply(_told(level, shape))
    for low, high in ((2, 10), (3, 9)):
        inside = (future >= fixed.quantiles[:, :, low]) & (future <= fixed.quantiles[:, :, high])
        assert inside.mean() == pytest.approx(LEVELS[high] - LEVELS[low], abs=0.045)
    assert (np.diff(fixed.quantiles, axis=2) >= 0).all()


def test_a_shock_to_all_products_in_the_windows_does_not_move_the_median(world):
    level, past, _ = world
    fixed = Calibration.learn([_told(level, 4.0)], [1.4 * past]).apply(_told(level, 4.0))
    np.testing.assert_allclose(fixed.quantiles[:, :, 6], _told(level, 4.0).quantiles[:, :, 6])


@pytest.mark.parametrize("half", [0.0, 0.5])
def test_chances_of_counts_spread_evenly(half):
    draw = np.random.default_rng(7)
    mean = np.full((4000, 1), 0.4)
    told = Cast(mean, np.broadcast_to(stats.poisson(0.4).ppf(LEVELS), (4000, 1, len(LEVELS))).astype(float))
    found = chances(told, draw.poisson(0.4, (4000, 1)).astype(float), half).ravel()
    assert found.mean() == pytest.approx(0.5, abs=0.03)
    assert ((found > 0.1) & (found < 0.9)).mean() == pytest.approx(0.8, abs=0.05)


def test_counts_below_the_first_quantile_are_not_beyond_all_of_them():
    """A median of 0.3 pieces: an outcome of none is what was expected, and not one of the lowest thinkable."""
    told = Cast(np.full((1, 1), 0.4), np.linspace(0.01, 2.0, len(LEVELS))[None, None, :])
    assert chances(told, np.zeros((1, 1))).max() < 0.01
    assert chances(told, np.zeros((1, 1)), 0.5).max() > 0.1


def test_what_is_not_known_has_no_chance():
    told = _told(np.ones((1, 2)), 4)
    assert np.isnan(chances(told, np.array([[np.nan, 1.0]]))[0, 0]).all()


def test_a_blend_lies_between_its_members():
    low, high = _told(np.ones((2, 3)), 4), _told(3 * np.ones((2, 3)), 4)
    both = blend([low, high], [3, 1])
    np.testing.assert_allclose(both.mean, 1.5)
    np.testing.assert_allclose(both.quantiles, 0.75 * low.quantiles + 0.25 * high.quantiles)


@pytest.mark.parametrize("told, factor", [(1.0, 1.0), (0.5, 2.0), (2.0, 0.5)])
def test_slow_sellers_are_widened_by_what_they_need(told, factor):
    """With 70 % zeros three in ten outcomes lie above the median, not half of them."""
    draw, levels = np.random.default_rng(0), np.array(LEVELS)
    exact = np.where(levels <= 0.7, 0.0, -np.log(np.maximum((1 - levels) / 0.3, 1e-9)))
    truth = np.where(draw.random((2000, 8)) < 0.7, 0.0, draw.exponential(1.0, (2000, 8)))
    cast = Cast(np.full(truth.shape, 0.3), np.broadcast_to(told * exact, (*truth.shape, len(LEVELS))).copy())
    assert Calibration.learn([cast], [truth]).wider == pytest.approx(factor, rel=0.1)


@pytest.mark.parametrize("n, most", [(N, 1.4), (10, 3.0)])
def test_one_restless_window_does_not_widen_all_ranges(n, most):
    """Of three windows with enough outcomes the middle one counts; of few outcomes all together."""
    level, draw = np.full((n, H), 20.0), np.random.default_rng(5)
    calm = [level * draw.gamma(4, 1 / 4, (n, H)) for _ in range(2)]
    wild = level * draw.gamma(0.4, 1 / 0.4, (n, H))
    found = Calibration.learn([_told(level, 4.0)] * 3, [*calm, wild]).wider
    assert 1.0 <= found.mean() < most
    if n < N:
        assert found.mean() > 1.05
