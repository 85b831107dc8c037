"""Cutting histories in time, so that models can be judged on what came after they learned."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from shopwright.recommend.events import Events
from shopwright.recommend.histories import Histories, of_places
from shopwright.seeds import generator

__all__ = ["FEWEST", "Trial", "trial_of"]

SHARE_LATER = 0.1
FEWEST = 60
MOST_TARGETS = 5  # products of one order that are asked for


@dataclass(frozen=True, eq=False)
class Trial:
    """What models may learn from, who is asked for, and what they went on to buy.

    Attributes:
        early: events before the cut.
        asked: histories before the cut, m of them.
        row, item: the r targets: which history, which product, shape (r,).
        is_seen: whether the target was in the history already, shape (r,).
        day: first day after the cut, in days since 1970-01-01; 0 without dates.
        more_row, more_item: what else was in the same orders and is not asked for: chances count it, shape (q,).
    """

    early: Events
    asked: Histories
    row: NDArray[np.int64]
    item: NDArray[np.int32]
    is_seen: NDArray[np.bool_]
    day: int
    more_row: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    more_item: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))


def trial_of(events: Events, most: int, seed: int = 0) -> Trial | None:
    """Hold out about the last tenth: each customer's first order after a day; without dates each one's last.

    Args:
        events: of all customers.
        most: customers asked for, drawn evenly.
        seed: of the drawing.

    Returns:
        None where fewer than 60 customers have something both before and after.
    """
    lengths = np.diff(events.starts)
    if not len(events.items):
        return None
    day = int(np.quantile(events.days, 1 - SHARE_LATER, method="higher")) if events.is_dated else 0
    last = np.repeat(events.steps[np.maximum(events.starts[1:] - 1, 0)], lengths)
    is_early = events.days < day if events.is_dated else events.steps < last
    before = np.bincount(events.owners[is_early], minlength=events.n_customers)
    able = np.flatnonzero((before > 0) & (before < lengths))
    if len(able) < FEWEST:
        return None
    chosen = np.sort(generator(seed, "recommend", "trial").permutation(able)[:most])
    early = events.only(is_early)
    asked = of_places(early, chosen, day)
    at = events.starts[chosen] + before[chosen]  # each one's first event after the cut
    row, item, more_row, more_item = _targets(events, chosen, at)
    key = np.repeat(np.arange(len(asked)), np.diff(asked.starts)) * np.int64(events.n_items) + asked.items
    is_seen = np.isin(row * np.int64(events.n_items) + item, key)
    return Trial(early, asked, row, item, is_seen, day, more_row, more_item)


def _targets(events: Events, chosen: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, ...]:
    """Row and product of what is asked for, five at most of each one's order that begins at `at`, and of the rest."""
    step = np.full(events.n_customers, -1, np.int64)
    step[chosen] = events.steps[at]
    here = np.flatnonzero(events.steps == step[events.owners])
    rows = np.searchsorted(chosen, events.owners[here])
    keys = rows * np.int64(events.n_items) + events.items[here]
    asked = np.unique(keys[here - at[rows] < MOST_TARGETS])
    both = (asked, np.setdiff1d(keys, asked))
    return tuple(part for key in both for part in (key // events.n_items, (key % events.n_items).astype(np.int32)))
