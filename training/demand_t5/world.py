"""What a made-up shop is drawn from, and one shop's products with the time they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from shopwright.shop.demand import Period
from shopwright.shop.periods import shift

__all__ = ["YEAR", "Array", "World", "calendar_from", "chance", "log_uniform"]

Array = NDArray[np.float32]
YEAR: dict[Period, float] = {"D": 365.25, "W": 52.18, "M": 12.0}
FIRST_YEAR, N_YEARS = 2000, 25


@dataclass(frozen=True, eq=False)
class World:
    """Products of one shop over T periods of history and H ahead.

    Attributes:
        units: shape (n, T + H), NaN where unknown.
        days: first days of the periods.
        period: their length.
        horizon: periods at the end that are to be told, H.
        ahead: covariates known ahead, shape (n, K, T + H), NaN where unknown; K may be 0.
        past: covariates known up to now, shape (n, L, T + H).
        text: vectors of products' texts, shape (n, 256); None: none.
    """

    units: NDArray[np.float64]
    days: tuple[date, ...]
    period: Period
    horizon: int
    ahead: Array
    past: Array
    text: Array | None = None


def calendar_from(rng: np.random.Generator, period: Period, periods: int) -> tuple[date, ...]:
    """First days of so many periods from a random day on."""
    start = date(FIRST_YEAR, 1, 1) + timedelta(days=int(rng.integers(0, N_YEARS * 365)))
    if period == "M":
        start = start.replace(day=1)
    return tuple(shift(start, period, at) for at in range(periods))


def chance(rng: np.random.Generator, share: float) -> bool:
    """True so often."""
    return bool(rng.random() < share)


def log_uniform(rng: np.random.Generator, low: float, high: float, size: int | tuple[int, ...] | None = None) -> Array:
    """Numbers whose logarithm is uniform between those of `low` and `high`."""
    return np.exp(rng.uniform(np.log(low), np.log(high), size)).astype(np.float32)
