"""Drafts brought into the shape of their tables: what can be worked out is filled in, what breaks a rule refused."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.imports.quarantine import LINE, none_refused, refusals
from shopwright.shop.schema import TABLES, Table
from shopwright.shop.schema import names as c

__all__ = ["ID_FROM_LINE", "conform"]

ID_FROM_LINE = frozenset({c.REVIEW, c.EVENT, c.TICKET, c.RETURN, c.PROMOTION, c.ARRIVAL})
"""Ids that are made from file and line where an export has none."""


def conform(
    frame: pl.DataFrame, name: str, timezone: str, theirs: Mapping[str, str] | None = None, stem: str = ""
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with all columns of a table, and the refusals.

    Args:
        frame: LINE, some columns of the table in their types, extras that are passed on.
        name: the table.
        timezone: the shop's, for its local days.
        theirs: canonical column to the file's own, for messages.
        stem: name of the file, for ids that have to be made.
    """
    table = TABLES[name]
    extras = [column for column in frame.columns if column not in table.names and column != LINE]
    full = frame.with_columns(
        (pl.col(column.name) if column.name in frame.columns else pl.lit(None)).cast(column.dtype).alias(column.name)
        for column in table.columns
    )
    full = _worked_out(full, table, timezone, stem)
    checks = _checks(table)
    why = full.select(
        pl.coalesce(pl.when(broken).then(pl.lit(at, pl.UInt16)) for at, (_, _, _, broken) in enumerate(checks))
    ).to_series()
    shaped = full.select(LINE, *table.names, *extras)
    if why.null_count() == len(why):
        return shaped, none_refused()
    lines = full[LINE]
    refused = [none_refused()]
    for at in why.drop_nulls().unique().sort():
        column, code, says, _ = checks[at]
        hit = (why == at).fill_null(False)
        refused.append(refusals(lines.filter(hit), code, says, name, (theirs or {}).get(column, column)))
    return shaped.filter(why.is_null()), pl.concat(refused)


def _checks(table: Table) -> list[tuple[str, str, Text, pl.Expr]]:
    """Column, reason code, reason in words, and where it is broken, for each rule of a table."""
    found: list[tuple[str, str, Text, pl.Expr]] = []
    for column in table.columns:
        if column.is_required:
            found.append((column.name, "REQUIRED", t("is empty and must not be"), pl.col(column.name).is_null()))
    for column in table.columns:
        rule = column.checks
        if rule is not None:
            found.append((column.name, rule.code, rule.says, ~rule.holds(pl.col(column.name))))
    if table.has(c.FROM_DAY) and table.has(c.TO_DAY):
        says = t("lies before the first day")
        found.append((c.TO_DAY, "ENDS-BEFORE", says, pl.col(c.TO_DAY) < pl.col(c.FROM_DAY)))
    return found


def _worked_out(frame: pl.DataFrame, table: Table, timezone: str, stem: str) -> pl.DataFrame:
    if table.has(c.AT) and table.has(c.DAY):
        midnight = (
            pl.col(c.DAY)
            .cast(pl.Datetime("us"))
            .dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
        )
        frame = frame.with_columns(pl.coalesce(c.AT, midnight.dt.convert_time_zone("UTC")).alias(c.AT)).with_columns(
            pl.col(c.AT).dt.convert_time_zone(timezone).dt.date().alias(c.DAY)
        )
    for key in table.key:
        if key in ID_FROM_LINE:
            made = pl.format(f"{stem.replace('{', '').replace('}', '')}-{{}}", LINE)
            frame = frame.with_columns(pl.coalesce(key, made).alias(key))
    if table.name == "order_lines":
        return _order_lines(frame)
    if table.name == "returns":
        frame = _numbered(frame, c.RETURN)
    return _kind(frame) if table.name == "products" else frame


def _order_lines(frame: pl.DataFrame) -> pl.DataFrame:
    """Revenue from price or price from revenue, the kind of line, and a number for each line of an order."""
    units, price, discount = pl.col(c.UNITS), pl.col(c.PRICE), pl.col(c.DISCOUNT).fill_null(0.0)
    revenue = pl.coalesce(c.REVENUE, units * price - discount)
    unit_price = pl.coalesce(c.PRICE, pl.when(units != 0).then((pl.col(c.REVENUE) + discount) / units))
    kind = pl.when(units < 0).then(pl.lit("adjustment")).when((revenue == 0) & (discount <= 0)).then(pl.lit("gift"))
    frame = frame.with_columns(
        revenue.alias(c.REVENUE),
        unit_price.alias(c.PRICE),
        pl.coalesce(c.KIND, kind.otherwise(pl.lit("product"))).alias(c.KIND),
    )
    return _numbered(frame, c.ORDER)


def _numbered(frame: pl.DataFrame, within: str) -> pl.DataFrame:
    """Line as SKU and count within the order or return, where the export has none."""
    if frame[c.LINE].null_count() == 0:
        return frame
    count = pl.int_range(1, pl.len() + 1).over(within, c.SKU).cast(pl.String)
    made = pl.concat_str(pl.col(c.SKU), pl.lit("#"), count)
    return frame.with_columns(pl.coalesce(c.LINE, made).alias(c.LINE))


def _kind(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(c.KIND).fill_null("product"))
