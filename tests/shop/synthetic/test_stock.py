"""The stockroom keeps its books, and stock-outs hide demand."""

from __future__ import annotations

import numpy as np
import polars as pl

from shopwright.shop.merge import latest
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c


def _daily(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame.group_by(c.SKU, c.DAY).agg(pl.col(c.UNITS).sum().alias(name))


def _books(world) -> pl.DataFrame:
    came = latest(world.tables["arrivals"].lazy(), TABLES["arrivals"]).filter(c.IS_RECEIVED).collect()
    back = world.tables["returns"].filter(pl.col("reason").is_in(list(world.truth.restocked_reasons)))
    books = world.tables["stock"].sort(c.SKU, c.DAY)
    for frame, name in ((came, "came"), (world.tables["order_lines"], "sold"), (back, "back")):
        books = books.join(_daily(frame, name), on=[c.SKU, c.DAY], how="left")
    return books.with_columns(pl.col("came", "sold", "back").fill_null(0))


def test_stock_is_what_was_there_and_came_less_what_was_sold(world):
    books = _books(world).with_columns(before=pl.col(c.ON_HAND).shift(1).over(c.SKU))
    told = books.filter(pl.col("before").is_not_null())
    assert (told["before"] + told["came"] + told["back"] - told["sold"] - told[c.ON_HAND]).abs().max() == 0
    first = books.filter(pl.col("before").is_null())
    assert (first["came"] - first["sold"] - first[c.ON_HAND]).abs().max() == 0
    assert (books[c.ON_HAND] >= 0).all()
    assert (books[c.IS_IN_STOCK] == (books[c.ON_HAND] > 0)).all()


def test_everything_sold_was_wanted_and_nothing_more(world):
    joined = world.truth.frame().join(_books(world), on=[c.SKU, c.DAY], how="inner")
    assert (joined["sold"] <= joined["demand"]).all()
    plenty = joined.filter(pl.col(c.IS_IN_STOCK))
    assert (plenty["sold"] == plenty["demand"]).all()
    assert joined["sold"].sum() == world.tables["order_lines"][c.UNITS].sum()


def test_stock_outs_hide_demand(world):
    joined = world.truth.frame().join(_books(world), on=[c.SKU, c.DAY], how="inner")
    out = joined.filter(~pl.col(c.IS_IN_STOCK))
    assert 0.01 < world.truth.stock_out_share < 0.08
    assert out.height / joined.height == world.truth.stock_out_share
    silent = out.filter((pl.col("sold") == 0) & (pl.col("demand") > 0))
    assert silent.height > 100
    lost = 1 - joined["sold"].sum() / joined["demand"].sum()
    assert np.isclose(lost, world.truth.lost_share, atol=0.005)


def test_some_run_low_and_some_are_overstocked(world):
    last = world.tables["stock"].filter(pl.col(c.DAY) == world.truth.last_day)
    soon = world.truth.expected[:, -84:-56].sum(1)
    cover = last.join(pl.DataFrame({c.SKU: world.truth.skus, "soon": soon}), on=c.SKU)
    cover = cover.with_columns(days=28 * pl.col(c.ON_HAND) / pl.col("soon"))
    low = cover.filter(pl.col(c.SKU).is_in(list(world.truth.running_low)))
    lead = low[c.SKU].map_elements(lambda sku: world.truth.supplied[sku].lead_days, return_dtype=pl.Float64)
    assert low.height >= 3
    assert (low["days"] < lead + 7).mean() > 0.5
    assert cover.filter(pl.col("days") > 150).height >= 5


def test_the_planted_terms_are_in_the_table(world):
    terms = world.tables["supply"]
    assert set(terms[c.SKU]) == set(world.truth.skus)
    for row in terms.iter_rows(named=True):
        planted = world.truth.supplied[row[c.SKU]]
        assert (row[c.LEAD_DAYS], row[c.PACK_SIZE], row[c.SUPPLIER]) == (
            planted.lead_days,
            planted.pack_size,
            planted.supplier,
        )
    came = latest(world.tables["arrivals"].lazy(), TABLES["arrivals"]).join(terms.lazy(), on=c.SKU).collect()
    assert (came[c.UNITS] % came[c.PACK_SIZE] == 0).all()
    took = came.filter(pl.col(c.DAY) > world.truth.first_day).with_columns(
        late=(pl.col(c.DAY) - pl.col(c.ORDERED_DAY)).dt.total_days() - pl.col(c.LEAD_DAYS)
    )
    assert abs(took["late"].median()) <= 1
