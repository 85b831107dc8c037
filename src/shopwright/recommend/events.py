"""Customers' histories as arrays: who bought (or looked at) what, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from shopwright.shop.schema import names as c

__all__ = ["KIND", "KIND_WEIGHTS", "PURCHASE", "WEIGHT", "Events", "day_of", "events_of", "moment_of", "weight_of"]

KIND, WEIGHT = "kind", "weight"
KIND_WEIGHTS = {"view": 0.2, "click": 0.2, "search": 0.1, "wish": 0.4, "cart": 0.5, "purchase": 1.0}
PURCHASE = 1.0  # weight from which on an event is a purchase
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Events:
    """What c customers did with n products, customer by customer, each in the order of time.

    Attributes:
        n_items: products, n.
        customers: ids as UTF-8, sorted, shape (c,).
        starts: where each customer's events start, shape (c + 1,).
        items: the product of each of the e events, shape (e,).
        steps: number of the order (or moment) it belongs to among its customer's, from 0, shape (e,).
        days: days since 1970-01-01, shape (e,); all zero where events have an order but no dates.
        weights: how much each says, 1 for a purchase, shape (e,).
        moments: when, as `moment_of` has it: tells whether an event that comes in later is one of these, shape (e,).
        is_dated: whether `days` are days of a clock that all customers share.
    """

    n_items: int
    customers: NDArray[np.bytes_]
    starts: NDArray[np.int64]
    items: Ints
    steps: Ints
    days: Ints
    weights: NDArray[np.float32]
    moments: NDArray[np.int64 | np.float64]
    is_dated: bool

    @property
    def n_customers(self) -> int:
        """Customers, c."""
        return len(self.customers)

    @property
    def owners(self) -> NDArray[np.int64]:
        """Place of each event's customer, shape (e,)."""
        return np.repeat(np.arange(self.n_customers), np.diff(self.starts))

    def place(self, customer: str | None) -> int | None:
        """Place of a customer; None for one without events, or without a name."""
        if customer is None:
            return None
        key = np.array(customer.encode(), dtype=np.bytes_)
        if key.dtype.itemsize > self.customers.dtype.itemsize or not len(self.customers):
            return None
        at = int(np.searchsorted(self.customers, key.astype(self.customers.dtype)))
        return at if at < len(self.customers) and self.customers[at] == key else None

    def lines(self, customer: str) -> Iterator[tuple[int, float]]:
        """Product and moment of each event of a customer."""
        at = self.place(customer)
        if at is None:
            return iter(())
        span = slice(int(self.starts[at]), int(self.starts[at + 1]))
        return zip(self.items[span].tolist(), self.moments[span].tolist(), strict=True)

    def only(self, kept: NDArray[np.bool_]) -> Events:
        """The same customers with the events in `kept`, shape (e,), and no others."""
        counts = np.bincount(self.owners[kept], minlength=self.n_customers)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return replace(
            self,
            starts=starts,
            items=self.items[kept],
            steps=self.steps[kept],
            days=self.days[kept],
            weights=self.weights[kept],
            moments=self.moments[kept],
        )

    def counts(self) -> NDArray[np.int64]:
        """Customers with each product, shape (n,)."""
        return np.asarray(self.matrix().getnnz(axis=0), np.int64)

    def matrix(self) -> Any:
        """Customers × products, sparse: the largest weight of each pair."""
        owners = self.owners
        order = np.lexsort((-self.weights, self.items, owners))
        owners, items, weights = owners[order], self.items[order], self.weights[order]
        first = np.ones(len(items), bool)
        first[1:] = (items[1:] != items[:-1]) | (owners[1:] != owners[:-1])
        return sparse.csr_matrix(
            (weights[first], (owners[first], items[first])), shape=(self.n_customers, self.n_items), dtype=np.float32
        )


