"""Reasons are counts that anybody can make again from the rows."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from tests.recommend.made import frame_of, name, orders, tastes, walks

from shopwright.recommend import Recommender

NUMBER = r"([\d,]+)"


def _buyers(frame, sku, least=0.0):
    rows = frame.filter(pl.col("sku") == sku)
    rows = rows.filter(pl.col("kind") == "purchase") if "kind" in frame.columns else rows
    return set(rows["customer"].to_list())


def _counted(found, pattern):
    """Product recommended and what the pattern holds, wherever the reason is of that form."""
    told = [(sku, re.fullmatch(pattern, why["en"])) for sku, why in found.select("sku", "why").iter_rows()]
    return [(sku, *match.groups()) for sku, match in told if match]


def test_customers_with_both_can_be_counted_by_hand():
    # one product a day: no order holds two, customers do
    frame = walks().with_columns(order=pl.col("customer") + pl.col("at").cast(pl.String))
    model = Recommender.fit(frame)
    found = model.recommend(customers=model.customers[:60], k=5)
    told = _counted(found, rf"{NUMBER} customers who bought (\S+) bought it too")
    assert len(told) > 100
    for sku, n, other in told:
        assert int(n) == len(_buyers(frame, sku) & _buyers(frame, other))


def test_looks_are_no_purchases():
    frame = walks()
    kinds = np.random.default_rng(1).choice(["view", "purchase"], frame.height)
    frame = frame.with_columns(kind=pl.Series(kinds), order=pl.col("customer") + pl.col("at").cast(pl.String))
    model = Recommender.fit(frame)
    found = model.recommend(customers=model.customers[:100], k=5)
    told = _counted(found, rf"{NUMBER} customers who bought (\S+) bought it too")
    assert len(told) > 50
    for sku, n, other in told:
        assert int(n) == len(_buyers(frame, sku) & _buyers(frame, other))
    last = frame["at"].max()
    recent = frame.filter((pl.col("kind") == "purchase") & (pl.col("at") > last - pl.duration(days=28)))
    popular = _counted(
        model.recommend(customers=["nobody"], k=5), rf".*popular: in {NUMBER} orders of the last 28 days"
    )
    assert len(popular) == 5
    for sku, n in popular:
        assert int(n) == recent.filter(sku=sku)["order"].n_unique()


def test_where_everything_is_a_look_looks_are_counted():
    found = Recommender.fit(walks().with_columns(kind=pl.lit("view"))).recommend(customers=["nobody"], k=3)
    assert found.height == 3
    assert found["score"].min() > 0


def test_orders_with_both_can_be_counted_by_hand():
    frame = orders()
    frame = frame.with_columns(order=pl.col("customer") + pl.col("at").cast(pl.String))
    model = Recommender.fit(frame)
    baskets = dict(frame.group_by("order").agg("sku").iter_rows())
    told = _counted(
        model.recommend(customers=model.customers[:60], k=5),
        rf"bought together with (\S+) {NUMBER} times, ([\d.]+) × as often as by chance",
    )
    assert len(told) > 10
    for sku, other, n, lift in told:
        both, one, two = (
            sum(some <= set(skus) for skus in baskets.values()) for some in ({sku, other}, {sku}, {other})
        )
        assert int(n) == both
        assert float(lift) == pytest.approx(both * len(baskets) / (one * two), abs=0.051)


def test_what_was_bought_before_is_told_with_times_and_days():
    rows = [("x", "a", 9), ("x", "a", 4), ("x", "b", 2), ("y", "a", 0)]
    found = Recommender.fit(frame_of(rows)).recommend(customers=["x"], exclude_seen=False)
    why = dict(zip(found["sku"], (each["en"] for each in found["why"]), strict=True))
    assert why["a"] == "bought before; times: 2, the last 4 days ago"
    assert why["b"] == "bought before; times: 1, the last 2 days ago"


def test_what_was_looked_at_is_not_said_to_be_bought():
    frame = frame_of([("x", "a", 9), ("x", "b", 4), ("y", "a", 0)], kind=["view", "purchase", "purchase"])
    model = Recommender.fit(frame)
    why = {
        sku: why["en"] for sku, why in model.recommend(customers=["x"], exclude_seen=False).select("sku", "why").rows()
    }
    assert why["a"] == "looked at before"
    assert why["b"].startswith("bought before; times: 1")
    again = model.recommend(customers=["x"])
    assert again.filter(sku="a")["why"][0]["en"] == "looked at before"
    assert again.filter(sku="b")["why"][0]["en"] == "already bought, and nothing else is left to show"


def test_a_wholly_new_product_is_shown_to_those_who_bought_alike_ones():
    themes = ("guitar string", "espresso coffee", "trail running", "garden rose", "knitting wool", "fishing rod")
    titles = [f"{themes[at % 6]} model {at}" for at in range(240)]
    items = pl.DataFrame({"sku": [*map(name, range(240)), "new"], "title": [*titles, "garden rose of the year"]})
    model = Recommender.fit(tastes(), items)
    assert model.blends.cold.ridge is not None
    found = model.recommend(customers=["c003", "c002"], k=240)  # of the rose, and of running
    fan, runner = found.filter(sku="new").iter_rows(named=True)
    assert fan["rank"] < 40
    assert runner["rank"] > fan["rank"] + 10
    assert re.fullmatch(r"new; its title is like that of garden rose model \d+: garden rose", fan["why"]["en"])
    assert "garden rose" in fan["why"]["zh"]


def test_words_are_no_reason_for_what_is_sold():
    frame = walks()
    items = pl.DataFrame({"sku": [name(at) for at in range(30)], "title": ["rose tea"] * 30})
    found = Recommender.fit(frame, items).recommend(customers=["c0001", "c0002"], k=30)
    assert not any("its title" in why["en"] for why in found["why"])
