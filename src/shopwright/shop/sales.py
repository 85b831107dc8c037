"""Tables as merchants have them, made readable: types, words for yes and no, rows that cannot be meant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.log import logger
from shopwright.shop.notes import joined
from shopwright.shop.schema import names as c

__all__ = ["IN_STOCK", "UNREADABLE", "as_day", "as_frame", "read_sales"]

IN_STOCK = "in_stock"
NEEDED = (c.SKU, c.DAY, c.UNITS)
YES, NO = ("yes", "y", "true", "t", "1", "是", "有"), ("no", "n", "false", "f", "0", "否", "无")
TIME = r"[T ]\d{1,2}:\d{2}.*$"
DAYS = {r"^\d{4}-\d{1,2}-\d{1,2}$": "%Y-%m-%d", r"^\d{8}$": "%Y%m%d"}
EARLIEST, LATEST = date(1800, 1, 1), date(2200, 1, 1)  # beyond, as 9999-12-31, a day stands for none
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
    _refuse_no_days(rows)
    return rows, joined(undated, strays, _doubled(rows))


def _typed(sales: pl.DataFrame) -> pl.DataFrame:
    try:
        rows = sales.with_columns(pl.col(c.SKU).cast(pl.String), as_day(sales), _number(sales))
        _refuse_lost(sales, rows)
        return rows.with_columns(_flag(rows)) if IN_STOCK in rows.columns else rows
    except UNREADABLE as error:
        raise _unreadable(str(error).splitlines()[0]) from error


def _unreadable(why: Text | str) -> UsageError:
    return UsageError(
        t("these sales cannot be read"),
        why=why,
        fix=t("make day a date, units a number and in_stock yes or no"),
        code="USAGE-22",
    )


def as_day(table: pl.DataFrame) -> pl.Expr:
    """Its column day as dates, null where it holds none; text and numbers are read in the form 2024-03-01 or 20240301.

    Text may go on with a time of day, which is left out.
    """
    kind, day = table.schema[c.DAY], pl.col(c.DAY)
    if kind.is_integer() or kind.is_float():
        return day.cast(pl.Int64, strict=False).cast(pl.String).str.to_date("%Y%m%d", strict=False)
    if kind in (pl.Date, pl.Datetime):
        return day.dt.date()  # where it was; a cast would give Greenwich's
    if kind == pl.Null:
        return day.cast(pl.Date)
    if kind not in (pl.String, pl.Categorical, pl.Enum):
        raise pl.exceptions.SchemaError(f"{c.DAY}: {kind}")  # yes and no would be days of 1970
    text = day.cast(pl.String).str.strip_chars()
    plain = text.str.replace(TIME, "").str.replace_all(r"[/.]", "-")
    read = [
        pl.when(plain.str.contains(shape)).then(plain).str.to_date(form, strict=False) for shape, form in DAYS.items()
    ]
    return pl.coalesce(*read).alias(c.DAY)


def _number(sales: pl.DataFrame) -> pl.Expr:
    units = pl.col(c.UNITS)
    if sales.schema[c.UNITS] in (pl.String, pl.Categorical, pl.Enum):
        units = units.cast(pl.String).str.strip_chars()
    return units.cast(pl.Float64, strict=False)


def _refuse_lost(sales: pl.DataFrame, rows: pl.DataFrame) -> None:
    """Refuse what was something and is no day or no number, with the SKU that it stands at."""
    for name in (c.DAY, c.UNITS):
        is_text = sales.schema[name] == pl.String
        told = (
            sales[name].is_not_null() & (sales[name].str.strip_chars() != "") if is_text else sales[name].is_not_null()
        )
        lost = rows[name].is_null() & told
        if lost.any():
            at = int(cast("int", lost.arg_max()))
            raise _unreadable(
                t(
                    "SKU {sku}: {name} cannot be {value}",
                    sku=repr(rows[c.SKU][at]),
                    name=name,
                    value=repr(sales[name][at]),
                )
            )


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


def _refuse_no_days(rows: pl.DataFrame) -> None:
    """Refuse days that are too many to be strays and that nobody sold on; all periods up to them would be counted."""
    odd = rows.filter(~pl.col(c.DAY).is_between(EARLIEST, LATEST))
    if odd.height:
        raise _unreadable(
            t("SKU {sku}: {name} cannot be {value}", sku=repr(odd[c.SKU][0]), name=c.DAY, value=str(odd[c.DAY][0]))
        )


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
