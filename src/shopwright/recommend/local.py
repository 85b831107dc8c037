"""Ridge regressions of every product on the products that go with it most, instead of on all.

EASE (Steck 2019, WWW) and SLIST invert one matrix of n × n, which costs n³ and n² numbers. A product's row has weight
on few others, so each column is solved on its strongest candidates alone, as in fsSLIM (Ning and Karypis 2011, ICDM): n
systems of 200 × 200, exact zeros elsewhere and on the diagonal, memory by what is kept. On the sets that we measure it
ranks as well as the whole inverse or better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from scipy import sparse

from shopwright.processor import cores, one_thread

__all__ = ["CANDIDATES", "PARTNERS", "solved", "strongest"]

CANDIDATES = 200
PARTNERS = 200
DENSE_UP_TO = 14_000  # products: beyond it a dense table of pairs is too large (800 MB)
COLUMNS_AT_ONCE = 256
Columns = list[tuple[np.ndarray, np.ndarray]]  # candidates and their weights by ridge, for each column


def solved(gram: Any, target: Any, ridges: Sequence[float], workers: int | None = None) -> list[Any]:
    """Weights B of products (rows) for products (columns), one matrix for each ridge, sparse (n, n), zero diagonal.

    Args:
        gram: AᵀA of what is known, sparse (n, n), symmetric.
        target: AᵀC, what is to be told from it, sparse (n, n).
        ridges: λ of the ridge regression (AᵀA + λI)⁻¹ AᵀC.
        workers: threads; None for all processors. The digits are the same with any number.
    """
    n = gram.shape[0]
    columns, rows = target.tocsc(), gram.tocsr()
    usual = np.sqrt(gram.diagonal() + min(ridges, default=1.0))
    table = rows.toarray() if n <= DENSE_UP_TO else None
    made = _Solver(rows, table, columns, usual, np.asarray(ridges, np.float32))
    spans = [range(at, min(at + COLUMNS_AT_ONCE, n)) for at in range(0, n, COLUMNS_AT_ONCE)]
    with one_thread(), ThreadPoolExecutor(workers or cores()) as pool:
        parts = list(pool.map(made.span, spans))
    return [_joined(parts, at, n) for at in range(len(ridges))]


class _Solver:
    def __init__(
        self, rows: Any, table: np.ndarray | None, columns: Any, usual: np.ndarray, ridges: np.ndarray
    ) -> None:
        self.rows, self.table, self.columns, self.usual, self.ridges = rows, table, columns, usual, ridges

    def span(self, span: range) -> Columns:
        place = np.full(self.rows.shape[0], -1, np.int32)
        return [self._column(at, place) for at in span]

    def _column(self, at: int, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        start, end = self.columns.indptr[at], self.columns.indptr[at + 1]
        near, wanted = self.columns.indices[start:end], self.columns.data[start:end]
        other = near != at
        near, wanted = near[other], wanted[other]
        if len(near) > CANDIDATES:
            kept = np.sort(np.argsort(-wanted / self.usual[near], kind="stable")[:CANDIDATES])
            near, wanted = near[kept], wanted[kept]
        if not len(near):
            return near, np.zeros((len(self.ridges), 0), np.float32)
        system = np.repeat(self._among(near, place)[None], len(self.ridges), axis=0)
        diagonal = np.arange(len(near))
        system[:, diagonal, diagonal] += self.ridges[:, None]
        return near, np.linalg.solve(system, np.broadcast_to(wanted[:, None], (len(self.ridges), len(near), 1)))[..., 0]

    def _among(self, near: np.ndarray, place: np.ndarray) -> np.ndarray:
        if self.table is not None:
            return np.asarray(self.table[np.ix_(near, near)])
        found = np.zeros((len(near), len(near)), np.float32)
        place[near] = np.arange(len(near))
        for row, at in enumerate(near):
            span = slice(self.rows.indptr[at], self.rows.indptr[at + 1])
            where = place[self.rows.indices[span]]
            inside = where >= 0
            found[row, where[inside]] = self.rows.data[span][inside]
        place[near] = -1
        return found


def _joined(parts: Sequence[Columns], ridge: int, n: int) -> Any:
    near = [each for part in parts for each, _ in part]
    weights = [found[ridge] for part in parts for _, found in part]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in near])])
    shape = (n, n)
    return sparse.csc_matrix((np.concatenate(weights), np.concatenate(near), starts), shape=shape).tocsr()


def strongest(weights: Any, most: int = PARTNERS) -> Any:
    """Only the largest weights of each row, those above zero, the first ones among equals; sparse (n, n)."""
    found = weights.tocsr()
    found.sort_indices()
    parts = list(_kept(found, most))
    counts = np.concatenate([each[0] for each in parts]) if parts else np.zeros(0, np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    columns = np.concatenate([each[1] for each in parts]) if parts else np.zeros(0, np.int32)
    values = np.concatenate([each[2] for each in parts]) if parts else np.zeros(0, np.float32)
    return sparse.csr_matrix((values.astype(np.float32), columns, starts), shape=found.shape)


def _kept(found: Any, most: int, rows_at_once: int = 4_000) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Portions of rows: how many of each are kept, their columns and weights."""
    for start in range(0, found.shape[0], rows_at_once):
        some = found[start : start + rows_at_once]
        rows = np.repeat(np.arange(some.shape[0]), np.diff(some.indptr))
        order = np.lexsort((some.indices, -some.data, rows))
        place = np.arange(len(rows)) - np.searchsorted(rows, rows)
        kept = order[(place < most) & (some.data[order] > 0)]
        kept = kept[np.lexsort((some.indices[kept], rows[kept]))]
        yield np.bincount(rows[kept], minlength=some.shape[0]), some.indices[kept], some.data[kept]
