"""How often each customer will buy: kinds of customers on a clock that knows the season."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.customers.bgnbd import Counts
from shopwright.customers.kinds import Kinds, fit_kinds
from shopwright.customers.purchases import Purchases
from shopwright.customers.season import Clock, clock

__all__ = ["Pace", "Seen", "fit_pace"]


@dataclass(frozen=True, eq=False)
class Seen:
    """What customers did, in weeks as they count: repeat purchases, first to last, first to now; shape (n,) each."""

    x: np.ndarray
    t_x: np.ndarray
    age: np.ndarray


@dataclass(frozen=True, eq=False)
class Pace:
    """Customers' purchases as kinds of customers on a clock.

    Attributes:
        kinds: the model.
        clock: weeks as they count.
    """

    kinds: Kinds
    clock: Clock

    def seen(self, purchases: Purchases) -> Seen:
        """What each customer did until now."""
        first = self.clock.at(purchases.first)
        now = self.clock.told[purchases.until - self.clock.start + 1]
        return Seen(purchases.repeats, self.clock.at(purchases.last) - first, now - first)

    def told(self, purchases: Purchases, days: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each customer, shape (n,) each: chance to be active, purchases in `days` days, shape of their rate."""
        seen, weeks = self.seen(purchases), self.clock.ahead(purchases.until, days)
        alike, at = _alike(seen.x, purchases.first)
        alive, bought, shape = (np.zeros(len(seen.x)) for _ in range(3))
        shares = self.kinds.shares_of(seen.x, seen.t_x, seen.age)
        for model, share in zip(self.kinds.models, shares, strict=True):
            active = share * model.alive(seen.x, seen.t_x, seen.age)
            alive += active
            bought += active * model.expected(seen.x[alike], seen.age[alike], weeks)[at]
            shape += share * (model.r + seen.x)
        return np.minimum(alive, 1.0), bought, shape


def fit_pace(purchases: Purchases, season: np.ndarray) -> Pace:
    """Fit to purchases up to their last day.

    Args:
        purchases: what is known.
        season: how much a day of each month counts, shape (12,).
    """
    pace = Pace(Kinds((), ()), clock(purchases, season))
    seen = pace.seen(purchases)
    return Pace(fit_kinds(Counts.of(seen.x, seen.t_x, seen.age)), pace.clock)


def _alike(x: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One customer for each pair of repeat purchases and first day, and which of them stands for each customer."""
    key = x.astype(np.int64) * (int(first.max()) + 1) + first
    _, one, at = np.unique(key, return_index=True, return_inverse=True)
    return one, at
