"""Which n-grams are known and how much each says: by how rare it is, or by which class it speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shopwright.language.classifier.grams import Grams, Keys

__all__ = ["Ratios", "Rows", "Tfidf", "lookup"]

Rows = Any  # scipy's csr_matrix of float32; scipy comes without types
Counts = NDArray[np.float64] | None


@dataclass(frozen=True, slots=True)
class Tfidf:
    """Known n-grams, ascending, and their weights: 1 + log((1 + texts) / (1 + texts with it)).

    Rows are 1 + log(count) times that weight, of unit length (Salton & Buckley 1988); a text without a known n-gram
    gives an empty row.
    """

    keys: Keys
    weights: NDArray[np.float32]

    @classmethod
    def learn(cls, grams: Grams, least: int = 1, counts: Counts = None) -> Tfidf:
        """From the n-grams of texts; those in fewer than `least` texts are not kept.

        `counts` says how many texts each one counts for; None: one.
        """
        if counts is not None:
            keys, column, texts = _different(grams)
            n, seen = float(counts.sum()), _tallied(grams, column, counts)
        else:
            if grams.size:
                keys, _, texts = _different(grams)
            else:  # where in the row of all keys each one stands takes as long again, and is not asked for
                keys, texts = np.unique(grams.keys, return_counts=True)
            n, seen = float(len(grams)), texts.astype(np.float64)
        kept = texts >= least
        weights = np.log((1 + n) / (1 + seen[kept])) + 1
        return cls(keys[kept], weights.astype(np.float32))

    def rows(self, grams: Grams) -> Rows:
        """A sparse row for each text, one column for each known n-gram."""
        return _rows(grams, self.keys, self.weights, 1 + np.log(grams.counts))


@dataclass(frozen=True, slots=True)
class Ratios:
    """Known n-grams, ascending, and how much more often each stands in texts of the second of two classes.

    That is the logarithm of the ratio of its shares in either class, each n-gram counted once more than it was seen
    (Wang & Manning 2012); rows hold it for the n-grams that are there, however often, and are of unit length.
    """

    keys: Keys
    weights: NDArray[np.float32]

    @classmethod
    def learn(cls, grams: Grams, classes: NDArray[np.int64], least: int = 1, counts: Counts = None) -> Ratios:
        """From the n-grams of texts and their classes, 0 or 1; those in fewer than `least` texts are not kept.

        `counts` says how many texts each one counts for; None: one.
        """
        keys, column, texts = _different(grams)
        kept = texts >= least
        told = np.ones(len(grams)) if counts is None else counts
        shares = [1 + _tallied(grams, column, told * own)[kept] for own in (1 - classes, classes)]
        low, high = (share / share.sum() for share in shares)
        return cls(keys[kept], np.log(high / low).astype(np.float32))

    def rows(self, grams: Grams) -> Rows:
        """A sparse row for each text, one column for each known n-gram."""
        return _rows(grams, self.keys, self.weights, np.ones(len(grams.keys), np.float32))


def _different(grams: Grams) -> tuple[Keys, NDArray[Any], NDArray[np.int64]]:
    """Each different key, which of them each one is, and in how many texts it stands (none of some numbers)."""
    if grams.size:
        return np.arange(grams.size, dtype=np.uint32), grams.keys, np.bincount(grams.keys, minlength=grams.size)
    return np.unique(grams.keys, return_inverse=True, return_counts=True)


def _tallied(grams: Grams, column: NDArray[np.int64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each different key the sum of what the texts that hold it count; `column` says which key each one is."""
    each = np.repeat(counts, np.diff(grams.starts))
    return np.asarray(np.bincount(column, each, minlength=grams.size), np.float64)


def _rows(grams: Grams, keys: Keys, weights: NDArray[np.float32], counted: NDArray[np.float32]) -> Rows:
    """Rows of unit length: for each known n-gram how often it was counted, times its weight."""
    at, known = lookup(grams, keys)
    starts = np.concatenate([[0], np.cumsum(known)])[grams.starts]
    columns = at[known].astype(np.int32)
    values = counted[known] * weights[columns]
    sums = np.concatenate([[0], np.cumsum(values.astype(np.float64) ** 2)])
    length = np.sqrt(np.maximum(sums[starts[1:]] - sums[starts[:-1]], 1e-12))
    values = (values / np.repeat(length, np.diff(starts))).astype(np.float32)
    return sparse.csr_matrix((values, columns, starts), shape=(len(grams), len(keys)))


def lookup(grams: Grams, keys: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Where each n-gram stands among different keys, ascending, and whether it does."""
    if grams.size and len(keys) == grams.size:
        return grams.keys, np.ones(len(grams.keys), np.bool_)
    if grams.size:
        place = np.full(grams.size, -1, np.int32)
        place[keys] = np.arange(len(keys), dtype=np.int32)
        at: NDArray[Any] = place[grams.keys]
        return at, at >= 0
    at = np.searchsorted(keys, grams.keys)
    at[at == len(keys)] = 0
    return at, keys[at] == grams.keys if len(keys) else np.zeros(len(at), np.bool_)
