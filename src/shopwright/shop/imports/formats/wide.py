"""Wide matrices, one column for each day or week, as in the VN2 inventory challenge.

Sales, stock-out flags, the state of the stock and the list of products may come as four files with the same id columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

import polars as pl

from shopwright.i18n import t
from shopwright.shop.imports.convert import Wanted
from shopwright.shop.imports.draft import Beside, Context, Draft, Format
from shopwright.shop.imports.formats.generic import path
from shopwright.shop.imports.names import known_as, squeezed
from shopwright.shop.imports.quarantine import LINE, refusals
from shopwright.shop.imports.source import Source
from shopwright.shop.imports.times import to_instant
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c

__all__ = ["Wide"]

LEAST_DATES = 6
LEVELS = ("Division", "Department", "DepartmentGroup", "ProductGroup")
START, END = "Start Inventory", "End Inventory"
TRANSIT = {"In Transit W+1": 7, "In Transit W+2": 14}
Sources = Mapping[str, list[Source]]


class Wide(Format):
    """Reader of matrices with dates as column names."""

    name: ClassVar[str] = "wide"
    roles: ClassVar[Mapping[str, frozenset[str]]] = {
        "state": frozenset({"Product", START, END}),
        "master": frozenset({"Product", "ProductGroup", "Division"}),
        "sales": frozenset({"2024-01-01", "2024-01-08", "…"}),
        "in_stock": frozenset({"2024-01-01", "2024-01-08", "…"}),
    }

    def role(self, source: Source) -> str | None:
        """By the names of the columns; flags are told from sales by their values."""
        if len(date_columns(source)) < LEAST_DATES or not id_columns(source):
            return super().role(source)
        return "in_stock" if _are_flags(source) else "sales"

    def is_whole(self, roles: frozenset[str]) -> bool:
        """There must be a matrix."""
        return bool(roles & {"sales", "in_stock"})

    def read(self, sources: Sources, context: Context) -> list[Draft]:
        """Drafts of order lines, products, stock and arrivals."""
        drafts: list[Draft] = []
        last: list[date] = []
        for source in sources.get("sales", ()):
            drafts += _sales(source, context)
        for source in (*sources.get("sales", ()), *sources.get("in_stock", ())):
            last.append(max(date_columns(source).values()))
        drafts += [_in_stock(source, context) for source in sources.get("in_stock", ())]
        for source in sources.get("state", ()):
            drafts += _state(source, max(last), context)
        drafts += [_master(source, context) for source in sources.get("master", ())]
        return drafts


def date_columns(source: Source) -> dict[str, date]:
    """Columns whose names are days, and the days."""
    names = [name for name in source.columns if name[:1].isdigit() and len(name) >= 6]
    days = to_instant(pl.Series(names, dtype=pl.String), "DMY", "UTC").dt.date()
    return {name: day for name, day in zip(names, days, strict=True) if day is not None and 1970 <= day.year < 2100}


def id_columns(source: Source) -> list[str]:
    """The columns before and between the dates."""
    days = date_columns(source)
    return [name for name in source.columns if name not in days]


def _are_flags(source: Source) -> bool:
    days = list(date_columns(source))
    schema = source.frame.collect_schema()
    if all(schema[name] == pl.Boolean for name in days):
        return True
    if any(schema[name] != pl.String for name in days):
        return False
    head = source.frame.select(days).head(50).collect().unpivot()["value"].drop_nulls().str.to_lowercase()
    return len(head) > 0 and bool(head.is_in(["true", "false", "yes", "no"]).all())


def _location(source: Source) -> str | None:
    known = known_as(TABLES["order_lines"].column(c.LOCATION))
    return next((name for name in id_columns(source) if squeezed(name) in known), None)


def _product(source: Source) -> str:
    known = known_as(TABLES["order_lines"].column(c.SKU))
    ids = [name for name in id_columns(source) if name != _location(source)] or id_columns(source)
    return next((name for name in ids if squeezed(name) in known), ids[-1])


def _ids(source: Source) -> dict[str, Wanted]:
    location = _location(source)
    return {**({location: "id"} if location else {}), _product(source): "id"}


def _sku(source: Source) -> list[pl.Expr]:
    """SKU and location; where there are locations the SKU is "location-product", as stock is kept for each."""
    location, product = _location(source), pl.col(_product(source))
    if location is None:
        return [product.alias(c.SKU), pl.lit(None, pl.String).alias(c.LOCATION)]
    return [pl.concat_str(pl.col(location), pl.lit("-"), product).alias(c.SKU), pl.col(location).alias(c.LOCATION)]


def _long(source: Source, kind: Wanted, context: Context, table: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The matrix with one row for each filled cell, and the rows of the matrix with their SKU."""
    days = date_columns(source)
    typed = context.typed(source, {**_ids(source), **dict.fromkeys(days, kind)}, table)
    rows = typed.select(LINE, *_sku(source))
    no_sku = rows.filter(pl.col(c.SKU).is_null())
    context.refuse(source, refusals(no_sku[LINE], "REQUIRED", t("is empty and must not be"), table, _product(source)))
    rows = rows.filter(pl.col(c.SKU).is_not_null())
    cells = (
        typed.select(LINE, *days).unpivot(index=LINE, variable_name="_day", value_name="_value").drop_nulls("_value")
    )
    named = pl.DataFrame({"_day": list(days), c.DAY: list(days.values())}, schema_overrides={c.DAY: pl.Date})
    return cells.join(named, on="_day").drop("_day").join(rows, on=LINE).sort(LINE, c.DAY), rows


