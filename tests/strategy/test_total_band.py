"""The band around all products together: as wide as their total strays, no wider for days that are always closed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from shopwright.i18n import t
from shopwright.shop.demand import Demand
from shopwright.shop.history import History
from shopwright.strategy.sections.demand import total_band

MONDAY = date(2024, 1, 1)


def _known(sold, period) -> History:
    units = np.array([sold], dtype=float)
    step = 7 if period == "W" else 1
    days = tuple(MONDAY + timedelta(days=step * at) for at in range(units.shape[1]))
    return History(("a",), days, period, units, units, units, days[-1], 0)


def _demand(known, mean) -> Demand:
    told = np.array([mean], dtype=float)
    ahead = known.next_days(len(mean))
    return Demand(("a",), ahead, known.period, told, (0.5,), told[:, :, None], np.zeros(1), known.as_of, t("units"))


def test_a_sunday_that_is_closed_widens_nothing():
    week = [100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 2.0]
    known = _known(week * 20, "D")
    low, high = total_band(known, _demand(known, week))
    assert low == pytest.approx(week)
    assert high == pytest.approx(week)


def test_days_that_stray_by_a_fifth_have_a_band_of_a_fifth():
    random = np.random.default_rng(0)
    strays = np.exp(0.2 * random.standard_normal(7 * 200))
    week = np.array([100.0, 80.0, 120.0, 100.0, 90.0, 160.0, 4.0])
    known = _known(np.tile(week, 200) * strays, "D")
    low, high = total_band(known, _demand(known, week))
    wide = np.exp(1.2816 * 0.2 * np.sqrt(1 + 1 / 4))  # a day against the mean of four
    assert np.array(high) / week == pytest.approx(wide, rel=0.06)
    assert np.array(low) / week == pytest.approx(1 / wide, rel=0.06)


def test_weeks_are_held_against_the_eight_before():
    known = _known([100.0, 50.0] * 40, "W")
    low, high = total_band(known, _demand(known, [75.0]))
    assert (low[0], high[0]) == pytest.approx((75 / np.sqrt(2), 75 * np.sqrt(2)))


def test_too_short_a_history_has_no_band():
    known = _known([100.0] * 20, "D")
    assert total_band(known, _demand(known, [100.0])) == ([100.0], [100.0])
