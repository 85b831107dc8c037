"""Levels of late and a year ago, beside plain loops over products and periods."""

import numpy as np
import pytest
from tests.forecast.t5.made import sold

from shopwright.forecast.t5.inputs import Scale
from shopwright.forecast.t5.recent import grown, level_of, own_season, same_place, year_ago
from shopwright.forecast.t5.shape import MEANS

YEAR = {"D": 364, "W": 52, "M": 12}
AROUND = {"D": 3, "W": 1, "M": 0}
BEFORE = {"D": 28, "W": 8, "M": 3}
LENGTHS = {"D": (700, 400), "W": (130, 60), "M": (31, 15)}  # history, and a horizon beyond a year


def _made(period, n=3, gaps=0.3, periods=0):
    """Units with gaps, and a scale with a season that is not flat."""
    t, horizon = LENGTHS[period]
    t = periods or t
    units = sold(n, t, 3, gaps=gaps, period=period)
    season = 1 + 0.3 * np.sin(np.arange(t + horizon) / 5)
    level = level_of(units, season[:t], period)
    return units, Scale(season, level.middle, level.spread), t, horizon


def _known(units, scale, row, at):
    """Units without season at a place, None where unknown."""
    if not 0 <= at < units.shape[1] or np.isnan(units[row, at]):
        return None
    return units[row, at] / scale.season[at]


def _mean(units, scale, row, first, last):
    found = [value for at in range(first, last) if (value := _known(units, scale, row, at)) is not None]
    return sum(found) / len(found) if found else None


def _by_loop(units, told, start, end):
    """Values and whether they are known, of each product and period by `told(row, at)`."""
    found = [[told(row, at) for at in range(start, end)] for row in range(len(units))]
    values = np.array([[0.0 if value is None else value for value in row] for row in found])
    return values, np.array([[value is not None for value in row] for row in found])


@pytest.mark.parametrize("period", LENGTHS)
@pytest.mark.parametrize("periods", [0, 9])
def test_a_year_ago(period, periods):
    units, scale, t, horizon = _made(period, periods=periods)

    def told(row, at):
        back = YEAR[period]
        while at - back >= t:
            back += YEAR[period]
        around = AROUND[period]
        mean = _mean(units, scale, row, at - back - around, at - back + around + 1)
        return None if mean is None else np.arcsinh((mean - scale.middle[row, 0]) / scale.spread[row, 0])

    for start, end in ((0, t), (t, t + horizon)):
        values, is_known = year_ago(units, scale, period, start, end)
        expected, seen = _by_loop(units, told, start, end)
        np.testing.assert_array_equal(is_known, seen)
        np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-5)
        assert seen.any() == (start == t or not periods)


@pytest.mark.parametrize("period", LENGTHS)
@pytest.mark.parametrize("years", [1, 2])
def test_growth(period, years):
    units, scale, t, horizon = _made(period)
    back = YEAR[period] * years

    def told(row, at):
        if at - back >= t:
            return None
        around, origin = AROUND[period], t - back
        then = _mean(units, scale, row, at - back - around, at - back + around + 1)
        before = _mean(units, scale, row, origin - BEFORE[period], origin)
        if then is None or before is None:
            return None
        little = 0.1 * scale.middle[row, 0]
        return np.clip(np.log((then + little) / (before + little)), -4, 4)

    values, is_known = grown(units, scale, period, t, t + horizon, years)
    expected, seen = _by_loop(units, told, t, t + horizon)
    np.testing.assert_array_equal(is_known, seen)
    np.testing.assert_allclose(values, expected, rtol=1e-4, atol=1e-5)
    assert seen.any() == (t > back)


