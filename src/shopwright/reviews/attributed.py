"""Reviews and the product each one is about."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted

__all__ = ["about", "as_of", "attributed", "by_then", "every_review"]


def by_then(shop: Shop) -> pl.LazyFrame:
    """The reviews given up to the shop's day, and those without a date: an export of reviews may reach further."""
    return shop.table("reviews").filter(pl.col(c.DAY).is_null() | (pl.col(c.DAY) <= as_of(shop)))


def attributed(shop: Shop) -> pl.LazyFrame:
    """Reviews with stars whose product is known: sku, day (null: undated), stars, title, text, review.

    A review of an order, without a SKU, is about the order's product where the order has just one.
    """
    rated = by_then(shop).filter(pl.col(c.STARS).is_not_null())
    columns = [c.SKU, c.DAY, c.STARS, c.TITLE, c.TEXT, c.REVIEW]
    return _with_products(shop, rated).filter(pl.col(c.SKU).is_not_null()).select(columns)


def every_review(shop: Shop) -> pl.DataFrame:
    """All reviews given up to the shop's day, oldest first, whether they have stars, a text or a product or not.

    Columns: review, sku (null: not known), day, stars, title, text, customer, order.
    """
    columns = [c.REVIEW, c.SKU, c.DAY, c.STARS, c.TITLE, c.TEXT, c.CUSTOMER, c.ORDER]
    found = _with_products(shop, by_then(shop)).select(columns).collect(engine="streaming")
    return found.sort(c.DAY, c.REVIEW, c.TEXT, nulls_last=False)


def _with_products(shop: Shop, given: pl.LazyFrame) -> pl.LazyFrame:
    direct = given.filter(pl.col(c.SKU).is_not_null())
    others = given.filter(pl.col(c.SKU).is_null())
    if not shop.has("order_lines"):
        return given
    single = (
        shop.table("order_lines")
        .select(c.ORDER, c.SKU)
        .join(others.select(c.ORDER).drop_nulls().unique(), on=c.ORDER, how="semi")
        .group_by(c.ORDER)
        .agg(pl.col(c.SKU).min(), pl.col(c.SKU).n_unique().alias("n"))
        .filter(pl.col("n") == 1)
        .select(c.ORDER, c.SKU)
    )
    by_order = others.drop(c.SKU).join(single, on=c.ORDER, how="left").select(direct.collect_schema().names())
    return pl.concat([direct, by_order])


def about(shop: Shop, sku: str) -> str:
    """SQL that finds the reviews of a product, those of orders included."""
    value = quoted(sku)
    then = f"({c.DAY} IS NULL OR {c.DAY} <= DATE '{as_of(shop)}')"
    if not shop.has("order_lines"):
        return f"{c.SKU} = {value} AND {then}"
    return (
        f'({c.SKU} = {value} OR {c.SKU} IS NULL AND "{c.ORDER}" IN (SELECT "{c.ORDER}" FROM order_lines'
        f' GROUP BY "{c.ORDER}" HAVING min({c.SKU}) = {value} AND max({c.SKU}) = {value})) AND {then}'
    )


def as_of(shop: Shop) -> date:
    """The shop's day; today for a shop without any date."""
    return shop.day if shop.is_dated else datetime.now(UTC).date()
