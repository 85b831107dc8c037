"""Histories as the network takes them, made on the spot."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from shopwright.forecast.t5.inputs import Histories
from shopwright.shop.periods import shift

FIRST = date(2021, 1, 4)  # a Monday
STEP = {"D": "1d", "W": "1w", "M": "1mo"}


def days_of(n, period):
    """First days of n periods."""
    start = FIRST.replace(day=1) if period == "M" else FIRST
    return tuple(shift(start, period, at) for at in range(n))


def given(units, horizon, period="W", **more):
    """Histories of units, shape (n, T), and so many periods ahead."""
    units = np.asarray(units, float)
    return Histories(units, days_of(units.shape[1] + horizon, period), period, **more)


def sold(n, periods, seed=0, rate=20.0, gaps=0.0, period="W"):
    """Counts around a rate with a course over the year, some of them unknown, shape (n, periods)."""
    rng = np.random.default_rng(seed)
    year = np.array([day.timetuple().tm_yday for day in days_of(periods, period)]) / 365.25
    units = rng.poisson(rate * rng.gamma(4, 0.25, (n, 1)) * (1 + 0.4 * np.sin(2 * np.pi * year))).astype(float)
    units[rng.random(units.shape) < gaps] = np.nan
    return units


def table(units, period="W", skus=None):
    """The same as rows of sales; NaN as rows without stock."""
    units = np.asarray(units, float)
    names = skus or [f"s{at}" for at in range(len(units))]
    days = list(days_of(units.shape[1], period))
    return pl.DataFrame(
        {
            "sku": [name for name in names for _ in days],
            "day": days * len(units),
            "units": np.nan_to_num(units).ravel(),
            "in_stock": np.isfinite(units).ravel(),
        }
    )
