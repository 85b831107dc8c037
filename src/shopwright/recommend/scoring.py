"""Scores from counts: P(b | a) = (n_ab + κ p_b) / (n_a + κ), averaged over a history; and the best of any scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from shopwright.recommend.baskets import CoPurchases
from shopwright.recommend.histories import Histories
from shopwright.recommend.members import Links, Scores

__all__ = ["SHRINKAGE", "Together", "backing", "links", "top"]

SHRINKAGE = 10.0
HALF_LIFE = 90.0
DECAY = 0.9
BLOCK = 64  # scores


def links(counts: CoPurchases) -> Any:
    """The part of P(b | a) that comes from pairs, n_ab / (n_a + κ), sparse (n, n), columns in order."""
    found = (sparse.diags(1.0 / (counts.n_with + SHRINKAGE)).tocsr() @ counts.together).tocsr()
    found.sort_indices()  # products of matrices leave them as they come, and reasons look them up by halving
    return found


def backing(counts: CoPurchases) -> np.ndarray:
    """The weight of popularity in P(b | a), κ / (n_a + κ), shape (n,)."""
    return SHRINKAGE / (counts.n_with + SHRINKAGE)


@dataclass(frozen=True, eq=False)
class Together:
    """Bought in one order: what answers where there is too little to choose a blend by, and for baskets.

    Attributes:
        counts: what was bought with what.
        pairs: the part of P(b | a) that comes from pairs, sparse (n, n).
    """

    counts: CoPurchases
    pairs: Any

    @classmethod
    def of(cls, counts: CoPurchases) -> Together:
        """From counts alone."""
        return cls(counts, links(counts))

    def scores(self, asked: Histories) -> Scores:
        """The mean of P(b | a) over each history; what is popular for an empty one; shape (m, n)."""
        weights = self.weights(asked)
        known = weights.getnnz(axis=1) > 0
        popular = np.where(known, weights @ backing(self.counts), 1.0)
        return np.asarray((weights @ self.pairs).toarray() + np.outer(popular, self.counts.popularity))

    def weights(self, asked: Histories) -> Any:
        """Halved every 90 days, times 0.9 for each order back without dates; a product counts at its last place."""
        lengths = np.diff(asked.starts)
        rows = np.repeat(np.arange(len(asked)), lengths)
        latest = np.full(len(asked), np.iinfo(np.int32).max)
        np.minimum.at(latest, rows, asked.days_ago)
        has_days = np.bincount(rows, weights=asked.days_ago, minlength=len(asked)) > 0  # each by itself, not by others
        by_day = 0.5 ** ((asked.days_ago - latest[rows]) / HALF_LIFE)
        weights = np.where(has_days[rows], by_day, DECAY ** asked.back.astype(float))
        order = np.lexsort((-weights, asked.items, rows))
        first = np.ones(len(order), bool)
        first[1:] = (rows[order][1:] != rows[order][:-1]) | (asked.items[order][1:] != asked.items[order][:-1])
        kept = order[first]
        found = sparse.csr_matrix((weights[kept], (rows[kept], asked.items[kept])), shape=(len(asked), asked.n_items))
        totals = np.asarray(found.sum(axis=1)).ravel()
        return (sparse.diags(np.divide(1.0, totals, out=np.zeros_like(totals), where=totals > 0)) @ found).tocsr()

    @property
    def links(self) -> list[Links]:
        """What tells which product of a history speaks for what."""
        return [Links(self.pairs, 10.0)]


def top(scores: np.ndarray, ties: np.ndarray, k: int) -> np.ndarray:
    """Places of the k largest finite scores, largest first; among equals the one with the smaller tie number."""
    able = np.where(np.isfinite(scores), scores, -np.inf)
    places = np.flatnonzero((able >= _bound(able, k)) & (able > -np.inf))
    if len(places) > k:
        least = np.partition(scores[places], len(places) - k)[len(places) - k]
        places = places[scores[places] >= least]
    return places[np.lexsort((ties[places], -scores[places]))][:k]


def _bound(scores: np.ndarray, k: int) -> float:
    """What at least k scores reach: the k-th largest of the maxima of blocks, which are far fewer than the scores."""
    n = len(scores) // BLOCK
    if not 0 < 2 * k <= n:
        return -np.inf
    largest = scores[: n * BLOCK].reshape(n, BLOCK).max(axis=1)
    return float(np.partition(largest, n - k)[n - k])