def events_of(lines: pl.LazyFrame, skus: pl.Series) -> Events:
    """The events of customers who are known.

    Args:
        lines: customer, sku, at without nulls in sku and at, and where known order, weight and kind.
        skus: every SKU in the lines, sorted.
    """
    schema = lines.collect_schema()
    known = lines.drop_nulls(c.CUSTOMER)
    names = known.select(pl.col(c.CUSTOMER).unique().sort()).collect(engine="streaming")[c.CUSTOMER]
    by = pl.col(c.ORDER).hash(seed=0) if c.ORDER in schema else pl.lit(0, pl.UInt64)
    found = known.select(
        pl.col(c.CUSTOMER).cast(pl.Enum(names)).to_physical().alias("owner"),
        pl.col(c.SKU).cast(pl.Enum(skus)).to_physical().cast(pl.Int32).alias("item"),
        moment_of(schema).alias("at"),
        day_of(schema).alias("day"),
        by.fill_null(0).alias("order"),
        weight_of(schema).alias("weight"),
    ).collect(engine="streaming")
    line = ["owner", "item", "at", "order"]  # the same line twice counts once, with the most that it says
    if WEIGHT in schema or KIND in schema:
        found = found.with_columns(pl.col("weight").max().over(line))
    found = found.unique(line, keep="first", maintain_order=True)
    if c.ORDER in schema:  # orders of one moment stay whole
        found = found.with_row_index("row").sort("owner", "at", pl.col("row").min().over("owner", "at", "order"), "row")
    else:
        found = found.sort("owner", "at", maintain_order=True)
    return _packed(names, found, len(skus), is_dated=schema[c.AT].is_temporal())


def moment_of(schema: pl.Schema) -> pl.Expr:
    """When an event was: microseconds since 1970-01-01, or the number that orders it."""
    if schema[c.AT].is_temporal():
        return pl.col(c.AT).cast(pl.Datetime("us")).to_physical()
    return pl.col(c.AT).cast(pl.Float64)


def day_of(schema: pl.Schema) -> pl.Expr:
    """Day of an event where it was (a cast would give that of Greenwich), since 1970-01-01; 0 where at is no time."""
    return pl.col(c.AT).dt.date().to_physical() if schema[c.AT].is_temporal() else pl.lit(0, pl.Int32)


def weight_of(schema: pl.Schema) -> pl.Expr:
    """How much an event says: its weight, or that of its kind, else 1."""
    if WEIGHT in schema:
        return pl.col(WEIGHT).cast(pl.Float32).fill_nan(None).fill_null(1.0).clip(0.0, 100.0)
    if KIND in schema:
        kind = pl.col(KIND).cast(pl.String).str.to_lowercase()
        return kind.replace_strict(KIND_WEIGHTS, default=1.0, return_dtype=pl.Float32)
    return pl.lit(1.0, pl.Float32)


def _packed(names: pl.Series, found: pl.DataFrame, n_items: int, *, is_dated: bool) -> Events:
    owner, when, order, day = (found[name].to_numpy() for name in ("owner", "at", "order", "day"))
    items, weights = found["item"].to_numpy(), found["weight"].to_numpy()
    starts = np.searchsorted(owner, np.arange(len(names) + 1)).astype(np.int64)
    is_next = np.zeros(len(owner), np.int32)
    is_next[1:] = (owner[1:] == owner[:-1]) & ((when[1:] != when[:-1]) | (order[1:] != order[:-1]))
    total = np.cumsum(is_next)
    firsts = total[np.minimum(starts[:-1], max(len(total) - 1, 0))] if len(total) else np.zeros(len(names), np.int64)
    steps = (total - np.repeat(firsts, np.diff(starts))).astype(np.int32)
    shared = is_dated and not _is_own_clock(starts, when)
    days = (day if shared else np.zeros(len(when))).astype(np.int32)
    ids = np.array([name.encode() for name in names], dtype=np.bytes_) if len(names) else np.zeros(0, "S1")
    return Events(n_items, ids, starts, items, steps, days, weights.astype(np.float32), when, shared)


def _is_own_clock(starts: np.ndarray, when: np.ndarray) -> bool:
    """Whether most histories begin at one moment: times made up from places say nothing across customers."""
    lengths = np.diff(starts)
    firsts = when[starts[:-1][lengths > 1]]
    if len(firsts) < 20:
        return False
    return bool(np.unique(firsts, return_counts=True)[1].max() > len(firsts) / 2)
