"""Slips of the keyboard: a number so far beyond all others of its product that it cannot be demand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shopwright.forecast.panel import Floats
from shopwright.i18n import Text, t

__all__ = ["without_slips"]

BEYOND = 100.0  # times the next highest number of the product
LEAST_KNOWN = 4


def without_slips(units: Floats, skus: Sequence[str]) -> tuple[Floats, dict[str, Text]]:
    """Units with slips unknown, and a note for each product that had one.

    Args:
        units: shape (n, T), NaN where unknown.
        skus: the n SKUs.
    """
    if units.shape[1] < 2:
        return units, {}
    filled = np.nan_to_num(units, nan=-1.0)
    top = filled.argmax(axis=1)
    everyone = np.arange(len(units))
    highest = filled[everyone, top]
    rest = np.partition(filled, -2, axis=1)[:, -2]
    is_slip = (np.isfinite(units).sum(axis=1) >= LEAST_KNOWN) & (highest > BEYOND * np.maximum(rest, 1.0))
    cleaned = units.copy()
    cleaned[everyone[is_slip], top[is_slip]] = np.nan
    notes = {
        skus[row]: t(
            "{units:,.0f} units in one period, over {n} times any other: taken for a slip and left out",
            units=float(highest[row]), n=int(BEYOND),
        )
        for row in np.flatnonzero(is_slip).tolist()
    }  # fmt: skip
    return cleaned, notes
