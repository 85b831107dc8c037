"""What a shop's own tables say of its customers, in the form that the models of purchases take."""

from __future__ import annotations

import polars as pl

from shopwright.customers.checked import AMOUNT
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["lines_of", "orders_of", "purchases_of", "with_origin"]


def purchases_of(shop: Shop) -> pl.LazyFrame:
    """What known customers bought: customer, day, amount (revenue before returns)."""
    sold = sold_lines(shop).drop_nulls([c.CUSTOMER, c.DAY])
    return sold.select(c.CUSTOMER, c.DAY, pl.col(c.REVENUE).alias(AMOUNT))


def lines_of(shop: Shop) -> pl.LazyFrame:
    """What known customers bought of what: customer, sku, day, category (null where the catalogue does not say)."""
    sold = sold_lines(shop).drop_nulls([c.CUSTOMER, c.DAY]).select(c.CUSTOMER, c.SKU, c.DAY)
    kinds = shop.table("products").select(c.SKU, c.CATEGORY).unique(c.SKU, keep="first", maintain_order=True)
    return sold.join(kinds, on=c.SKU, how="left")


def orders_of(shop: Shop, customer: str) -> pl.DataFrame:
    """Orders of one customer: order, day, n_lines, units, revenue (before returns; null where none is known).

    The latest come first.
    """
    revenue = pl.when(pl.col(c.REVENUE).count() > 0).then(pl.col(c.REVENUE).sum().round(4)).alias(c.REVENUE)
    return (
        sold_lines(shop)
        .drop_nulls(c.DAY)
        .filter(pl.col(c.CUSTOMER) == customer)
        .group_by(c.ORDER)
        .agg(pl.col(c.DAY).min(), pl.len().cast(pl.Int64).alias("n_lines"), pl.col(c.UNITS).sum(), revenue)
        .sort(c.DAY, c.ORDER, descending=[True, False])
        .collect()
    )


def with_origin(shop: Shop, orders: pl.LazyFrame) -> pl.LazyFrame:
    """The orders with channel, country and region: as the orders say, else their lines, else their customers.

    Lines name no region, and customers no channel.

    Args:
        shop: the shop.
        orders: order, customer and whatever else.
    """
    told = shop.table("orders").select(c.ORDER, c.CHANNEL, c.COUNTRY, c.REGION)
    lines = (
        shop.table("order_lines")
        .group_by(c.ORDER)
        .agg(pl.col(c.CHANNEL, c.COUNTRY).drop_nulls().sort().first().name.suffix("_of_line"))
    )
    homes = shop.table("customers").select(c.CUSTOMER, pl.col(c.COUNTRY, c.REGION).name.suffix("_at_home"))
    found = (
        orders.join(told.unique(c.ORDER, keep="first", maintain_order=True), on=c.ORDER, how="left")
        .join(lines, on=c.ORDER, how="left")
        .join(homes.unique(c.CUSTOMER, keep="first", maintain_order=True), on=c.CUSTOMER, how="left")
    )
    return found.with_columns(
        pl.coalesce(c.CHANNEL, f"{c.CHANNEL}_of_line").alias(c.CHANNEL),
        pl.coalesce(c.COUNTRY, f"{c.COUNTRY}_of_line", f"{c.COUNTRY}_at_home").alias(c.COUNTRY),
        pl.coalesce(c.REGION, f"{c.REGION}_at_home").alias(c.REGION),
    ).drop(f"{c.CHANNEL}_of_line", f"{c.COUNTRY}_of_line", f"{c.COUNTRY}_at_home", f"{c.REGION}_at_home")
