"""Slips of the keyboard: numbers so far beyond all others of their product that they cannot be demand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shopwright.i18n import Text, t

__all__ = ["without_slips"]

BEYOND = 100.0  # times the next highest number of the product
LEAST_KNOWN = 4
FAR_BEYOND = BEYOND**2  # where fewer are known: times the next highest, of the product or of all others if it has none
MOST, MOST_SHARE = 10, 0.05  # of a product's periods: more such numbers are how it sells
LEAST_SOLD = 3  # periods with sales beside several slips: else they may be a product of rare bulk orders
WRITTEN_OUT = 1e15

Floats = NDArray[np.float64]


def without_slips(units: Floats, skus: Sequence[str]) -> tuple[Floats, dict[str, Text]]:
    """Units with slips unknown, and a note for each product that had one.

    One number over 100 times every other of its product is one; so are several, up to one period in twenty, where it
    sold in three other periods. With fewer than four periods known it takes 10,000 times, and a product with a single
    number is held against the highest number of all others.

    Args:
        units: shape (n, T), NaN where unknown.
        skus: the n SKUs.
    """
    if not units.size:
        return units, {}
    filled = np.nan_to_num(units, nan=-1.0)
    limit = _limits(_highest(filled), np.isfinite(units).sum(axis=1), (filled > 0).sum(axis=1))
    is_slip = filled > limit[:, None]
    return np.where(is_slip, np.nan, units), {
        skus[row]: _note(np.sort(filled[row, is_slip[row]])[::-1])
        for row in np.flatnonzero(is_slip.any(axis=1)).tolist()
    }


def _highest(filled: Floats) -> Floats:
    """The highest numbers of each product, falling, shape (n, at most MOST + 1)."""
    kept = min(MOST + 1, filled.shape[1])
    return -np.sort(-np.partition(filled, -kept, axis=1)[:, -kept:], axis=1)


def _limits(falling: Floats, n_known: NDArray[np.int64], n_sold: NDArray[np.int64]) -> Floats:
    """Units above which a number is a slip, shape (n,); infinity where there is none.

    Args:
        falling: the highest numbers of each product, the highest first, -1 where unknown, shape (n, k).
        n_known: periods known of each, shape (n,).
        n_sold: those of them with sales.
    """
    limit = np.full(len(falling), np.inf)
    times = np.where(n_known >= LEAST_KNOWN, BEYOND, FAR_BEYOND)
    for k in range(1, falling.shape[1]):
        rest = np.maximum(falling[:, k], 1.0)
        may = (n_known > k) & ((k == 1) | ((k <= MOST_SHARE * n_known) & (n_sold - k >= LEAST_SOLD)))
        limit = np.where(may & (falling[:, k - 1] > times * rest), rest, limit)
    alone = (n_known == 1) & (falling[:, 0] > 0)
    highest = np.where(alone, 0.0, np.minimum(falling[:, 0], limit)).max(initial=0.0)
    if highest > 0:
        limit[alone & (falling[:, 0] > FAR_BEYOND * highest)] = highest
    return limit


def _note(slips: Floats) -> Text:
    units = f"{slips[0]:,.0f}" if slips[0] < WRITTEN_OUT else f"{slips[0]:.1e}"
    if len(slips) == 1:
        return t("{units} units in one period, far beyond any other: taken for a slip and left out", units=units)
    return t(
        "periods with units far beyond any other, up to {units}: {n}; taken for slips and left out",
        units=units,
        n=len(slips),
    )
