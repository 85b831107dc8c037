"""What a sale of each SKU brings: price, cost and margin of one unit."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["IS_ASSUMED", "MARGIN", "unit_margins"]

MARGIN, IS_ASSUMED = "margin", "is_assumed"
RECENT_DAYS = 90


def unit_margins(shop: Shop) -> pl.DataFrame:
    """Price, cost and margin of one unit, by SKU.

    Returns:
        sku, price (median paid in the last 90 days with sales, else ever, else the catalogue's), cost (supply
        table, else catalogue, else price × (1 − the margin assumed in the settings)), margin (price − cost, not
        below zero), is_assumed (whether the cost is an assumption). SKUs without any price are left out.
    """
    paid = sold_lines(shop).filter(pl.col(c.PRICE) > 0)
    recent = pl.col(c.DAY) > pl.lit(shop.day - timedelta(days=RECENT_DAYS))
    prices = (
        paid.group_by(c.SKU)
        .agg(
            pl.col(c.PRICE).filter(recent).median().alias("now"),
            pl.col(c.PRICE).median().alias("ever"),
        )
        .collect(engine="streaming")
    )
    products = shop.table("products").select(c.SKU, pl.col(c.PRICE).alias("listed"), pl.col(c.COST).alias("own"))
    supplied = shop.table("supply").group_by(c.SKU).agg(pl.col(c.COST).min().alias("supplied"))
    found = prices.join(products.collect(), on=c.SKU, how="full", coalesce=True).join(
        supplied.collect(), on=c.SKU, how="left"
    )
    price = pl.coalesce("now", "ever", "listed")
    told = pl.coalesce("supplied", "own")
    assumed = price * (1 - shop.settings.money.margin_rate)
    return (
        found.select(
            c.SKU,
            price.alias(c.PRICE),
            pl.coalesce(told, assumed).alias(c.COST),
            told.is_null().alias(IS_ASSUMED),
        )
        .filter(pl.col(c.PRICE).is_not_null())
        .with_columns((pl.col(c.PRICE) - pl.col(c.COST)).clip(lower_bound=0).alias(MARGIN))
        .select(c.SKU, c.PRICE, c.COST, MARGIN, IS_ASSUMED)
        .sort(c.SKU)
    )
