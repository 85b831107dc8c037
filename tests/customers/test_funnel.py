"""Visits, where they end and what was searched for: planted by hand, and found in a synthetic shop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from shopwright.customers import funnel
from shopwright.customers.visits import visits
from shopwright.errors import TableError
from shopwright.shop.shop import Shop
from shopwright.shop.synthetic import make
from shopwright.shop.synthetic.visits import BUY_AFTER_CART, CART_AFTER_VIEW

START = datetime(2024, 5, 1, 9, tzinfo=UTC)
# visitor, minute, kind, sku, words, results, channel
EVENTS = [
    ("a", 0, "search", None, " Mug ", 4.0, "web"),
    ("a", 1, "view", "mug", None, None, "web"),
    ("a", 2, "cart", "mug", None, None, "web"),
    ("a", 3, "buy", "mug", None, None, "web"),
    ("a", 34, "view", "mug", None, None, "web"),  # 31 minutes later: another visit
    ("b", 0, "search", "mug", "mug", 4.0, "app"),
    ("b", 29, "search", None, "lamp", 0.0, "app"),
    ("b", 59, "view", "cup", None, None, "app"),  # 30 minutes are no pause yet
    ("c", 0, "buy", "cup", None, None, None),  # bought with one click
    ("d", 0, "search", None, "lamp", 0.0, None),
]


@pytest.fixture
def events():
    rows = [(f"e{at}", *row) for at, row in enumerate(EVENTS)]
    names = ["event", "session", "minute", "kind", "sku", "query", "n_results", "channel"]
    frame = pl.DataFrame(rows, schema=names, orient="row", schema_overrides={"n_results": pl.Float64})
    at = pl.lit(START) + pl.duration(minutes=pl.col("minute"))
    return frame.with_columns(at=at.cast(pl.Datetime("us", "UTC"))).drop("minute")


@pytest.fixture
def found(events):
    return funnel(Shop.of({"events": events}))


def test_a_pause_of_more_than_half_an_hour_begins_a_visit(events):
    assert visits(Shop.of({"events": events})).n == 5
    assert visits(Shop.of({"events": events}), timedelta(minutes=60)).n == 4
    assert visits(Shop.of({"events": events}), timedelta(minutes=20)).n == 7


def test_the_order_of_rows_does_not_matter(events, found):
    again = funnel(Shop.of({"events": events.sample(fraction=1.0, shuffle=True, seed=1)}))
    for name in ("steps", "channels", "products", "moves", "ways", "searches"):
        assert getattr(again, name).equals(getattr(found, name)), name


def test_steps_are_those_of_the_hand(found):
    assert found.steps["n_visits"].to_list() == [5, 4, 2, 2]
    assert found.steps["n_lost"].to_list() == [1, 2, 0, None]
    assert found.steps["going_on"].to_list() == [4 / 5, 2 / 4, 1.0, None]
    told = {row["channel"]: (row["n_visits"], row["buy"]) for row in found.channels.to_dicts()}
    assert told == {"web": (2, 1), "app": (1, 0), None: (2, 1)}


def test_products_are_drawn_to_the_mean_of_all(found):
    told = {row["sku"]: row for row in found.products.to_dicts()}
    assert (told["mug"]["n_viewed"], told["mug"]["n_bought"]) == (2, 1)
    assert (told["cup"]["n_viewed"], told["cup"]["n_bought"]) == (2, 1)
    assert told["mug"]["buy_share"] == pytest.approx(0.5)
    assert found.products["n_short"].sum() == pytest.approx(0)


def test_every_visit_starts_and_ends_once(found):
    for name in ("start", "end"):
        side = found.moves.filter(pl.col("before" if name == "start" else "next") == name)
        assert side["n"].sum() == 5
    assert found.moves.group_by("before").agg(pl.col("share").sum())["share"].to_list() == pytest.approx([1.0] * 5)
    assert found.ways["n_visits"].sum() == 5
    assert "search > view > cart > buy" in found.ways["way"].to_list()
    assert "search > view" in found.ways["way"].to_list()  # two searches in a row are told once


def test_searches_tell_what_came_of_them(found):
    told = {row["query"]: row for row in found.searches.to_dicts()}
    assert set(told) == {"mug", "lamp"}
    lamp, mug = told["lamp"], told["mug"]
    assert (lamp["n_searches"], lamp["n_empty"], lamp["n_unclicked"], lamp["n_bought"]) == (2, 2, 1, 0)
    assert (mug["n_searches"], mug["n_empty"], mug["n_unclicked"], mug["n_bought"]) == (2, 0, 1, 1)
    assert found.searches["query"][0] == "lamp"


def test_searches_hold_no_personal_data(events):
    typed = [
        "Ann.Lee@example.com",
        "bob@example.org ",
        "order of +44 20 7946 0018",
        "13800138000",
        "de89 3704 0044 0532 0130 00",
        "Straße 5",
    ]
    asked = (
        events.head(1)
        .drop("query", "event", "session")
        .join(
            pl.DataFrame({"event": [f"s{at}" for at in range(len(typed))], "session": "s", "query": typed}), how="cross"
        )
    )
    told = funnel(Shop.of({"events": asked})).searches
    assert dict(told.select("query", "n_searches").iter_rows()) == {
        "[e-mail]": 2,
        "order of [phone]": 1,
        "[phone]": 1,
        "[iban]": 1,
        "straße 5": 1,
    }


def test_what_a_table_does_not_say_is_said(events):
    bare = events.filter(pl.col("kind") == "view").with_columns(channel=pl.lit(None, pl.String))
    nameless = bare.head(1).with_columns(event=pl.lit("x"), session=pl.lit(None, pl.String))
    found = funnel(Shop.of({"events": pl.concat([bare, nameless])}))
    told = " ".join(text.render("en") for text in found.notes)
    for words in ("1 events name no visitor", "no carts", "no purchases", "no searches", "no channel"):
        assert words in told
    assert found.steps["n_visits"].to_list() == [3, 3, 0, 0]
    assert found.searches.is_empty()


def test_a_shop_without_events_says_so(lines):
    with pytest.raises(TableError) as caught:
        funnel(Shop.of({"order_lines": lines}))
    assert caught.value.code == "CUSTOMERS-11"


def test_planted_drop_outs_are_found():
    found = funnel(make(orders=1500, seed=3, days=200).shop)
    going = dict(found.steps.select("step", "going_on").iter_rows())
    assert going["view"] == pytest.approx(CART_AFTER_VIEW, abs=0.01)
    assert going["cart"] == pytest.approx(BUY_AFTER_CART, abs=0.02)
    empty = found.searches["n_empty"].sum() / found.searches["n_searches"].sum()
    assert empty == pytest.approx(0.14, abs=0.02)
