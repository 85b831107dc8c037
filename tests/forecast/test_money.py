"""Forecasters chosen by what ordering by them would have cost, where costs are known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import UsageError
from shopwright.forecast import forecast
from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.money import costs_of, newsvendor
from shopwright.forecast.table import panel_of


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
    assert "ordering by them would have cost" in str(forecast(sales, 7, "D", static=priced).how)
    assert "quantile loss" in str(forecast(sales, 7, "D", static=static).how)


def test_a_cost_below_zero_is_refused():
    static = pl.DataFrame({"sku": ["s0"], "holding_cost": [-1.0], "shortage_cost": [2.0]})
    with pytest.raises(UsageError, match="'s0'"):
        forecast(_sales(2, 40), 7, "D", static=static)
