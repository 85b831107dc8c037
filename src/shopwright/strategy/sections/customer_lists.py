"""How customers and products stand in the lists of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from shopwright.errors import ShopError
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c

if TYPE_CHECKING:
    from shopwright.strategy.workup import Workup

__all__ = ["SHOWN", "beyond", "in_order", "left_over", "masked"]

SHOWN = 10


def masked(work: Workup, table: pl.DataFrame) -> pl.DataFrame:
    """Customers under their pseudonyms; where the shop's folder cannot keep a key, under numbers of the list."""
    from shopwright.customers import masks_of

    numbers = table.with_columns(pl.format("#{}", pl.int_range(1, pl.len() + 1)).alias(c.CUSTOMER))
    if work.shop.path is None:
        return numbers
    try:
        return masks_of(work.shop).of(table)
    except ShopError:
        return numbers


def in_order(table: pl.DataFrame) -> pl.DataFrame:
    """Rows of segments in the order in which all tables and charts show them, with their names."""
    from shopwright.customers import SEGMENTS, label

    places = {segment: at for at, segment in enumerate(SEGMENTS)}
    found = table.sort(pl.col("segment").replace_strict(places, return_dtype=pl.Int64))
    return found.with_columns(pl.Series("name", [str(label(segment)) for segment in found["segment"]], pl.String))


def left_over(n: int) -> Text | None:
    """What a list of `n` rows says of those it does not show."""
    if n <= SHOWN:
        return None
    return t("{n:,} more: shopwright customers SHOP, and customers.csv", n=n - SHOWN)


def beyond(n: int) -> Text | None:
    """The same of a list that no file of the run holds."""
    return t("{n:,} more: shopwright customers SHOP --json", n=n - SHOWN) if n > SHOWN else None
