"""Orders: the newsvendor's quantity on known demand, stock projected by hand, packs, minimums and edges."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.inventory.worlds import certain, spread

from shopwright.errors import UsageError
from shopwright.inventory import Policy, decide, reorder
from shopwright.inventory.policy import lingering
from shopwright.inventory.quantity import HIGHEST
from shopwright.shop import schema as c
from shopwright.shop.demand import DRAWS

FINE = tuple(np.arange(1, 100) / 100)
GAMMA = stats.gamma(4, scale=25)
ONE = Policy(lead_time=1, review=1)  # what is ordered now is sold in the next period, and nothing after counts


@pytest.mark.parametrize("shortage", [0.05, 0.2, 1.0, 4.0])
@pytest.mark.parametrize("on_hand", [0, 30])
def test_the_order_is_the_quantile_that_costs_least(shortage, on_hand):
    """Within three standard errors of a sample quantile (Mosteller 1946): √(p(1 − p)/n) / f."""
    policy = Policy(lead_time=1, review=1, holding_cost=0.2, shortage_cost=shortage)
    line = decide(spread(GAMMA.ppf(FINE), FINE), "a", on_hand, (), policy)
    ratio = shortage / (shortage + 0.2)
    exact = GAMMA.ppf(ratio)
    error = np.sqrt(ratio * (1 - ratio) / DRAWS) / GAMMA.pdf(exact)
    assert line.units == pytest.approx(max(exact - on_hand, 0), abs=3 * error + 1)
    assert line.level == pytest.approx(ratio)


def test_no_other_quantity_costs_less():
    demand, policy = spread(GAMMA.ppf(FINE), FINE, 3), Policy(lead_time=2, review=2, holding_cost=0.3)
    line = decide(demand, "a", 40, (10,), policy)
    paths = demand.paths(DRAWS, 0, ["a"], 3)[:, 0]
    left = np.maximum(40 + 10 - paths[:, 0], 0)
    short = paths[:, 1:].sum(axis=1) - left
    held = 0.3 * 2 * lingering(2, 2)
    cost = [(np.maximum(short - units, 0) + held * np.maximum(units - short, 0)).mean() for units in range(0, 400)]
    assert line.units == pytest.approx(np.argmin(cost), abs=1)
    last = np.maximum(short - line.units, 0) + 0.3 * 2 * np.maximum(line.units - short, 0)
    assert line.expected_cost == pytest.approx(last.mean(), rel=1e-3)  # money of the one review, nothing weighed
    assert line.gains[1] == pytest.approx(cost[0] - min(cost), rel=1e-3)


@pytest.mark.parametrize("lead", [1, 3, 8])
def test_the_money_told_is_the_holding_that_happens(lead):
    """1,000 on hand and 10 sold a period for certain: what is left is held for one period, however long the lead."""
    line = decide(certain(*[10.0] * lead), "a", 1000, (), Policy(lead_time=lead))
    assert line.expected_cost == pytest.approx(0.2 * (1000 - 10 * lead))


def test_more_is_ordered_for_sums_that_are_less_sure():
    policy = Policy(lead_time=2, review=3, shortage_cost=4.0)
    units = [decide(spread(GAMMA.ppf(FINE), FINE, 4, rho=rho), "a", 0, (), policy).units for rho in (0.0, 0.7)]
    assert units[1] > units[0] * 1.05


@pytest.mark.parametrize(
    "on_hand, due, lost_sales, units",
    [
        # lead time 3: two periods of 10 are waited for, the third is what the order serves
        (5, (3, 20), True, 0),  # 5 + 3 − 10 → 0; 0 + 20 − 10 = 10; 10 − 10 = 0
        (5, (3, 20), False, 2),  # 5 + 3 − 10 = −2; −2 + 20 − 10 = 8; 2 are missing
        (5, (3, 12), True, 8),  # 0 + 12 − 10 = 2; 8 are missing
        (5, (), True, 10),  # nothing is left, 10 are missing
        (5, (), False, 25),
        (-4, (), True, 10),  # oversold counts as nothing on hand
        (-4, (), False, 34),
        (5, (0, 0, 4), True, 6),  # what comes with the order counts once
        (5, (0, 0, 0, 50), True, 10),  # what comes later does not help
        (25, (), True, 5),
        (100, (), True, 0),
    ],
)
def test_stock_is_projected_by_hand(on_hand, due, lost_sales, units):
    policy = Policy(lead_time=3, review=1, lost_sales=lost_sales)
    line = decide(certain(10, 10, 10, 10), "a", on_hand, due, policy)
    assert line.units == units
    assert line.demand == 30
    assert line.due == sum(due[:3])
    assert line.safety == 0


@pytest.mark.parametrize(
    "pack, least, wanted, units",
    [
        (1, 0, 10, 10),
        (6, 0, 10, 12),  # 2 left over cost less than 4 missing
        (6, 0, 6.5, 6),  # half a unit missing costs less than five and a half left over
        (6, 20, 10, 24),
        (1, 20, 18, 20),
        (1, 20, 1, 0),  # 19 left over cost more than 1 missing
        (100, 0, 10, 0),
        (0.5, 0, 10, 10),
    ],
)
def test_packs_and_minimums(pack, least, wanted, units):
    policy = Policy(lead_time=1, holding_cost=0.2, pack_size=pack, min_units=least)
    line = decide(certain(wanted), "a", 0, (), policy)
    assert line.units == units
    assert line.units % pack == 0


def test_without_a_margin_nothing_is_ordered():
    line = decide(spread(GAMMA.ppf(FINE), FINE), "a", 0, (), Policy(lead_time=1, shortage_cost=0))
    assert line.units == 0
    assert line.level == 0
    assert line.gains == (0, 0, 0)


def test_without_holding_cost_the_level_is_the_highest_that_is_known():
    line = decide(spread(GAMMA.ppf(FINE), FINE), "a", 0, (), Policy(lead_time=1, holding_cost=0))
    assert line.level == HIGHEST
    assert line.units == pytest.approx(GAMMA.ppf(HIGHEST), rel=0.1)


def test_no_demand_no_order():
    assert decide(certain(0, 0, 0), "a", 0, (), Policy()).units == 0


def test_an_interval_beyond_the_forecast_is_explained():
    with pytest.raises(UsageError) as caught:
        decide(certain(10, 10), "a", 0, (), Policy(lead_time=2, review=2))
    assert caught.value.code == "USAGE-10"
    assert "3" in str(caught.value.fix)


@given(
    on_hand=st.floats(-50, 500),
    due=st.lists(st.floats(0, 200), max_size=6),
    lead=st.integers(1, 4),
    review=st.integers(1, 3),
    holding=st.floats(0, 5),
    shortage=st.floats(0, 50),
    pack=st.sampled_from([1, 6, 25]),
    least=st.sampled_from([0, 10, 60]),
    lost=st.booleans(),
)
def test_an_order_is_whole_packs_above_the_minimum_and_never_costs_more_than_none(
    on_hand, due, lead, review, holding, shortage, pack, least, lost
):
    policy = Policy(lead, review, holding, shortage, pack, least, lost)
    line = decide(spread(GAMMA.ppf(FINE[::9]), FINE[::9], 6), "a", on_hand, due, policy)
    assert line.units >= 0
    assert line.units % pack == 0
    assert line.units == 0 or line.units >= least
    assert line.gains[1] >= -1e-9
    assert line.gains[0] <= line.gains[2]
    assert line.units or line.gains == (0, 0, 0)
    assert line.expected_cost >= 0
    assert str(line.reason)


def test_the_reason_says_the_numbers():
    line = decide(certain(10, 10, 10), "a", 5, (3,), Policy())
    assert str(line.reason).startswith("30 expected over 3 weeks, 5 on hand, 3 on the way; ordered so that it lasts")
    enough = decide(certain(10, 10, 10), "a", 50, (3,), Policy())
    assert str(enough.reason) == "50 on hand and 3 on the way cover the 30 expected over 3 weeks"


def test_a_table_of_stock_gives_a_table_of_orders():
    demand = certain(10, 10, 10, 10, skus=("a", "b", "it's"))
    stock = pl.DataFrame(
        {
            c.SKU: ["b", "a", "ghost", "it's"],
            c.ON_HAND: [5, 100, 3, None],
            "due_2": [12.0, None, None, None],
            "due_1": [3, 0, 0, 0],
            "due_soon": ["x", "x", "x", "x"],
            c.PACK_SIZE: [None, None, None, 6.0],
            "shortage_cost": [None, None, None, 2.0],
        }
    )
    orders = reorder(demand, stock, Policy())
    assert orders.columns == [c.SKU, c.UNITS, "expected_cost", "reason"]
    assert orders.schema[c.UNITS] == pl.Int64
    assert orders.select(c.SKU, c.UNITS).rows() == [("b", 8), ("a", 0), ("ghost", 0), ("it's", 12)]
    assert orders["expected_cost"].drop_nulls().to_list() == pytest.approx([0, 0.2 * 70, 0.2 * 2])
    assert orders["expected_cost"][2] is None
    assert orders["reason"][2].startswith("not forecast")
    assert "not known: counted as none" in orders["reason"][3]


def test_no_stock_no_orders():
    empty = pl.DataFrame(schema={c.SKU: pl.String, c.ON_HAND: pl.Float64})
    assert reorder(certain(10, 10, 10), empty, Policy()).is_empty()


def test_stock_without_its_columns_is_explained():
    with pytest.raises(UsageError) as caught:
        reorder(certain(10, 10, 10), pl.DataFrame({"SKU": ["a"]}), Policy())
    assert caught.value.code == "USAGE-09"
    assert "SKU" in str(caught.value.why)


def test_the_same_order_whoever_else_is_ordered():
    demand = spread(GAMMA.ppf(FINE), FINE, 3, skus=("a", "b"))
    stock = pl.DataFrame({c.SKU: ["a", "b"], c.ON_HAND: [10.0, 10.0]})
    both = reorder(demand, stock, Policy())
    alone = reorder(demand, stock.tail(1), Policy())
    assert both.tail(1).equals(alone)
    assert both.equals(reorder(demand, stock, Policy(), seed=0))
    assert not both.equals(reorder(demand, stock, Policy(), seed=1))
