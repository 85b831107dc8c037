"""Tables as merchants have them, made readable: types, words for yes and no, rows that cannot be meant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.panel import joined
from shopwright.i18n import Text, t
from shopwright.log import logger
from shopwright.shop.schema import names as c

__all__ = ["IN_STOCK", "as_frame", "read_future", "read_sales"]

IN_STOCK = "in_stock"
NEEDED = (c.SKU, c.DAY, c.UNITS)
YES, NO = ("yes", "y", "true", "t", "1", "是", "有"), ("no", "n", "false", "f", "0", "否", "无")
FAR = timedelta(days=366)  # a gap in all of a shop's sales that nobody plans for
STRAY = 0.005  # share of all rows that may be taken for wrongly dated
UNREADABLE = (
    pl.exceptions.InvalidOperationError,
    pl.exceptions.ComputeError,
    pl.exceptions.SchemaError,
    pl.exceptions.DuplicateError,
)


def as_frame(table: Any, name: str) -> pl.DataFrame:
    """A polars frame of what may be a lazy one, or any table that speaks Arrow (pandas, pyarrow, duckdb).

    Raises:
        UsageError: it is no table (USAGE-47).
    """
    if isinstance(table, pl.DataFrame):
        return table
    if isinstance(table, pl.LazyFrame):
        return table.collect()
    try:
        if hasattr(table, "__arrow_c_stream__"):
            return pl.DataFrame(table)
        return pl.from_dataframe(table)
    except (TypeError, ValueError, AttributeError, ImportError) as error:
        raise UsageError(
            t("{name} is not a table", name=name),
            why=t("it is {kind}", kind=type(table).__name__),
            fix=t("give a polars frame, for instance polars.DataFrame(…) or polars.read_csv(…)"),
            code="USAGE-47",
        ) from error


def read_sales(table: Any) -> tuple[pl.DataFrame, dict[str, Text]]:
    """Rows with sku (text), day (date), units, in_stock (where given) and covariates; and what was done, by SKU.

    Raises:
        UsageError: a column is missing (USAGE-07), or something in it cannot be read (USAGE-22).
    """
    sales = as_frame(table, "history")
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
    rows = _typed(sales)
    _refuse_endless(rows)
    rows = rows.with_columns(pl.col(c.UNITS).fill_nan(None))
    rows, undated = _dated(rows)
    rows, strays = _without_strays(rows)
    return rows, joined(undated, strays, _doubled(rows))


def read_future(table: Any) -> pl.DataFrame | None:
    """Rows of what is known ahead, with sku and day; None without any.

    Raises:
        UsageError: sku or day are missing or cannot be read (USAGE-45).
    """
    if table is None:
        return None
    future = as_frame(table, "future")
    missing = [name for name in (c.SKU, c.DAY) if name not in future.columns]
    why = t("missing columns: {columns}; found: {found}", columns=", ".join(missing), found=", ".join(future.columns))
    try:
        if not missing:
            rows = future.with_columns(pl.col(c.SKU).cast(pl.String), _day(future))
            return rows.filter(pl.col(c.SKU).is_not_null(), pl.col(c.DAY).is_not_null())
    except UNREADABLE as error:
        why = Text.literal(str(error).splitlines()[0])
    raise UsageError(
        t("what is known ahead cannot be read"),
        why=why,
        fix=t("give sku, day and the covariates that are known ahead"),
        code="USAGE-45",
    )


def _typed(sales: pl.DataFrame) -> pl.DataFrame:
    try:
        rows = sales.with_columns(pl.col(c.SKU).cast(pl.String), _day(sales), pl.col(c.UNITS).cast(pl.Float64))
        return rows.with_columns(_flag(rows)) if IN_STOCK in rows.columns else rows
    except UNREADABLE as error:
        raise UsageError(
            t("these sales cannot be read"),
            why=str(error).splitlines()[0],
            fix=t("make day a date, units a number and in_stock yes or no"),
            code="USAGE-22",
        ) from error


def _day(table: pl.DataFrame) -> pl.Expr:
    return pl.col(c.DAY).str.to_date() if table.schema[c.DAY] == pl.String else pl.col(c.DAY).cast(pl.Date)


def _flag(rows: pl.DataFrame) -> pl.Expr:
    """Whether it could be bought, from true and false, numbers or words."""
    if rows.schema[IN_STOCK] != pl.String:
        return pl.col(IN_STOCK).cast(pl.Boolean)
    word = pl.col(IN_STOCK).str.strip_chars().str.to_lowercase()
    odd = (
        rows[IN_STOCK]
        .drop_nulls()
        .filter(~rows.select(word.is_in([*YES, *NO, ""]).alias("known"))["known"].drop_nulls())
    )
    if odd.len():
        raise pl.exceptions.ComputeError(f"in_stock: {odd[0]!r}")
    return pl.when(word.is_in(YES)).then(statement=True).when(word.is_in(NO)).then(statement=False).alias(IN_STOCK)


def _refuse_endless(rows: pl.DataFrame) -> None:
    endless = rows.filter(pl.col(c.UNITS).is_infinite())
    if endless.height:
        raise UsageError(
            t("these sales cannot be read"),
            why=t("SKU {sku} has endless units on {day}", sku=repr(endless[c.SKU][0]), day=str(endless[c.DAY][0])),
            fix=t("correct the number, or leave it empty"),
            code="USAGE-22",
        )


def _dated(rows: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Text]]:
    """Without rows that lack a SKU or a day; those with a SKU are told there, the others in the log."""
    nameless = rows[c.SKU].null_count()
    if nameless:
        logger(__name__).warning("%d of %d rows of sales without a SKU were left out", nameless, rows.height)
    without = rows.filter(pl.col(c.SKU).is_not_null(), pl.col(c.DAY).is_null()).group_by(c.SKU).len()
    notes = {sku: t("rows left out for want of a day: {n}", n=n) for sku, n in without.iter_rows()}
    return rows.filter(pl.col(c.SKU).is_not_null(), pl.col(c.DAY).is_not_null()), notes


def _without_strays(rows: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Text]]:
    """Without a few rows dated more than a year from all others: one slip of the year would move every forecast."""
    counts = rows.group_by(c.DAY).len().sort(c.DAY)
    gap = pl.col(c.DAY).diff() > FAR
    spans = counts.with_columns(gap.fill_null(value=False).cum_sum().alias("span")).group_by("span").agg(
        pl.col(c.DAY).min().alias("from"), pl.col(c.DAY).max().alias("to"), pl.col("len").sum()
    )  # fmt: skip
    strays = spans.filter(pl.col("len") <= STRAY * rows.height)
    if strays.is_empty():
        return rows, {}
    is_stray = pl.any_horizontal(
        pl.col(c.DAY).is_between(first, last) for first, last in strays.select("from", "to").iter_rows()
    )
    found = rows.filter(is_stray).group_by(c.SKU).agg(pl.len(), pl.col(c.DAY).first())
    notes = {
        sku: t("rows left out as slips, dated more than a year from all others, such as {day}: {n}", n=n, day=day)
        for sku, n, day in _told(found.iter_rows())
    }
    return rows.filter(~is_stray), notes


def _told(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[str, int, str]]:
    return ((sku, n, str(cast("date", day))) for sku, n, day in rows)


def _doubled(rows: pl.DataFrame) -> dict[str, Text]:
    """SKUs with several rows on a day: added up, as order lines are."""
    n = rows.group_by(c.SKU, c.DAY).len().filter(pl.col("len") > 1).group_by(c.SKU).len()
    return {sku: t("days with several rows, added up: {n}", n=days) for sku, days in n.iter_rows()}
