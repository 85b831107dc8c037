"""Reviews and the product each one is about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted

__all__ = ["about", "as_of", "attributed", "by_then", "every_review", "later_note"]

LATEST = 365  # days after the last sale


def by_then(shop: Shop) -> pl.LazyFrame:
    """The reviews that count as of `as_of`, and those without a date."""
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
    """The day up to which reviews are read; today for a shop without any date.

    The day asked for, where one was. Else the last day with a sale, or with a review after it: orders are often
    exported earlier than reviews. More than a year after the last sale a review's day is taken for a slip of the pen.
    """
    if not shop.is_dated:
        return datetime.now(UTC).date()
    if shop.cutoff is not None or not shop.has("reviews"):
        return shop.day
    far = shop.day + timedelta(days=LATEST)
    last = shop.table("reviews").filter(pl.col(c.DAY) <= far).select(pl.col(c.DAY).max()).collect().item()
    return max(shop.day, last) if isinstance(last, date) else shop.day


def later_note(shop: Shop) -> Text | None:
    """What is to be said of reviews that are left out because they come later; None where there are none."""
    if shop.cutoff is not None:
        return None
    day = as_of(shop)
    n = shop.table("reviews").filter(pl.col(c.DAY) > day).select(pl.len()).collect().item()
    if not n:
        return None
    return t("reviews dated more than a year after the last sale are left out as slips: {n:,}", n=n)
