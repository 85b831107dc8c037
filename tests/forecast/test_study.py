"""What the forecast says to do: prepare for what rises, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from tests.forecast.worlds import LAST, history_of

from shopwright.forecast import Forecast, moving_average, prepare
from shopwright.shop import schema as c
from shopwright.shop.shop import Shop


def _made(sold, is_out=None, **more) -> tuple[Shop, Forecast]:
    known = history_of(sold, is_out)
    at = datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=UTC)
    skus = list(known.skus)
    lines = {c.ORDER: skus, c.LINE: ["1"] * len(skus), c.SKU: skus, c.AT: [at] * len(skus), c.UNITS: [1.0] * len(skus)}
    tables = {"order_lines": pl.DataFrame(lines | {c.PRICE: [10.0] * len(skus)})}
    tables["products"] = pl.DataFrame(
        {c.SKU: skus, c.TITLE: [f"Kettle {sku}" for sku in skus], c.COST: [6.0] * len(skus)}
    )
    demand = moving_average(known, 4, use_season=False)
    return Shop.of(tables | more.pop("tables", {})), Forecast(demand, known, (), more.pop("uses_season", False))


RISING = [*[20.0] * 40, 45.0, 55.0, 65.0, 75.0]


def test_a_product_on_the_rise_is_proposed_with_its_gain():
    shop, made = _made([RISING, [20.0] * 44])
    made = replace(made, demand=moving_average(history_of([RISING[-8:] * 3, [20.0] * 24]), 4, use_season=False))
    (proposal,) = prepare(shop, made)
    assert proposal.subject == "s000"
    assert proposal.domain == "forecast"
    assert "Kettle s000" in str(proposal.title)
    expected = made.demand.paths(400, skus=["s000"])[:, 0].sum(axis=1)
    assert proposal.gain.mean == pytest.approx((np.maximum(expected - 4 * 20, 0) * 4.0).mean())
    assert proposal.gain.low <= proposal.gain.mean <= proposal.gain.high
    assert proposal.cost.amount == 0
    assert shop.sql(f"select count(*) from {proposal.evidence[0].table} where {proposal.evidence[0].where}").item() == 1


def test_the_same_as_ever_is_not_proposed():
    assert not list(prepare(*_made([[20.0] * 44, [0.0] * 44, [1.0, 0.0] * 22])))


def test_back_in_stock_is_no_rise():
    """Twelve weeks of which eight were out of stock: what was sold then says nothing of the level."""
    sold = np.full((1, 44), 20.0)
    sold[0, -12:-4] = 0
    is_out = sold == 0
    assert not list(prepare(*_made(sold, is_out)))


def test_a_product_just_launched_is_no_rise():
    sold = np.full((2, 44), 20.0)
    sold[1, :-5] = 0
    is_out = np.zeros(sold.shape, dtype=bool)
    is_out[1, :-5] = True
    assert not list(prepare(*_made(sold, is_out, uses_season=True)))


def test_names_with_quotes_are_found_again():
    shop, made = _made([RISING])
    made = replace(
        made, demand=replace(moving_average(history_of([RISING[-8:] * 3]), 4, use_season=False), skus=("it's",))
    )
    made = replace(made, known=replace(made.known, skus=("it's",)))
    lines = shop.table("order_lines").collect().with_columns(pl.lit("it's").alias(c.SKU))
    shop = Shop.of({"order_lines": lines})
    (proposal,) = prepare(shop, made)
    assert shop.sql(f"select count(*) from order_lines where {proposal.evidence[0].where}").item() == 1