def _sales(source: Source, context: Context) -> list[Draft]:
    """A line for each cell that is not zero; each is an order of its own, for no one bought them together."""
    cells, rows = _long(source, "number", context, "order_lines")
    sold = cells.filter(pl.col("_value") != 0)
    context.note(
        source,
        t("{cells:,} cells became {lines:,} order lines; the others are zero", cells=cells.height, lines=sold.height),
    )
    lines = sold.select(
        LINE,
        pl.concat_str(pl.col(c.DAY).cast(pl.String), pl.lit("/"), c.SKU).alias(c.ORDER),
        c.SKU,
        c.DAY,
        pl.col("_value").alias(c.UNITS),
        pl.when(pl.col("_value") < 0).then(pl.lit("adjustment")).otherwise(pl.lit("product")).alias(c.KIND),
        c.LOCATION,
    )
    return [
        Draft("order_lines", source, lines, {c.SKU: _product(source)}),
        Draft("products", source, rows.select(LINE, c.SKU), {c.SKU: _product(source)}),
    ]


def _in_stock(source: Source, context: Context) -> Draft:
    cells, _ = _long(source, "yes", context, "stock")
    frame = cells.select(LINE, c.SKU, c.LOCATION, c.DAY, pl.col("_value").alias(c.IS_IN_STOCK))
    return Draft("stock", source, frame, {c.SKU: _product(source)}, (Beside("products", {c.SKU: c.SKU}),))


def _state(source: Source, day: date, context: Context) -> list[Draft]:
    """Stock at the end of the last day of the sales, and what is on its way then."""
    transit = [name for name in TRANSIT if name in source.columns]
    typed = context.typed(source, {**_ids(source), END: "number", **dict.fromkeys(transit, "number")}, "stock")
    rows = typed.with_columns(*_sku(source))
    context.note(source, t("taken as the stock at the end of {day}, the last day of the sales", day=day.isoformat()))
    stock = rows.select(LINE, c.SKU, c.LOCATION, pl.lit(day).alias(c.DAY), pl.col(END).alias(c.ON_HAND))
    due = [
        rows.filter(pl.col(name) > 0).select(
            LINE,
            c.SKU,
            c.LOCATION,
            pl.format(f"{day + timedelta(days=TRANSIT[name])}/{{}}", c.SKU).alias(c.ARRIVAL),
            pl.lit(day).alias(c.ORDERED_DAY),
            pl.lit(day + timedelta(days=TRANSIT[name])).alias(c.DAY),
            pl.col(name).alias(c.UNITS),
            pl.lit(False).alias(c.IS_RECEIVED),
        )
        for name in transit
    ]
    theirs = {c.SKU: _product(source), c.ON_HAND: END}
    drafts = [Draft("stock", source, stock, theirs)]
    return drafts + ([Draft("arrivals", source, pl.concat(due), theirs)] if due else [])


def _master(source: Source, context: Context) -> Draft:
    levels = [name for name in LEVELS if name in source.columns]
    rest = [name for name in source.columns if name not in (*levels, *_ids(source))]
    typed = context.typed(source, {**_ids(source), **dict.fromkeys([*levels, *rest], "text")}, "products")
    traits = [pl.col(name) for name in (*_ids(source), *rest)]
    frame = typed.select(
        LINE,
        *_sku(source)[:1],
        pl.concat_str(pl.lit("Product "), _product(source)).alias(c.TITLE),
        path(levels).alias(c.CATEGORY),
        pl.struct(traits).struct.json_encode().alias(c.ATTRIBUTES),
    )
    return Draft("products", source, frame, {c.SKU: _product(source)})
