"""Orders of all SKUs together: under a budget, on the shelves there are, above each supplier's minimum."""

from __future__ import annotations

import numpy as np

from shopwright.inventory.curves import Curves
from shopwright.inventory.limits import Chosen, Limits
from shopwright.inventory.program import Program
from shopwright.inventory.relaxation import Relaxed, hull, relax

__all__ = ["choose"]

EXACT_BELOW = 2000  # steps that are decided in one go
CORE = 2000  # steps left to branch and bound where there are more: seconds; those furthest from doubt are settled
NEAR = 1e-4  # where so little of the gain can be missed, branch and bound stops


def choose(steps: Curves, limits: Limits) -> Chosen:
    """The steps that bring most within the limits (a multiple-choice knapsack with group minimums).

    Few steps go to the branch and bound of HiGHS as they are, and the answer is exact. Of many, prices of money and
    space bound the gain from above, a rounding bounds it from below, and a step that is worth more, or less, than the
    distance between the two is settled (Balas & Zemel 1980). Branch and bound decides on those that are left; the gap
    to the bound is proven.
    """
    if len(steps.row) == 0:
        return Chosen(np.zeros(len(limits.cost)), 0.0, 0.0)
    if len(steps.row) <= EXACT_BELOW:
        program = Program(steps, limits)
        found = program.chosen(*program.solve(np.zeros(program.n), program.upper()))
        if found.gap <= NEAR:
            return found
        other = _settled(steps, limits)
        bound = min(found.bound, other.bound)
        best = max(found, other, key=lambda chosen: chosen.gain)
        return Chosen(best.units, best.gain, max(bound, best.gain))
    return _settled(steps, limits)


def _settled(curves: Curves, limits: Limits) -> Chosen:
    """Bound, rounding, and branch and bound on the steps between the two."""
    steps = hull(curves)
    is_whole = len(steps.row) == len(curves.row)  # where steps were joined, a proof for the joined ones is none
    relaxed = relax(steps, limits)
    rounded = _rounded(steps, limits, relaxed)
    reached = float(steps.gain @ rounded)
    program = Program(steps, limits)
    spare = max(relaxed.bound - reached, 0.0)
    if spare > 1e-9:
        is_proof, low, high = _core(program, steps, limits, relaxed, rounded, spare)
        taken, proven = program.solve(low, high, gap=NEAR / 10)
        found = None if taken is None else program.chosen(taken, proven)
        bound = min(relaxed.bound, max(proven, reached)) if is_proof and is_whole else relaxed.bound
        if found is not None and found.gain > reached:
            return Chosen(found.units, found.gain, max(bound, found.gain))
    else:
        bound = reached
    units = np.bincount(steps.row, steps.size * rounded, len(limits.cost))
    return Chosen(units, reached, max(bound, reached))


def _core(
    program: Program, steps: Curves, limits: Limits, relaxed: Relaxed, rounded: np.ndarray, spare: float
) -> tuple[bool, np.ndarray, np.ndarray]:
    """Whether all steps that matter are left open, and bounds of each variable with the others settled."""
    group = limits.group[steps.row]
    doubtful = np.abs(relaxed.reduced) <= spare
    has_least = limits.has_least[group]
    doubtful |= has_least & (np.abs(relaxed.worth)[group] <= spare)
    doubtful |= has_least & (relaxed.reduced <= 0) & (relaxed.taken > 0)
    doubtful |= has_least & relaxed.is_open[group] & (relaxed.reduced <= 0)
    doubtful |= rounded != (relaxed.taken >= 1)
    is_proof = int(doubtful.sum()) <= CORE
    if not is_proof:
        nearest = np.argsort(np.where(doubtful, np.abs(relaxed.reduced), np.inf), kind="stable")[:CORE]
        doubtful = np.zeros_like(doubtful)
        doubtful[nearest] = True
    high = program.upper()
    low = np.zeros(program.n)
    settled = np.flatnonzero(~doubtful)
    low[settled] = np.minimum(rounded[settled], high[settled])
    high[settled] = low[settled]
    opened = np.bincount(group, rounded, len(limits.least_units)) > 0
    for place, supplier in enumerate(program.suppliers):
        if not doubtful[group == supplier].any():
            low[program.m + place] = high[program.m + place] = float(opened[supplier])
    return is_proof, low, high


def _rounded(steps: Curves, limits: Limits, relaxed: Relaxed) -> np.ndarray:
    """A choice that keeps to all limits: whole steps, the worst taken back, then filled up with the best."""
    money, space = steps.size * limits.cost[steps.row], steps.size * limits.space[steps.row]
    group = limits.group[steps.row]
    weight = money / max(limits.budget, 1e-9) + space / max(limits.room, 1e-9)
    worth = np.divide(steps.gain, weight, out=np.full(len(weight), np.inf), where=weight > 0)
    worth = np.where(steps.gain > 0, worth, -1.0)
    whole = np.zeros(len(weight), dtype=bool)
    spare = [limits.budget, limits.room]
    follows = np.concatenate([[False], steps.row[1:] == steps.row[:-1]])

    def take(candidates: np.ndarray) -> None:
        for at in candidates[np.argsort(-worth[candidates], kind="stable")]:
            if (not follows[at] or whole[at - 1]) and money[at] <= spare[0] and space[at] <= spare[1]:
                whole[at] = True
                spare[0] -= money[at]
                spare[1] -= space[at]

    has_least = limits.has_least[group]
    take(np.flatnonzero(has_least & (relaxed.taken > 0)))
    take(np.flatnonzero(~has_least & (relaxed.taken > 0)))
    for _ in range(2):
        units = np.bincount(steps.row, steps.size * whole, len(limits.cost))
        lacking = ~limits.met(units)[group]
        spare[0] += money @ (whole & lacking)
        spare[1] += space @ (whole & lacking)
        whole &= ~lacking
        opened = np.bincount(group, whole, len(limits.least_units)) > 0
        take(np.flatnonzero(~whole & (steps.gain > 0) & (~has_least | opened[group])))
    return whole.astype(float)
