"""What rules need to know of a shop's products, as one table."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from shopwright.errors import TableError
from shopwright.i18n import t
from shopwright.recommend.shelf import COVER_DAYS, SOLD_PER_DAY
from shopwright.shop.history import sold_lines
from shopwright.shop.margins import MARGIN, unit_margins
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["RATE_DAYS", "assortment"]

RATE_DAYS = 28
PAID, STOCKED = "paid", "stocked"


def assortment(shop: Shop, *more: pl.DataFrame) -> pl.DataFrame:
    """The products of a shop as `Shelf.of` takes them, as known on its day.

    Args:
        shop: the shop.
        more: tables with sku and further columns (cover_days of a forecast, sentiment, is_defect_rising …), each SKU
            once; a value that is not null takes the place of the shop's own.

    Returns:
        sku, title, category, brand, price (paid of late, else listed), margin (of one unit), on_hand, is_in_stock
        (last stock record of each location; null where there is none), launch_day (else the day of the first sale),
        sold_per_day (in the last 28 days, or since the first sale where that is later), cover_days (on_hand ÷
        sold_per_day; null where nothing sold), and the columns of `more`; sorted by SKU, without services.

    Raises:
        TableError: a table of `more` has no column sku, or a SKU twice.
    """
    products = shop.table("products").filter(pl.col(c.KIND).is_null() | (pl.col(c.KIND) == "product")).collect()
    known = products.select(c.SKU, c.TITLE, c.CATEGORY, c.BRAND, c.LAUNCH_DAY)
    margins = unit_margins(shop).select(c.SKU, c.PRICE, MARGIN)
    sold = _sold(shop)
    found = (
        known.join(sold, on=c.SKU, how="full", coalesce=True)
        .join(margins, on=c.SKU, how="left")
        .join(_stock(shop), on=c.SKU, how="left")
        .with_columns(pl.coalesce(c.LAUNCH_DAY, "first").alias(c.LAUNCH_DAY), pl.col(SOLD_PER_DAY).fill_null(0.0))
        .drop("first")
    )
    rate = pl.when(pl.col(SOLD_PER_DAY) > 0).then(pl.col(SOLD_PER_DAY))
    cover = pl.col(c.ON_HAND).clip(lower_bound=0) / rate
    found = found.with_columns(cover.alias(COVER_DAYS))
    for frame in more:
        found = _with(found, frame)
    return found.sort(c.SKU)


def _sold(shop: Shop) -> pl.DataFrame:
    """Units a day of late and day of the first sale: sku, sold_per_day, first."""
    if "order_lines" not in shop.frames:
        return pl.DataFrame(schema={c.SKU: pl.String, SOLD_PER_DAY: pl.Float64, "first": pl.Date})
    since = shop.day - timedelta(days=RATE_DAYS)
    days = (pl.lit(shop.day) - pl.col(c.DAY).min()).dt.total_days() + 1
    units = pl.col(c.UNITS).filter(pl.col(c.DAY) > since).sum()
    return (
        sold_lines(shop)
        .drop_nulls([c.SKU, c.DAY])
        .group_by(c.SKU)
        .agg((units / days.clip(upper_bound=RATE_DAYS)).alias(SOLD_PER_DAY), pl.col(c.DAY).min().alias("first"))
        .collect(engine="streaming")
    )


def _stock(shop: Shop) -> pl.DataFrame:
    """Last stock record of each location, together: sku, on_hand, is_in_stock."""
    is_there = pl.coalesce(c.IS_IN_STOCK, pl.col(c.ON_HAND) > 0)
    last = shop.table("stock").sort(c.DAY).group_by(c.SKU, c.LOCATION).agg(pl.col(c.ON_HAND).last(), is_there.last())
    return (
        last.group_by(c.SKU)
        .agg(
            # a location that counts no units says nothing of how many there are
            pl.when(pl.col(c.ON_HAND).is_not_null().any()).then(pl.col(c.ON_HAND).sum()).alias(c.ON_HAND),
            pl.col(c.IS_IN_STOCK).any(ignore_nulls=False),
        )
        .collect(engine="streaming")
    )


def _with(found: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The table with another's columns, which take the place of its own where they are not null."""
    if c.SKU not in frame.columns:
        raise TableError(
            t("the items have no column {column}", column=c.SKU),
            why=t("found: {columns}", columns=", ".join(frame.columns)),
            fix=t("rename the column that holds the product's code"),
            code="RECOMMEND-06",
        )
    if frame[c.SKU].n_unique() < frame.height:
        twice = frame.filter(pl.col(c.SKU).is_duplicated())[c.SKU][0]
        raise TableError(
            t("column {column} of the items cannot be used", column=c.SKU),
            why=t("{sku} stands in more than one row", sku=str(twice)),
            fix=t("correct the value, or leave it null where it is not known"),
            code="RECOMMEND-33",
        )
    told = frame.with_columns(pl.col(c.SKU).cast(pl.String))
    joined = found.join(told, on=c.SKU, how="left", suffix="_told")
    both = [name for name in frame.columns if name in found.columns and name != c.SKU]
    return joined.with_columns(pl.coalesce(f"{name}_told", name).alias(name) for name in both).drop(
        f"{name}_told" for name in both
    )
