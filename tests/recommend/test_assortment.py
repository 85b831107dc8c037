from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import TableError
from shopwright.recommend.assortment import assortment
from shopwright.recommend.rerank import rerank
from shopwright.recommend.rules import Rules
from shopwright.recommend.shelf import Shelf
from shopwright.shop.shop import Shop

LAST = datetime(2024, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def shop():
    """Tea sold twice a day for 40 days, a new cup 5 in all in its 10 days; a pot that never sold, postage."""
    sales = [("tea", day, 2.0, 4.0) for day in range(40)] + [("cup", 9, 4.0, 10.0), ("cup", 0, 1.0, 10.0)]
    sales.append(("post", 0, 1.0, 3.0))
    lines = pl.DataFrame(
        [
            (f"o{at}", str(at), sku, LAST - timedelta(days=days), units, price, units * price)
            for at, (sku, days, units, price) in enumerate(sales)
        ],
        schema=["order", "line", "sku", "at", "units", "price", "revenue"],
        orient="row",
    )
    products = pl.DataFrame(
        {
            "sku": ["tea", "cup", "pot", "post"],
            "title": ["Tea", "Cup", "Pot", "Postage"],
            "category": ["Food", "Cups", "Cups", None],
            "brand": ["x", "y", None, None],
            "price": [5.0, 10.0, 30.0, 3.0],
            "cost": [1.0, 7.0, 12.0, None],
            "kind": ["product", "product", "product", "service"],
            "launch_day": [date(2020, 1, 1), None, None, None],
        }
    )
    stock = pl.DataFrame(
        {
            "sku": ["tea", "tea", "tea", "cup", "pot"],
            "location": ["north", "north", "south", None, None],
            "day": [date(2024, 6, 1), date(2024, 6, 30), date(2024, 6, 29), date(2024, 6, 30), date(2024, 6, 30)],
            "on_hand": [99.0, 10.0, 4.0, None, 0.0],
            "is_in_stock": [None, None, None, True, None],
        }
    )
    return Shop.of({"order_lines": lines, "products": products, "stock": stock})


def test_what_a_shop_knows_of_its_products(shop):
    found = {row["sku"]: row for row in assortment(shop).iter_rows(named=True)}
    assert list(found) == ["cup", "pot", "tea"]
    tea, cup, pot = found["tea"], found["cup"], found["pot"]
    assert (tea["on_hand"], tea["is_in_stock"], tea["sold_per_day"], tea["cover_days"]) == (14.0, True, 2.0, 7.0)
    assert (tea["price"], tea["margin"], tea["launch_day"]) == (4.0, 3.0, date(2020, 1, 1))
    assert (cup["on_hand"], cup["is_in_stock"], cup["sold_per_day"], cup["cover_days"]) == (None, True, 0.5, None)
    assert (cup["margin"], cup["launch_day"], cup["brand"]) == (3.0, date(2024, 6, 21), "y")
    assert (pot["on_hand"], pot["is_in_stock"], pot["sold_per_day"], pot["cover_days"]) == (0.0, False, 0.0, None)
    assert (pot["price"], pot["margin"], pot["launch_day"]) == (30.0, 18.0, None)


def test_other_tables_add_columns_and_take_the_place_of_what_they_know_better(shop):
    cover = pl.DataFrame({"sku": ["tea", "cup", "gone"], "cover_days": [3.5, None, 9.0]})
    reviews = pl.DataFrame({"sku": ["cup"], "sentiment": [0.4], "is_defect_rising": [True]})
    found = {row["sku"]: row for row in assortment(shop, cover, reviews).iter_rows(named=True)}
    assert [found[sku]["cover_days"] for sku in ("cup", "pot", "tea")] == [None, None, 3.5]
    assert (found["cup"]["sentiment"], found["cup"]["is_defect_rising"]) == (0.4, True)
    assert found["tea"]["sentiment"] is None


def test_it_is_what_was_known_on_the_day(shop):
    found = {row["sku"]: row for row in assortment(shop.until("2024-06-20")).iter_rows(named=True)}
    assert found["tea"]["on_hand"] == 99.0
    assert "cup" not in found or found["cup"]["launch_day"] is None


def test_rules_read_it(shop):
    items = assortment(shop, pl.DataFrame({"sku": ["cup"], "cover_days": [60.0]}))
    shelf = Shelf.of(items, shop.day)
    every = np.arange(3)
    assert [shelf.skus[row] for row in rerank(every, np.ones(3), shelf, Rules(least_cover=14), 3).rows] == ["cup"]
    fresh = rerank(every, np.ones(3), shelf, Rules(freshness=1), 3)
    assert [shelf.skus[row] for row in fresh.rows] == ["cup", "tea"]


def test_a_shop_without_sales_or_stock_has_its_catalogue():
    products = pl.DataFrame({"sku": ["a"], "price": [3.0]})
    stock = pl.DataFrame({"sku": ["a"], "day": [date(2024, 6, 30)], "on_hand": [4.0]})
    row = assortment(Shop.of({"products": products, "stock": stock})).row(0, named=True)
    assert (row["sku"], row["price"], row["on_hand"], row["sold_per_day"]) == ("a", 3.0, 4.0, 0.0)


@pytest.mark.parametrize(
    "frame, code",
    [
        (pl.DataFrame({"id": ["a"]}), "RECOMMEND-06"),
        (pl.DataFrame({"sku": ["tea", "tea"], "sentiment": [0.1, 0.2]}), "RECOMMEND-33"),
    ],
)
def test_tables_that_cannot_be_joined_are_refused(shop, frame, code):
    with pytest.raises(TableError) as refused:
        assortment(shop, frame)
    assert refused.value.code == code
