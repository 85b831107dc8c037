"""How much a product usually sells: what makes fast and slow sellers comparable."""

from __future__ import annotations

import numpy as np

from shopwright.forecast.panel import Floats
from shopwright.forecast.windows import Windows
from shopwright.shop.demand import Period

__all__ = ["scales"]

OVER: dict[Period, int] = {"D": 91, "W": 53, "M": 24}  # periods; a year where there are that many
LEAST_SALES = 0.5  # what a product without a sale of late is taken to have sold in that time


def scales(windows: Windows, period: Period) -> Floats:
    """Mean units of the latest known periods, shape (n, T), above zero; NaN before a SKU is known.

    Each is drawn a little towards the mean so far, so that a product is not judged by its first weeks alone.
    """
    over = OVER[period]
    n, so_far = windows.count(over), windows.mean(windows.units.shape[1])
    mean = windows.mean(over)
    drawn = (mean * n + so_far) / (n + 1)
    recent = np.where(np.isfinite(mean), drawn, so_far)
    return np.where(np.isfinite(so_far), np.maximum(recent, LEAST_SALES / over), np.nan)
