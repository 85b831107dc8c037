"""What was sold, counted: complete periods, stock-outs marked, slips and services left out, nothing from later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.errors import TableError
from shopwright.settings import Settings
from shopwright.shop import schema as c
from shopwright.shop.history import daily_units, history, period_of, sold_lines, sold_sql
from shopwright.shop.shop import Shop

MONDAY = date(2024, 1, 1)


def _lines(sold, **more) -> pl.DataFrame:
    """Order lines at noon from (sku, day number, units)."""
    return pl.DataFrame(
        {
            c.ORDER: [str(number) for number in range(len(sold))],
            c.LINE: ["1"] * len(sold),
            c.SKU: [sku for sku, _, _ in sold],
            c.AT: [_noon(day) for _, day, _ in sold],
            c.UNITS: [float(units) for _, _, units in sold],
            **more,
        },
        schema_overrides={c.AT: pl.Datetime("us", "UTC")},
    )


def _noon(day: float) -> datetime:
    return datetime(2024, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)


def _shop(sold, period="auto", zone="UTC", **tables) -> Shop:
    settings = Settings.model_validate({"demand": {"period": period}, "shop": {"timezone": zone}})
    return Shop.of({"order_lines": _lines(sold) if isinstance(sold, list) else sold, **tables}, settings)


def _stock(rows) -> pl.DataFrame:
    """Stock from (sku, day number, in stock, location)."""
    return pl.DataFrame(
        {
            c.SKU: [row[0] for row in rows],
            c.DAY: [MONDAY + timedelta(days=row[1]) for row in rows],
            c.IS_IN_STOCK: [row[2] for row in rows],
            c.LOCATION: [row[3] if len(row) > 3 else "here" for row in rows],
        }
    )


def test_only_complete_weeks_count_back_from_the_last_day():
    known = history(_shop([("a", day, 1) for day in range(24)]))  # three weeks and three days
    assert known.period == "W"
    assert known.days == tuple(MONDAY + timedelta(days=3 + 7 * week) for week in range(3))
    assert known.units.tolist() == [[7.0, 7.0, 7.0]]
    assert known.as_of == MONDAY + timedelta(days=23)
    assert known.next_days(2) == (MONDAY + timedelta(days=24), MONDAY + timedelta(days=31))


def test_records_by_week_are_known_as_of_the_last_of_them():
    known = history(_shop([("a", 7 * week, 1) for week in range(9)]))  # each Monday stands for its week
    assert known.days[-1] == known.as_of == MONDAY + timedelta(weeks=8)
    assert known.next_days(1) == (MONDAY + timedelta(weeks=9),)


def test_only_complete_months_count():
    known = history(_shop([("a", day, 1) for day in range(10, 100)], "M"))  # 11 January to 9 April
    assert known.days == (date(2024, 2, 1), date(2024, 3, 1))
    assert known.units.tolist() == [[29.0, 31.0]]
    assert known.as_of == date(2024, 3, 31)
    assert known.next_days(2) == (date(2024, 4, 1), date(2024, 5, 1))


def test_a_month_that_is_over_counts():
    assert history(_shop([("a", day, 1) for day in range(31)], "M")).units.tolist() == [[31.0]]


def test_a_shop_without_a_month_behind_it_says_so():
    with pytest.raises(TableError) as caught:
        history(_shop([("a", day, 1) for day in range(5, 15)], "M"))
    assert caught.value.code == "TABLE-08"


def test_days_count_when_asked_for():
    known = history(_shop([("a", 0, 2), ("a", 3, 1), ("b", 1, 5)], "D"))
    assert known.days[0] == MONDAY
    np.testing.assert_array_equal(known.units, [[2, 0, 0, 1], [np.nan, 5, 0, 0]])
    np.testing.assert_array_equal(known.sold, [[2, 0, 0, 1], [0, 5, 0, 0]])


def test_before_its_first_sale_a_product_is_unknown_not_unsold():
    sold = [("a", day, 1) for day in range(28)] + [("new", 22, 3)]
    known = history(_shop(sold))
    assert known.skus == ("a", "new")
    np.testing.assert_array_equal(known.units[1], [np.nan, np.nan, np.nan, 3])


def test_a_product_first_sold_after_the_last_complete_month_is_unknown():
    sold = [("a", day, 1) for day in range(0, 70)] + [("new", 65, 3)]
    known = history(_shop(sold, "M"))
    assert np.isnan(known.units[1]).all()
    assert (known.sold[1] == 0).all()


def test_a_product_first_sold_before_the_first_complete_week_was_there_since():
    sold = [("old", 0, 1), *(("a", day, 1) for day in range(24)), ("old", 20, 1)]
    known = history(_shop(sold))
    np.testing.assert_array_equal(known.units[1], [0, 0, 1])


def test_a_period_mostly_out_of_stock_is_left_out_and_one_partly_out_is_scaled_up():
    sold = [("a", day, 1) for day in (*range(7), *range(7, 9), *range(14, 18), *range(21, 28))]
    out = [("a", day, day not in (9, 10, 11, 12, 13, 18, 19, 20)) for day in range(28)]
    known = history(_shop(sold, stock=_stock(out)))
    np.testing.assert_allclose(known.units, [[7, np.nan, 4 / (4 / 7), 7]])
    np.testing.assert_array_equal(known.sold, [[7, 2, 4, 7]])
    assert known.n_masked == 1


def test_stock_at_any_place_is_stock():
    rows = [("a", day, day < 7, "north") for day in range(14)] + [("a", day, day >= 7, "south") for day in range(14)]
    known = history(_shop([("a", day, 1) for day in range(14)], stock=_stock(rows)))
    assert known.n_masked == 0
    assert known.units.tolist() == [[7.0, 7.0]]


def test_units_on_hand_say_it_where_no_flag_does():
    stock = pl.DataFrame(
        {
            c.SKU: ["a"] * 14,
            c.DAY: [MONDAY + timedelta(days=day) for day in range(14)],
            c.ON_HAND: [0.0] * 5 + [-2.0] * 2 + [None] * 3 + [4.0] * 4,
        }
    )
    known = history(_shop([("a", day, 1) for day in range(14)], stock=stock))
    np.testing.assert_array_equal(known.units, [[np.nan, 7]])


def test_out_of_stock_before_the_first_sale_masks_nothing():
    stock = _stock([("new", day, False) for day in range(14)])
    known = history(_shop([("a", day, 1) for day in range(28)] + [("new", 20, 1)], stock=stock))
    assert known.n_masked == 0


def test_stock_of_a_product_that_was_never_sold_is_no_matter():
    known = history(_shop([("a", day, 1) for day in range(14)], stock=_stock([("ghost", 3, False)])))
    assert known.skus == ("a",)


@pytest.mark.parametrize("until", [None, 21, 27, 34])
def test_sales_recorded_by_week_are_counted_as_recorded(until):
    sold = [("a", 7 * week, 10 + week) for week in range(5) if week != 2]
    stock = _stock([("a", 7 * week, week != 3) for week in range(5)])
    shop = _shop(sold, stock=stock)
    shop = shop if until is None else shop.until(MONDAY + timedelta(days=until))
    known = history(shop)
    last = 5 if until is None or until >= 28 else 4
    assert known.period == "W"
    assert known.days == tuple(MONDAY + timedelta(days=7 * week) for week in range(last))
    np.testing.assert_array_equal(known.units, [[10, 11, 0, np.nan, 14][:last]])


def test_weeks_without_sales_at_the_end_are_zeros():
    shop = _shop([("a", 7 * week, 1) for week in range(4)]).until(MONDAY + timedelta(days=21 + 16))
    assert history(shop).units.tolist() == [[1, 1, 1, 1, 0, 0]]


def test_sales_recorded_by_month_are_counted_as_recorded():
    days = [(date(2024, month, 1) - MONDAY).days for month in (1, 2, 3, 4)]
    stock = _stock([("a", days[1], False)])
    known = history(_shop([("a", day, 5) for day in days], stock=stock))
    assert known.period == "M"
    assert known.days[-1] == date(2024, 4, 1)
    np.testing.assert_array_equal(known.units, [[5, np.nan, 5, 5]])
    assert known.next_days(1) == (date(2024, 5, 1),)


@pytest.mark.parametrize(
    "days, wanted, found",
    [
        (range(30), "auto", ("W", "D")),
        (range(30), "D", ("D", "D")),
        (range(30), "M", ("M", "D")),
        (range(0, 70, 7), "auto", ("W", "W")),
        (range(0, 70, 7), "D", ("W", "W")),
        (range(0, 70, 7), "M", ("M", "W")),
        ((0, 31, 60), "auto", ("M", "M")),
        ((0, 31, 60), "D", ("M", "M")),
        ((0, 7), "auto", ("W", "D")),  # two days prove nothing
    ],
)
def test_the_period_is_the_one_wished_but_never_finer_than_the_records(days, wanted, found):
    told = pl.Series([MONDAY + timedelta(days=day) for day in days])
    assert period_of(_shop([("a", 0, 1)], wanted), told) == found


def test_weekly_records_can_be_counted_by_month():
    stock = _stock([("a", 7 * week, week not in (5, 6, 7)) for week in range(14)])
    known = history(_shop([("a", 7 * week, 10) for week in range(14)], "M", stock=stock))
    assert known.days == (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1))
    np.testing.assert_array_equal(known.units, [[50, np.nan, 40]])  # three of February's four weeks were out


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Shanghai", "America/New_York"])
def test_days_are_those_of_the_shop_also_when_the_clock_is_changed(zone):
    start = datetime(2024, 3, 25, 0, 30, tzinfo=Settings.model_validate({"shop": {"timezone": zone}}).zone)
    at = [start + timedelta(days=day) for day in range(14)]  # half past midnight on the wall
    lines = _lines([("a", 0, 1)] * 14).with_columns(
        pl.Series(c.AT, [moment.astimezone(UTC) for moment in at], dtype=pl.Datetime("us", "UTC"))
    )
    known = history(_shop(lines, "D", zone))
    assert known.days[0] == date(2024, 3, 25)
    assert known.units.tolist() == [[1.0] * 14]


def test_what_is_no_sale_of_a_product_is_left_out():
    lines = _lines(
        [("a", 0, 2), ("post", 0, 1), ("a", 1, 1), ("fee", 1, 1), ("a", 2, 0), ("a", 3, -1), ("gift", 3, 1)],
        **{c.KIND: ["product", "product", None, "service", "product", "product", "gift"]},
    )
    products = pl.DataFrame({c.SKU: ["a", "post"], c.KIND: ["product", "service"]})
    found = sold_lines(_shop(lines, products=products)).collect()
    assert found.select(c.SKU, c.UNITS).rows() == [("a", 2.0), ("a", 1.0)]
    assert daily_units(_shop(lines, products=products)).collect().height == 2


def test_cancelled_orders_are_left_out_from_the_day_it_was_known():
    orders = pl.DataFrame(
        {c.ORDER: ["0", "1"], c.AT: [_noon(0), _noon(1)], c.STATUS: ["paid", "cancelled"], c.STATUS_AT: [_noon(2)] * 2},
        schema_overrides={c.AT: pl.Datetime("us", "UTC"), c.STATUS_AT: pl.Datetime("us", "UTC")},
    )
    shop = _shop([("a", 0, 1), ("a", 1, 1), ("a", 4, 1)], orders=orders)
    assert sold_lines(shop).collect()[c.ORDER].to_list() == ["0", "2"]
    assert sold_lines(shop.until(MONDAY + timedelta(days=1))).collect()[c.ORDER].to_list() == ["0", "1"]


def _returns(rows) -> pl.DataFrame:
    """Returns from (customer, sku, day, units)."""
    return pl.DataFrame(
        {
            c.RETURN: [f"r{number}" for number in range(len(rows))],
            c.LINE: ["1"] * len(rows),
            c.CUSTOMER: [row[0] for row in rows],
            c.SKU: [row[1] for row in rows],
            c.AT: [_noon(row[2]) for row in rows],
            c.UNITS: [float(row[3]) for row in rows],
        },
        schema_overrides={c.AT: pl.Datetime("us", "UTC"), c.CUSTOMER: pl.String},
    )


@pytest.mark.parametrize(
    "returns, left",
    [
        ([("x", "a", 0.1, 500)], ["1", "2", "3"]),  # at once, whole: a slip
        ([("x", "a", 0.1, 499)], ["0", "1", "2", "3"]),  # a part of it was kept
        ([("x", "a", 1.1, 500)], ["0", "1", "2", "3"]),  # on the next day but one: a return
        ([("x", "a", -0.1, 500)], ["0", "1", "2", "3"]),  # before the sale: of an earlier one
        ([("y", "a", 0.1, 500)], ["0", "1", "2", "3"]),  # somebody else
        ([(None, "a", 0.1, 500)], ["0", "1", "2", "3"]),
        ([("x", "b", 0.6, 1)], ["0", "1", "3"]),  # one return takes back one of two alike, the later
        ([("x", "b", 0.6, 1), ("x", "b", 0.7, 1)], ["0", "3"]),
        ([("x", "b", 0.6, 1), ("x", "b", 0.7, 1), ("x", "b", 0.8, 1)], ["0", "3"]),
    ],
)
def test_a_line_sent_back_whole_within_a_day_is_no_demand(returns, left):
    lines = _lines(
        [("a", 0, 500), ("b", 0, 1), ("b", 0.5, 1), ("b", 9, 1)],
        **{c.CUSTOMER: ["x", "x", "x", "z"]},
    )
    found = sold_lines(_shop(lines, returns=_returns(returns))).collect()
    assert sorted(found[c.ORDER]) == left


def test_nothing_sold_is_explained():
    for lines in ([], [("a", 0, -1)]):
        with pytest.raises(TableError) as caught:
            history(_shop(_lines(lines)))
        assert caught.value.code == "TABLE-04"


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.integers(-2, 5)), min_size=1), st.integers(0, 40)
)
def test_sales_after_a_day_do_not_change_what_was_counted_by_then(sold, day):
    until = MONDAY + timedelta(days=day)
    whole = _shop(sold, "W").until(until)
    cut = _shop([line for line in sold if line[1] <= day], "W").until(until)
    if not any(units > 0 and at <= day for _, at, units in sold):
        with pytest.raises(TableError):
            history(whole)
        return
    seen, wanted = history(whole), history(cut)
    assert (seen.skus, seen.days) == (wanted.skus, wanted.days)
    np.testing.assert_array_equal(seen.units, wanted.units)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 40), st.integers(1, 5)), min_size=1))
def test_every_unit_in_a_complete_period_is_counted_once(sold):
    known = history(_shop(sold, "W"))
    inside = sum(units for _, day, units in sold if MONDAY + timedelta(days=day) >= known.days[0])
    assert known.sold.sum() == inside
    assert known.as_of == MONDAY + timedelta(days=max(day for _, day, _ in sold))


def test_revenue_is_counted_beside():
    lines = _lines([("a", day, 1) for day in range(7)], **{c.REVENUE: [2.5] * 6 + [None]})
    assert history(_shop(lines)).revenue.tolist() == [[15.0]]


def test_a_return_that_names_its_order_takes_back_that_order_only():
    at = datetime(2024, 3, 4, 10, tzinfo=UTC)
    alike = {"customer": ["anna"] * 2, "sku": ["A"] * 2, "units": [2.0] * 2, "at": [at, at + timedelta(hours=1)]}
    lines = pl.DataFrame({"order": ["1", "2"], "line": ["1", "1"], **alike})
    back = {"return": ["r"], "line": ["1"], "customer": ["anna"], "sku": ["A"], "units": [2.0]}
    returns = pl.DataFrame({**back, "order": ["1"], "at": [at + timedelta(hours=2)]})
    shop = Shop.of({"order_lines": lines, "returns": returns})
    assert sold_lines(shop).collect()["order"].to_list() == ["2"]
    unnamed = Shop.of({"order_lines": lines, "returns": returns.with_columns(pl.lit(None, pl.String).alias("order"))})
    assert sold_lines(unnamed).collect()["order"].to_list() == ["1"]


def test_the_rule_in_sql_finds_the_rows_that_are_counted():
    at = datetime(2024, 3, 4, 10, tzinfo=UTC)
    lines = pl.DataFrame(
        {
            "order": ["1", "2", "3", "4", "5"],
            "line": ["1"] * 5,
            "customer": ["anna", "ben", "carl", "dora", None],
            "sku": ["A", "A", "POST", "A", "A"],
            "units": [2.0, 1.0, 1.0, 3.0, -1.0],
            "at": [at] * 5,
        }
    )
    shop = Shop.of(
        {
            "order_lines": lines,
            "orders": pl.DataFrame({"order": ["2"], "at": [at], "status": ["cancelled"]}),
            "products": pl.DataFrame({"sku": ["A", "POST"], "kind": ["product", "service"]}),
            "returns": pl.DataFrame(
                {"return": ["r"], "customer": ["dora"], "sku": ["A"], "units": [3.0], "at": [at + timedelta(hours=3)]}
            ),
        }
    )
    counted = sold_lines(shop).collect()["order"].to_list()
    assert counted == ["1"]
    assert shop.sql(f'SELECT "order" FROM order_lines WHERE {sold_sql(shop)}')["order"].to_list() == counted


def test_a_slip_is_neither_sold_nor_paid_for_and_told():
    sold = [("a", day, 1e9 if day == 15 else 1) for day in range(70)] + [("b", day, 2) for day in range(70)]
    known = history(_shop(_lines(sold, price=[2.0] * len(sold))))
    assert np.isnan(known.units[0]).tolist() == known.is_slip[0].tolist()
    assert known.is_slip.sum() == 1
    assert known.sold.max() < 100
    assert known.revenue.max() < 100
    assert set(known.notes) == {"a"}
    assert known.before(2).is_slip.sum() == 0
    assert known.some(np.array([1])).is_slip.sum() == 0
