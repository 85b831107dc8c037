"""What products are called."""

from __future__ import annotations

import polars as pl

from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["titles"]


def titles(shop: Shop, *, distinct: bool = False) -> dict[str, str]:
    """Title by SKU, of the products that have one.

    Args:
        shop: the shop.
        distinct: whether a title that several products share is followed by the SKU, as where it stands alone.
    """
    named = shop.table("products").filter(pl.col(c.TITLE).is_not_null()).select(c.SKU, c.TITLE)
    if distinct:
        both = pl.format("{} ({})", c.TITLE, c.SKU)
        named = named.with_columns(pl.when(pl.len().over(c.TITLE) > 1).then(both).otherwise(c.TITLE).alias(c.TITLE))
    return dict(named.collect().iter_rows())
