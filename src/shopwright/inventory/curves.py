"""What each further step of an order brings: gain curves over the futures, on the quantities that can be ordered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.inventory.futures import Futures
from shopwright.inventory.quantity import Quantities, fewest
from shopwright.inventory.terms import Terms

__all__ = ["Curves", "curves", "joined"]

STEPS = 64  # an order of more packs is decided in steps of some packs each


@dataclass(frozen=True, eq=False)
class Curves:
    """Steps of the orders of many SKUs, one after the other.

    Attributes:
        row: SKU of each step, rising, shape (m,).
        size: units that the step adds, shape (m,).
        gain: money that it brings, in expectation, shape (m,); the steps of a SKU are taken from the first on.
    """

    row: np.ndarray
    size: np.ndarray
    gain: np.ndarray

    @property
    def is_first(self) -> np.ndarray:
        """Whether a step is its SKU's first, shape (m,)."""
        first: np.ndarray = np.diff(self.row, prepend=-1) != 0
        return first


def curves(terms: Terms, ahead: Futures, best: Quantities, rows: np.ndarray, *, reach: np.ndarray) -> Curves:
    """The steps up to each SKU's own best quantity, or beyond it for those whose supplier asks for more.

    Args:
        terms: stock and terms of n SKUs.
        ahead: their futures.
        best: what each should be ordered for itself.
        rows: number of each SKU in the whole stock, shape (n,).
        reach: units up to which a supplier's minimum may ask for more than the best, shape (n,); below zero where there
            is no minimum.
    """
    least = fewest(terms)
    found = []
    for at in np.flatnonzero((best.units > 0) | (reach >= 0)).tolist():
        grid = _grid(terms, best, least, at, float(reach[at]))
        if len(grid) < 2:
            continue
        brings = _gains(grid, terms, ahead, best, at)
        found.append((np.full(len(grid) - 1, rows[at]), np.diff(grid), np.diff(brings)))
    if not found:
        return Curves(np.zeros(0, dtype=int), np.zeros(0), np.zeros(0))
    row, size, gain = (np.concatenate(part) for part in zip(*found, strict=True))
    return Curves(row, size, gain)


def joined(parts: list[Curves]) -> Curves:
    """Curves of parts of the stock as one."""
    return Curves(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("row", "size", "gain")))


def _grid(terms: Terms, best: Quantities, least: np.ndarray, at: int, reach: float) -> np.ndarray:
    """Quantities to choose from, from zero on: whole packs from the least to the most there is a reason for."""
    pack, own, fewest_units = float(terms["pack_size"][at]), float(best.units[at]), float(least[at])
    tops = [own]
    if reach >= 0:
        # Twice the best, and some packs of what needs none: enough to fill up a supplier's minimum with the cheapest
        # of many. One of few may have to fill it alone.
        most = float(terms["max_units"][at])
        near = min(max(2 * own, own + 8 * pack, fewest_units), most)
        tops += [near, min(max(near, np.ceil(reach / pack - 1e-9) * pack), most)]
    found, low = [0.0], fewest_units
    for top in tops:
        if top < fewest_units or top < low:
            continue
        step = max(1, -(-round((top - low) / pack) // STEPS))
        grid = np.ceil(low + np.arange(0, round((top - low) / pack) + 1, step) * pack - 1e-9)
        found += [*grid[grid < top], *([top] if top % 1 == 0 else [])]
        low = top
    return np.unique(found)


def _gains(grid: np.ndarray, terms: Terms, ahead: Futures, best: Quantities, at: int) -> np.ndarray:
    """Gain of each quantity over none: expected cost without less expected cost with it, and the order's own cost."""
    one = terms.take(np.array([at]))
    short, room = ahead.short[at], ahead.room[at]
    held, missed = float(one.held()[0]), float(one["shortage_cost"][0])
    counted = np.minimum(grid, max(best.wanted[at], 0.0)) if one["order_cost"][0] > 0 else grid
    missing, over = _beyond(np.minimum(short, room), counted)[0], _beyond(short, counted)[1]
    cost = missed * missing + held * over
    if np.isfinite(room).any():
        cost += float(one.waste_cost[0]) * _beyond(room, counted)[1]
    gain: np.ndarray = cost[0] - cost
    if one["order_cost"][0] > 0:
        gain = gain - np.where(
            grid > 0, one["order_cost"][0] * min(1.0, max(best.wanted[at], 0.0) / max(grid[-1], 1e-9)), 0.0
        )
    return gain


def _beyond(values: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of what `values` exceed each quantity by, and of what they fall short of it by."""
    rising = np.sort(values)
    summed = np.concatenate([[0.0], np.cumsum(np.where(np.isfinite(rising), rising, 0.0))])
    below = np.searchsorted(rising, grid, side="right")
    finite = np.isfinite(rising).sum()
    n = len(values)
    under: np.ndarray = (grid * below - summed[below]) / n
    above: np.ndarray = (summed[-1] - summed[below] - grid * np.maximum(finite - below, 0)) / n
    return above, under
