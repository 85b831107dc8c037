"""Days, weeks and months as rows of periods without gaps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from shopwright.shop.demand import Period
from shopwright.shop.schema import names as c

__all__ = ["DAYS_IN", "middles", "number_of", "recorded_by", "shift", "starts_of"]

DAYS_IN: dict[Period, int] = {"D": 1, "W": 7, "M": 30}


def recorded_by(days: pl.Series) -> Period:
    """How records are dated: all on one weekday are weekly, all on the first of a month monthly, anything else daily.

    Args:
        days: different days, without nulls.
    """
    if days.len() >= 3 and bool((days.dt.day() == 1).all()):
        return "M"
    return "W" if days.len() >= 3 and days.dt.weekday().n_unique() == 1 else "D"


def middles(days: Sequence[date], period: Period) -> list[date]:
    """The day in the middle of each period; of months, the sixteenth."""
    return [day + timedelta(days=DAYS_IN[period] // 2) for day in days]


def shift(day: date, period: Period, by: int) -> date:
    """First day of the period so many after that of `day`; of the month's first day for months."""
    if period != "M":
        return day + timedelta(days=DAYS_IN[period] * by)
    months = day.year * 12 + day.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def starts_of(first: date, last: date, period: Period, *, is_recorded: bool) -> list[date]:
    """First days of the complete periods, rising; a period that `last` does not fill is left out."""
    if period == "M":
        end = last.replace(day=1) if is_recorded or _is_month_end(last) else shift(last.replace(day=1), "M", -1)
    else:
        length = DAYS_IN[period]
        records = first + timedelta(days=(last - first).days // length * length)
        end = records if is_recorded else last - timedelta(days=length - 1)
    starts = [end]
    while (earlier := shift(starts[-1], period, -1)) >= first:
        starts.append(earlier)
    return starts[::-1]


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def number_of(starts: list[date], period: Period) -> pl.Expr:
    """Number of the period a day lies in; below zero before the first."""
    day = pl.col(c.DAY)
    if period == "M":
        return (day.dt.year() * 12 + day.dt.month()).cast(pl.Int32) - (starts[0].year * 12 + starts[0].month)
    return (day - pl.lit(starts[0])).dt.total_days().floordiv(DAYS_IN[period]).cast(pl.Int32)
