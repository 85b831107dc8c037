"""What a shop's forecasts are graded and counted by: categories, margins and holding costs."""

from __future__ import annotations

import polars as pl

from shopwright.forecast.cells import Facts
from shopwright.forecast.money import HOLDING, SHORTAGE
from shopwright.i18n import Text, t
from shopwright.shop.demand import Period
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["shop_costs", "shop_facts"]

YEARS: dict[Period, float] = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12}


def shop_facts(shop: Shop, period: Period) -> Facts:
    """Categories at their top level; the margin of a unit as its shortage cost, and what holding it a period costs."""
    products = shop.table("products").select(c.SKU, pl.col(c.CATEGORY).str.split(" > ").list.first())
    margins = unit_margins(shop)
    category = products.unique(c.SKU, keep="first", maintain_order=True).collect()
    if margins.is_empty():
        return Facts(category)
    n_assumed = int(margins[IS_ASSUMED].sum())
    note = (
        t("; unit costs assumed from the margin in the settings: those of {n:,} of the products", n=n_assumed)
        if n_assumed
        else Text.literal("")
    )
    return Facts(category, _costs(shop, margins, period), note)


def shop_costs(shop: Shop, period: Period) -> pl.DataFrame | None:
    """The costs of `shop_facts` alone; None where no price is known."""
    margins = unit_margins(shop)
    return None if margins.is_empty() else _costs(shop, margins, period)


def _costs(shop: Shop, margins: pl.DataFrame, period: Period) -> pl.DataFrame:
    held = pl.col(c.COST) * shop.settings.money.holding_rate * YEARS[period]
    return margins.select(c.SKU, held.alias(HOLDING), pl.col(MARGIN).alias(SHORTAGE))
