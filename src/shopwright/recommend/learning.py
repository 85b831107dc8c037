"""What a recommender learns from: interactions and items, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.errors import TableError
from shopwright.i18n import t
from shopwright.recommend import wrong
from shopwright.recommend.events import KIND, PURCHASE, WEIGHT, Events, day_of, moment_of, weight_of
from shopwright.recommend.live import Added, Live
from shopwright.shop.schema import names as c

__all__ = [
    "checked",
    "dated",
    "day_of_last",
    "has_purchases",
    "known_items",
    "purchases",
    "take_in",
    "texts_of",
    "with_baskets",
]

ITEMS = {c.SKU: pl.String, c.TITLE: pl.String, c.CATEGORY: pl.String, c.PRICE: pl.Float64}


def checked(interactions: pl.DataFrame | pl.LazyFrame) -> pl.LazyFrame:
    """Interactions with a product and a time; customer and order as text.

    Raises:
        TableError: it is no table, a column is missing or holds what it cannot, or at is no date.
    """
    if not isinstance(interactions, pl.DataFrame | pl.LazyFrame):
        raise wrong.no_table(interactions, "interactions")
    lines = interactions.lazy()
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
    _check_types(schema, "interactions", texts, [name for name in wanted if name == WEIGHT])
    found = lines.select(wanted).with_columns(pl.col(texts).cast(pl.String))
    if schema[c.AT].is_float():
        found = found.with_columns(pl.col(c.AT).fill_nan(None))
    return found.drop_nulls([c.SKU, c.AT])


def _check_types(schema: pl.Schema, table: str, texts: Sequence[str], numbers: Sequence[str]) -> None:
    for name in texts:
        if schema[name].is_nested() or schema[name] == pl.Object:
            raise wrong.column_holds(name, table, schema[name], is_number=False)
    for name in numbers:
        if not (schema[name].is_numeric() or schema[name] in (pl.Boolean, pl.Null)):
            raise wrong.column_holds(name, table, schema[name], is_number=True)


def with_baskets(lines: pl.LazyFrame) -> tuple[pl.LazyFrame, bool]:
    """Interactions, and whether an order makes a basket; else a customer does.

    Where neither an order nor a customer is ever known, each row is an order: what is popular can still be told.

    Args:
        lines: as `checked` leaves them.
    """
    names = [name for name in (c.ORDER, c.CUSTOMER) if name in lines.collect_schema()]
    known = lines.select(pl.col(names).is_not_null().any()).collect(engine="streaming").row(0, named=True)
    if known.get(c.ORDER):
        return lines, True
    lines = lines.drop(c.ORDER, strict=False)
    if known[c.CUSTOMER]:
        return lines, False
    return lines.with_row_index(c.ORDER).with_columns(pl.col(c.ORDER).cast(pl.String)), True


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


def has_purchases(lines: pl.LazyFrame) -> bool:
    """Whether any event is a purchase; else there are only views, clicks and the like."""
    schema = lines.collect_schema()
    if WEIGHT not in schema and KIND not in schema:
        return True
    return not lines.filter(weight_of(schema) >= PURCHASE).limit(1).collect(engine="streaming").is_empty()


def purchases(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Events that are purchases, so that what is counted was bought; all of them where none is."""
    schema = lines.collect_schema()
    if WEIGHT not in schema and KIND not in schema:
        return lines
    return lines.filter(weight_of(schema) >= PURCHASE) if has_purchases(lines) else lines


def known_items(items: pl.DataFrame | pl.LazyFrame | None) -> pl.DataFrame:
    """One row for each item with every column that can be known; those that are not are null.

    Raises:
        TableError: they are no table, have no column sku or no row with one, or a column holds what it cannot.
    """
    if items is None:
        return pl.DataFrame(schema=ITEMS)
    if isinstance(items, pl.LazyFrame):
        items = items.collect(engine="streaming")
    if not isinstance(items, pl.DataFrame):
        raise wrong.no_table(items, "items")
    if c.SKU not in items.columns:
        raise TableError(
            t("the items have no column {column}", column=c.SKU),
            why=t("found: {columns}", columns=", ".join(items.columns)),
            fix=t("rename the column that holds the product's code"),
            code="RECOMMEND-06",
        )
    told = [name for name in ITEMS if name in items.columns]
    _check_types(items.schema, "items", *([name for name in told if (name == c.PRICE) is one] for one in (False, True)))
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


def categories_of(items: pl.DataFrame, skus: pl.Series) -> NDArray[np.int32] | None:
    """The category of each SKU as a number from 0, −1 where it has none; None where there are fewer than two."""
    known = items.select(c.SKU, c.CATEGORY).drop_nulls()
    names = known[c.CATEGORY].unique().sort()
    if names.len() < 2:
        return None
    place = {name: at for at, name in enumerate(names)}
    found = dict(known.iter_rows())
    return np.array([place.get(found.get(sku), -1) for sku in skus], np.int32)


def take_in(live: Live, lines: pl.LazyFrame, rows: Mapping[str, int], events: Events) -> int:
    """Add events of known products to what happened since, but those learned from; returns how many were new.

    Raises:
        TableError: `at` are numbers, and what was learned from has days.
    """
    schema = lines.collect_schema()
    is_dated = schema[c.AT].is_temporal()
    if events.is_dated and not is_dated:
        raise TableError(
            t("column {column} of the interactions orders nothing", column=c.AT),
            why=t("it holds {dtype}, and what the recommender learned from has days", dtype=str(schema[c.AT])),
            fix=t("turn it into dates or instants"),
            code="RECOMMEND-15",
        )
    by = pl.col(c.ORDER).fill_null(pl.col(c.AT).cast(pl.String)) if c.ORDER in schema else pl.col(c.AT).cast(pl.String)
    found = lines.drop_nulls(c.CUSTOMER).select(
        c.CUSTOMER,
        c.SKU,
        by.alias(c.ORDER),
        day_of(schema).alias(c.DAY),
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
