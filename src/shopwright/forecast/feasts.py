"""Feasts that move from year to year, as Easter, the Lunar New Year or Eid do: which there are, and how near they are.

Sales before a feast follow the feast, not the week of the year: in a forecaster's calendar they would be a year too
early or a month too late. Which feasts a country keeps, its public holidays tell.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from shopwright.shop.demand import Period
from shopwright.shop.periods import DAYS_IN, middles
from shopwright.shop.public_holidays import public_holidays

__all__ = [
    "REACH",
    "TWICE",
    "Feast",
    "feasts",
    "feasts_near",
    "numbers_of",
    "periods_back",
    "since_feast",
    "weeks_near",
]

REACH = 28  # days before and after a feast on which it is told how far away it is
NEAR = 10  # days before and after it on which sales go by it more than by the season
EASTER_IN = "GB"  # a country by whose holidays Easter is told where none is named
MOONS = (340, 395)  # days from a feast to the next one, which are twelve or thirteen moons …
A_YEAR, OFF = 365.25, 6.5  # … and never a year, but for feasts that do not move
MOSTLY = 0.8  # of the times it came: some dates are moved by decree
TWICE = 2  # times that a feast has to come
TOGETHER = 14  # days below which feasts that always fall together are one: those that its weeks hold
APART = 60  # days between two feasts of the same name
AGREE = 3  # days by which what always falls together may differ
YEARS = 15  # by which it is told whether a feast moves
NOTE = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")  # "(estimated)", "(observed)"


@dataclass(frozen=True, eq=False)
class Feast:
    """A moving feast.

    Attributes:
        name: as the country's public holidays have it.
        days: numbers (`date.toordinal`) of its first day, each time it came or will come, rising.
    """

    name: str
    days: NDArray[np.int64]


def feasts_near(days: Sequence[date], country: str, times: int = TWICE) -> tuple[Feast, ...]:
    """Those that come at least so many times in a span of days or beside it.

    Args:
        days: first days of periods, one after the other.
        country: ISO code; empty for none.
        times: of what comes once in what is known and ahead nothing can be learned, or used.
    """
    first, last = days[0].toordinal() - NEAR, days[-1].toordinal() + NEAR
    known = feasts(country, days[0].year - 2, days[-1].year + 4)
    return tuple(feast for feast in known if ((feast.days >= first) & (feast.days <= last)).sum() >= times)


@cache
def feasts(country: str, first: int, last: int) -> tuple[Feast, ...]:
    """Moving feasts among a country's public holidays; where none moves or no country is named, Easter.

    Days that always fall together, as Good Friday and Easter Monday, are one feast. Where one is counted from Easter,
    as Ascension Day is in Switzerland, Easter is one too.

    Args:
        country: ISO code; empty for none.
        first: year from which on they are told.
        last: year up to which they are told.
    """
    found, easter = _moving(country, first, last) if country else (), _moving(EASTER_IN, first, last)
    is_lacking = not any(_falls_with(feast, each) for feast in found for each in easter)
    is_of_easter = any(np.ptp(since_feast(each, feast.days)) == 0 for feast in found for each in easter)
    return _in_order([*found, *easter]) if is_lacking and (is_of_easter or not found) else found


def since_feast(feast: Feast, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days from the feast nearest to each day, below zero before it, shape as given."""
    return numbers - feast.days[_nearest(feast, numbers)]


def numbers_of(days: Sequence[date], period: Period) -> NDArray[np.int64]:
    """Number (`date.toordinal`) of the middle day of each period, shape (len(days),)."""
    return np.array([day.toordinal() for day in middles(days, period)], np.int64)


