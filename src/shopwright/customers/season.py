"""Time as customers live it: weeks in which more is bought, by the season or in a short surge, count for more.

A shop younger than two years cannot know its own year. What stands in is the season of online retail: quarters by
the ratio of unadjusted to seasonally adjusted e-commerce sales of the United States in 2015 (Census Bureau, Quarterly
Retail E-Commerce Sales: 0.93, 0.94, 0.93, 1.20), the fourth split into months as store chains sell in them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.customers.bgnbd import Counts, fit
from shopwright.customers.purchases import Purchases

__all__ = ["ONLINE_RETAIL", "Clock", "clock", "season_of"]

ONLINE_RETAIL = (0.93, 0.93, 0.93, 0.94, 0.94, 0.94, 0.93, 0.93, 0.93, 1.06, 1.18, 1.36)
NEIGHBOURS = 4  # weeks on each side that say what is usual
DOUBT = 20.0  # purchases by which a week's surge is drawn to none
LEAST_WEEKS = 12
MEMORY_WEEKS = 26  # surges are scaled to a mean of one over the latest half year: as many will come as came


@dataclass(frozen=True, eq=False)
class Clock:
    """Weeks as they count, from a first day on.

    Attributes:
        start: first day, as days since 1970-01-01.
        told: weeks counted from the start to the end of each day, shape (days + 1,); the first is 0.
        season: how much a day of each month counts, January first.
    """

    start: int
    told: np.ndarray
    season: np.ndarray

    def at(self, day: np.ndarray) -> np.ndarray:
        """Weeks counted up to the end of each day."""
        return np.asarray(self.told[day - self.start + 1])

    def ahead(self, until: int, days: int) -> float:
        """Weeks that the `days` days after `until` count for."""
        return float(self.season[_month(until + 1 + np.arange(days))].sum() / 7)


def clock(purchases: Purchases, season: np.ndarray) -> Clock:
    """Season and surges of the time in which customers were seen.

    Surges are weeks with more repeat purchases than the weeks around them, both as multiples of what the customers
    known by then were expected to buy.

    Args:
        purchases: what is known.
        season: how much a day of each month counts, shape (12,).
    """
    start = int(purchases.day.min())
    days = np.arange(start, purchases.until + 1)
    pace = season[_month(days)] * _surges(purchases, start, len(days))
    return Clock(start, np.r_[0.0, np.cumsum(pace)] / 7, season)


def season_of(purchases: Purchases) -> np.ndarray:
    """How much a day of each month counts, mean one: the shop's own after two years, online retail's before.

    Each month's purchases are set against the mean of the twelve months around it; what n years say counts n / (n + 1).
    """
    usual = np.array(ONLINE_RETAIL) / np.mean(ONLINE_RETAIL)
    months = purchases.day.astype("datetime64[D]").astype("datetime64[M]").astype(int)
    first, last = _full_months(int(purchases.day.min()), purchases.until)
    if last - first + 1 < 24:
        return np.asarray(usual)
    number = np.arange(first, last + 1)
    length = np.diff(np.append(number, last + 1).astype("datetime64[M]").astype("datetime64[D]").astype(int))
    pace = np.bincount(months[(months >= first) & (months <= last)] - first, minlength=len(number)) / length
    around = np.convolve(pace, np.r_[0.5, np.ones(11), 0.5] / 12, "valid")
    ratio = np.log((pace[6:-6] + 1e-9) / (around + 1e-9)).clip(-2, 2)
    said = np.bincount(number[6:-6] % 12, ratio, minlength=12)
    years = np.bincount(number[6:-6] % 12, minlength=12)
    mixed = np.exp((said + np.log(usual)) / (years + 1))
    return np.asarray(mixed / mixed.mean())


def _full_months(start: int, until: int) -> tuple[int, int]:
    """Numbers of the first and last month seen whole, months since 1970-01."""
    edges = np.array([start - 1, until + 1]).astype("datetime64[D]").astype("datetime64[M]").astype(int)
    return int(edges[0]) + 1, int(edges[1]) - 1


def _surges(purchases: Purchases, start: int, n_days: int) -> np.ndarray:
    """How much each day counts beside the weeks around it, shape (n_days,)."""
    n_weeks = n_days // 7
    if n_weeks < LEAST_WEEKS or not purchases.repeats.any():
        return np.ones(n_days)
    rest = n_days - 7 * n_weeks  # whole weeks end on the last day
    came = np.bincount(purchases.first - start, minlength=n_days)
    bought = np.bincount(purchases.day - start, minlength=n_days) - came
    ratio = np.log((_by_week(bought, rest) + DOUBT) / (_by_week(_expected(purchases, came), rest) + DOUBT))
    usual = [np.median(ratio[max(0, week - NEIGHBOURS) : week + NEIGHBOURS + 1]) for week in range(n_weeks)]
    surge = np.repeat(np.exp(ratio - usual), 7)
    return np.asarray(np.r_[np.ones(rest), surge] / surge[-7 * MEMORY_WEEKS :].mean())


def _expected(purchases: Purchases, came: np.ndarray) -> np.ndarray:
    """Repeat purchases expected on each day, by a model that knows no calendar."""
    first, last = purchases.first, purchases.last
    counts = Counts.of(purchases.repeats, (last - first) / 7, (purchases.until - first) / 7)
    model, _ = fit(counts)
    by_age = np.diff(model.expected_new(np.arange(len(came) + 1) / 7))
    return np.asarray(np.r_[0.0, np.convolve(came, by_age)[: len(came) - 1]])


def _by_week(daily: np.ndarray, rest: int) -> np.ndarray:
    return np.asarray(daily[rest:].reshape(-1, 7).sum(axis=1))


def _month(day: np.ndarray) -> np.ndarray:
    """Number of the month from 0 of each day since 1970-01-01."""
    return np.asarray(day.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12)
