"""What a shop knows of the time ahead: promotions of products, of categories and of all."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from shopwright.forecast.shop_panel import shop_panel
from shopwright.settings import Settings
from shopwright.shop.history import history
from shopwright.shop.shop import Shop

FIRST = date(2024, 1, 1)


@pytest.fixture
def shop():
    days = [FIRST + timedelta(days=at) for at in range(70)]
    rows = [(sku, day) for sku in ("bowl", "cup", "pen") for day in days]
    lines = pl.DataFrame(
        {
            "order": [str(at) for at in range(len(rows))],
            "line": ["1"] * len(rows),
            "sku": [sku for sku, _ in rows],
            "at": [datetime(day.year, day.month, day.day, 9, tzinfo=UTC) for _, day in rows],
            "units": [2.0] * len(rows),
        }
    )
    products = pl.DataFrame(
        {
            "sku": ["bowl", "cup", "pen"],
            "category": ["Kitchen > Bowls", "Kitchenware", "Office"],
            "title": ["a", "b", "c"],
        }
    )
    promotions = pl.DataFrame(
        {
            "promotion": ["one", "kitchen", "all", "back to front", "for ever"],
            "sku": ["pen", None, None, "cup", "cup"],
            "category": [None, "Kitchen", None, None, None],
            "from_day": [days[3], days[10], days[20], days[40], days[60]],
            "to_day": [days[4], days[10], None, days[30], date(9999, 12, 31)],
        }
    )
    tables = {"order_lines": lines, "products": products, "promotions": promotions}
    return Shop.of(tables, Settings.model_validate({"demand": {"period": "D"}}))


def test_promotions_reach_the_products_that_they_are_for(shop):
    known = history(shop)
    share = shop_panel(shop, known, 14).ahead["promotion"]
    assert share.shape == (3, 84)
    found = {sku: [int(at) for at in share[row].nonzero()[0]] for row, sku in enumerate(known.skus)}
    assert found["pen"] == [3, 4, 20]
    assert found["bowl"] == [10, 20]
    assert found["cup"] == [20, *range(60, 84)]