def periods_back(days: Sequence[date], period: Period, country: str) -> NDArray[np.int64]:
    """Periods from the one that stood to the same feast, the time before, as each stands to it; 0 for none near.

    Args:
        days: first days of periods, one after the other.
        period: their length.
        country: ISO code; empty for none.

    Returns:
        Shape (len(days),); a period may lie before the first of `days`.
    """
    numbers = numbers_of(days, period)
    nearest, back = np.full(len(days), NEAR + 1), np.zeros(len(days), np.int64)
    for feast in feasts_near(days, country):
        apart, since = np.abs(since_feast(feast, numbers)), _since_time_before(feast, numbers)
        apart = np.minimum(apart, np.abs(since_feast(feast, numbers - 364)))
        is_nearer = apart < nearest
        nearest = np.where(is_nearer, apart, nearest)
        back = np.where(is_nearer, np.rint(since / DAYS_IN[period]).astype(np.int64), back)
    return back


def weeks_near(days: Sequence[date], period: Period, near: Sequence[Feast]) -> NDArray[np.int64]:
    """Which week around which feast each period is or lies in, shape (len(days),); -1 for none.

    Each feast has three numbers. Of weeks: of the one before, of the one in which it begins, and of the next; of days:
    of the seven before it, of the seven from it on, and of the next seven. A period near two of them is of the nearer.

    Args:
        days: first days of periods.
        period: their length, D or W.
        near: the feasts.
    """
    week, numbers = DAYS_IN["W"], numbers_of(days, period)
    found, nearest = np.full(len(days), -1), np.full(len(days), 2 * week)
    for at, feast in enumerate(near):
        since = since_feast(feast, numbers)
        away = (since + DAYS_IN[period] // 2) // week
        is_near = (np.abs(away) <= 1) & (np.abs(since) <= nearest)
        found[is_near], nearest[is_near] = 3 * at + 1 + away[is_near], np.abs(since[is_near])
    return found


def _since_time_before(feast: Feast, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days from the time before to the one nearest to each day."""
    at = _nearest(feast, numbers)
    return feast.days[at] - feast.days[np.maximum(at - 1, 0)]


def _nearest(feast: Feast, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(np.searchsorted((feast.days[1:] + feast.days[:-1]) / 2, numbers))


def _moving(country: str, first: int, last: int) -> tuple[Feast, ...]:
    end = max(last, first + YEARS)
    named = [Feast(name, days) for name, days in _by_name(country, first, end) if _moves(days, first, last, end)]
    kept: list[Feast] = []
    for feast in sorted(named, key=lambda each: (-len(each.days), each.days[0])):
        if not any(_falls_with(feast, other) for other in kept):
            kept.append(feast)
    return _in_order(kept)


def _in_order(found: Sequence[Feast]) -> tuple[Feast, ...]:
    return tuple(sorted(found, key=lambda each: each.days[0] % A_YEAR))


def _by_name(country: str, first: int, last: int) -> Iterable[tuple[str, NDArray[np.int64]]]:
    """First days of each holiday, by name."""
    days = defaultdict(set)
    for day, names in public_holidays(country, first, last).items():
        for name in names:
            days[NOTE.sub("", name)].add(day.toordinal())
    for name, own in days.items():
        every = np.array(sorted(own), np.int64)
        yield name, every[np.diff(every, prepend=every[0] - APART) >= APART]


def _moves(days: NDArray[np.int64], first: int, last: int, end: int) -> bool:
    """Whether it comes in most years, moons apart; calendars whose tables end after `last` are judged up to there."""
    gaps, told = np.diff(days), date.fromordinal(int(days[-1])).year
    if len(gaps) < max(1, MOSTLY * ((told if told >= last else end) - first)):
        return False
    is_moons = (gaps >= MOONS[0]) & (gaps <= MOONS[1]) & (np.abs(gaps - A_YEAR) > OFF)
    return bool(is_moons.mean() >= MOSTLY)


def _falls_with(feast: Feast, other: Feast) -> bool:
    apart = since_feast(other, feast.days)
    usual = np.median(apart)
    return bool(abs(usual) < TOGETHER and (np.abs(apart - usual) <= AGREE).mean() >= MOSTLY)
