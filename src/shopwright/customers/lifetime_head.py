"""What boosted trees add to the model of purchases: by how much a customer's expectation is too high or too low.

The trees learn on earlier days of the shop itself, from what was known then and what followed, as a factor on the
model's expectation. So they never have to learn how long a stretch ahead is, and say nothing where they found nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shopwright.customers.pace import Pace
from shopwright.customers.purchases import Purchases
from shopwright.processor import cores, waiting_threads_yield

__all__ = ["Head", "Lesson", "features", "fit_head"]

ROUNDS = 120
LEAST = 1e-9  # purchases expected of those of whom none is
RECENT = (28, 56, 91)  # days
PARAMETERS = {
    "objective": "poisson",
    "learning_rate": 0.05,
    "num_leaves": 8,
    "min_data_in_leaf": 200,
    "lambda_l2": 10.0,
    "poisson_max_delta_step": 0.7,
    "verbose": -1,
    "deterministic": True,
    "force_row_wise": True,
}


@dataclass(frozen=True, eq=False)
class Lesson:
    """What was known on an earlier day, and what followed.

    Attributes:
        known: features of each customer, shape (n, f).
        bought: purchases that the model expected, shape (n,).
        came: purchases that came, shape (n,).
    """

    known: np.ndarray
    bought: np.ndarray
    came: np.ndarray


@dataclass(frozen=True, eq=False)
class Head:
    """Trees, and how much of what they say is believed (0 to 1)."""

    trees: Any
    weight: float

    def factor(self, known: np.ndarray, weight: float | None = None) -> np.ndarray:
        """By what each customer's expectation is multiplied, shape (n,)."""
        said = self.trees.predict(known, raw_score=True, num_threads=cores())
        return np.asarray(np.exp((self.weight if weight is None else weight) * said))


def fit_head(lessons: Sequence[Lesson], seed: int) -> Head:
    """Fit to lessons, each taken at the level that its customers turned out to have."""
    waiting_threads_yield()
    import lightgbm

    known = np.concatenate([lesson.known for lesson in lessons])
    came = np.concatenate([lesson.came for lesson in lessons])
    offsets = [
        np.log(np.maximum(lesson.bought, LEAST) * max(lesson.came.sum(), 1) / max(lesson.bought.sum(), LEAST))
        for lesson in lessons
    ]
    data = lightgbm.Dataset(known, came, init_score=np.concatenate(offsets))
    return Head(lightgbm.train({**PARAMETERS, "num_threads": cores(), "seed": seed % 2**31}, data, ROUNDS), 1.0)


def features(purchases: Purchases, pace: Pace, told: tuple[np.ndarray, np.ndarray], weeks: float) -> np.ndarray:
    """What the trees know of each customer: times, counts, and amounts in multiples of the shop's own.

    Args:
        purchases: what is known.
        pace: fitted to it.
        told: chance to be active and purchases expected.
        weeks: weeks, as they count, that these are for.
    """
    alive, bought = told
    seen, n = pace.seen(purchases), purchases.n_customers
    gap = np.diff(purchases.day, prepend=purchases.day[0]).astype(float)
    gap[purchases.starts] = np.nan
    count = np.maximum(seen.x, 1)
    mean_gap = np.where(seen.x > 0, (purchases.last - purchases.first) / count, np.nan)
    squares = np.bincount(purchases.who, np.nan_to_num(gap) ** 2, minlength=n) / count
    quiet = purchases.until - purchases.last
    recent = [np.bincount(purchases.who[purchases.day > purchases.until - days], minlength=n) for days in RECENT]
    columns = np.c_[
        np.log(np.maximum(bought, LEAST) / max(weeks, LEAST)),
        alive,
        seen.x,
        seen.t_x / np.maximum(seen.age, 0.1),
        seen.age,
        quiet,
        quiet / np.maximum(mean_gap, 1),
        np.where(seen.x > 0, gap[purchases.ends], np.nan),
        np.sqrt(np.maximum(squares - np.nan_to_num(mean_gap) ** 2, 0)),
        *recent,
        *_amounts(purchases),
    ]
    return np.asarray(columns, np.float32)


def _amounts(purchases: Purchases) -> list[np.ndarray]:
    """First, last, mean and largest amount in multiples of the shop's mean; NaN where not known."""
    is_known = np.isfinite(purchases.amount)
    if not is_known.any():
        return [np.full(purchases.n_customers, np.nan)] * 4
    share = purchases.amount / max(float(purchases.amount[is_known].mean()), LEAST)
    n = np.bincount(purchases.who[is_known], minlength=purchases.n_customers)
    total = np.bincount(purchases.who[is_known], share[is_known], minlength=purchases.n_customers)
    largest = np.maximum.reduceat(np.where(is_known, share, -1.0), purchases.starts)
    mean, top = (np.where(n > 0, value, np.nan) for value in (total / np.maximum(n, 1), largest))
    return [share[purchases.starts], share[purchases.ends], mean, top]
