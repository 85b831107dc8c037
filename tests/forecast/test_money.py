"""Forecasters chosen by what ordering by them would have cost, where costs are known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import UsageError
from shopwright.forecast import backtest, forecast
from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.money import costs_of, newsvendor, read_costs
from shopwright.forecast.origins import Sales, earlier_sales
from shopwright.forecast.table import panel_of
from shopwright.shop.sales import read_sales


def _cast(*enough: float) -> Cast:
    """Certain demand of one period for each SKU."""
    mean = np.array(enough)[:, None]
    return Cast(mean, np.repeat(mean[:, :, None], len(LEVELS), axis=2))


def test_the_cost_is_that_of_the_order():
    judge = newsvendor(np.array([[1.0, 4.0], [2.0, 3.0]]))
    assert judge(_cast(10, 10), np.array([[7.0], [7.0]])) == pytest.approx([3.0, 6.0])  # three held
    assert judge(_cast(5, 5), np.array([[7.0], [7.0]])) == pytest.approx([8.0, 6.0])  # two missed
    assert judge(_cast(5, 5), np.array([[np.nan], [7.0]])) == pytest.approx([0.0, 6.0])


def test_the_order_lies_at_the_critical_ratio():
    spread = Cast(np.full((1, 1), 50.0), np.array(LEVELS)[None, None, :] * 100)
    judge = newsvendor(np.array([[1.0, 4.0]]))  # enough with a chance of 0.8: 80 units
    assert judge(spread, np.array([[80.0]])) == pytest.approx([0.0], abs=1e-9)
    dear = newsvendor(np.array([[0.001, 4.0]]))
    assert dear(spread, np.array([[90.0]])) == pytest.approx([0.0], abs=1e-9)  # no further than 9 in 10


def test_a_product_without_costs_counts_as_the_others_do():
    table = pl.DataFrame({"sku": ["a", "b"], "holding_cost": [1.0, 3.0], "shortage_cost": [4.0, None]})
    found = costs_of(table, ("a", "b", "c"))
    assert found.tolist() == [[1.0, 4.0]] * 3
    assert costs_of(table, ("b",)) is None


def _sales(n=12, days=200):
    draw = np.random.default_rng(0)
    first = date(2024, 1, 1)
    return pl.concat(
        pl.DataFrame(
            {
                "sku": f"s{at}",
                "day": [first + timedelta(days=day) for day in range(days)],
                "units": draw.poisson(3 + at, days).astype(float),
            }
        )
        for at in range(n)
    )


def test_costs_in_the_table_of_products_are_what_forecasters_are_chosen_by():
    sales = _sales()
    static = pl.DataFrame({"sku": [f"s{at}" for at in range(12)], "category": ["x", "y"] * 6})
    priced = static.with_columns(holding_cost=pl.lit(0.1), shortage_cost=pl.lit(2.0))
    panel = panel_of(sales, 7, "D", None, priced)
    assert panel.costs.shape == (12, 2)
    assert set(panel.static) == {"category"}  # money is not what a product is like
    assert "what ordering by" in str(forecast(sales, 7, "D", static=priced).how)
    assert "quantile loss" in str(forecast(sales, 7, "D", static=static).how)


def test_a_cost_below_zero_is_refused():
    static = pl.DataFrame({"sku": ["s0"], "holding_cost": [-1.0], "shortage_cost": [2.0]})
    with pytest.raises(UsageError, match="'s0'"):
        forecast(_sales(2, 40), 7, "D", static=static)


@pytest.mark.parametrize("value", ["cheap", "0,1 €", float("inf")])
def test_a_cost_that_is_no_number_is_refused(value):
    static = pl.DataFrame({"sku": ["s0", "s1"], "holding_cost": [0.1, 0.1], "shortage_cost": [2.0, 2.0]})
    static = static.with_columns(holding_cost=pl.Series([static["holding_cost"].cast(type(value))[0], value]))
    for judged in (
        lambda: forecast(_sales(2, 40), 7, "D", static=static),
        lambda: backtest(_sales(2, 60), 7, "D", costs=static),
    ):
        with pytest.raises(UsageError, match="'s1' has a cost that is no number") as caught:
            judged()
        assert caught.value.code == "USAGE-82"


def test_numbers_written_as_text_and_empty_costs_are_read():
    told = pl.DataFrame(
        {"sku": ["a", "b", "c"], "holding_cost": [" 1.5", "", "nan"], "shortage_cost": [2, 3, None]}, strict=False
    )
    assert read_costs(told)["holding_cost"].to_list() == [1.5, None, None]


@pytest.mark.parametrize("name", ["holding_cost", "shortage_cost"])
def test_one_cost_without_the_other_is_refused(name):
    static = pl.DataFrame({"sku": ["s0", "s1"], name: [1.0, 1.0]})
    for judged in (forecast, backtest):
        with pytest.raises(UsageError, match="missing columns") as caught:
            judged(_sales(2, 60), 7, "D", static=static)
        assert caught.value.code == "USAGE-82"


def test_without_a_cost_of_any_product_judged_nothing_is_said_of_money():
    costs = pl.DataFrame({"sku": ["other"], "holding_cost": [1.0], "shortage_cost": [2.0]})
    found = backtest(_sales(2, 60), 7, "D", costs=costs)
    assert found.total.cost is None
    assert found[0].cost_naive is None
    assert "ordering by it" not in str(found)
    assert "Money" not in str(found.how)


def test_money_of_tables_has_no_currency_and_no_blank_for_one():
    costs = pl.DataFrame({"sku": ["s0", "s1"], "holding_cost": [1.0, 1.0], "shortage_cost": [2.0, 2.0]})
    found = backtest(_sales(2, 60), 7, "D", costs=costs)
    total = found.total
    assert f"would have cost {total.cost:,.2f}, by the naive one {total.cost_naive:,.2f}\n" in str(found)


def test_costs_of_a_backtest_are_what_forecasters_are_chosen_by():
    """Shortage so cheap that the least order is best: what is chosen in units is another blend than in money."""
    sales = _sales(6, 105)
    static = pl.DataFrame({"sku": [f"s{at}" for at in range(6)], "category": ["x", "y"] * 3})
    costs = static.select("sku", holding_cost=2.0, shortage_cost=0.1)
    now = panel_of(sales, 7, "D").known
    rows = read_sales(sales)[0]
    (seen,) = earlier_sales(Sales(rows, None, static, "", read_costs(costs)), now, 7, 1)
    assert seen.costs.tolist() == [[2.0, 0.1]] * 6
    given = backtest(sales, 7, "D", static=static, costs=costs)
    inside = backtest(sales, 7, "D", static=static.join(costs, on="sku"))
    assert given.cells.equals(inside.cells)
    assert not given.cells["mean"].equals(backtest(sales, 7, "D", static=static).cells["mean"])


def test_a_backtest_takes_lazy_tables():
    sales = _sales(2, 60)
    static = pl.DataFrame({"sku": ["s0", "s1"], "category": ["x", "y"]})
    costs = static.select("sku", holding_cost=1.0, shortage_cost=2.0)
    eager = backtest(sales, 7, "D", static=static, costs=costs)
    lazy = backtest(sales.lazy(), 7, "D", static=static.lazy(), costs=costs.lazy())
    assert eager.cells.equals(lazy.cells)
