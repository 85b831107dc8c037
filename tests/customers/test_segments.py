from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.customers import SEGMENTS, label, segments
from shopwright.errors import UsageError
from shopwright.shop.shop import Shop


def test_planted_segments_are_found(lines):
    found = segments(Shop.of({"order_lines": lines}))
    planted = found.customers.with_columns(pl.col("customer").str.replace(r"-\d+$", "").alias("planted"))
    assert planted.filter(pl.col("planted") != pl.col("segment")).is_empty()
    assert found.table["n_customers"].to_list() == [20, 20, 20, 20, 20, 20, 40]
    assert found.table["segment"].to_list() == list(SEGMENTS)


def test_the_table_adds_up(lines):
    found = segments(Shop.of({"order_lines": lines}))
    assert found.table["share"].sum() == pytest.approx(1)
    assert found.table["revenue"].sum() == pytest.approx(lines["revenue"].sum())
    assert found.table["revenue_share"].sum() == pytest.approx(1)
    row = found.table.row(by_predicate=pl.col("segment") == "at_risk", named=True)
    assert (row["recency"], row["orders"], row["revenue"]) == (
        118,
        4,
        20 * 4 * 90,
    )  # the last order of all is two days old


def test_movement_is_against_the_same_28_days_earlier(lines):
    shop = Shop.of({"order_lines": lines})
    found, earlier = segments(shop), segments(shop.until(shop.day - timedelta(days=28)))
    assert found.table["n_before"].to_list() == earlier.table["n_customers"].to_list()
    assert (found.table["n_customers"] - found.table["n_before"]).to_list() == found.table["change"].to_list()
    assert found.flows["n_customers"].sum() == found.customers.height
    came = found.flows.filter(before="not_yet")
    assert came.select("now", "n_customers").rows() == [("new", 20)]


def test_scores_do_not_depend_on_the_order_of_rows(lines):
    once = segments(Shop.of({"order_lines": lines}))
    again = segments(Shop.of({"order_lines": lines.sample(fraction=1.0, shuffle=True, seed=3)}))
    assert once.customers.equals(again.customers)


@given(st.lists(st.lists(st.integers(0, 400), min_size=1, max_size=6), min_size=1, max_size=25))
def test_equal_customers_are_in_equal_segments(lines_of, histories):
    lines = lines_of(*((f"c{n}", days, 10.0 * (n % 3 + 1)) for n, days in enumerate(histories)), ("first", [0], 5.0))
    customers = segments(Shop.of({"order_lines": lines})).customers
    assert customers["customer"].n_unique() == customers.height == len(histories) + 1
    assert customers["segment"].is_in(list(SEGMENTS)).all()
    for score, by in (("r", "recency"), ("f", "n_orders"), ("m", "revenue")):
        assert customers[score].is_between(1, 5).all()
        assert customers.group_by(by).agg(pl.col(score).n_unique())[score].max() == 1
        ordered = customers.sort(by, descending=by == "recency")
        assert ordered[score].is_sorted()


def test_a_single_order_makes_no_champion(lines_of):
    """Where hardly anybody orders twice, those who did not are new, in need of attention, at risk or lost."""
    once = [(f"c{n:03}", [n], 100.0 if n % 2 else 10.0) for n in range(200)]
    customers = segments(Shop.of({"order_lines": lines_of(*once, ("twice", [1, 8], 100.0))})).customers
    assert customers.filter(pl.col("segment").is_in(["champions", "loyal"]))["customer"].to_list() == ["twice"]
    assert set(customers["segment"]) == {"champions", "new", "needs_attention", "at_risk", "lost"}


def test_orders_without_customer_are_left_out_and_said(lines, lines_of):
    nameless = lines_of((None, [1, 2, 3], 1000.0))
    found = segments(Shop.of({"order_lines": pl.concat([lines, nameless])}))
    assert found.customers.height == 160
    share = lines["revenue"].sum() / (lines["revenue"].sum() + 3000)
    assert found.revenue_share_known == pytest.approx(share)
    assert f"{share:.0%} of the revenue comes from known customers" in found.how.render("en")


def test_returns_and_cancelled_orders_are_no_purchases(lines_of):
    lines = lines_of(("a", [3], 10.0), ("b", [2], 10.0), ("c", [1], 10.0))
    lines = lines.with_columns(units=pl.when(pl.col("customer") == "c").then(-1.0).otherwise("units"))
    gone = lines.filter(customer="b").select("order", "at", status=pl.lit("cancelled"), status_at="at")
    found = segments(Shop.of({"order_lines": lines, "orders": gone}))
    assert found.customers["customer"].to_list() == ["a"]


def test_only_those_who_agreed_may_be_written_to(lines):
    consents = pl.DataFrame(
        {"customer": ["at_risk-00", "at_risk-01", "at_risk-02"], "consent_email": [True, False, None]}
    )
    found = segments(Shop.of({"order_lines": lines, "customers": consents}))
    assert found.are_consents_known
    assert found.members("at_risk") == ["at_risk-00"]
    assert len(found.members("at_risk", may_write=False)) == 20
    unknown = segments(Shop.of({"order_lines": lines, "customers": consents.select("customer")}))
    assert not unknown.are_consents_known
    assert len(unknown.members("at_risk")) == 20


def test_a_segment_that_is_none_is_refused(lines):
    with pytest.raises(UsageError) as caught:
        segments(Shop.of({"order_lines": lines})).members("whales")
    assert caught.value.code == "CUSTOMERS-01"
    assert label("not_yet").render("zh") == "当时还不是客户"


def test_a_shop_without_customers_has_empty_segments(lines):
    found = segments(Shop.of({"order_lines": lines.with_columns(customer=pl.lit(None, pl.String))}))
    assert found.table["n_customers"].sum() == 0
    assert found.table.height == len(SEGMENTS)
    assert found.flows.is_empty()
    assert not found.are_consents_known


def test_what_comes_later_changes_nothing(lines):
    day = date(2024, 5, 31)
    later = pl.col("at").dt.date() > day
    altered = lines.with_columns(
        revenue=pl.when(later).then(1e6).otherwise("revenue"),
        customer=pl.when(later).then(pl.lit("z")).otherwise("customer"),
    )
    one, two = (segments(Shop.of({"order_lines": frame}).until(day)) for frame in (lines, altered))
    assert one.customers.equals(two.customers)
    assert one.table.equals(two.table)
    assert one.flows.equals(two.flows)
