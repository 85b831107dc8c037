"""How often products were bought, alone and together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
import polars as pl
from scipy import sparse

from shopwright.shop.schema import names as c

__all__ = ["LARGEST_BASKET", "PARTNERS", "RECENT_DAYS", "WINDOW_DAYS", "CoPurchases", "co_purchases"]

WINDOW_DAYS = 365
RECENT_DAYS = 28
LARGEST_BASKET = 100
PARTNERS = 200
ROWS_AT_ONCE = 2000


@dataclass(frozen=True, eq=False)
class CoPurchases:
    """Counts of baskets, by product and by pair of products; all counts are of distinct baskets.

    Attributes:
        skus: the n SKUs, sorted; the row of a SKU in every array below.
        together: sparse (n, n), baskets of the last 365 days with both products; each row keeps its 200 largest.
        n_with: shape (n,), baskets of the last 365 days with the product.
        n_recent_with: shape (n,), baskets of the last 28 days with the product.
        n_baskets: baskets of the last 365 days.
        n_recent: baskets of the last 28 days.
        n_left_out: baskets of more than 100 products, in no count but the recent ones: wholesale, not taste.
        from_day: first day of the window of 365 days, in UTC.
        to_day: its last day: that of the last purchase.
    """

    skus: pl.Series
    together: Any
    n_with: np.ndarray
    n_recent_with: np.ndarray
    n_baskets: int
    n_recent: int
    n_left_out: int
    from_day: date
    to_day: date

    @property
    def popularity(self) -> np.ndarray:
        """Share of the baskets of the last 28 days that hold each product, shape (n,)."""
        return self.n_recent_with / max(self.n_recent, 1)

    def lift(self, row: int, columns: np.ndarray) -> np.ndarray:
        """How many times as often as chance the product of `row` was bought with those of `columns`."""
        together = self.together[row].toarray().ravel()[columns]
        chance = self.n_with[row] * self.n_with[columns] / max(self.n_baskets, 1)
        return cast("np.ndarray", np.divide(together, chance, out=np.zeros(len(columns)), where=chance > 0))


def co_purchases(lines: pl.LazyFrame, skus: pl.Series, basket: str, day: date) -> CoPurchases:
    """Count what was bought with what in the 365 days up to `day`.

    Args:
        lines: columns sku, at and the one named by `basket`, without nulls.
        skus: every SKU in the lines, sorted.
        basket: column whose equal values make one basket: the order, or the customer where orders are unknown.
        day: last day, in UTC; windows end with it.
    """
    first, recent = day - timedelta(days=WINDOW_DAYS - 1), day - timedelta(days=RECENT_DAYS - 1)
    happened = pl.col(c.AT).dt.date()
    baskets = (
        lines.filter(happened >= first)
        .group_by(basket)
        .agg(
            pl.col(c.SKU).cast(pl.Enum(skus)).to_physical().unique().alias("rows"),
            pl.col(c.SKU).filter(happened >= recent).cast(pl.Enum(skus)).to_physical().unique().alias("recent"),
        )
        .select("rows", "recent")
        .collect(engine="streaming")
    )
    is_small = pl.col("rows").list.len() <= LARGEST_BASKET
    small = _matrix(baskets.filter(is_small)["rows"], skus.len())
    now = _matrix(baskets.filter(pl.col("recent").list.len() > 0)["recent"], skus.len())
    return CoPurchases(
        skus,
        _together(small),
        _column_sums(small),
        _column_sums(now),
        small.shape[0],
        now.shape[0],
        baskets.height - small.shape[0],
        first,
        day,
    )


def _matrix(rows: pl.Series, width: int) -> Any:
    """Baskets × products, one where the basket holds the product."""
    starts = np.concatenate([[0], np.cumsum(rows.list.len().to_numpy())]).astype(np.int64)
    columns = rows.explode().drop_nulls().to_numpy().astype(np.int32)
    return sparse.csr_matrix((np.ones(len(columns), np.int32), columns, starts), shape=(rows.len(), width))


def _column_sums(matrix: Any) -> np.ndarray:
    return np.asarray(matrix.sum(axis=0), dtype=np.int64).ravel()


def _together(matrix: Any) -> Any:
    """Pairs in one basket, product by product; a slice of rows at a time bounds the memory."""
    across = matrix.T.tocsr()
    n = across.shape[0]
    slices = [_strongest(across[at : at + ROWS_AT_ONCE] @ matrix, at) for at in range(0, n, ROWS_AT_ONCE)]
    return sparse.vstack(slices, format="csr") if slices else sparse.csr_matrix((0, 0), dtype=np.int32)


def _strongest(counts: Any, offset: int) -> Any:
    """Without the product itself, and only the 200 largest counts of each row, the first ones among equals."""
    counts = counts.tocsr()
    counts.sort_indices()
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    other = counts.indices != rows + offset
    rows, columns, values = rows[other], counts.indices[other], counts.data[other]
    order = np.lexsort((columns, -values, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    place = np.arange(len(rows)) - np.searchsorted(rows, rows, side="left")
    kept = np.flatnonzero(place < PARTNERS)
    kept = kept[np.lexsort((columns[kept], rows[kept]))]  # sorted again, so that one pair is found by halving
    return sparse.csr_matrix((values[kept], (rows[kept], columns[kept])), shape=counts.shape)
