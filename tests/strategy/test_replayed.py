"""What a replay of a shop's own ordering is told, evening by evening."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from shopwright.forecast.table import panel_of
from shopwright.inventory.sold import read_sold
from shopwright.shop.hidden import hidden_stock_outs
from shopwright.shop.history import History
from shopwright.shop.left_out import without_hidden
from shopwright.strategy.stocktaking import replayed

FIRST = date(2022, 1, 3)  # a Monday


def test_no_evening_of_a_replay_knows_that_a_stretch_without_sales_will_end():
    """The forecaster is told of no hidden stock-out, and finds it when it may: once the product sold again."""
    units = np.random.default_rng(4).poisson(4.0, (6, 120)) + 1.0
    units[2, 60:80] = 0
    days = tuple(FIRST + timedelta(days=7 * at) for at in range(120))
    skus = tuple(f"p{at}" for at in range(6))
    plain = History(skus, days, "W", units, units, units, days[-1], 0)
    known = without_hidden(plain, np.zeros(units.shape, bool))
    (stretch,) = hidden_stock_outs(units, "W", np.zeros(units.shape, bool))[2]
    assert known.is_hidden.sum() == stretch.end - stretch.begin == 20
    sold = read_sold(replayed(known), "W")
    for evening in (70, stretch.seen - 1):
        seen = sold.until(evening).frame()
        assert not seen.filter(~pl.col("in_stock")).height
        assert not panel_of(seen, 4, "W").known.hidden
    assert list(panel_of(sold.until(stretch.seen).frame(), 4, "W").known.hidden) == ["p2"]
    assert not panel_of(read_sold(replayed(plain), "W").frame(), 4, "W").known.hidden  # the setting is off
