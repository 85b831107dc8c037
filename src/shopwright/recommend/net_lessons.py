"""What the network reads and what it must tell: histories of customers as batches of about equal length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.recommend.events import Events
from shopwright.recommend.histories import Histories, of_places
from shopwright.seeds import generator

__all__ = ["Lesson", "held_out", "lessons", "padded"]

WATCHED = 4_000  # customers whose last order stops the learning


@dataclass(frozen=True, eq=False)
class Lesson:
    """Some customers' latest events: each but the last is read, and the next one told.

    Attributes:
        given: products, shape (m, places), zero behind a history's end.
        row, place: where something is told, shape (b,).
        right: what came, shape (b,).
        weight: how much it says, shape (b,).
    """

    given: NDArray[np.int64]
    row: NDArray[np.int64]
    place: NDArray[np.int64]
    right: NDArray[np.int64]
    weight: NDArray[np.float32]


def lessons(events: Events, places: int, batch: int, seed: int, epoch: int) -> Iterator[Lesson]:
    """All customers with two events or more once, in an order drawn anew for each epoch.

    Products of one order come in no order of their own: it is drawn too.

    Args:
        events: of all customers.
        places: latest events that are read.
        batch: events told in a lesson, about.
        seed: of the drawing.
        epoch: times that all were seen before.
    """
    rng = generator(seed, "recommend", "net", "lessons", epoch)
    mixed = np.lexsort((rng.random(len(events.items)), events.steps, events.owners))
    items, weights = events.items[mixed], events.weights[mixed]
    lengths = np.minimum(np.diff(events.starts), places + 1)
    able = rng.permutation(np.flatnonzero(lengths > 1))
    able = able[np.argsort(lengths[able], kind="stable")]  # alike in length: less padding
    told = np.cumsum(lengths[able] - 1)
    parts = np.split(able, np.searchsorted(told, np.arange(batch, told[-1] if len(told) else 0, batch)))
    for at in rng.permutation(len(parts)):
        chosen = parts[at]
        if not len(chosen):
            continue
        last, n = events.starts[chosen + 1], lengths[chosen] - 1
        row = np.repeat(np.arange(len(chosen)), n)
        place = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        source = np.repeat(last - n - 1, n) + place
        given = np.zeros((len(chosen), int(n.max())), np.int64)
        given[row, place] = items[source]
        yield Lesson(given, row, place, items[source + 1].astype(np.int64), weights[source + 1])


def held_out(events: Events, seed: int) -> tuple[Events, Histories, NDArray[np.int64], NDArray[np.int32]]:
    """Set aside the last order of some customers, to stop the learning by.

    Returns:
        The other events, the histories of those customers, and what came: which history, which product.
    """
    lengths = np.diff(events.starts)
    last = events.steps[np.maximum(events.starts[1:] - 1, 0)]
    chosen = np.flatnonzero((lengths > 1) & (last > 0))
    chosen = np.sort(generator(seed, "recommend", "net", "held out").permutation(chosen)[:WATCHED])
    watched = np.zeros(events.n_customers, bool)
    watched[chosen] = True
    owners = events.owners
    aside = watched[owners] & (events.steps == last[owners])
    rest = events.only(~aside)
    asked = of_places(rest, chosen, int(events.days.max(initial=0)))
    return rest, asked, np.searchsorted(chosen, owners[aside]), events.items[aside]


def padded(asked: Histories, rows: NDArray[np.int64], places: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The latest products of some histories, shape (m, places), zero behind their end; and how many, shape (m,)."""
    ends = asked.starts[rows + 1]
    n = np.minimum(ends - asked.starts[rows], places)
    given = np.zeros((len(rows), max(int(n.max(initial=1)), 1)), np.int64)
    row = np.repeat(np.arange(len(rows)), n)
    place = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    given[row, place] = asked.items[np.repeat(ends - n, n) + place]
    return given, n
