"""Which texts are held out to judge what the others teach."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shopwright.seeds import generator

__all__ = ["Fold", "folds", "landmarks"]

Fold = tuple[NDArray[np.int64], NDArray[np.int64]]  # rows to learn from, rows held out

_FEW, _SOME = 1_500, 6_000  # texts up to which five folds and three folds are made
_MOST_HELD = 4_000


def folds(classes: NDArray[np.int64], seed: int) -> list[Fold]:
    """Five folds of few texts, three of some, one held-out part of many: judging stays cheaper than learning.

    Every class is spread evenly. A text that is the only one of its class is never held out.
    """
    n = len(classes)
    parts = 5 if n <= _FEW or n > _SOME else 3
    order = generator(seed, "folds").permutation(n)
    order = order[np.argsort(classes[order], kind="stable")]
    part = np.empty(n, np.int64)
    part[order] = np.arange(n) % parts
    part[np.bincount(classes)[classes] == 1] = -1
    held = [np.flatnonzero(part == number) for number in range(parts)]
    if n > _SOME:
        held = [np.sort(generator(seed, "held").permutation(held[0])[:_MOST_HELD])]
    return [(np.flatnonzero(~np.isin(np.arange(n), rows)), rows) for rows in held if len(rows)]


def landmarks(classes: NDArray[np.int64], most: int, seed: int) -> NDArray[np.int64]:
    """At most `most` rows, as many of each class as can be: the rare ones are not drowned by the frequent."""
    n = len(classes)
    if n <= most:
        return np.arange(n)
    order = generator(seed, "landmarks").permutation(n)
    order = order[np.argsort(classes[order], kind="stable")]
    sizes = np.bincount(classes)
    place = np.arange(n) - np.repeat(np.cumsum(sizes) - sizes, sizes)  # first, second … of its class
    return np.sort(order[np.argsort(place, kind="stable")[:most]])
