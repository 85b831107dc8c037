"""What products are called."""

from __future__ import annotations

import polars as pl

from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["titles"]


def titles(shop: Shop) -> dict[str, str]:
    """Title by SKU, of the products that have one."""
    named = shop.table("products").filter(pl.col(c.TITLE).is_not_null()).select(c.SKU, c.TITLE)
    return dict(named.collect().iter_rows())
