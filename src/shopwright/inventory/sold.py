"""What sold, as a dense table by SKU and period, read from the table that forecasters take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import cast

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.shop.demand import Period
from shopwright.shop.sales import IN_STOCK, as_frame, read_sales
from shopwright.shop.schema import names as c
from shopwright.shop.slips import without_slips

__all__ = ["Sold", "read_sold"]

DAYS_IN: dict[Period, int] = {"D": 1, "W": 7}
SAID = "__said"


@dataclass(frozen=True, eq=False)
class Sold:
    """Units by SKU and period.

    Attributes:
        skus: the n SKUs.
        days: first day of each of the T periods, without gaps.
        period: their length.
        units: units sold, shape (n, T); 0 where nothing is written.
        in_stock: whether it could be bought, shape (n, T); not where a slip was left out.
        is_said: whether a row says so, shape (n, T); where none does, it is taken to have been.
        notes: slips that were left out, by SKU.
    """

    skus: tuple[str, ...]
    days: tuple[date, ...]
    period: Period
    units: np.ndarray
    in_stock: np.ndarray
    is_said: np.ndarray
    notes: Mapping[str, Text] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Sold: {len(self.skus):,} SKUs, {len(self.days):,} periods ({self.period})>"

    @cached_property
    def known(self) -> np.ndarray:
        """Units, NaN where there was no stock: no sales without stock are no demand, not none."""
        known: np.ndarray = np.where(self.in_stock, self.units, np.nan)
        return known

    def until(self, n: int) -> Sold:
        """The first n periods."""
        units, in_stock, is_said = (each[:, :n].copy() for each in (self.units, self.in_stock, self.is_said))
        return Sold(self.skus, self.days[:n], self.period, units, in_stock, is_said, self.notes)

    def of(self, skus: tuple[str, ...]) -> Sold:
        """The same for these SKUs, in this order; one that never sold has zeros."""
        row = {sku: at for at, sku in enumerate(self.skus)}
        units, in_stock = np.zeros((len(skus), len(self.days))), np.ones((len(skus), len(self.days)), dtype=bool)
        is_said = np.zeros_like(in_stock)
        for at, sku in enumerate(skus):
            if sku in row:
                units[at], in_stock[at] = self.units[row[sku]], self.in_stock[row[sku]]
                is_said[at] = self.is_said[row[sku]]
        return Sold(skus, self.days, self.period, units, in_stock, is_said, self.notes)

    def period_of(self, day: date) -> int:
        """Number of the period a day lies in; below zero before the first."""
        return (day - self.days[0]).days // DAYS_IN[self.period]

    def next_days(self, horizon: int) -> tuple[date, ...]:
        """First days of the periods ahead."""
        step = timedelta(days=DAYS_IN[self.period])
        return tuple(self.days[-1] + step * (at + 1) for at in range(horizon))

    def frame(self) -> pl.DataFrame:
        """The long table again: sku, day, units, in_stock (null where no row said so)."""
        n, periods = self.units.shape
        return pl.DataFrame(
            {
                c.SKU: np.repeat(np.array(self.skus, dtype=object), periods),
                c.DAY: pl.Series(list(self.days) * n, dtype=pl.Date),
                c.UNITS: self.units.reshape(-1),
                IN_STOCK: self.in_stock.reshape(-1),
                SAID: (self.is_said | ~self.in_stock).reshape(-1),
            },
            schema_overrides={c.SKU: pl.String},
        ).select(c.SKU, c.DAY, c.UNITS, pl.when(SAID).then(IN_STOCK))


def read_sold(history: pl.DataFrame, freq: Period) -> Sold:
    """Units by SKU and period from sku, day, units and, where known, in_stock; returns count down to zero.

    Slips (`without_slips`) are left out: of the whole history, so that no rule is judged by one.

    Days before the first whole week of the table count to none; a period is in stock if any of its days was.

    Raises:
        UsageError: it cannot be read (USAGE-22, 47), or a column is missing, there are no rows, or `freq` is neither
            D nor W (USAGE-64).
    """
    table = as_frame(history, "history")
    missing = [name for name in (c.SKU, c.DAY, c.UNITS) if name not in table.columns]
    rows = table.head(0) if missing else read_sales(table)[0]
    if freq not in tuple(DAYS_IN) or rows.is_empty():
        raise UsageError(
            t("this history cannot be replayed"),
            why=t(
                "missing columns: {columns}; rows with a SKU and a day: {rows}; period: {freq}",
                columns=", ".join(missing) or "-",
                rows=rows.height,
                freq=freq,
            ),
            fix=t("give sku, day and units, at least one row, and D or W as period"),
            code="USAGE-64",
        )
    begin, end = cast("date", rows[c.DAY].min()), cast("date", rows[c.DAY].max())
    length = DAYS_IN[freq]
    number = ((pl.col(c.DAY) - begin).dt.total_days() // length).alias("number")
    flag = pl.col(IN_STOCK)
    if IN_STOCK not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.Boolean).alias(IN_STOCK))
    summed = rows.group_by(pl.col(c.SKU), number).agg(
        pl.col(c.UNITS).sum(),
        flag.fill_null(value=True).any().alias(IN_STOCK),
        flag.is_not_null().any().alias(SAID),
    )
    skus = summed[c.SKU].unique().sort()
    summed = summed.join(pl.DataFrame({c.SKU: skus}).with_row_index("row"), on=c.SKU)
    periods = (end - begin).days // length + 1
    units, in_stock = np.zeros((len(skus), periods)), np.ones((len(skus), periods), dtype=bool)
    is_said = np.zeros_like(in_stock)
    place = summed["row"].to_numpy(), summed["number"].to_numpy()
    units[place] = np.maximum(summed[c.UNITS].to_numpy(), 0.0)
    in_stock[place], is_said[place] = summed[IN_STOCK].to_numpy(), summed[SAID].to_numpy()
    known, notes = without_slips(units, tuple(skus))
    days = tuple(begin + timedelta(days=length * at) for at in range(periods))
    return Sold(tuple(skus), days, freq, np.nan_to_num(known), in_stock & np.isfinite(known), is_said, notes)
