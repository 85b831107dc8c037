"""Where a period stands in the week, the month and the year, and which holidays lie near it."""

from __future__ import annotations

import calendar
from datetime import date
from functools import cache

import numpy as np

from shopwright.forecast.panel import Floats
from shopwright.i18n import t
from shopwright.shop.arguments import check_is
from shopwright.shop.demand import Period
from shopwright.shop.periods import middles, shift
from shopwright.shop.public_holidays import public_holidays

__all__ = ["check_country", "places"]

NEAR = 10  # days from which on a holiday is too far away to matter


def places(days: tuple[date, ...], period: Period, country: str = "") -> dict[str, Floats]:
    """Facts of each period that its date alone tells, each of shape (len(days),).

    Args:
        days: first days of periods.
        period: their length.
        country: ISO code whose public holidays are told; empty for none.
    """
    middle = middles(days, period)
    angle = np.array([2 * np.pi * (day.timetuple().tm_yday - 1) / 365.25 for day in middle])
    found: dict[str, Floats] = {"year_sin": np.sin(angle), "year_cos": np.cos(angle)}
    if period == "D":
        found["weekday"] = np.array([float(day.weekday()) for day in days])
        found["day_of_month"] = np.array([float(day.day) for day in days])
        found["days_to_month_end"] = np.array(
            [float(calendar.monthrange(day.year, day.month)[1] - day.day) for day in days]
        )
    elif period == "W":
        found["week_of_month"] = np.array([float((day.day - 1) // 7) for day in middle])
    else:
        found["month"] = np.array([float(day.month) for day in days])
        found["n_days"] = np.array([float(calendar.monthrange(day.year, day.month)[1]) for day in days])
    return {**found, **_holidays(days, period, country)} if country else found


def check_country(country: str) -> None:
    """Refuse what is no country whose holidays are known (USAGE-25, 46); empty is none."""
    check_is(country, str, "country", t("an ISO code of two letters, such as GB, or nothing"))
    if country:
        _kept(country, 2000, 2000)


def _holidays(days: tuple[date, ...], period: Period, country: str) -> dict[str, Floats]:
    kept = _kept(country, days[0].year - 1, days[-1].year + 1)
    if not len(kept):
        return {}
    number = np.array([day.toordinal() for day in days])
    after = np.searchsorted(kept, number)  # the next holiday, today's included
    inside = np.searchsorted(kept, [shift(day, period, 1).toordinal() for day in days]) - after
    until = np.append(kept, kept[-1] + 10_000)[after] - number
    passed = number - np.append(-10_000, kept)[after]
    found = {"n_holidays": inside.astype(float)}
    if period == "D":
        found |= {"days_to_holiday": np.minimum(until, NEAR) * 1.0, "days_from_holiday": np.minimum(passed, NEAR) * 1.0}
    return found


@cache
def _kept(country: str, first: int, last: int) -> np.ndarray:
    return np.array(sorted(day.toordinal() for day in public_holidays(country, first, last)))
