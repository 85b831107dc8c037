"""Cutting histories in time, so that models can be judged on what came after they learned."""

from __future__ import annotations

from dataclasses import dataclass

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
    """

    early: Events
    asked: Histories
    row: NDArray[np.int64]
    item: NDArray[np.int32]
    is_seen: NDArray[np.bool_]
    day: int


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
    row, item = _targets(events, chosen, at)
    key = np.repeat(np.arange(len(asked)), np.diff(asked.starts)) * np.int64(events.n_items) + asked.items
    is_seen = np.isin(row * np.int64(events.n_items) + item, key)
    return Trial(early, asked, row, item, is_seen, day)


def _targets(events: Events, chosen: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Products of each customer's order that begins at `at`, five at most: row and product."""
    ends = events.starts[chosen + 1]
    rows: list[np.ndarray] = []
    items: list[np.ndarray] = []
    for further in range(MOST_TARGETS):
        there = at + further
        inside = there < ends
        same = inside & (events.steps[np.minimum(there, len(events.items) - 1)] == events.steps[at])
        rows.append(np.flatnonzero(same))
        items.append(events.items[there[same]])
    row, item = np.concatenate(rows), np.concatenate(items)
    _, first = np.unique(row * np.int64(events.n_items) + item, return_index=True)
    return row[first].astype(np.int64), item[first].astype(np.int32)
