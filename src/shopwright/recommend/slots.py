"""Slots filled one after the other, each from what the slots above leave room for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.recommend.explore import Policy
from shopwright.recommend.rules import Rules
from shopwright.recommend.shelf import Shelf

__all__ = ["Pool", "fill"]


@dataclass(frozen=True, eq=False, slots=True)
class Pool:
    """What the slots are filled from: rows on the shelf and their relevance under the rules, the best first."""

    rows: np.ndarray
    worth: np.ndarray


def fill(
    pool: Pool, shelf: Shelf, rules: Rules, n_first: int, policy: Policy, draws: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fill the slots one after the other.

    Args:
        pool: what they are filled from.
        shelf: what is known of the products.
        rules: caps and diversity.
        n_first: the first so many of the pool are shown first, whatever the caps say.
        policy: gives the chances of each slot.
        draws: a number from [0, 1) for each slot, shape (k,).

    Returns:
        Places in the pool of what is shown, in order, and the chance of each.
    """
    rows, k = pool.rows, len(draws)
    best = pool.worth.max()
    relevance = (1.0 - rules.diversity) * (pool.worth / best if best > 0 else pool.worth)
    near, likeness = np.zeros(len(rows)), _Likeness.of(shelf, rows) if rules.diversity else None
    allowed = np.ones(len(rows), dtype=bool)
    caps = [
        (codes[rows], most)
        for codes, most in ((shelf.brand, rules.most_per_brand), (shelf.category, rules.most_per_category))
        if most is not None
    ]
    places: list[int] = []
    propensities: list[float] = []
    for slot in range(min(k, len(rows))):
        if slot < n_first:
            at, chance = slot, 1.0
        else:
            if not allowed.any():
                break
            values = np.where(allowed, relevance - rules.diversity * near, -np.inf)
            at, chance = _drawn(policy.chances(values, slot, k), draws[slot])
        places.append(at)
        propensities.append(chance)
        allowed[at] = False
        for codes, most in caps:
            same = codes == codes[at]
            if codes[at] >= 0 and same[places].sum() >= most:
                allowed &= ~same
        if likeness is not None:
            np.maximum(near, likeness.to(at), out=near)
    return np.array(places), np.array(propensities)


def _drawn(chances: np.ndarray, draw: float) -> tuple[int, float]:
    """The place that a number from [0, 1) falls on, and its chance."""
    total = chances.cumsum()
    # sums of fractions may end below one: what lies past the end belongs to the last that has a chance
    at = min(int(np.searchsorted(total, draw * total[-1], side="right")), int(chances.nonzero()[0][-1]))
    return at, float(chances[at])


@dataclass(frozen=True, eq=False, slots=True)
class _Likeness:
    """How like products are to each other: same category 1, same first part of its path ½; mean with that of texts."""

    category: np.ndarray
    top: np.ndarray
    vectors: np.ndarray | None

    @classmethod
    def of(cls, shelf: Shelf, rows: np.ndarray) -> _Likeness:
        return cls(shelf.category[rows], shelf.top[rows], None if shelf.vectors is None else shelf.vectors[rows])

    def to(self, at: int) -> np.ndarray:
        """Likeness of all to one of them, 0 to 1."""
        is_known = self.category[at] >= 0
        like = 0.5 * (self.top == self.top[at]) + 0.5 * (self.category == self.category[at])
        if self.vectors is None:
            return np.asarray(like if is_known else 0.0 * like)
        texts = np.clip(self.vectors @ self.vectors[at], 0.0, 1.0)
        return np.asarray(0.5 * (like + texts) if is_known else texts)
