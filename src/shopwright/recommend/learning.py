"""What a recommender learns from: interactions and items, checked."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl

from shopwright.errors import TableError
from shopwright.i18n import t
from shopwright.shop.schema import names as c

__all__ = ["ROW", "bought", "checked", "day_of_last", "known_items"]

ROW = "row"
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
    if not schema[c.AT].is_temporal():
        raise TableError(
            t("column {column} of the interactions is no date", column=c.AT),
            why=t("it holds {dtype}", dtype=str(schema[c.AT])),
            fix=t("turn it into dates or instants"),
            code="RECOMMEND-04",
        )
    wanted = [name for name in (c.CUSTOMER, c.SKU, c.AT, c.ORDER) if name in schema]
    texts = [name for name in wanted if name != c.AT]
    return lines.select(wanted).with_columns(pl.col(texts).cast(pl.String)).drop_nulls([c.SKU, c.AT])


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


def known_items(items: pl.DataFrame | None) -> pl.DataFrame:
    """One row for each item with every column that can be known; those that are not are null.

    Raises:
        TableError: the items have no column sku.
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
    return items.select(columns).drop_nulls(c.SKU).unique(c.SKU, keep="first", maintain_order=True)


def bought(lines: pl.LazyFrame, skus: pl.Series) -> pl.DataFrame:
    """What each known customer bought: customer, row of the product in `skus`, at (the last time)."""
    return (
        lines.drop_nulls(c.CUSTOMER)
        .group_by(c.CUSTOMER, pl.col(c.SKU).cast(pl.Enum(skus)).to_physical().alias(ROW))
        .agg(pl.col(c.AT).max())
        .collect(engine="streaming")
    )
