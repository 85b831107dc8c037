"""Shops put together from real sales: a span of time, some products, scaled anew, and mixtures of a few of them.

Mixtures after TSMixup (Ansari et al. 2024): convex ones, with Dirichlet weights, of products scaled to the same level.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from demand_t5.real import Sales
from demand_t5.sell import out_of_stock
from demand_t5.world import World, chance

__all__ = ["mixed"]

MOST_MIXED = 3


def mixed(rng: np.random.Generator, sets: Sequence[Sales], n: int, history: int, horizon: int) -> World:
    """One shop with up to n products of one of the sets, which all have periods of the same length."""
    sales = sets[int(rng.integers(0, len(sets)))]
    whole = len(sales.days)
    horizon = min(horizon, max(whole // 3, 1))
    periods = min(history + horizon, whole)
    start = int(rng.integers(0, whole - periods + 1))
    span = slice(start, start + periods)
    alive = np.flatnonzero(np.nan_to_num(sales.units[:, start : start + periods - horizon]).sum(axis=1) > 0)
    rows = rng.permutation(alive)[:n] if len(alive) else np.arange(min(n, len(sales.units)))
    units = sales.units[rows, span].copy()
    if chance(rng, 0.4):
        units = _blended(rng, sales.units[:, span], rows, units)
    if chance(rng, 0.3):
        units *= np.exp(rng.normal(0, 1.5))
    units[np.cumsum(np.nan_to_num(units) > 0, axis=1) == 0] = np.nan
    if chance(rng, 0.3):
        units = out_of_stock(rng, units)
    ahead = sales.ahead[rows][:, :, span]
    if not chance(rng, 0.8):
        ahead = ahead[:, :0]
    ahead = ahead[:, rng.permutation(ahead.shape[1])]
    text = sales.text[rows] if sales.text is not None else None
    past = np.zeros((len(rows), 0, periods), np.float32)
    return World(units, sales.days[span], sales.period, horizon, ahead, past, text)


def _blended(rng: np.random.Generator, pool: np.ndarray, rows: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Each product's sales mixed with those of one or two others, at its own level; whole numbers stay whole."""
    level = np.nanmean(np.where(np.isfinite(pool), pool, 0.0), axis=1) + 1e-9
    mixed = rng.dirichlet(np.full(int(rng.integers(2, MOST_MIXED + 1)), 1.5), len(rows))
    found = mixed[:, :1] * units
    for at in range(1, mixed.shape[1]):
        other = rng.integers(0, len(pool), len(rows))
        scaled = np.nan_to_num(pool[other]) * (level[rows] / level[other])[:, None]
        found = found + mixed[:, at : at + 1] * np.minimum(scaled, 50 * level[rows][:, None])
    is_whole = (units == np.rint(units)) | ~np.isfinite(units)
    return np.asarray(np.where(is_whole.all(axis=1)[:, None], np.rint(found), found))
