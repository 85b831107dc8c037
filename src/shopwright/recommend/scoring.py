"""Scores from counts: P(b | a) = (n_ab + κ p_b) / (n_a + κ), averaged over a history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from shopwright.recommend.baskets import CoPurchases
from shopwright.shop.schema import names as c

__all__ = ["backing", "best", "links", "of_customers", "of_histories", "top"]

SHRINKAGE = 10.0
HALF_LIFE = timedelta(days=90)
DECAY = 0.9
CELLS_AT_ONCE = 20_000_000


def links(counts: CoPurchases) -> Any:
    """The part of P(b | a) that comes from pairs, n_ab / (n_a + κ), sparse (n, n)."""
    return sparse.diags(1.0 / (counts.n_with + SHRINKAGE)).tocsr() @ counts.together


def backing(counts: CoPurchases) -> np.ndarray:
    """The weight of popularity in P(b | a), κ / (n_a + κ), shape (n,)."""
    return SHRINKAGE / (counts.n_with + SHRINKAGE)


def of_histories(histories: Sequence[Sequence[str]], rows: Mapping[str, int]) -> Any:
    """Weights of the products in each history, sparse (m, n): 0.9 to the power of the steps from its end."""
    weights: list[dict[int, float]] = []
    for history in histories:
        known = [rows[sku] for sku in history if sku in rows]
        # a product bought twice counts at its last place
        weights.append({row: DECAY ** (len(known) - 1 - at) for at, row in enumerate(known)})
    return _matrix(
        [at for at, found in enumerate(weights) for _ in found],
        [row for found in weights for row in found],
        [weight for found in weights for weight in found.values()],
        (len(histories), len(rows)),
    )


def of_customers(customers: Sequence[str], bought: pl.DataFrame, n: int) -> Any:
    """Weights of the products each customer bought, sparse (m, n): halved for every 90 days before the last one.

    Args:
        customers: who is asked for; a customer may stand there twice.
        bought: columns customer, row, at.
        n: number of products.
    """
    asked = pl.DataFrame({c.CUSTOMER: list(customers)}, schema={c.CUSTOMER: pl.String}).with_row_index("position")
    age = (pl.col(c.AT).max().over("position") - pl.col(c.AT)).dt.total_seconds() / HALF_LIFE.total_seconds()
    found = asked.join(bought, on=c.CUSTOMER).with_columns((0.5**age).alias("weight"))
    return _matrix(found["position"], found["row"], found["weight"], (len(customers), n))


def best(
    counts: CoPurchases, linked: Any, weights: Any, offered: np.ndarray, *, exclude_seen: bool
) -> Iterator[np.ndarray]:
    """Scores for one history after the other, shape (n,); minus infinity for what must not be shown.

    A history for which nothing would be left keeps the products it has seen.
    """
    known = weights.getnnz(axis=1) > 0
    popular = np.where(known, weights @ backing(counts), 1.0)
    step = max(1, CELLS_AT_ONCE // max(1, weights.shape[1]))
    for start in range(0, weights.shape[0], step):
        some = weights[start : start + step]
        scores = (some @ linked).toarray() + np.outer(popular[start : start + step], counts.popularity)
        scores[:, ~offered] = -np.inf
        for at in range(some.shape[0]):
            left = scores[at].copy()
            left[some.indices[some.indptr[at] : some.indptr[at + 1]]] = -np.inf
            yield left if exclude_seen and np.isfinite(left).any() else scores[at]


def top(scores: np.ndarray, ties: np.ndarray, k: int) -> np.ndarray:
    """Places of the k largest finite scores, largest first; among equals the one with the smaller tie number."""
    places = np.flatnonzero(np.isfinite(scores))
    if len(places) > k:
        least = np.partition(scores[places], len(places) - k)[len(places) - k]
        places = places[scores[places] >= least]
    return places[np.lexsort((ties[places], -scores[places]))][:k]


def _matrix(positions: Any, rows: Any, weights: Any, shape: tuple[int, int]) -> Any:
    values = np.asarray(weights, dtype=float)
    at = (np.asarray(positions, dtype=np.int64), np.asarray(rows, dtype=np.int64))
    matrix = sparse.csr_matrix((values, at), shape=shape)
    totals = np.asarray(matrix.sum(axis=1)).ravel()
    return sparse.diags(np.divide(1.0, totals, out=np.zeros_like(totals), where=totals > 0)).tocsr() @ matrix
