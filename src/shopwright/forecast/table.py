"""From plain tables of sales, of what is known ahead and of products, to a panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.errors import TableError, UsageError
from shopwright.forecast.covariates import covariates
from shopwright.forecast.moving import HORIZONS
from shopwright.forecast.outliers import without_slips
from shopwright.forecast.panel import Floats, Panel, joined
from shopwright.forecast.traits import traits
from shopwright.i18n import Text, t
from shopwright.shop.demand import Period
from shopwright.shop.history import History
from shopwright.shop.periods import DAYS_IN, number_of, recorded_by, shift, starts_of
from shopwright.shop.schema import names as c

__all__ = ["IN_STOCK", "panel_of"]

IN_STOCK = "in_stock"
ROW, NUMBER, SHARE = "__row", "__number", "__share"
MOSTLY_OUT = 0.5  # share of a period without stock above which its sales say nothing about demand
NEEDED = (c.SKU, c.DAY, c.UNITS)


def panel_of(
    sales: pl.DataFrame,
    horizon: int,
    freq: Period,
    future: pl.DataFrame | None = None,
    static: pl.DataFrame | None = None,
    country: str = "",
) -> Panel:
    """A panel from tables; see `forecast` for what they hold. A horizon of 0 is the usual one for the period.

    Raises:
        UsageError: a column is missing or cannot be read (USAGE-07, 22, 45).
        TableError: there are no sales to count (TABLE-04, 08).
    """
    rows = _checked(sales)
    if rows.is_empty():
        raise TableError(
            t("there are no sales to count"),
            why=t("the table has no row with a SKU and a day"),
            fix=t("give at least one row with sku, day and units"),
            code="TABLE-04",
        )
    recorded = recorded_by(rows[c.DAY].unique())
    period = freq if DAYS_IN[freq] >= DAYS_IN[recorded] else recorded
    first, last = cast("date", rows[c.DAY].min()), cast("date", rows[c.DAY].max())
    starts = starts_of(first, last, period, is_recorded=period == recorded)
    if starts[-1] < first and period == "M":
        raise TableError(
            t("there is no complete month of sales yet"),
            why=t("sales began on {day}; a month counts when it is over", day=str(first)),
            fix=t("forecast by weeks, freq='W'"),
            code="TABLE-08",
        )
    ahead = _future(future)
    skus = sorted({*rows[c.SKU].unique(), *(ahead[c.SKU].unique() if ahead is not None else [])})
    counted = _counted(rows, skus, starts, period)
    units, notes = without_slips(counted.units, skus)
    as_of = shift(starts[-1], period, 1) - timedelta(days=1)
    sold = np.where(np.isnan(units) & np.isfinite(counted.units), 0.0, counted.sold)
    known = History(tuple(skus), tuple(starts), period, units, sold, np.zeros_like(units), as_of, counted.n_masked)
    horizon = horizon or HORIZONS[period]
    days = [*starts, *known.next_days(horizon)]
    found = covariates(rows, ahead, skus, days, len(starts), period)
    return Panel(
        known, horizon, found.ahead, found.past, traits(static, skus), country=country,
        notes=joined(counted.notes, notes, found.notes),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Counted:
    units: Floats
    sold: Floats
    n_masked: int
    notes: Mapping[str, Text]


def _checked(sales: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in NEEDED if name not in sales.columns]
    if missing:
        raise UsageError(
            t("these sales cannot be forecast"),
            why=t(
                "missing columns: {columns}; found: {found}", columns=", ".join(missing), found=", ".join(sales.columns)
            ),
            fix=t("give sku, day and units; rename the columns"),
            code="USAGE-07",
        )
    try:
        day = pl.col(c.DAY).str.to_date() if sales.schema[c.DAY] == pl.String else pl.col(c.DAY).cast(pl.Date)
        units = pl.col(c.UNITS).cast(pl.Float64)
        rows = sales.with_columns(pl.col(c.SKU).cast(pl.String), day, units)
        if IN_STOCK in rows.columns:
            rows = rows.with_columns(pl.col(IN_STOCK).cast(pl.Boolean))
    except (pl.exceptions.InvalidOperationError, pl.exceptions.ComputeError, pl.exceptions.SchemaError) as error:
        raise UsageError(
            t("these sales cannot be read"),
            why=str(error).splitlines()[0],
            fix=t("make day a date, units a number and in_stock yes or no"),
            code="USAGE-22",
        ) from error
    endless = rows.filter(pl.col(c.UNITS).is_infinite())
    if endless.height:
        raise UsageError(
            t("these sales cannot be read"),
            why=t("SKU {sku} has endless units on {day}", sku=repr(endless[c.SKU][0]), day=str(endless[c.DAY][0])),
            fix=t("correct the number, or leave it empty"),
            code="USAGE-22",
        )
    return rows.with_columns(pl.col(c.UNITS).fill_nan(None)).filter(
        pl.col(c.SKU).is_not_null(), pl.col(c.DAY).is_not_null()
    )


def _future(future: pl.DataFrame | None) -> pl.DataFrame | None:
    if future is None:
        return None
    missing = [name for name in (c.SKU, c.DAY) if name not in future.columns]
    if missing:
        raise UsageError(
            t("what is known ahead cannot be read"),
            why=t(
                "missing columns: {columns}; found: {found}",
                columns=", ".join(missing),
                found=", ".join(future.columns),
            ),
            fix=t("give sku, day and the covariates that are known ahead"),
            code="USAGE-45",
        )
    try:
        day = pl.col(c.DAY).str.to_date() if future.schema[c.DAY] == pl.String else pl.col(c.DAY).cast(pl.Date)
        rows = future.with_columns(pl.col(c.SKU).cast(pl.String), day)
    except (pl.exceptions.InvalidOperationError, pl.exceptions.ComputeError, pl.exceptions.SchemaError) as error:
        raise UsageError(
            t("what is known ahead cannot be read"),
            why=str(error).splitlines()[0],
            fix=t("give sku, day and the covariates that are known ahead"),
            code="USAGE-45",
        ) from error
    return rows.filter(pl.col(c.SKU).is_not_null(), pl.col(c.DAY).is_not_null())


def _counted(rows: pl.DataFrame, skus: list[str], starts: list[date], period: Period) -> _Counted:
    """Units by SKU and period: unknown before a SKU's first sale, where units are empty, and mostly out of stock."""
    numbered = (
        rows.join(pl.DataFrame({c.SKU: skus}).with_row_index(ROW), on=c.SKU)
        .with_columns(number_of(starts, period).alias(NUMBER))
        .filter(pl.col(NUMBER).is_between(0, len(starts) - 1))
    )
    is_out = ~pl.col(IN_STOCK).fill_null(value=True) if IN_STOCK in rows.columns else pl.lit(value=False)
    sums = numbered.group_by(ROW, NUMBER).agg(
        pl.col(c.UNITS).sum(), pl.col(c.UNITS).is_null().all().alias("is_empty"), is_out.mean().alias(SHARE)
    )
    shape = len(skus), len(starts)
    sold = _dense(sums, c.UNITS, shape)
    empty, out = _dense(sums, "is_empty", shape) > 0, _dense(sums, SHARE, shape)
    below = (sold < 0).any(axis=1)
    sold = np.maximum(sold, 0.0)
    units = np.where(empty | (out > MOSTLY_OUT), np.nan, sold / np.maximum(1 - out, MOSTLY_OUT))
    begun = np.cumsum(np.nan_to_num(units) > 0, axis=1) > 0
    units[~begun & begun.any(axis=1, keepdims=True)] = np.nan
    seen = np.zeros(len(skus), bool)
    seen[numbered[ROW].unique().to_numpy()] = True
    units[~seen] = np.nan
    returned = t("more came back than was sold in some periods: counted as none sold")
    notes = {skus[row]: returned for row in np.flatnonzero(below)}
    return _Counted(units, sold, int(((out > MOSTLY_OUT) & begun).sum()), notes)


def _dense(sums: pl.DataFrame, column: str, shape: tuple[int, int]) -> NDArray[np.float64]:
    dense = np.zeros(shape)
    dense[sums[ROW].to_numpy(), sums[NUMBER].to_numpy()] = sums[column].cast(pl.Float64).to_numpy()
    return dense
