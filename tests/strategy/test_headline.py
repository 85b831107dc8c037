"""The figures at the top, counted by hand from planted sales."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from shopwright.shop.money import Money
from shopwright.shop.shop import Shop
from shopwright.strategy.headline import DAYS, headline

LAST = date(2024, 6, 30)


def _at(days_ago):
    return datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=UTC) - timedelta(days=days_ago)


def _lines(rows):
    """Rows of days ago, order, customer, units, revenue."""
    return pl.DataFrame(
        [
            {
                "order": order,
                "line": str(at),
                "sku": "A",
                "customer": customer,
                "at": _at(ago),
                "units": units,
                "revenue": revenue,
                "price": None if revenue is None else revenue / units,
            }
            for at, (ago, order, customer, units, revenue) in enumerate(rows)
        ],
        schema_overrides={"customer": pl.String, "revenue": pl.Float64, "price": pl.Float64, "units": pl.Float64},
    )


SALES = [
    (0, "O1", "C1", 2.0, 30.0),  # the last day counts
    (0, "O1", "C1", 1.0, 10.0),  # same order
    (27, "O2", "C2", 1.0, 20.0),  # the first day of the 28
    (28, "O3", "C1", 5.0, 50.0),  # the 28 before
    (55, "O4", None, 1.0, 30.0),  # their first day
    (56, "O5", "C3", 9.0, 90.0),  # neither
]


def _figures(tables):
    return {figure.name.render("en"): figure for figure in headline(Shop.of(tables))}


@pytest.fixture
def found():
    return _figures({"order_lines": _lines(SALES)})


def test_sums_are_of_the_last_28_days(found):
    assert found[f"Revenue, {DAYS} days"].value == Money(60.0, "USD")
    assert found[f"Orders, {DAYS} days"].value == 2
    assert found[f"Units sold, {DAYS} days"].value == 4
    assert found["Customers who bought"].value == 2
    assert found["Revenue per order"].value == Money(30.0, "USD")


def test_the_change_is_against_the_28_days_before(found):
    assert found[f"Against the {DAYS} days before"].value == "-25.0%"  # 60 against 80


def test_every_figure_has_its_day_and_how(found):
    assert {figure.as_of for figure in found.values()} == {LAST}
    for figure in found.values():
        assert figure.how.render("en") != figure.how.render("zh")
        assert LAST.isoformat() in figure.how.render("zh")


def test_refunds_are_a_share_of_the_revenue_of_84_days():
    back = pl.DataFrame(
        {"return": ["R"], "order": ["O1"], "sku": ["A"], "at": [_at(10)], "units": [1.0], "refund": [46.0]}
    )
    found = _figures({"order_lines": _lines(SALES), "returns": back})
    assert found["Returned, share of revenue"].value == "20.0%"  # 46 of 230


def test_stars_are_the_mean_of_all_reviews():
    reviews = pl.DataFrame({"review": ["1", "2", "3"], "sku": ["A"] * 3, "at": [_at(1)] * 3, "stars": [5.0, 4.0, None]})
    found = _figures({"order_lines": _lines(SALES), "reviews": reviews})
    assert (found["Stars"].value, found["Stars"].shown()) == (4.5, "4.50 of 5")
    assert "2 reviews" in found["Stars"].how.render("en")


@pytest.mark.parametrize("revenue", [None, 0.0])
def test_what_cannot_be_told_is_left_out(revenue):
    found = _figures({"order_lines": _lines([(0, "O1", None, 2.0, revenue)])})
    assert set(found) == {f"Units sold, {DAYS} days", f"Orders, {DAYS} days"}


def test_cancelled_orders_do_not_count():
    orders = pl.DataFrame({"order": ["O1", "O2"], "at": [_at(0), _at(27)], "status": ["cancelled", "delivered"]})
    found = _figures({"order_lines": _lines(SALES), "orders": orders})
    assert found[f"Revenue, {DAYS} days"].value == Money(20.0, "USD")
