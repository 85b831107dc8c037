"""New and returning customers, what they send back, and how they moved: counted by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from shopwright.customers import movement, orders_of, returning, returns, segments
from shopwright.shop.shop import Shop


@pytest.fixture
def small(lines_of):
    """Ann bought in May and twice in June, Ben in June; the last day is 30 June 2024."""
    return lines_of(("ann", [40, 10, 0], 10.0), ("ben", [5], 30.0))


def test_the_first_day_is_new_and_the_rest_returning(small):
    found = returning(Shop.of({"order_lines": small}))
    told = {row["day"]: row for row in found.periods.to_dicts()}
    may, june = told[date(2024, 5, 1)], told[date(2024, 6, 1)]
    assert (may["n_new"], may["n_returning"], may["revenue_new"], may["share_returning"]) == (1, 0, 10.0, 0.0)
    assert (june["n_new"], june["n_returning"], june["orders_returning"]) == (1, 1, 2)
    assert june["share_returning"] == pytest.approx(20 / 50)
    assert found.periods["is_complete"].to_list() == [True, True]
    assert (may["n_customers"], june["n_customers"]) == (1, 2)
    assert found.channels is None
    assert found.countries is None
    assert found.regions is None
    assert len(found.notes) == 3
    weeks = returning(Shop.of({"order_lines": small}), "W")
    assert weeks.periods["orders_new"].sum() == 2


def test_money_is_null_where_none_is_known(small):
    bare = returning(Shop.of({"order_lines": small.with_columns(revenue=None, price=None)}))
    assert bare.periods["revenue_new"].to_list() == bare.periods["revenue_returning"].to_list() == [None, None]
    assert not bare.is_priced
    assert bare.notes[0].render("en") == "no order line says its revenue"
    by_ben = pl.col("customer") == "ben"
    lines = small.with_columns(pl.when(~by_ben).then("price").alias("price"))
    part = returning(Shop.of({"order_lines": lines.with_columns(pl.when(~by_ben).then("revenue").alias("revenue"))}))
    may, june = part.periods.to_dicts()
    assert (may["revenue_new"], may["revenue_returning"]) == (10.0, 0.0)
    assert (june["revenue_new"], june["revenue_returning"], june["share_returning"]) == (None, 20.0, None)
    assert part.is_priced
    assert part.notes[0].render("en").startswith("25.0% of the order lines say no revenue")
    whole = returning(Shop.of({"order_lines": small}))
    assert whole.revenue_note() is None
    assert whole.unpriced == 0


def test_an_order_without_country_hides_no_regions(small):
    orders = small.select("order", "at", "customer").with_columns(
        country=pl.when(pl.col("customer") == "ann").then(pl.lit("DE")),
        region=pl.when(pl.col("customer") == "ann").then(pl.lit("BY")).otherwise(pl.lit("HH")),
    )
    found = returning(Shop.of({"order_lines": small, "orders": orders}))
    assert found.countries["country"].to_list() == ["DE", None]
    assert found.origins()[0] == "region"
    abroad = returning(
        Shop.of({"order_lines": small, "orders": orders.with_columns(pl.col("country").fill_null("FR"))})
    )
    assert abroad.origins()[0] == "country"
    without = returning(Shop.of({"order_lines": small, "orders": orders.drop("region")}))
    assert without.origins()[0] == "country"


def test_channel_and_country_come_from_orders_lines_and_customers(small):
    orders = small.select("order", "at", "customer").with_columns(
        channel=pl.when(pl.col("customer") == "ben").then(pl.lit("app"))
    )
    lines = small.with_columns(channel=pl.lit("web"))
    homes = pl.DataFrame({"customer": ["ann"], "country": ["DE"]})
    found = returning(Shop.of({"order_lines": lines, "orders": orders, "customers": homes}))
    told = {row["channel"]: (row["orders_new"], row["orders_returning"]) for row in found.channels.to_dicts()}
    assert told == {"app": (1, 0), "web": (1, 2)}
    assert found.countries["country"].to_list() == ["DE", None]


def test_channels_are_those_of_a_year_but_who_bought_before_is_not_new(lines_of):
    lines = lines_of(("ann", [700, 10], 10.0), ("ben", [5], 30.0)).with_columns(channel=pl.lit("web"))
    found = returning(Shop.of({"order_lines": lines}))
    row = found.channels.row(0, named=True)
    assert (row["orders_new"], row["orders_returning"], row["n_customers"]) == (1, 1, 2)
    assert row["share_returning"] == pytest.approx(10 / 40)
    assert found.periods["orders_new"].sum() == 2


def test_regions_are_those_of_the_order_before_those_of_the_home(small):
    moved = pl.col("order").str.starts_with("ann-0")
    orders = small.select("order", "at", "customer").with_columns(region=pl.when(moved).then(pl.lit("BY")))
    homes = pl.DataFrame({"customer": ["ann", "ben"], "country": ["DE", "DE"], "region": ["HH", "HH"]})
    found = returning(Shop.of({"order_lines": small, "orders": orders, "customers": homes}))
    told = {
        row["region"]: (row["n_customers"], row["orders_new"], row["orders_returning"])
        for row in found.regions.to_dicts()
    }
    assert told == {"HH": (2, 2, 1), "BY": (1, 0, 1)}


def test_a_customers_orders_come_latest_first_and_add_up(small):
    twice = small.filter(pl.col("order").str.starts_with("ann-0")).with_columns(line=pl.lit("2"))
    shop = Shop.of({"order_lines": pl.concat([small, twice])})
    told = orders_of(shop, "ann")
    assert told["day"].to_list() == [date(2024, 6, 30), date(2024, 6, 20), date(2024, 5, 21)]
    assert told["n_lines"].to_list() == [2, 1, 1]
    assert told["revenue"].to_list() == [20.0, 10.0, 10.0]
    assert orders_of(shop, "nobody").is_empty()


@pytest.fixture
def returned(lines_of):
    """A hundred customers with ten lines each; every fourth sends back four of them, `x` eight."""
    lines = lines_of(*((f"c{n:03}", range(10), 10.0) for n in range(100)), ("x", range(10), 10.0))
    number = pl.col("customer").str.slice(1).cast(pl.Int64, strict=False)
    back = lines.filter(
        ((number % 4 == 3) & pl.col("order").str.contains("-[0-3]-"))
        | ((pl.col("customer") == "x") & pl.col("order").str.contains("-[0-7]-"))
    )
    rows = back.select(
        "order", "sku", "at", "customer", "units", pl.col("order").alias("return"), pl.lit(9.0).alias("refund")
    )
    return lines, rows.with_columns(pl.col("at").dt.offset_by("5d"))


def test_a_line_sent_back_in_several_slips_is_one(returned):
    lines, back = returned
    halves = [back.with_columns(pl.lit(4.5).alias("refund"), pl.col("return") + end) for end in ("-a", "-b")]
    whole, halved = (
        returns(Shop.of({"order_lines": lines, "returns": slips}).until("2024-07-20"))
        for slips in (back, pl.concat(halves))
    )
    assert halved.share == whole.share == pytest.approx(108 / 1010)
    assert halved.customers.equals(whole.customers)
    assert halved.products.equals(whole.products)


def test_shares_are_drawn_to_the_shop_and_serial_returners_found(returned):
    lines, back = returned
    shop = Shop.of({"order_lines": lines, "returns": back}).until("2024-07-20")
    found = returns(shop)
    assert found.share == pytest.approx(108 / 1010)
    told = {row["customer"]: row for row in found.customers.to_dicts()}
    assert (told["x"]["n_bought"], told["x"]["n_returned"], told["x"]["refund"]) == (10, 8, 72.0)
    assert 0.3 < told["x"]["share"] < 0.8
    assert 0 < told["c000"]["share"] < 0.1 < told["c003"]["share"] < 0.4
    assert found.serial["customer"].to_list() == ["x"]
    assert found.products["n_returned"].sum() == 108


def test_a_return_without_customer_is_its_orders(returned):
    lines, back = returned
    nameless = back.with_columns(customer=pl.lit(None, pl.String))
    one, two = (
        returns(Shop.of({"order_lines": lines, "returns": frame}).until("2024-07-20")) for frame in (back, nameless)
    )
    assert one.customers.equals(two.customers)


def test_one_return_makes_nobody_serial(lines_of, returned):
    lines, back = returned
    once = lines_of(("once", [4], 10.0))
    gone = once.select(
        "order", "sku", "at", "customer", "units", pl.col("order").alias("return"), pl.lit(9.0).alias("refund")
    )
    found = returns(Shop.of({"order_lines": pl.concat([lines, once]), "returns": pl.concat([back, gone])}))
    row = found.customers.filter(customer="once").row(0, named=True)
    assert (row["n_bought"], row["n_returned"], row["is_serial"]) == (1, 1, False)
    assert row["share"] < 0.6


def test_without_a_table_of_returns_nothing_is_said_of_them(small):
    found = returns(Shop.of({"order_lines": small}))
    assert found.share is None
    assert found.customers["share"].null_count() == found.customers.height == 2
    assert not found.customers["is_serial"].any()


def test_movement_agrees_with_the_segments(lines):
    shop = Shop.of({"order_lines": lines})
    found = segments(shop)
    moved = movement(shop, found=found)
    flows = {tuple(row[:2]): row[2] for row in found.flows.iter_rows()}
    assert {(row["before"], row["now"]): row["n_customers"] for row in moved.table.to_dicts()} == flows
    assert sum(moved.counted(turn) for turn in ("came", "rose", "stayed", "fell")) == found.customers.height
    assert moved.table["revenue"].sum() == pytest.approx(found.customers["revenue"].sum())
    assert moved.table.group_by("before").agg(pl.col("share").sum())["share"].to_list() == pytest.approx(
        [1.0] * moved.table["before"].n_unique()
    )
    assert moved.matrix().height == moved.table["before"].n_unique()
    assert moved.table.equals(movement(shop).table)
    longer = movement(shop, 100)
    assert longer.counted("came") > moved.counted("came")
