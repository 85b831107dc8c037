"""VMIS-kNN: visits (or histories) like this one, the latest first, and what they went on to.

After Ludewig and Jannach (2018, VSKNN) and Kersbergen et al. (2022, Serenade, SIGMOD), which keeps only the latest
visits of each product, so that an answer costs the same however many there were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.recommend.events import Events
from shopwright.recommend.histories import Histories
from shopwright.recommend.members import Scores

__all__ = ["Sessions", "sessions"]

LATEST, NEAREST = 500, 100  # visits kept of a product; visits like this one that count
LONGEST, READ = 50, 10  # events kept of a visit; latest events of a history that are looked up
DECAY = 3.0


@dataclass(frozen=True, eq=False)
class Sessions:
    """Past histories and where each product stands in them.

    Attributes:
        starts, items: the visits, shapes (v + 1,) and (e,); the oldest first.
        at, visits: of each product its latest visits, shapes (n + 1,) and (≤ 500 n,).
        rarity: logarithm of visits over those with the product, shape (n,).
    """

    starts: NDArray[np.int64]
    items: NDArray[np.int32]
    at: NDArray[np.int64]
    visits: NDArray[np.int32]
    rarity: NDArray[np.float32]
    kind = "sessions"

    def scores(self, asked: Histories) -> Scores:
        """Sum over the nearest visits of their likeness, times the rarity of the product, shape (m, n)."""
        found = np.zeros((len(asked), len(self.rarity)), np.float32)
        for row in range(len(asked)):
            span = slice(int(asked.starts[row]), int(asked.starts[row + 1]))
            self._add(found[row], asked.items[span][-READ:], asked.back[span][-READ:])
        return found

    def _add(self, row: Scores, items: np.ndarray, back: np.ndarray) -> None:
        if not len(items):
            return
        lists = [self.visits[self.at[item] : self.at[item + 1]] for item in items]
        weights = np.repeat(np.exp(-back / DECAY), [len(each) for each in lists])
        found, where = np.unique(np.concatenate(lists), return_inverse=True)
        alike = np.bincount(where, weights=weights, minlength=len(found))
        best = np.lexsort((-found, -alike))[:NEAREST]
        lengths = self.starts[found[best] + 1] - self.starts[found[best]]
        places = np.repeat(self.starts[found[best]] - (np.cumsum(lengths) - lengths), lengths) + np.arange(
            lengths.sum()
        )
        near = self.items[places]
        row += np.bincount(near, weights=np.repeat(alike[best], lengths), minlength=len(row)) * self.rarity

    def arrays(self) -> dict[str, np.ndarray]:
        """All of it."""
        names = ("starts", "items", "at", "visits", "rarity")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Sessions:
        """Made again from `arrays`."""
        return cls(**{name: arrays[name] for name in ("starts", "items", "at", "visits", "rarity")})


def sessions(events: Events) -> Sessions:
    """Keep every customer's latest 50 events as one visit, visits in the order of their last event."""
    lengths = np.diff(events.starts)
    from_end = np.repeat(events.starts[1:], lengths) - np.arange(len(events.items))
    few = events.only(from_end <= LONGEST)
    owners, sizes = few.owners, np.diff(few.starts)
    last = few.days[np.maximum(few.starts[1:] - 1, 0)] if len(few.days) else np.zeros(few.n_customers, np.int32)
    order = np.lexsort((np.arange(few.n_customers), last))
    rank = np.empty(few.n_customers, np.int64)
    rank[order] = np.arange(few.n_customers)
    by_visit = np.argsort(rank[owners], kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes[order])]).astype(np.int64)
    items = few.items[by_visit]
    visit = np.repeat(np.arange(few.n_customers), sizes[order])
    pairs = np.unique(items * np.int64(few.n_customers + 1) + visit)
    item, seen = pairs // (few.n_customers + 1), pairs % (few.n_customers + 1)
    ends = np.searchsorted(item, np.arange(few.n_items + 1))
    kept = np.arange(len(item)) >= (ends[1:] - LATEST)[item]
    at = np.concatenate([[0], np.cumsum(np.minimum(np.diff(ends), LATEST))]).astype(np.int64)
    total = max(int((sizes > 0).sum()), 1)
    rarity = np.log(total / np.maximum(np.diff(ends), 1)).astype(np.float32) + np.float32(1)
    return Sessions(starts, items, at, seen[kept].astype(np.int32), rarity)
