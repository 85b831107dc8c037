"""What a recommender learns from: interactions and items, checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import polars as pl

from shopwright.errors import TableError
from shopwright.i18n import t
from shopwright.recommend.events import KIND, PURCHASE, WEIGHT, Events, moment_of, weight_of
from shopwright.recommend.live import Added, Live
from shopwright.shop.schema import names as c

__all__ = ["checked", "dated", "day_of_last", "known_items", "purchases", "take_in", "texts_of"]

ITEMS = {c.SKU: pl.String, c.TITLE: pl.String, c.CATEGORY: pl.String, c.PRICE: pl.Float64}


def checked(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Interactions with a product and a time; customer and order as text.

    Raises:
        TableError: a column is missing, or at is no date.
    """
    schema = lines.collect_schema()
    missing = [name for name in (c.CUSTOMER, c.SKU, c.AT) if name not in schema]
    if missing:
        raise TableError(
            t("the interactions have no column {columns}", columns=", ".join(missing)),
            why=t("needed are customer, sku and at; found: {columns}", columns=", ".join(schema.names())),
            fix=t("rename the columns; a customer who is not known is null"),
            code="RECOMMEND-03",
        )
    if not isinstance(schema[c.AT], pl.Date | pl.Datetime) and not schema[c.AT].is_numeric():
        raise TableError(
            t("column {column} of the interactions orders nothing", column=c.AT),
            why=t("it holds {dtype}", dtype=str(schema[c.AT])),
            fix=t("turn it into dates, instants or numbers"),
            code="RECOMMEND-04",
        )
    wanted = [name for name in (c.CUSTOMER, c.SKU, c.AT, c.ORDER, WEIGHT, KIND) if name in schema]
    texts = [name for name in wanted if name not in (c.AT, WEIGHT)]
    found = lines.select(wanted).with_columns(pl.col(texts).cast(pl.String))
    if schema[c.AT].is_float():
        found = found.with_columns(pl.col(c.AT).fill_nan(None))
    return found.drop_nulls([c.SKU, c.AT])


def dated(lines: pl.LazyFrame) -> tuple[pl.LazyFrame, date]:
    """The same with `at` as a date or instant, and the last day; numbers all become the first day of 1970.

    Raises:
        TableError: there is no interaction.
    """
    if not lines.collect_schema()[c.AT].is_temporal():
        lines = lines.with_columns(pl.lit(date(1970, 1, 1)).cast(pl.Datetime("us")).alias(c.AT))
    return lines, day_of_last(lines)


def day_of_last(lines: pl.LazyFrame) -> date:
    """Day of the last interaction.

    Raises:
        TableError: there is none.
    """
    last = lines.select(pl.col(c.AT).max()).collect(engine="streaming").item()
    if isinstance(last, datetime):
        return last.date()
    if isinstance(last, date):
        return last
    raise TableError(
        t("there are no purchases to learn from"),
        why=t("no row has both a product and a time"),
        fix=t("import order lines: shopwright import orders.csv --to SHOP"),
        code="RECOMMEND-05",
    )


def purchases(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Events that are purchases, so that what is counted was bought; all of them where none is."""
    schema = lines.collect_schema()
    if WEIGHT not in schema and KIND not in schema:
        return lines
    bought = lines.filter(weight_of(schema) >= PURCHASE)
    return lines if bought.limit(1).collect(engine="streaming").is_empty() else bought


def known_items(items: pl.DataFrame | None) -> pl.DataFrame:
    """One row for each item with every column that can be known; those that are not are null.

    Raises:
        TableError: the items have no column sku, or no row with one.
    """
    if items is None:
        return pl.DataFrame(schema=ITEMS)
    if c.SKU not in items.columns:
        raise TableError(
            t("the items have no column {column}", column=c.SKU),
            why=t("found: {columns}", columns=", ".join(items.columns)),
            fix=t("rename the column that holds the product's code"),
            code="RECOMMEND-06",
        )
    columns = [
        (pl.col(name) if name in items.columns else pl.lit(None)).cast(kind).alias(name) for name, kind in ITEMS.items()
    ]
    found = items.select(columns).drop_nulls(c.SKU).unique(c.SKU, keep="first", maintain_order=True)
    if found.is_empty():
        raise TableError(
            t("the items hold no product"),
            why=t("only items are recommended, and no row has a {column}", column=c.SKU),
            fix=t("pass the products that may be recommended, or no items at all to recommend all that was bought"),
            code="RECOMMEND-10",
        )
    return found


def texts_of(items: pl.DataFrame, skus: pl.Series) -> list[str] | None:
    """Title and category of each SKU as one text, empty where there is none; None where no product has a title."""
    if items[c.TITLE].drop_nulls().is_empty():
        return None
    joined = pl.concat_str(pl.col(c.TITLE), pl.col(c.CATEGORY), separator=" ", ignore_nulls=True)
    known = dict(items.select(c.SKU, joined).iter_rows())
    return [known.get(sku) or "" for sku in skus]


def take_in(live: Live, lines: pl.LazyFrame, rows: Mapping[str, int], events: Events) -> int:
    """Add events of known products to what happened since, but those learned from; returns how many were new."""
    schema = lines.collect_schema()
    is_dated = schema[c.AT].is_temporal()
    day = pl.col(c.AT).cast(pl.Date).to_physical() if is_dated else pl.lit(0, pl.Int32)
    by = pl.col(c.ORDER).fill_null(pl.col(c.AT).cast(pl.String)) if c.ORDER in schema else pl.col(c.AT).cast(pl.String)
    found = lines.drop_nulls(c.CUSTOMER).select(
        c.CUSTOMER,
        c.SKU,
        by.alias(c.ORDER),
        day.alias(c.DAY),
        weight_of(schema).alias(WEIGHT),
        moment_of(schema).alias(c.AT),
    )
    added: dict[str, list[Added]] = {}
    learned: dict[str, set[tuple[int, float]]] = {}
    for customer, sku, order, when, weight, at in found.collect().sort(c.AT, maintain_order=True).iter_rows():
        if customer not in learned:
            learned[customer] = set(events.lines(customer))
        if sku in rows and (rows[sku], at) not in learned[customer]:
            added.setdefault(customer, []).append((rows[sku], order, when, weight))
    return sum(live.add(customer, each) for customer, each in added.items())