@pytest.mark.parametrize("period, cycle, most", [("D", 7, 4), ("W", 52, 1), ("M", 12, 1)])
@pytest.mark.parametrize("t", [5, 30, 130])
def test_the_same_place(period, cycle, most, t):
    z, is_known = _z(t)
    horizon = cycle + 5

    def told(row, at):
        found = []
        for back in range(1, min(most, t // cycle) + 1):
            place = t - back * cycle + at % cycle
            if is_known[row, place]:
                found.append(z[row, place])
        return sum(found) / len(found) if found else None

    values, seen = same_place(z, is_known, period, horizon)
    expected, is_told = _by_loop(z, told, 0, horizon)
    np.testing.assert_array_equal(seen, is_told)
    np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)
    assert is_told.any() == (t >= cycle)


@pytest.mark.parametrize("period, cycle, most, weight", [("D", 7, 26, 0.0), ("W", 52, 5, 0.5), ("M", 12, 8, 0.5)])
@pytest.mark.parametrize("t", [13, 130, 300])
def test_a_season_of_its_own(period, cycle, most, weight, t):
    z, is_known = _z(t)
    if period == "M":
        weight = 0.0
    n_cycles, horizon = min(most, t // cycle), cycle + 3
    values, share = own_season(z, is_known, period, horizon)
    if n_cycles < 2:
        assert not values.any()
        assert not share.any()
        return
    for row in range(len(z)):
        away, count = np.zeros(cycle), np.zeros(cycle)
        for at in range(t - n_cycles * cycle, t):
            around = [z[row, b] for b in range(at - cycle // 2, at + cycle // 2 + 1) if 0 <= b < t and is_known[row, b]]
            if is_known[row, at]:
                away[(at - t) % cycle] += z[row, at] - sum(around) / len(around)
                count[(at - t) % cycle] += 1
        both = [
            (away[at] + weight * (away[at - 1] + away[(at + 1) % cycle]),
             count[at] + weight * (count[at - 1] + count[(at + 1) % cycle]))
            for at in range(cycle)
        ]  # fmt: skip
        for at in range(horizon):
            gone, seen = both[at % cycle]
            assert values[row, at] == pytest.approx(gone / (seen + 1), rel=1e-3, abs=1e-5)
            assert share[row, at] == pytest.approx(seen / (seen + 2), rel=1e-5)


def _z(t, seed=0):
    rng = np.random.default_rng(seed)
    is_known = rng.random((3, t)) < 0.7
    is_known[2] = False
    return np.where(is_known, rng.normal(size=(3, t)), 0.0).astype(np.float32), is_known


@pytest.mark.parametrize("period", LENGTHS)
@pytest.mark.parametrize("t", [1, 40, 400])
def test_levels(period, t):
    units = sold(4, t, gaps=0.3)
    units[3] = np.nan
    season = 1 + 0.3 * np.sin(np.arange(t) / 5)
    level = level_of(units, season, period)
    for row in range(4):
        even = [units[row, at] / season[at] for at in range(t) if np.isfinite(units[row, at])]
        middle = np.mean(even) if even else 0.0
        usual = np.sqrt(middle) + 0.1 * middle
        squares = sum((value - middle) ** 2 for value in even)
        spread = max(np.sqrt((squares + 2 * usual**2) / (len(even) + 2)), 0.02 * middle) or 1.0
        assert level.middle[row, 0] == pytest.approx(middle)
        assert level.spread[row, 0] == pytest.approx(spread)
        means = np.array([np.mean(even[-span:]) if even else 0.0 for span in MEANS[period]])
        np.testing.assert_allclose(level.means[row], np.arcsinh((means - middle) / spread), rtol=1e-4, atol=1e-6)
        is_long = [min(len(even), span) > span // 2 for span in MEANS[period]]
        np.testing.assert_array_equal(level.is_mean[row], is_long)
        usual = np.arcsinh((means[1:].mean() - middle) / spread)
        assert level.usual[row] == pytest.approx(usual, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("period", LENGTHS)
def test_what_repeats_every_year_is_known_ahead(period):
    """A season of 364 days, 52 weeks or 12 months, at a level of its own: a year ago says what comes."""
    t = 2 * YEAR[period]
    course = 10 + 5 * np.sin(2 * np.pi * np.arange(t + 8) / YEAR[period])
    units = course[None, :t]
    level = level_of(units, np.ones(t), period)
    scale = Scale(np.ones(t + 8), level.middle, level.spread)
    z, is_known = year_ago(units, scale, period, t, t + 8)
    assert is_known.all()
    np.testing.assert_allclose(scale.units(z[:, :, None], t)[0, :, 0], course[t:], rtol=0.02)
