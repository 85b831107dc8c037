"""Which periods of which products a model learns from."""

from __future__ import annotations

import numpy as np

from shopwright.forecast.columns import YEAR, Columns, Rows
from shopwright.seeds import generator

__all__ = ["learning_rows", "next_rows"]

FADING = 0.5  # how much less likely a target is to be drawn for each year that it lies back
OLDEST = 0.1


def learning_rows(columns: Columns, end: int, most: int, seed: int) -> Rows:
    """At most `most` rows whose targets are known and lie before period `end`; late ones are likelier than early ones.

    All of them where there are no more than that. A product counts from the period after its first on.
    """
    horizon = columns.panel.horizon
    units, scale = columns.panel.units[:, :end], columns.scale[:, :end]
    is_known = np.isfinite(units)
    is_known[np.arange(len(units)), is_known.argmax(axis=1)] = False
    sku, target = np.nonzero(is_known)
    if len(sku) * horizon <= most:
        ahead = np.tile(np.arange(1, horizon + 1), len(sku))
        sku, target = np.repeat(sku, horizon), np.repeat(target, horizon)
    else:
        draw = generator(seed, "rows", end)
        chance = np.maximum(FADING ** ((end - 1 - target) / YEAR[columns.panel.period]), OLDEST)
        at = np.sort(draw.choice(len(sku), most, p=chance / chance.sum()))
        sku, target = sku[at], target[at]
        ahead = draw.integers(1, horizon + 1, most)
    origin = target - ahead
    usable = origin >= 0
    usable[usable] = np.isfinite(scale[sku[usable], origin[usable]])
    return Rows(sku[usable], origin[usable], ahead[usable])


def next_rows(n: int, origin: int, horizon: int) -> Rows:
    """Every step ahead of each of n SKUs from one origin, SKU by SKU."""
    return Rows(np.repeat(np.arange(n), horizon), np.full(n * horizon, origin), np.tile(np.arange(1, horizon + 1), n))
