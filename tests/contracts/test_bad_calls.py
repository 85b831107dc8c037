"""Calls of the public functions of forecasts and stock that cannot be meant: refused with all four parts."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright import forecast as f
from shopwright import inventory as i
from shopwright.errors import ShopError
from shopwright.shop.demand import Demand

MONDAY = date(2024, 1, 1)
DAYS = [MONDAY + timedelta(weeks=at) for at in range(12)]
SALES = pl.DataFrame({"sku": ["a"] * 12, "day": DAYS, "units": [3.0, 4.0, 2.0] * 4, "price": [9.0] * 12})
STOCK = pl.DataFrame({"sku": ["a"], "on_hand": [3.0], "due_1": [1.0]})
POLICY = i.Policy(lead_time=1)


@pytest.fixture(scope="module")
def demand() -> Demand:
    return f.forecast(SALES, 4)


def _none(seen: i.Situation) -> np.ndarray:
    return np.zeros(len(seen.terms))


def _replay(rule=_none, **given):
    given = {"history": SALES, "policy": POLICY, "start": DAYS[6]} | given
    return i.simulate(given.pop("history"), rule, given.pop("policy"), **given)


FORECASTS = {
    "no table": lambda: f.forecast(None),
    "a list": lambda: f.forecast([1, 2]),
    "a mapping": lambda: f.forecast({"sku": ["a"], "day": [MONDAY], "units": [1]}),
    "a path": lambda: f.forecast("sales.csv"),
    "a column missing": lambda: f.forecast(SALES.drop("units")),
    "text for units": lambda: f.forecast(SALES.with_columns(units=pl.lit("many"))),
    "days that are yes": lambda: f.forecast(SALES.with_columns(day=pl.lit(value=True))),
    "days in parts": lambda: f.forecast(SALES.with_columns(day=pl.struct("day"))),
    "days ahead that are yes": lambda: f.forecast(SALES, future=SALES.with_columns(day=pl.lit(value=True))),
    "horizon in words": lambda: f.forecast(SALES, "4"),
    "horizon of a billion": lambda: f.forecast(SALES, 10**9),
    "a list of periods": lambda: f.forecast(SALES, 4, ["W"]),
    "no quantiles": lambda: f.forecast(SALES, 4, quantiles=None),
    "a single quantile": lambda: f.forecast(SALES, 4, quantiles=0.5),
    "a country that is a number": lambda: f.forecast(SALES, 4, country=49),
    "a country that is none": lambda: f.forecast(SALES, 4, country="ZZ"),
    "models in one word": lambda: f.forecast(SALES, 4, models="boosted"),
    "models that are none": lambda: f.forecast(SALES, 4, models=[None]),
    "without what is not there": lambda: f.forecast(SALES, 4, without=["weather"]),
    "without in one word": lambda: f.forecast(SALES, 4, without="season"),
    "a seed in words": lambda: f.forecast(SALES, 4, seed="seven"),
    "an executor that is a number": lambda: f.forecast(SALES, 4, executor=2),
    "no shop": lambda: f.forecast_shop(None),
    "a table for a shop": lambda: f.forecast_shop(SALES),
    "nothing to judge": lambda: f.backtest(None),
    "windows in parts": lambda: f.backtest(SALES, 2, windows=1.5),
    "windows in words": lambda: f.backtest(SALES, 2, windows="2"),
    "an executor of the backtest in words": lambda: f.backtest(SALES, 2, executor="two"),
    "what if of nothing": lambda: f.what_if(None, {"a": 9.0}),
    "a list of prices": lambda: f.what_if(SALES, ["a"]),
    "a list of promotions": lambda: f.what_if(SALES, {}, ["a"]),
    "no history": lambda: f.moving_average(None, 4),
    "elasticities of nothing": lambda: f.elasticities(None),
    "ablation of nothing": lambda: f.ablation(None),
    "reaching further than nothing": lambda: f.reaching(None, None, 3),
}
STOCKS = {
    "no demand": lambda d: i.reorder(None, STOCK, POLICY),
    "a frame for a demand": lambda d: i.reorder(d.frame(), STOCK, POLICY),
    "no stock": lambda d: i.reorder(d, None, POLICY),
    "a mapping for stock": lambda d: i.reorder(d, {"sku": ["a"], "on_hand": [1]}, POLICY),
    "no policy": lambda d: i.reorder(d, STOCK, None),
    "a mapping for a policy": lambda d: i.reorder(d, STOCK, {"lead_time": 3}),
    "text on hand": lambda d: i.reorder(d, STOCK.with_columns(on_hand=pl.lit("many")), POLICY),
    "lists on hand": lambda d: i.reorder(d, STOCK.with_columns(pl.concat_list("on_hand")), POLICY),
    "lists of SKUs": lambda d: i.reorder(d, STOCK.with_columns(pl.concat_list("sku")), POLICY),
    "lists of suppliers": lambda d: i.reorder(d, STOCK.with_columns(supplier=pl.concat_list("sku")), POLICY),
    "endless stock": lambda d: i.reorder(d, STOCK.with_columns(on_hand=math.inf), POLICY),
    "due in the past": lambda d: i.reorder(d, STOCK.with_columns(due_0=1.0), POLICY),
    "due twice": lambda d: i.reorder(d, STOCK.with_columns(due_01=1.0), POLICY),
    "due in a far future": lambda d: i.reorder(d, STOCK.with_columns(due_9999999999=1.0), POLICY),
    "sales lost five times": lambda d: i.reorder(d, STOCK.with_columns(lost_sales=5), POLICY),
    "a seed that is none": lambda d: i.reorder(d, STOCK, POLICY, seed=None),
    "on hand in words": lambda d: i.decide(d, "a", "many", [], POLICY),
    "due in words": lambda d: i.decide(d, "a", 1, ["x"], POLICY),
    "nothing due at all": lambda d: i.decide(d, "a", 1, None, POLICY),
    "no SKU": lambda d: i.decide(d, None, 1, [], POLICY),
    "no places": lambda d: i.transfer(None, STOCK, POLICY),
    "places without a forecast": lambda d: i.transfer({"x": None}, STOCK, POLICY),
    "a stock of places that is a list": lambda d: i.transfer({"x": d}, [1], POLICY),
    "health of nothing": lambda d: i.health(None, None, None),
    "a level in words": lambda d: d.quantile("x"),
    "no futures": lambda d: d.paths(0),
    "SKUs as a number": lambda d: d.paths(3, skus=5),
    "half a period": lambda d: d.total(1.5, 0.5),
    "parts of a list": lambda d: d.explain(["a"]),
    "no history to replay": lambda d: _replay(history=None),
    "no rule": lambda d: _replay(None),
    "a rule that says nothing": lambda d: _replay(lambda _: None),
    "a rule that says words": lambda d: _replay(lambda _: ["few"]),
    "a replay without a policy": lambda d: _replay(policy=None),
    "a start in words": lambda d: _replay(start="2024-02-12"),
    "no span": lambda d: _replay(span=None),
    "a span in parts": lambda d: _replay(span=i.Span(1.5)),
    "an opening stock that is a list": lambda d: _replay(stock=[1]),
}


def _refused(call) -> None:
    with pytest.raises(ShopError) as caught:
        call()
    parts = caught.value.as_dict()
    assert all(parts.values())
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("call", FORECASTS.values(), ids=FORECASTS)
def test_a_forecast_that_cannot_be_meant_is_refused(call):
    _refused(call)


@pytest.mark.parametrize("call", STOCKS.values(), ids=STOCKS)
def test_an_order_that_cannot_be_meant_is_refused(demand, call):
    _refused(lambda: call(demand))


@pytest.mark.parametrize("value", [None, "3", [3], math.nan, -1, {"days": 3}], ids=repr)
@pytest.mark.parametrize("name", [name for name in i.Policy.__slots__ if name != "last_period"])
def test_terms_of_an_odd_kind_are_named(name, value):
    is_empty = value is None and name in ("shelf_life", "unit_cost", "budget", "space")
    if is_empty:
        assert getattr(i.Policy(**{name: value}), name) is None
        return
    with pytest.raises(ShopError) as caught:
        i.Policy(**{name: value})
    assert name in str(caught.value.what)


def test_chances_may_be_an_array_and_the_start_a_moment(demand):
    policy = i.Policy(lead_chances=np.array([0.5, 0.5]))
    assert policy.lead_chances == (0.5, 0.5)
    assert i.reorder(demand, STOCK, policy).height == 1
    assert _replay(start=datetime(2024, 2, 12, 9, 30, tzinfo=UTC)).days == _replay().days


def test_kinds_of_knowledge_that_there_are_may_be_left_out():
    told = f.forecast(SALES, 2, without=["season", "price", "holiday"])
    assert told.horizon == 2


def test_an_order_between_a_least_and_a_smaller_most_is_none_and_says_why(demand):
    empty = STOCK.with_columns(on_hand=0.0, due_1=0.0)
    row = i.reorder(demand, empty, i.Policy(lead_time=1, min_units=10, max_units=5)).row(0, named=True)
    assert row["units"] == 0
    assert "nothing can be ordered of it" in row["reason"]
