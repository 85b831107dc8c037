"""Reviews and the product each one is about."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted

__all__ = ["about", "as_of", "attributed", "by_then"]


def by_then(shop: Shop) -> pl.LazyFrame:
    """The reviews given up to the shop's day, and those without a date: an export of reviews may reach further."""
    return shop.table("reviews").filter(pl.col(c.DAY).is_null() | (pl.col(c.DAY) <= as_of(shop)))


def attributed(shop: Shop) -> pl.LazyFrame:
    """Reviews with stars whose product is known: sku, day (null: undated), stars, title, text, review.

    A review of an order, without a SKU, is about the order's product where the order has just one.
    """
    given = by_then(shop).filter(pl.col(c.STARS).is_not_null())
    columns = [c.SKU, c.DAY, c.STARS, c.TITLE, c.TEXT, c.REVIEW]
    direct = given.filter(pl.col(c.SKU).is_not_null()).select(columns)
    of_orders = given.filter(pl.col(c.SKU).is_null() & pl.col(c.ORDER).is_not_null())
    single = (
        shop.table("order_lines")
        .select(c.ORDER, c.SKU)
        .join(of_orders.select(c.ORDER).unique(), on=c.ORDER, how="semi")
        .group_by(c.ORDER)
        .agg(pl.col(c.SKU).min(), pl.col(c.SKU).n_unique().alias("n"))
        .filter(pl.col("n") == 1)
        .select(c.ORDER, c.SKU)
    )
    by_order = of_orders.drop(c.SKU).join(single, on=c.ORDER).select(columns)
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
