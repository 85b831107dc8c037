"""How many reviews of each product were to be expected by each day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "Exposure", "expected"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BLOCK = 28  # days after which rates are learned anew
# Reviews come between these days after a sale, about evenly.
FIRST_LAG, LAST_LAG = 3, 42
RECENT_BLOCKS, BORROWED = 3, 20.0


@dataclass(frozen=True, eq=False)
class Exposure:
    """Reviews to expect, summed up.

    Attributes:
        until: expected up to the evening of each day, shape (products, days).
        before: the same at the beginning of each block of 28 days, shape (products, blocks).
    """

    until: Floats
    before: Floats


def expected(sku: Ints, day: Ints, n_skus: int, n_days: int, units: Floats | None) -> Exposure:
    """Reviews to expect from sales; of products without sales their own reviews, so that only shares count.

    The reviews for each unit sold are those of the whole shop in the twelve weeks before, drawn towards the product's
    own with the weight of 20 reviews. In the first four weeks, and until a product is first sold, its own reviews stand
    for what was to be expected: nothing looks ahead.

    Args:
        sku: product of each review.
        day: day of each review, from 0.
        n_skus: number of products.
        n_days: number of days.
        units: sold, shape (products, days); None without sales.
    """
    came = np.zeros((n_skus, n_days))
    np.add.at(came, (sku, day), 1.0)
    blocks = np.arange(0, n_days, BLOCK)
    until = came.cumsum(axis=1)
    if units is not None:
        due = _due(units)
        is_due = due.cumsum(axis=1) > 0
        block = np.arange(n_days) // BLOCK
        rates = _rates(np.where(is_due, came, 0.0), due, blocks)[:, block]
        until = np.where(is_due & (block > 0), rates * due, came).cumsum(axis=1)
    before = np.where(blocks > 0, until[:, np.maximum(blocks - 1, 0)], 0.0)
    return Exposure(until, before)


def _due(units: Floats) -> Floats:
    """Units whose reviews are due on each day: the mean of those sold 3 to 42 days before."""
    total = np.concatenate([np.zeros((len(units), 1)), units.cumsum(axis=1)], axis=1)
    at = np.arange(units.shape[1])
    # In the first days there is nothing so long ago: then the mean of what there is, so that no rate begins too high.
    newest, oldest = np.where(at >= FIRST_LAG, at - FIRST_LAG + 1, at + 1), np.maximum(at - LAST_LAG, 0)
    return np.asarray((total[:, newest] - total[:, oldest]) / (newest - oldest))


def _rates(came: Floats, due: Floats, blocks: Ints) -> Floats:
    """Reviews for each unit due, by product and block, from the blocks before it."""
    reviews, dues = (np.add.reduceat(part, blocks, axis=1) for part in (came, due))
    shop = np.zeros(len(blocks))
    for at in range(len(blocks)):
        span = slice(max(0, at - RECENT_BLOCKS), at)
        n, of = float(reviews[:, span].sum()), float(dues[:, span].sum())
        # The first block has nothing before it: its own rate, by which only later blocks are reckoned.
        shop[at] = n / of if n and of else reviews[:, 0].sum() / max(float(dues[:, 0].sum()), 1.0)
    # What a product's own reviews say up to four weeks before the block; a fault's are then not among them.
    lagged = np.maximum(np.arange(len(blocks)) - 1, 0)
    own_n = np.concatenate([np.zeros((len(came), 1)), reviews.cumsum(axis=1)], axis=1)[:, lagged]
    own_due = np.concatenate([np.zeros((len(came), 1)), (dues * shop).cumsum(axis=1)], axis=1)[:, lagged]
    return np.asarray(shop * (BORROWED + own_n) / (BORROWED + own_due))
