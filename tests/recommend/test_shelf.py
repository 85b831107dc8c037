from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from shopwright.errors import TableError
from shopwright.recommend.shelf import Shelf

DAY = date(2024, 6, 30)


def test_what_is_not_known_is_marked_and_stock_not_known_counts_as_there():
    items = pl.DataFrame(
        {
            "sku": ["a", "b", "c", "d"],
            "category": ["Tea > Green", "Tea > Black", None, "Cups"],
            "on_hand": [0.0, 3.0, None, -2.0],
            "launch_day": [DAY, None, date(2024, 6, 20), date(2024, 7, 9)],
            "is_defect_rising": [True, None, False, None],
        }
    )
    shelf = Shelf.of(items, DAY)
    assert shelf.is_there.tolist() == [False, True, True, False]
    np.testing.assert_array_equal(shelf.age, [0, np.nan, 10, 0])
    assert shelf.is_defect.tolist() == [True, False, False, False]
    assert shelf.brand.tolist() == [-1] * 4
    assert [shelf.categories[at] if at >= 0 else None for at in shelf.category] == items["category"].to_list()
    assert shelf.top[0] == shelf.top[1] != shelf.top[3]
    assert shelf.top[2] == -1
    assert np.isnan(shelf.numbers["price"]).all()


def test_an_age_is_counted_from_the_day_of_the_place():
    launched = datetime(2024, 6, 30, 2, tzinfo=ZoneInfo("Asia/Shanghai"))  # in Greenwich it is the day before
    assert Shelf.of(pl.DataFrame({"sku": ["a"], "launch_day": [launched]}), DAY).age.tolist() == [0]


def test_a_flag_of_the_shop_stands_above_the_count():
    items = pl.DataFrame({"sku": ["a", "b"], "on_hand": [0.0, 5.0], "is_in_stock": [True, None]})
    assert Shelf.of(items).is_there.tolist() == [True, True]


def test_no_items_and_columns_of_nulls_are_a_shelf_too():
    assert len(Shelf.of(pl.DataFrame(schema={"sku": pl.String}))) == 0
    nulls = pl.DataFrame({"sku": ["a"], "price": [None], "category": [None], "launch_day": [None], "on_hand": [None]})
    assert Shelf.of(nulls).is_there.all()


@pytest.mark.parametrize(
    "columns, code, said",
    [
        ({"id": ["a"]}, "RECOMMEND-06", "found: id"),
        ({"sku": ["a", "a"]}, "RECOMMEND-33", "a stands in more than one row"),
        ({"sku": ["a", None]}, "RECOMMEND-33", "a row has no SKU"),
        ({"sku": ["a", "b"], "price": [1.0, -1.0]}, "RECOMMEND-33", "b has -1"),
        ({"sku": ["a", "b"], "sentiment": [4.2, 0.0]}, "RECOMMEND-33", "a has 4.2"),
        ({"sku": ["a"], "cover_days": ["ten"]}, "RECOMMEND-33", "it holds String"),
        ({"sku": ["a"], "is_defect_rising": ["no"]}, "RECOMMEND-33", "it holds String"),
        ({"sku": ["a"], "launch_day": ["2024-01-01"]}, "RECOMMEND-33", "it holds String"),
    ],
)
def test_items_that_cannot_be_used_are_refused(columns, code, said):
    with pytest.raises(TableError, match=said) as refused:
        Shelf.of(pl.DataFrame(columns))
    assert refused.value.code == code


@pytest.mark.parametrize("vectors", [np.ones((3, 2)), np.ones(2), np.array([[np.nan, 1.0], [1.0, 1.0]])])
def test_vectors_that_do_not_fit_the_items_are_refused(vectors):
    with pytest.raises(TableError, match="2 vectors of finite numbers are needed") as refused:
        Shelf.of(pl.DataFrame({"sku": ["a", "b"]}), vectors=vectors)
    assert refused.value.code == "RECOMMEND-33"
