"""What happened since the models were fitted: it changes the next answer at once, without fitting again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from threading import Lock

import numpy as np

from shopwright.recommend.events import Events
from shopwright.recommend.histories import Histories, of_places

__all__ = ["Added", "Live"]

Added = tuple[int, str, int, float]  # product, what makes one order of it, day, weight


class Live:
    """Events that came in later, by customer; taken as the latest, in the order in which they came."""

    def __init__(self, added: dict[str, tuple[Added, ...]] | None = None) -> None:
        self._added = dict(added or {})
        self._lock = Lock()

    def add(self, customer: str, events: Iterable[Added]) -> int:
        """More events of a customer, in the order of time; returns how many are not there already."""
        with self._lock:
            before = self._added.get(customer, ())
            known = dict.fromkeys(before)
            known.update(dict.fromkeys(events))
            if len(known) > len(before):
                self._added[customer] = tuple(known)  # a new tuple: who reads now keeps the old one
            return len(known) - len(before)

    def items(self) -> list[tuple[str, tuple[Added, ...]]]:
        """All that was added."""
        with self._lock:
            return list(self._added.items())

    def __contains__(self, customer: str) -> bool:
        return customer in self._added

    def __len__(self) -> int:
        return len(self._added)

    def histories(self, events: Events, customers: Sequence[str | None], day: int) -> Histories:
        """Histories of customers with all that is known of them now.

        Args:
            events: that the models were fitted on.
            customers: ids; unknown ones have an empty history.
            day: the day asked for, in days since 1970-01-01; for a customer with later events the day of the last.
        """
        places = np.array([-1 if (at := events.place(who)) is None else at for who in customers], np.int64)
        base = of_places(events, places, day)
        if not self._added or not any(who in self._added for who in customers):
            return base
        given = day if events.is_dated else None
        return _joined([self._one(base.part(at, at + 1), who, given) for at, who in enumerate(customers)])

    def _one(self, base: Histories, customer: str | None, day: int | None) -> Histories:
        later = () if customer is None else self._added.get(customer, ())
        if not later:
            return base
        orders = {order: at for at, order in enumerate(dict.fromkeys(order for _, order, _, _ in later))}
        back = np.array([len(orders) - 1 - orders[order] for _, order, _, _ in later], np.int32)
        items, days = (np.array([event[at] for event in later], np.int32) for at in (0, 2))
        now = 0 if day is None else max(day, int(days.max()))
        ago = np.zeros_like(days) if day is None else np.where(days > 0, now - days, 0).astype(np.int32)
        shift = np.int32(0 if day is None else now - day)
        return replace(
            base,
            starts=np.array([0, len(base.items) + len(later)], np.int64),
            items=np.concatenate([base.items, items]),
            back=np.concatenate([base.back + len(orders), back]),
            days_ago=np.concatenate([base.days_ago + shift, ago]),
            weights=np.concatenate([base.weights, np.array([event[3] for event in later], np.float32)]),
        )


def _joined(parts: Sequence[Histories]) -> Histories:
    lengths = [len(part.items) for part in parts]
    return Histories(
        parts[0].n_items,
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.concatenate([part.items for part in parts]),
        np.concatenate([part.back for part in parts]),
        np.concatenate([part.days_ago for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )
