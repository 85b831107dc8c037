"""A bound on what any orders within the limits can bring, and prices of money and space that come with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from shopwright.inventory.curves import Curves
from shopwright.inventory.limits import Limits

__all__ = ["Relaxed", "hull", "relax"]

ROUNDS = 80
CLOSE = 1e-7  # of the bound; nearer cannot be told from rounding


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The best choice at given prices of money and space.

    Attributes:
        bound: no orders within the limits bring more, money.
        taken: share of each step that is taken, shape (m,).
        reduced: what taking a step brings beyond the prices of what it uses, shape (m,).
        is_open: whether each supplier gets orders, shape (suppliers,).
        worth: what each supplier's orders bring beyond their prices, shape (suppliers,).
    """

    bound: float
    taken: np.ndarray
    reduced: np.ndarray
    is_open: np.ndarray
    worth: np.ndarray


def hull(steps: Curves) -> Curves:
    """Steps joined until each brings no more a unit than the one before it.

    The joined curve runs through points of the first one and nowhere below it, so that a bound on it holds for both.
    """
    rows: list[int] = []
    sizes: list[float] = []
    gains: list[float] = []
    for row, size, gain in zip(steps.row.tolist(), steps.size.tolist(), steps.gain.tolist(), strict=True):
        joined_size, joined_gain = size, gain
        while rows and rows[-1] == row and joined_gain * sizes[-1] > gains[-1] * joined_size:
            joined_size, joined_gain = joined_size + sizes.pop(), joined_gain + gains.pop()
            rows.pop()
        rows.append(row)
        sizes.append(joined_size)
        gains.append(joined_gain)
    return Curves(np.array(rows, dtype=int), np.array(sizes), np.array(gains))


def relax(steps: Curves, limits: Limits) -> Relaxed:
    """The prices of money and space at which the bound is lowest, by cutting planes (Kelley 1960).

    Each price gives a bound (Lagrange; Geoffrion 1974): the steps that bring more than they use at these prices, and
    each supplier with a minimum if its best orders of at least that much do.
    """
    most = np.array([limits.budget, limits.room])
    binding = np.isfinite(most)
    weights = np.stack([steps.size * limits.cost[steps.row], steps.size * limits.space[steps.row]])[binding]
    amounts = most[binding]
    best = _at(np.zeros(len(amounts)), steps, limits, weights, amounts)
    if not len(amounts):
        return best[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        ceiling = np.array([np.nanmax(np.where(w > 0, steps.gain / w, 0.0), initial=0.0) for w in weights]) + 1e-9
    cuts, heights = [-best[1]], [best[0].bound]
    lowest = best[0]
    for _ in range(ROUNDS):
        price, floor = _lowest(np.array(cuts), np.array(heights), ceiling)
        if lowest.bound - floor <= CLOSE * max(abs(lowest.bound), 1e-9):
            break
        found, spare = _at(price, steps, limits, weights, amounts)
        cuts.append(-spare)
        heights.append(found.bound - float(spare @ price))
        if found.bound < lowest.bound:
            lowest = found
    return lowest


def _lowest(cuts: np.ndarray, heights: np.ndarray, ceiling: np.ndarray) -> tuple[np.ndarray, float]:
    """Prices at which the highest of all planes so far is lowest: height − cut · price."""
    n = cuts.shape[1]
    rows = np.column_stack([-cuts, -np.ones(len(cuts))])
    limits = [(0.0, float(most)) for most in ceiling] + [(None, None)]
    found = linprog(np.append(np.zeros(n), 1.0), rows, -heights, bounds=limits)
    return found.x[:n], float(found.fun)


def _at(
    price: np.ndarray, steps: Curves, limits: Limits, weights: np.ndarray, amounts: np.ndarray
) -> tuple[Relaxed, np.ndarray]:
    """The best choice at these prices, and how much of each amount it leaves over."""
    reduced = steps.gain - price @ weights
    group = limits.group[steps.row]
    bound_by = limits.has_least[group]
    taken = np.where(bound_by, 0.0, reduced > 0)
    is_open, worth = np.ones(len(limits.least_units), dtype=bool), np.zeros(len(limits.least_units))
    value = float(reduced @ taken)
    if bound_by.any():
        filled, worth = _filled(reduced, steps, limits, np.flatnonzero(bound_by))
        is_open = ~limits.has_least | (worth > 0)
        taken += np.where(is_open[group], filled, 0.0)
        value += float(np.maximum(worth[limits.has_least], 0.0).sum())
    return Relaxed(value + float(price @ amounts), taken, reduced, is_open, worth), amounts - weights @ taken


def _filled(reduced: np.ndarray, steps: Curves, limits: Limits, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Steps of suppliers with minimums: all that bring something, and the least bad until the minimum is reached."""
    n = len(limits.least_units)
    best, worth = np.zeros(len(reduced)), np.full(n, np.inf)
    group = limits.group[steps.row[places]]
    for least, weight in (
        (limits.least_units, steps.size[places]),
        (limits.least_cost, steps.size[places] * limits.cost[steps.row[places]]),
    ):
        gain = reduced[places]
        ratio = np.divide(gain, weight, out=np.where(gain > 0, np.inf, -np.inf), where=weight > 0)
        order = np.lexsort((-ratio, group))
        ranked, heavy = group[order], weight[order]
        before = np.cumsum(heavy) - heavy
        starts = np.searchsorted(ranked, np.arange(n))
        before = before - before[np.minimum(starts, len(before) - 1)][ranked]
        lacking = np.clip(np.divide(least[ranked] - before, heavy, out=np.zeros(len(heavy)), where=heavy > 0), 0.0, 1.0)
        share = np.where(gain[order] > 0, 1.0, lacking)
        total = np.bincount(ranked, gain[order] * share, n)
        reached = np.bincount(ranked, heavy * share, n) >= least - 1e-6
        total = np.where(reached, total, -np.inf)
        is_tighter = total < worth
        worth = np.where(is_tighter, total, worth)
        filled = np.zeros(len(places))
        filled[order] = share
        best[places] = np.where(is_tighter[group], filled, best[places])
    return best, worth
