"""The choice of steps as a mixed-integer program, and HiGHS on it."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from shopwright.inventory.curves import Curves
from shopwright.inventory.limits import Chosen, Limits

__all__ = ["Program"]

NODES = 5000  # given to branch and bound; the gap says what is left undecided. Nodes, not seconds: the same on any day
SECONDS = 120.0  # a last resort, several times what the nodes take
WITHIN = 1e-9


class Program:
    """One variable for each step, one for each supplier with a minimum.

    Attributes:
        m: number of steps.
        n: number of variables: the steps, then the suppliers with a minimum.
        suppliers: their numbers.
    """

    def __init__(self, steps: Curves, limits: Limits) -> None:
        self._most: list[np.ndarray] = []
        self.steps, self.limits = steps, limits
        self.m = len(steps.row)
        self.suppliers = np.flatnonzero(limits.has_least)
        self.n = self.m + len(self.suppliers)
        self.cost = np.concatenate([-steps.gain, np.zeros(len(self.suppliers))])
        rows = [*self._shared(), *self._in_order(), *self._minimums()]
        self.rows = sparse.vstack(rows, format="csr") if rows else sparse.csr_matrix((0, self.n))
        self.most = np.concatenate(self._most) if rows else np.zeros(0)

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
        rows = []
        for weight, most in zip(self._weights(), (self.limits.budget, self.limits.room), strict=True):
            if np.isfinite(most):
                rows.append(sparse.csr_matrix(np.concatenate([weight, np.zeros(self.n - self.m)])[None, :]))
                self._most.append(np.array([max(most, 0.0)]))
        return rows

    def _in_order(self) -> list[sparse.csr_matrix]:
        """A step after the one before it, for SKUs with a step that brings more or weighs another than the last.

        For all others, steps of one size that bring less and less, the order comes by itself.
        """
        row, size, gain = self.steps.row, self.steps.size, self.steps.gain
        same = row[1:] == row[:-1]
        uneven = same & ((size[1:] != size[:-1]) | (gain[1:] > gain[:-1] + WITHIN))
        after = np.flatnonzero(same & np.isin(row[1:], row[1:][uneven])) + 1
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
        for place, supplier in enumerate(self.suppliers):
            switch = self.m + place
            of_it = np.flatnonzero(group == supplier)
            for least, weight in ((limits.least_units, self.steps.size), (limits.least_cost, self._weights()[0])):
                if least[supplier] > 0:
                    entries = np.concatenate([-weight[of_it], [least[supplier]]])
                    rows.append(self._row(entries, np.concatenate([of_it, [switch]])))
                    self._most.append(np.zeros(1))
            at = np.arange(len(of_it))  # every step needs it open, not the first alone: steps alike may stand in
            entries = np.concatenate([np.ones(len(of_it)), -np.ones(len(of_it))])
            places = (np.concatenate([at, at]), np.concatenate([of_it, np.full(len(of_it), switch)]))
            rows.append(sparse.csr_matrix((entries, places), shape=(len(of_it), self.n)))
            self._most.append(np.zeros(len(of_it)))
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
            options={"node_limit": NODES, "time_limit": SECONDS, "mip_rel_gap": gap},
        )
        bound = -found.mip_dual_bound if found.mip_dual_bound is not None else np.inf
        return (None if found.x is None else np.rint(found.x)), float(bound)

    def chosen(self, taken: np.ndarray | None, bound: float) -> Chosen:
        """What was taken as units; nothing where no choice was found."""
        taken = np.zeros(self.n) if taken is None else taken
        units = np.bincount(self.steps.row, self.steps.size * taken[: self.m], len(self.limits.cost))
        gain = float(self.steps.gain @ taken[: self.m])
        return Chosen(units, gain, max(bound, gain))
