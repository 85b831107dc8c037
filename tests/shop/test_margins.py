"""What a unit brings: what was paid lately, less what it costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from shopwright.settings import Settings
from shopwright.shop import schema as c
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.shop import Shop

LAST = datetime(2024, 6, 30, 12, tzinfo=UTC)


def _margins(paid, products=None, supply=None, **settings) -> dict[str, dict]:
    """From (sku, days ago, price, units)."""
    lines = pl.DataFrame(
        {
            c.ORDER: [str(number) for number in range(len(paid))],
            c.LINE: ["1"] * len(paid),
            c.SKU: [row[0] for row in paid],
            c.AT: [LAST - timedelta(days=row[1]) for row in paid],
            c.PRICE: [row[2] for row in paid],
            c.UNITS: [float(row[3]) if len(row) > 3 else 1.0 for row in paid],
        }
    )
    tables = {"order_lines": lines}
    if products:
        tables["products"] = pl.DataFrame(products)
    if supply:
        tables["supply"] = pl.DataFrame(supply)
    found = unit_margins(Shop.of(tables, Settings.model_validate(settings)))
    assert found.columns == [c.SKU, c.PRICE, c.COST, MARGIN, IS_ASSUMED]
    assert found[c.SKU].is_sorted()
    return {row[c.SKU]: row for row in found.iter_rows(named=True)}


def test_the_price_is_the_middle_of_what_was_paid_lately():
    found = _margins([("a", 0, 10.0), ("a", 5, 12.0), ("a", 89, 50.0), ("a", 90, 1.0), ("a", 91, 1.0)])
    assert found["a"][c.PRICE] == 12.0


def test_a_product_not_sold_lately_has_the_price_it_ever_had():
    assert _margins([("a", 200, 8.0), ("a", 210, 9.0), ("b", 0, 1.0)])["a"][c.PRICE] == 8.5


def test_the_catalogue_speaks_where_nothing_was_paid():
    found = _margins([("b", 0, 1.0), ("c", 0, 0.0)], {c.SKU: ["a", "c", "d"], c.PRICE: [20.0, 5.0, None]})
    assert found["a"][c.PRICE] == 20.0
    assert found["c"][c.PRICE] == 5.0
    assert "d" not in found


def test_the_suppliers_cost_wins_over_the_catalogues_over_the_assumption():
    paid = [(sku, 0, 10.0) for sku in "abc"]
    products = {c.SKU: ["a", "b"], c.COST: [3.0, 4.0]}
    supply = {c.SKU: ["a", "a"], c.SUPPLIER: ["x", "y"], c.COST: [6.0, 5.0]}
    found = _margins(paid, products, supply, money={"margin_rate": 0.25})
    assert [found[sku][c.COST] for sku in "abc"] == [5.0, 4.0, 7.5]
    assert [found[sku][MARGIN] for sku in "abc"] == [5.0, 6.0, 2.5]
    assert [found[sku][IS_ASSUMED] for sku in "abc"] == [False, False, True]


def test_a_product_sold_below_cost_has_no_margin_not_a_negative_one():
    assert _margins([("a", 0, 2.0)], {c.SKU: ["a"], c.COST: [3.0]})["a"][MARGIN] == 0.0


@pytest.mark.parametrize("units", [0, -3])
def test_lines_that_are_no_sales_set_no_price(units):
    assert _margins([("a", 0, 2.0), ("a", 0, 900.0, units)])["a"][c.PRICE] == 2.0
