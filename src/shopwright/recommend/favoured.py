"""What sells of late in the categories a customer buys more of than others do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shopwright.recommend.events import Events
from shopwright.recommend.fashion import lately
from shopwright.recommend.histories import Histories
from shopwright.recommend.members import Scores

__all__ = ["Favoured", "favoured"]

USUAL = 10.0  # events a customer is given as everybody buys
DECAY = 20.0


@dataclass(frozen=True, eq=False)
class Favoured:
    """Popularity in the categories of a history.

    Attributes:
        groups: the category of each product, shape (n,); the last number is that of products without one.
        usual: each category's share of all events, shape (g,).
        lately: each product's share of what sells of late, shape (n,).
    """

    groups: NDArray[np.int32]
    usual: NDArray[np.float32]
    lately: NDArray[np.float32]
    kind = "favoured"

    def scores(self, asked: Histories) -> Scores:
        """Share of late times how much more of the category the history holds than usual, shape (m, n)."""
        n, g = len(self.groups), len(self.usual)
        member = sparse.csr_matrix((np.ones(n, np.float32), (np.arange(n), self.groups)), shape=(n, g))
        held = np.asarray((asked.matrix(DECAY) @ member).todense())
        share = (held + np.float32(USUAL) * self.usual) / (held.sum(axis=1, keepdims=True) + np.float32(USUAL))
        ratio = share / np.maximum(self.usual, 1e-9)
        return np.asarray(ratio[:, self.groups] * self.lately, np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Categories and shares."""
        return {"groups": self.groups, "usual": self.usual, "lately": self.lately}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Favoured:
        """Made again from `arrays`."""
        return cls(*(np.asarray(arrays[name]) for name in ("groups", "usual", "lately")))


def favoured(events: Events, categories: NDArray[np.int32]) -> Favoured:
    """Count by category.

    Args:
        events: of all customers.
        categories: of each product, shape (n,), from 0; −1 where it has none.
    """
    last = int(categories.max(initial=-1)) + 1
    groups = np.where(categories < 0, last, categories).astype(np.int32)
    counts = np.bincount(groups[events.items], weights=events.weights, minlength=last + 1)
    usual = (counts / max(counts.sum(), 1e-12)).astype(np.float32)
    return Favoured(groups, usual, lately(events).astype(np.float32))
