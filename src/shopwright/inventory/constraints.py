"""Orders of all SKUs together: under a budget, on the shelves there are, above each supplier's minimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from shopwright.inventory.curves import Curves

__all__ = ["Chosen", "Limits", "choose"]

EXACT_BELOW = 4000  # steps that are decided in one go; above, the linear relaxation settles most of them first
SECONDS = 20.0  # given to what is left; the gap says what that was worth
WITHIN = 1e-9


@dataclass(frozen=True, eq=False)
class Limits:
    """What n SKUs share.

    Attributes:
        cost: money for a unit of each, shape (n,).
        space: shelf space of a unit of each, shape (n,).
        budget: money for all; infinity for no limit.
        room: shelf space for all; infinity for no limit.
        group: number of the supplier of each, shape (n,).
        least_units: least units of a supplier's orders together, by number of the supplier; 0 for none.
        least_cost: least money of a supplier's orders together.
    """

    cost: np.ndarray
    space: np.ndarray
    budget: float
    room: float
    group: np.ndarray
    least_units: np.ndarray
    least_cost: np.ndarray

    @property
    def has_least(self) -> np.ndarray:
        """Whether each supplier has a minimum."""
        return (self.least_units > 0) | (self.least_cost > 0)

    def allow(self, units: np.ndarray) -> bool:
        """Whether such orders, shape (n,), keep to all of it."""
        if units @ self.cost > self.budget + 1e-6 or units @ self.space > self.room + 1e-6:
            return False
        return bool(self.met(units).all())

    def met(self, units: np.ndarray) -> np.ndarray:
        """Whether each supplier gets its minimum, or nothing."""
        n = len(self.least_units)
        ordered = np.bincount(self.group, units, n)
        paid = np.bincount(self.group, units * self.cost, n)
        met: np.ndarray = (ordered <= 0) | (
            (ordered >= self.least_units - 1e-6) & (paid >= self.least_cost - 1e-6)
        )
        return met


@dataclass(frozen=True, eq=False)
class Chosen:
    """Orders that keep to the limits.

    Attributes:
        units: units of each SKU, shape (n,).
        gain: what they bring together, money.
        bound: no orders within the limits bring more, money.
    """

    units: np.ndarray
    gain: float
    bound: float

    @property
    def gap(self) -> float:
        """How much of the best possible gain may be missed at most, as a share of it."""
        if self.bound <= WITHIN:
            return 0.0
        return max(0.0, (self.bound - self.gain) / self.bound)


def choose(steps: Curves, limits: Limits) -> Chosen:
    """The steps that bring most within the limits (a multiple-choice knapsack with group minimums).

    Few steps go to the branch and bound of HiGHS as they are. Of many, the linear relaxation is solved first: it
    bounds the gain from above, its rounding from below, and a step whose reduced cost exceeds the distance between
    the two is settled (Dantzig; Balas & Zemel 1980). Branch and bound decides on what is left.
    """
    n = len(limits.cost)
    if len(steps.row) == 0:
        return Chosen(np.zeros(n), 0.0, 0.0)
    problem = _Problem(steps, limits)
    if len(steps.row) <= EXACT_BELOW:
        return problem.chosen(*problem.solve(np.zeros(problem.n), problem.upper()))
    return problem.settled()


class _Problem:
    """The choice of steps as a program: one variable for each step, one for each supplier with a minimum."""

    def __init__(self, steps: Curves, limits: Limits) -> None:
        self.steps, self.limits = steps, limits
        self.m = len(steps.row)
        self.suppliers = np.flatnonzero(limits.has_least)
        self.n = self.m + len(self.suppliers)
        self.cost = np.concatenate([-steps.gain, np.zeros(len(self.suppliers))])
        self.rows = sparse.vstack([*self._shared(), *self._in_order(), *self._minimums()], format="csr")
        self.most = np.concatenate(self._most)

    def upper(self) -> np.ndarray:
        """Most of each variable; a step dearer than the whole budget is never taken."""
        money, space = self._weights()
        fits = (money <= self.limits.budget + 1e-6) & (space <= self.limits.room + 1e-6)
        return np.concatenate([fits.astype(float), np.ones(len(self.suppliers))])

    def _weights(self) -> tuple[np.ndarray, np.ndarray]:
        row, size = self.steps.row, self.steps.size
        return size * self.limits.cost[row], size * self.limits.space[row]

    def _shared(self) -> list[sparse.csr_matrix]:
        """Budget and shelves."""
        self._most: list[np.ndarray] = []
        rows = []
        for weight, most in zip(self._weights(), (self.limits.budget, self.limits.room), strict=True):
            if np.isfinite(most):
                rows.append(sparse.csr_matrix(np.concatenate([weight, np.zeros(self.n - self.m)])[None, :]))
                self._most.append(np.array([max(most, 0.0)]))
        return rows

    def _in_order(self) -> list[sparse.csr_matrix]:
        """A step after the one before it, where the next one brings more or weighs less: else it comes by itself."""
        row, size, gain = self.steps.row, self.steps.size, self.steps.gain
        same = row[1:] == row[:-1]
        after = np.flatnonzero(same & ((size[1:] != size[:-1]) | (gain[1:] > gain[:-1] + WITHIN))) + 1
        if not len(after):
            return []
        at = np.arange(len(after))
        ones = np.ones(len(after))
        entries = (np.concatenate([ones, -ones]), (np.concatenate([at, at]), np.concatenate([after, after - 1])))
        self._most.append(np.zeros(len(after)))
        return [sparse.csr_matrix(entries, shape=(len(after), self.n))]

    def _minimums(self) -> list[sparse.csr_matrix]:
        """A supplier that gets any order gets its minimum."""
        rows: list[sparse.csr_matrix] = []
        group, limits = self.limits.group[self.steps.row], self.limits
        first = self.steps.is_first
        for place, supplier in enumerate(self.suppliers):
            switch = self.m + place
            of_it = np.flatnonzero(group == supplier)
            for least, weight in ((limits.least_units, self.steps.size), (limits.least_cost, self._weights()[0])):
                if least[supplier] > 0:
                    entries = np.concatenate([-weight[of_it], [least[supplier]]])
                    rows.append(self._row(entries, np.concatenate([of_it, [switch]])))
                    self._most.append(np.zeros(1))
            opening = of_it[first[of_it]]
            at = np.arange(len(opening))
            entries = np.concatenate([np.ones(len(opening)), -np.ones(len(opening))])
            places = (np.concatenate([at, at]), np.concatenate([opening, np.full(len(opening), switch)]))
            rows.append(sparse.csr_matrix((entries, places), shape=(len(opening), self.n)))
            self._most.append(np.zeros(len(opening)))
        return rows

    def _row(self, values: np.ndarray, places: np.ndarray) -> sparse.csr_matrix:
        return sparse.csr_matrix((values, (np.zeros(len(places), dtype=int), places)), shape=(1, self.n))

    def solve(self, low: np.ndarray, high: np.ndarray, gap: float = 0.0) -> tuple[np.ndarray | None, float]:
        """Branch and bound between two bounds: the best found, None where there is none, and a bound on the gain."""
        found = milp(
            self.cost,
            constraints=LinearConstraint(self.rows, -np.inf, self.most) if self.rows.shape[0] else None,
            bounds=Bounds(low, high),
            integrality=np.ones(self.n),
            options={"time_limit": SECONDS, "mip_rel_gap": gap},
        )
        bound = -found.mip_dual_bound if found.mip_dual_bound is not None else np.inf
        return (None if found.x is None else np.rint(found.x)), float(bound)

    def chosen(self, taken: np.ndarray | None, bound: float) -> Chosen:
        """What was taken as units; nothing where no choice was found."""
        taken = np.zeros(self.n) if taken is None else taken
        units = np.bincount(self.steps.row, self.steps.size * taken[: self.m], len(self.limits.cost))
        gain = float(self.steps.gain @ taken[: self.m])
        return Chosen(units, gain, max(bound, gain))

    def settled(self) -> Chosen:
        """Relaxation, rounding, and branch and bound on the steps that the two do not settle."""
        high = self.upper()
        relaxed = linprog(self.cost, self.rows, self.most, bounds=np.column_stack([np.zeros(self.n), high]))
        bound = -float(relaxed.fun)
        rounded = self._rounded(relaxed.x, high)
        reached = float(-self.cost @ rounded)
        reduced = relaxed.lower.marginals + relaxed.upper.marginals
        spare = bound - reached + WITHIN
        low = np.where((reduced < -spare) & (relaxed.x > 0.5), high, 0.0)
        top = np.where((reduced > spare) & (relaxed.x < 0.5), 0.0, high)
        taken, proven = self.solve(low, top, gap=1e-6)
        if taken is None or -self.cost @ taken < reached:
            taken = rounded
        return self.chosen(taken, min(bound, max(proven, float(-self.cost @ taken))) if np.isfinite(proven) else bound)

    def _rounded(self, relaxed: np.ndarray, high: np.ndarray) -> np.ndarray:
        """A choice that keeps to all limits: whole steps of the relaxation, filled up with the best for their weight."""
        steps, limits = self.steps, self.limits
        whole = (relaxed[: self.m] > 1 - 1e-6) & (high[: self.m] > 0)
        units = self.chosen(np.concatenate([whole, np.zeros(self.n - self.m)]), np.inf).units
        dropped = ~limits.met(units)[limits.group[steps.row]]
        whole &= ~dropped
        money, space = self._weights()
        spare = [limits.budget - money @ whole, limits.room - space @ whole]
        previous = np.concatenate([[True], steps.row[1:] != steps.row[:-1]])
        opens = limits.has_least[limits.group[steps.row]] & steps.is_first
        weight = money / max(limits.budget, WITHIN) + space / max(limits.room, WITHIN)
        worth = np.divide(steps.gain, weight, out=np.full(self.m, np.inf), where=weight > 0)
        left = np.flatnonzero(~whole & (steps.gain > 0) & ~dropped & ~opens)
        for at in left[np.argsort(-worth[left], kind="stable")]:
            if (previous[at] or whole[at - 1]) and money[at] <= spare[0] and space[at] <= spare[1]:
                whole[at] = True
                spare[0] -= money[at]
                spare[1] -= space[at]
        switches = np.zeros(self.n - self.m)
        ordered = np.bincount(limits.group[steps.row], whole, len(limits.least_units))
        switches[ordered[self.suppliers] > 0] = 1.0
        return np.concatenate([whole.astype(float), switches])
