"""What a shop's products cost in each period: by its table of prices, else by what was paid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from shopwright.forecast.panel import Floats, Panel
from shopwright.shop.history import History, sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["with_prices"]

ROW, NUMBER = "__row", "__number"


def with_prices(shop: Shop, panel: Panel) -> Panel:
    """The panel with the mean price of each period as a covariate of the past, where any price is known.

    A price holds until the next one is told. Where the table of prices does not name a product, the middle price paid
    on a day is taken, so that one large order at a discount does not set it.
    """
    told = _told(shop, panel.known)
    if told.is_empty():
        return panel
    return replace(panel, past={**panel.past, c.PRICE: _by_period(told, panel.known)})


def _told(shop: Shop, known: History) -> pl.DataFrame:
    """Row of the SKU, number of the day from the first period on, and price; earlier days count as the first."""
    index = pl.DataFrame({c.SKU: known.skus}).with_row_index(ROW)
    paid = pl.coalesce(c.PRICE, pl.col(c.REVENUE) / pl.col(c.UNITS))
    found = (
        sold_lines(shop)
        .with_columns(paid.alias(c.PRICE))
        .filter(pl.col(c.PRICE) > 0)
        .group_by(c.SKU, c.DAY)
        .agg(pl.col(c.PRICE).median())
        .collect(engine="streaming")
    )
    if shop.has("prices"):
        listed = shop.table("prices").filter(pl.col(c.PRICE) > 0).select(c.SKU, c.DAY, c.PRICE).collect()
        found = pl.concat(
            [found.join(listed.select(c.SKU).unique(), on=c.SKU, how="anti"), listed], how="vertical_relaxed"
        )
    day = (pl.col(c.DAY) - pl.lit(known.days[0])).dt.total_days()
    return (
        found.filter(pl.col(c.DAY) <= known.as_of)
        .sort(c.SKU, c.DAY)
        .join(index, on=c.SKU)
        .select(ROW, day.clip(lower_bound=0).alias(NUMBER), c.PRICE)
        .unique([ROW, NUMBER], keep="last", maintain_order=True)
    )


def _by_period(told: pl.DataFrame, known: History) -> Floats:
    """Mean price over the days of each period, shape (n, T); NaN before the first price of a SKU."""
    starts = np.array([(day - known.days[0]).days for day in known.days])
    n_days = (known.as_of - known.days[0]).days + 1
    daily = np.full((len(known.skus), n_days), np.nan)
    daily[told[ROW].to_numpy(), told[NUMBER].to_numpy()] = told[c.PRICE].to_numpy()
    place = np.maximum.accumulate(np.where(np.isfinite(daily), np.arange(n_days)[None, :], 0), axis=1)
    daily = np.take_along_axis(daily, place, axis=1)
    n = np.add.reduceat(np.isfinite(daily), starts, axis=1)
    total = np.add.reduceat(np.nan_to_num(daily), starts, axis=1)
    return np.asarray(np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0))
