"""A shop's panel: its sales with the prices, promotions and groups of its products, as far as it has them."""

from __future__ import annotations

import numpy as np
import polars as pl

from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.traits import traits
from shopwright.shop.history import History
from shopwright.shop.periods import number_of
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["shop_panel"]

ROW, NUMBER = "row", "number"


def shop_panel(shop: Shop, known: History, horizon: int) -> Panel:
    """What the shop knows this evening about the past and the time ahead."""
    bare = Panel(known, horizon, country=shop.settings.shop.country)
    return Panel(
        known,
        horizon,
        ahead=_promoted(shop, bare),
        static=_groups(shop, known),
        country=shop.settings.shop.country,
    )


def _groups(shop: Shop, known: History) -> dict[str, np.ndarray]:
    if not shop.has("products"):
        return {}
    products = shop.table("products").select(c.SKU, c.CATEGORY, c.BRAND, c.TITLE).collect()
    return traits(products, list(known.skus))


def _promoted(shop: Shop, panel: Panel) -> dict[str, Floats]:
    """Share of each period in which a product is on promotion, those announced for the time ahead too."""
    if not shop.has("promotions"):
        return {}
    days = list(panel.days)
    index = pl.DataFrame({c.SKU: panel.skus}).with_row_index(ROW)
    spans = (
        shop.table("promotions")
        .filter(pl.col(c.FROM_DAY).is_not_null(), pl.col(c.SKU).is_not_null())
        .select(c.SKU, pl.date_ranges(c.FROM_DAY, pl.coalesce(c.TO_DAY, c.FROM_DAY)).alias(c.DAY))
        .explode(c.DAY)
        .unique()
        .collect()
        .join(index, on=c.SKU)
        .with_columns(number_of(days, panel.period).alias(NUMBER))
        .filter(pl.col(NUMBER).is_between(0, len(days) - 1))
        .group_by(ROW, NUMBER)
        .len()
    )
    lengths = np.diff([day.toordinal() for day in (*days, *panel.known.next_days(panel.horizon + 1)[-1:])])
    share = np.zeros((len(panel.skus), len(days)))
    share[spans[ROW].to_numpy(), spans[NUMBER].to_numpy()] = spans["len"].to_numpy()
    return {"promotion": share / lengths[None, :]} if share.any() else {}
