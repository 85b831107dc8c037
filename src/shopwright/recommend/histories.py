"""What a request knows of somebody: products in order, how long ago, as arrays for many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shopwright.recommend.events import Events

__all__ = ["Histories", "of_lists", "of_places", "of_set"]

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Histories:
    """Histories of m requests over n products.

    Attributes:
        n_items: products, n.
        starts: where each history starts, shape (m + 1,).
        items: products, oldest first, shape (e,).
        back: orders (or places) before the last one, 0 for the last, shape (e,).
        days_ago: days before the day asked for, shape (e,); zero where nobody knows.
        weights: how much each event says, shape (e,).
    """

    n_items: int
    starts: NDArray[np.int64]
    items: Ints
    back: Ints
    days_ago: Ints
    weights: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def seen(self, at: int) -> Ints:
        """Products in one history."""
        return self.items[self.starts[at] : self.starts[at + 1]]

    def part(self, first: int, last: int) -> Histories:
        """Those from `first` to before `last`."""
        span = slice(int(self.starts[first]), int(self.starts[last]))
        starts = self.starts[first : last + 1] - self.starts[first]
        return Histories(
            self.n_items, starts, self.items[span], self.back[span], self.days_ago[span], self.weights[span]
        )

    def matrix(self, decay: float) -> Any:
        """Weights e^(−back / decay) of products, sparse (m, n); a product that came twice has the sum.

        What an event says is taken beside the most that any says in its history, so that whoever only clicked is
        answered by the clicks, not by what everybody buys.
        """
        rows = np.repeat(np.arange(len(self)), np.diff(self.starts))
        most = np.zeros(len(self), np.float32)
        np.maximum.at(most, rows, self.weights)
        beside = self.weights / np.where(most > 0, most, np.float32(1))[rows]
        return self.summed((beside * np.exp(-self.back / decay)).astype(np.float32))

    def summed(self, weights: NDArray[np.float32]) -> Any:
        """Weights of the events, shape (e,), summed by product: sparse (m, n)."""
        kept = weights > 1e-7
        ends = np.concatenate([[0], np.cumsum(kept)])[self.starts]
        found = sparse.csr_matrix((weights[kept], self.items[kept], ends), shape=(len(self), self.n_items))
        found.sum_duplicates()
        return found


def of_places(events: Events, places: NDArray[np.int64], day: int) -> Histories:
    """Histories of customers by their places; −1 for one who is not known.

    Args:
        events: of all customers.
        places: shape (m,).
        day: the day asked for, in days since 1970-01-01.
    """
    known = places >= 0
    first = np.where(known, events.starts[np.maximum(places, 0)], 0)
    last = np.where(known, events.starts[np.maximum(places, 0) + 1], 0) if events.n_customers else first
    lengths = last - first
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    at = np.arange(starts[-1]) - np.repeat(starts[:-1] - first, lengths)
    steps = events.steps[at]
    top = np.repeat(events.steps[np.maximum(last - 1, 0)] if len(events.steps) else np.zeros(len(places)), lengths)
    back = (top - steps).astype(np.int32)
    ago = np.maximum(day - events.days[at], 0).astype(np.int32) if events.is_dated else np.zeros(len(at), np.int32)
    return Histories(events.n_items, starts, events.items[at], back, ago, events.weights[at])


def of_lists(histories: Sequence[Sequence[str]], rows: Mapping[str, int], n_items: int) -> Histories:
    """Histories given as SKUs, the latest last; SKUs that are not known are passed over."""
    known = [[rows[sku] for sku in map(str, history) if sku in rows] for history in histories]
    lengths = np.array([len(each) for each in known], np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    items = np.array([row for each in known for row in each], np.int32)
    back = (np.repeat(starts[1:], lengths) - 1 - np.arange(len(items))).astype(np.int32)
    return Histories(n_items, starts, items, back, np.zeros(len(items), np.int32), np.ones(len(items), np.float32))


def of_set(skus: Sequence[str], rows: Mapping[str, int], n_items: int) -> Histories:
    """One history of products in no order, each once."""
    known = of_lists([list(dict.fromkeys(map(str, skus)))], rows, n_items)
    return Histories(n_items, known.starts, known.items, known.back * 0, known.days_ago, known.weights)
