"""What the orders of many SKUs share: money, shelves, and what each supplier asks for at least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Chosen", "Limits"]

FEW = 10  # SKUs whose orders are decided exactly whatever a supplier asks for


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

    @property
    def reach(self) -> np.ndarray:
        """Units of each SKU that fill its supplier's minimum alone, shape (n,); below zero for suppliers without one.

        0 for suppliers of several SKUs, which have others to fill it with, unless there are no more than `FEW` in all:
        where not all is decided exactly, so many further steps cost more by a looser bound than they bring.
        """
        alone = np.maximum(self.least_units[self.group], self.least_cost[self.group] / np.maximum(self.cost, 1e-9))
        is_alone = np.bincount(self.group, minlength=len(self.least_units))[self.group] == 1
        may = is_alone | (len(self.group) <= FEW)
        reach: np.ndarray = np.where(self.has_least[self.group], np.where(may, alone, 0.0), -1.0)
        return reach

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
        met: np.ndarray = (ordered <= 0) | ((ordered >= self.least_units - 1e-6) & (paid >= self.least_cost - 1e-6))
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
        if self.bound <= 1e-9:
            return 0.0
        return max(0.0, (self.bound - self.gain) / self.bound)
