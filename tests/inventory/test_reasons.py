"""What a line says is what was done, and what was done is what costs least by hand."""

from __future__ import annotations

import re

import polars as pl
import pytest
from tests.inventory.worlds import certain, spread

from shopwright.errors import UsageError
from shopwright.inventory import Policy, decide, reorder
from shopwright.shop import schema as c

TEN = certain(10, 10, 10, 10)
FIFTHS = (0.1, 0.3, 0.5, 0.7, 0.9)


def _said(on_hand, due=(), demand=TEN, **terms):
    line = decide(demand, "a", on_hand, due, Policy(**{"lead_time": 2, **terms}))
    return line.units, str(line.reason)


def test_what_is_missed_before_an_order_can_arrive_is_told():
    """5 on hand for 10: 5 are missed in the first week whatever is ordered, so that 10 are ordered and not 15."""
    units, why = _said(5)
    assert units == 10
    assert "5 will be missed before an order can arrive" in why
    assert "missed before" not in _said(10)[1]
    assert "missed before" not in _said(5, lost_sales=False)[1]
    assert "missed before" not in _said(0, (10,))[1]


def test_stock_that_comes_too_late_covers_nothing():
    """Nothing on hand, 30 in the second week: its 10 are there, the first week's are not."""
    units, why = _said(0, (0, 30))
    assert units == 0
    assert why == "20 expected over 2 weeks, 0 on hand, 30 on the way; 10 will be missed before an order can arrive"


def test_a_season_that_ends_before_the_order_arrives_is_the_reason():
    units, why = _said(0, lead_time=3, last_period=2)
    assert units == 0
    assert "cover" not in why
    assert "; an order would arrive after the season's end" in why


def test_units_that_nobody_misses_are_the_reason():
    assert "; missing it costs nothing" in _said(0, shortage_cost=0.0)[1]


@pytest.mark.parametrize(
    "terms, units, said",
    [
        ({"pack_size": 6.0}, 12, "ordered so that it lasts with a chance of 80%.*in packs of 6"),
        ({"min_units": 30.0}, 30, "with this order it lasts with a chance of 100%.*no fewer than 30 can be ordered"),
        ({"max_units": 4.0}, 4, "with this order it lasts with a chance of 0%.*no more than 4 can be ordered"),
        ({"order_cost": 20.0}, 45, "with this order it lasts with a chance of 100%.*each order costs 20.00"),
    ],
)
def test_what_moved_an_order_away_from_its_target_is_told(terms, units, said):
    line = decide(certain(*[10] * 8), "a", 10, (), Policy(lead_time=2, **terms))
    assert line.units == units
    assert re.search(said, str(line.reason))


def test_what_spoils_in_a_week_meets_no_demand_of_the_next():
    """Good for one week of two: the newsvendor of that week, (4 + 0.4) p = 0.4 + 3 (1 - p), not of both weeks."""
    terms = {"lead_time": 1, "review": 2, "shelf_life": 1, "unit_cost": 3.0, "shortage_cost": 4.0}
    demand = spread([0, 5, 10, 15, 20], FIFTHS, periods=4)
    line = decide(demand, "a", 0, (), Policy(**terms))
    week = demand.paths(500, 0, ["a"], 2)[:, 0]

    def cost(units):
        sold = week[:, 0].clip(max=units)
        return (4 * (week.sum(axis=1) - sold) + 3 * (units - sold)).mean()

    cheapest = min(range(40), key=cost)
    assert line.units == pytest.approx(cheapest, abs=1)
    assert line.expected_cost == pytest.approx(cost(line.units), rel=0.01)


def test_one_sku_fills_its_suppliers_minimum_alone_where_that_pays():
    """25 for 10 missing: 15 too many cost less than 10 missed sales; 400 do not."""
    stock = pl.DataFrame({c.SKU: ["a"], c.ON_HAND: [10.0], c.SUPPLIER: ["x"], c.COST: [2.0]})
    for terms, units in (
        ({"supplier_min_units": 25.0}, 25),
        ({"supplier_min_cost": 50.0}, 25),
        ({"supplier_min_units": 25.0, "pack_size": 4.0}, 28),
        ({"supplier_min_units": 400.0}, 0),
    ):
        orders = reorder(TEN, stock, Policy(lead_time=2, **terms))
        assert orders[c.UNITS].to_list() == [units], terms


def test_a_stock_table_may_be_lazy_and_has_to_be_a_table():
    stock = pl.DataFrame({c.SKU: ["a"], c.ON_HAND: [10.0]})
    policy = Policy(lead_time=2)
    assert reorder(TEN, stock.lazy(), policy).equals(reorder(TEN, stock, policy))
    with pytest.raises(UsageError) as caught:
        reorder(TEN, {"a": 10}, policy)
    assert caught.value.code == "USAGE-47"
