"""Buying again: how soon, how often, and which products."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.recommend.events import Events
from shopwright.recommend.histories import Histories
from shopwright.recommend.members import Scores

__all__ = ["Repeat", "repeat"]

SINCE = np.array([1, 4, 8, 15, 31, 61, 121, 241])  # days, edges of classes
STEPS = np.array([1, 2, 3, 5, 9])  # the same in orders, where there are no dates
COUNTS = np.array([2, 3, 5])  # times bought, edges of classes
MOST_CUSTOMERS = 50_000
PRIOR = 20.0  # chances that a product's own rate, and a class's, is drawn to the usual one with


@dataclass(frozen=True, eq=False)
class Repeat:
    """Chance that what was bought is in the next order: by time since and times bought, times the product's own lift.

    Attributes:
        rates: by class of time since and of times bought, shape (classes, classes).
        lifts: of each product, shape (n,).
        is_dated: whether time since is in days; else in orders.
    """

    rates: NDArray[np.float32]
    lifts: NDArray[np.float32]
    is_dated: bool
    kind = "repeat"

    def scores(self, asked: Histories) -> Scores:
        """Chances, zero for what was never bought, shape (m, n)."""
        found = np.zeros((len(asked), len(self.lifts)), np.float32)
        row, item, since, count = _last_and_count(asked, self.is_dated)
        found[row, item] = self.rates[_class(since, self.is_dated), _times(count)] * self.lifts[item]
        return found

    def arrays(self) -> dict[str, np.ndarray]:
        """Rates and lifts."""
        return {"rates": self.rates, "lifts": self.lifts, "is_dated": np.array([self.is_dated])}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Repeat:
        """Made again from `arrays`."""
        return cls(arrays["rates"], np.asarray(arrays["lifts"]), bool(arrays["is_dated"][0]))


def repeat(events: Events) -> Repeat:
    """Learn from every customer's last order, given all before it (of at most 50,000 customers, evenly chosen)."""
    sizes = (len(SINCE if events.is_dated else STEPS) + 1, len(COUNTS) + 1)
    tried, hit = np.zeros(sizes), np.zeros(sizes)
    _, item, since, count, again = _chances(events)
    spot = (_class(since, events.is_dated), _times(count))
    np.add.at(tried, spot, 1)
    np.add.at(hit, spot, again)
    overall = hit.sum() / max(tried.sum(), 1)
    rates = (hit + PRIOR * overall) / (tried + PRIOR)
    expected = np.bincount(item, weights=rates[spot], minlength=events.n_items)
    hits = np.bincount(item, weights=again, minlength=events.n_items)
    per_item = (hits + PRIOR * max(overall, 1e-6)) / (expected + PRIOR * max(overall, 1e-6))
    return Repeat(rates.astype(np.float32), per_item.astype(np.float32), events.is_dated)


def _chances(events: Events) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Each pair of customer and product before the last order: time since, times bought, whether it came again."""
    lengths = np.diff(events.starts)
    last = events.steps[np.maximum(events.starts[1:] - 1, 0)] if len(events.steps) else np.zeros(0, np.int32)
    several = np.flatnonzero((lengths > 0) & (last > 0))
    several = several[:: max(1, -(-len(several) // MOST_CUSTOMERS))]
    chosen = np.zeros(events.n_customers, bool)
    chosen[several] = True
    few = events.only(np.repeat(chosen, lengths))
    top = np.repeat(last, np.diff(few.starts))
    is_last = few.steps == top
    day = np.repeat(few.days[np.maximum(few.starts[1:] - 1, 0)] if len(few.days) else last * 0, np.diff(few.starts))
    before = ~is_last
    past = Histories(
        few.n_items,
        np.concatenate([[0], np.cumsum(before)])[few.starts],
        few.items[before],
        (top - few.steps - 1)[before].astype(np.int32),
        (day - few.days)[before].astype(np.int32),
        few.weights[before],
    )
    row, item, since, count = _last_and_count(past, events.is_dated)
    bought = np.unique(few.owners[is_last] * np.int64(few.n_items) + few.items[is_last])
    again = np.isin(row * np.int64(few.n_items) + item, bought)
    return row, item, since, count, again


def _last_and_count(asked: Histories, is_dated: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Row, product, time since the last purchase and number of them, for each pair in the histories."""
    rows = np.repeat(np.arange(len(asked)), np.diff(asked.starts))
    key = rows * np.int64(max(asked.n_items, 1)) + asked.items
    found, where, count = np.unique(key, return_inverse=True, return_counts=True)
    since = np.full(len(found), np.iinfo(np.int32).max)
    np.minimum.at(since, where, asked.days_ago if is_dated else asked.back)
    return found // max(asked.n_items, 1), found % max(asked.n_items, 1), since, count


def _class(since: np.ndarray, is_dated: bool) -> np.ndarray:
    return np.searchsorted(SINCE if is_dated else STEPS, since, side="right")


def _times(count: np.ndarray) -> np.ndarray:
    return np.searchsorted(COUNTS, count, side="right")
