"""Terms of single SKUs and what they do to an order; what cannot be is refused with the SKU's name."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats
from tests.inventory.worlds import certain, spread

from shopwright.errors import UsageError
from shopwright.inventory import Policy, decide, reorder
from shopwright.shop import schema as c

FINE = tuple(np.arange(1, 20) / 20)
GAMMA = stats.gamma(4, scale=25).ppf(FINE)


@pytest.mark.parametrize(
    "name, value",
    [
        ("pack_size", 0.0),
        ("pack_size", -1.0),
        ("min_units", -1.0),
        ("lead_time", 0.0),
        ("lead_time", 1.5),
        ("review", 0.0),
        ("holding_cost", -0.1),
        ("shortage_cost", float("inf")),
        ("due_1", -2.0),
        ("shelf_life", 0.0),
        ("salvage_value", 9.0),
        (c.ON_HAND, float("inf")),
        (c.ON_HAND, "many"),
    ],
)
def test_an_impossible_number_names_its_sku(name, value):
    stock = pl.DataFrame({c.SKU: ["b", "a"], c.ON_HAND: [1.0, 1.0], c.COST: [2.0, 2.0]})
    column = pl.Series(name, [None, value], dtype=pl.String if isinstance(value, str) else pl.Float64)
    with pytest.raises(UsageError) as caught:
        reorder(certain(5, 5, 5, 5, skus=("a", "b")), stock.with_columns(column), Policy())
    assert caught.value.code == "USAGE-61"
    assert "'a'" in str(caught.value.what)
    assert name in str(caught.value.what)


def test_a_sku_that_stands_twice_is_refused():
    with pytest.raises(UsageError) as caught:
        reorder(certain(5, 5, 5), pl.DataFrame({c.SKU: ["a", "a"], c.ON_HAND: [1.0, 1.0]}), Policy())
    assert caught.value.code == "USAGE-60"


def test_a_longer_spread_of_lead_times_asks_for_more():
    sure, unsure = (
        decide(spread(GAMMA, FINE, 8), "a", 200, (), Policy(lead_time=3, lead_time_sd=sd, shortage_cost=5))
        for sd in (0.0, 1.5)
    )
    assert unsure.safety > sure.safety
    told = decide(certain(10, 10, 10, 10), "a", 20, (), Policy(lead_chances=(0.0, 0.0, 1.0)))
    assert told.units == decide(certain(10, 10, 10, 10), "a", 20, (), Policy(lead_time=3)).units == 10


def test_nothing_is_ordered_that_would_spoil():
    fresh = Policy(lead_time=1, review=4, shelf_life=2, unit_cost=3.0)
    keeps = decide(certain(10, 10, 10, 10), "a", 0, (), Policy(lead_time=1, review=4))
    spoils = decide(certain(10, 10, 10, 10), "a", 0, (), fresh)
    assert keeps.units == 40
    assert spoils.units == 20
    assert "while it is good" in str(spoils.reason)


def test_what_is_on_the_shelf_spoils_too():
    policy = Policy(lead_time=3, shelf_life=2, unit_cost=1.0)
    line = decide(certain(2, 2, 2, 2, 2), "a", 50, (), policy)
    assert line.units == 2
    assert "46 on the shelf will be too old" in str(line.reason)


@pytest.mark.parametrize("last, units", [(None, 10), (4, 10), (3, 10), (2, 0), (0, 0)])
def test_the_season_ends(last, units):
    policy = Policy(lead_time=3, last_period=last, unit_cost=4.0)
    assert decide(certain(10, 10, 10, 10), "a", 20, (), policy).units == units


def test_salvage_makes_the_last_order_bolder():
    terms = {"lead_time": 1, "review": 1, "holding_cost": 0.0, "last_period": 1, "unit_cost": 6.0, "shortage_cost": 4.0}
    units = [decide(spread(GAMMA, FINE), "a", 0, (), Policy(**terms, salvage_value=value)).units for value in (0, 3, 5)]
    assert units[0] < units[1] < units[2]
    assert units[0] == pytest.approx(np.quantile(GAMMA, 0.4), rel=0.1)  # 4 / (4 + 6): the newsvendor's ratio


def test_an_order_that_costs_something_comes_seldom_and_is_larger():
    demand, policy = certain(*[10.0] * 4), Policy(lead_time=1, holding_cost=0.2, order_cost=9.0, shortage_cost=5.0)
    assert decide(demand, "a", 0, (), policy).units == 30  # √(2 · 9 · 10 / 0.2) = 30
    assert decide(demand, "a", 10, (), policy).units == 0


def test_continuous_review_looks_every_period():
    often, seldom = Policy(lead_time=2, review=4, continuous=True), Policy(lead_time=2, review=4)
    assert often.interval == 2
    assert decide(certain(*[10.0] * 6), "a", 10, (), often).units == 10
    assert decide(certain(*[10.0] * 6), "a", 10, (), seldom).units == 40


def test_no_more_than_the_most():
    line = decide(certain(10, 10, 30), "a", 0, (), Policy(max_units=20, pack_size=6))
    assert line.units == 18
    assert decide(certain(10, 10, 30), "a", 0, (), Policy(max_units=0)).units == 0


def test_the_line_says_what_a_week_later_would_cost():
    line = decide(certain(10, 10, 10), "a", 5, (3,), Policy())
    assert line.later == pytest.approx(10)
    assert "ordering a week later would cost 10.00 more" in str(line.reason)
    assert "oversold" in str(decide(certain(10, 10, 10), "a", -5, (), Policy()).reason)


@pytest.mark.parametrize("name", ["budget", "space", "supplier_min_units", "order_cost", "unit_cost", "lead_time_sd"])
def test_policies_that_cannot_be_are_named(name):
    with pytest.raises(UsageError) as caught:
        Policy(**{name: -1.0})
    assert name in str(caught.value.what)
