"""Demand whose distribution is known, for orders that can be worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from shopwright.i18n import Text
from shopwright.shop.demand import Demand

FIRST = date(2024, 7, 1)


def certain(*units: float, skus: tuple[str, ...] = ("a",), period: str = "W") -> Demand:
    """Demand that is known exactly."""
    mean = np.tile(np.array(units, dtype=float), (len(skus), 1))
    return _demand(mean, (0.5,), mean[:, :, None], skus, period)


def spread(values, levels, periods: int = 1, skus: tuple[str, ...] = ("a",), rho: float = 0.0) -> Demand:
    """The same quantiles in each period."""
    quantiles = np.tile(np.asarray(values, dtype=float), (len(skus), periods, 1))
    return _demand(quantiles.mean(axis=2), tuple(levels), quantiles, skus, "W", rho)


def _demand(mean, levels, quantiles, skus, period, rho=0.0) -> Demand:
    days = tuple(FIRST + timedelta(days=(7 if period == "W" else 1) * at) for at in range(mean.shape[1]))
    how = Text.literal("planted")
    last = FIRST - timedelta(days=1)
    return Demand(skus, days, period, mean, levels, quantiles, np.full(len(skus), rho), last, how)
