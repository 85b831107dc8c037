from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import poisson

from shopwright.errors import TableError, UsageError
from shopwright.recommend.bundles import bundles
from shopwright.settings import Settings
from shopwright.shop.shop import Shop
from shopwright.shop.synthetic import make

LAST = date(2024, 6, 30)


def lines_of(baskets):
    """Order lines, one order a basket, ten orders a day back from the last day."""
    rows = [
        (f"o{at:05}", sku, LAST - timedelta(days=at // 10))
        for at, basket in enumerate(baskets)
        for sku in sorted(basket)
    ]
    return pl.DataFrame(rows, schema=["order", "sku", "at"], orient="row")


@pytest.fixture(scope="module")
def baskets():
    """2,000 orders of 3 of 150 products by chance; with a planted set in one of 20 orders each, one order in 2 of it.

    cup, saucer and pot are bought as three; ink and pen as two; of red, green and blue any two, never all three.
    """
    draw = np.random.default_rng(1)
    planted = [{"cup", "saucer", "pot"}, {"ink", "pen"}, {"red", "green"}, {"green", "blue"}, {"red", "blue"}]
    made = []
    for at in range(2000):
        basket = {f"x{sku:03}" for sku in draw.choice(150, 3, replace=False)}
        made.append(basket | planted[at % 20] if at % 20 < 5 else basket)
    return made


def test_planted_sets_are_found_and_nothing_else(baskets):
    found = bundles(lines_of(baskets)).table
    assert {frozenset(one) for one in found["skus"]} == {
        frozenset({"cup", "saucer", "pot"}),
        *(frozenset(two) for two in (("ink", "pen"), ("red", "green"), ("green", "blue"), ("red", "blue"))),
    }


def test_large_orders_and_many_tries_make_no_sets():
    """Orders of 1 to 60 products by chance, some far more popular than others: plain lifts of 2 abound."""
    draw = np.random.default_rng(8)
    chances = 1 / np.arange(1, 401) ** 0.7
    sizes = np.minimum(draw.geometric(1 / 10, 4000), 60)
    made = [{f"x{sku:03}" for sku in draw.choice(400, size, p=chances / chances.sum())} for size in sizes]
    planted = [{f"a{at}", f"b{at}", f"c{at}"} for at in range(10)]
    for at, basket in enumerate(made[:800]):
        basket |= planted[at % 10]
    found = bundles(lines_of(made))
    assert sorted(map(sorted, found.table["skus"])) == sorted(map(sorted, planted))
    assert found.n_sets == 10
    plain = lines_of(made).group_by("order").agg(pl.col("sku"))["sku"].to_list()
    together = sum({"x010", "x020"} <= set(basket) for basket in plain)
    alone = [sum(sku in basket for basket in plain) for sku in ("x010", "x020")]
    assert together * len(plain) / (alone[0] * alone[1]) > 1.5  # what the sets were held against


def test_counts_lifts_and_gains_follow_their_formulas(baskets):
    items = pl.DataFrame(
        {"sku": ["cup", "saucer", "pot"], "title": ["Cup", None, "Pot"], "price": [10.0, 5, 25], "margin": [4.0, 2, 9]}
    )
    found = bundles(lines_of(baskets), items)
    row = found.table.row(0, named=True)  # the only one with a known margin
    assert (row["skus"], row["titles"], row["size"]) == (["cup", "pot", "saucer"], ["Cup", "Pot", "saucer"], 3)
    assert (row["n_orders"], row["support"], found.n_orders) == (100, 0.05, 2000)
    # cup and the other two: in the 100 orders with a cup stand 3 more products each, of all that are not those two
    expected = 100 * (100 * 3) / (2000 * 3 + 4 * 100 * 2 + 100 * 3 - 2 * 100)
    assert row["lift"] == pytest.approx(0.05 / 0.05**3)
    assert row["split_lift"] == pytest.approx((100 + 5) / (expected + 5))
    orders = sum({"cup", "saucer", "pot"} <= basket for basket in baskets[:560]) / 2  # the last 56 days, for 28
    uplift = Settings().recommend.pair_uplift
    assert row["orders"] == orders == 14
    assert (row["price"], row["margin"]) == (40.0, 15.0)
    assert (row["low"], row["mean"]) == (0.0, pytest.approx(orders * uplift * 15))
    assert row["high"] == pytest.approx(poisson.ppf(0.9, orders) * uplift * 15 * 2.5)
    # at the discount that is told nothing is gained: what is earned more is what all who take the set get off
    assert orders * uplift * 15 == pytest.approx(orders * (1 + 3 * uplift) * row["most_discount"] * 40)
    assert found.table["mean"][1:].null_count() == 4


def test_of_a_set_and_the_part_of_it_that_stands_for_itself_the_one_that_brings_more_is_told():
    """Four products 40 times together, and two of them 40 times more without the others."""
    draw = np.random.default_rng(2)
    made = []
    for at in range(1000):
        basket = {f"x{sku:03}" for sku in draw.choice(100, 2, replace=False)}
        made.append(basket | ({"a", "b", "c", "d"} if at % 25 == 0 else {"a", "b"} if at % 25 == 1 else set()))
    dear = pl.DataFrame({"sku": list("abcd"), "margin": [1.0, 1.0, 3.0, 3.0]})
    assert bundles(lines_of(made), dear).table["skus"].to_list() == [list("abcd")]
    assert bundles(lines_of(made), dear.with_columns(margin=2.0 - pl.col("margin") / 2)).table["skus"].to_list() == [
        ["a", "b"]
    ]
    assert bundles(lines_of(made), dear).n_sets == 2  # neither three of the four nor any other two say more
    two = bundles(lines_of(made), largest=2).table  # without larger sets, all pairs of the four say something
    assert (two["skus"][0].to_list(), two.height) == (["a", "b"], 6)


def test_wholesale_orders_and_those_of_last_year_are_left_out(baskets):
    wholesale = [{f"w{at:03}" for at in range(101)}] * 30
    old = lines_of([{"old one", "old two"}] * 40).with_columns(
        pl.col("order") + "-old", pl.lit(LAST - timedelta(days=365)).alias("at")
    )
    many = lines_of(wholesale).with_columns(pl.col("order") + "-wholesale")
    found = bundles(pl.concat([lines_of(baskets), many, old]))
    assert found.n_left_out == 30
    assert found.n_orders == 2000
    assert not {sku for one in found.table["skus"] for sku in one if sku.startswith(("w", "old"))}
    assert found.from_day == LAST - timedelta(days=364)


def test_no_product_stands_in_more_sets_than_asked(baskets):
    hub = [basket | {"hub"} if at % 20 < 5 else basket for at, basket in enumerate(baskets)]
    found = bundles(lines_of(hub), each=2).table
    assert found["skus"].explode().value_counts()["count"].max() <= 2
    assert bundles(lines_of(hub), most=1).table.height == 1


def test_orders_without_any_set_give_an_empty_table():
    found = bundles(lines_of([{"a"}, {"b"}, {"a", "b"}]))
    assert found.table.is_empty()
    assert found.table.schema == bundles(lines_of([{"a", "b"}] * 30 + [{"x"}] * 300)).table.schema


def test_the_same_line_twice_counts_once_and_instants_serve_too(baskets):
    lines = lines_of(baskets)
    instants = lines.with_columns(pl.col("at").cast(pl.Datetime("us", "UTC")))
    assert bundles(pl.concat([instants, instants])).table.equals(bundles(lines).table)


def test_an_instant_counts_on_the_day_of_its_zone(baskets):
    lines = lines_of(baskets)
    local = pl.col("at").cast(pl.Datetime("us")).dt.offset_by("2h").dt.replace_time_zone("Asia/Shanghai")
    assert bundles(lines.with_columns(local)).from_day == bundles(lines).from_day


def test_what_the_synthetic_shop_planted_is_found_with_money_to_it():
    world = make(orders=20_000, seed=1)
    planted = {frozenset((pair.sku, pair.other)) for pair in world.truth.affinities}
    found = bundles(world.shop)
    sets = [frozenset(one) for one in found.table["skus"]]
    held = {pair for pair in planted if any(pair <= one for one in sets)}
    assert sum(any(pair <= one for pair in planted) for one in sets) >= 0.5 * len(sets)
    assert len(held) >= 8
    assert found.table["mean"].is_sorted(descending=True)
    assert found.table["titles"].list.len().equals(found.table["skus"].list.len())
    assert found.currency == world.shop.currency
    assert str(found.n_orders)[:2] in str(found.how)


def test_costs_that_are_guessed_are_told():
    at = [datetime(2024, 6, 1 + day % 28, tzinfo=UTC) for day in range(400)]
    # cup and saucer in a quarter of the orders, both or neither
    rows = [
        (f"o{order}", sku, at[order], 1.0, 4.0)
        for order in range(400)
        for sku in (("cup", "saucer") if order % 4 == 0 else (f"x{order % 20:02}",))
    ]
    lines = pl.DataFrame(rows, schema=["order", "sku", "at", "units", "price"], orient="row").with_columns(line="sku")
    products = pl.DataFrame(
        {"sku": ["cup", "saucer"], "cost": [1.0, None]}, schema={"sku": pl.String, "cost": pl.Float64}
    )
    how = str(bundles(Shop.of({"order_lines": lines, "products": products})).how)
    assert "for 16 of 17 products the cost is not known and a margin of 40% is assumed" in how


@pytest.mark.parametrize(
    "frame, code",
    [
        (pl.DataFrame({"sku": ["a"], "at": [LAST]}), "RECOMMEND-37"),
        (pl.DataFrame({"order": ["o"], "sku": ["a"], "at": ["2024-01-01"]}), "RECOMMEND-37"),
        (pl.DataFrame({"order": [None], "sku": ["a"], "at": [datetime(2024, 1, 1, tzinfo=UTC)]}), "RECOMMEND-05"),
        (Shop.of({}), "RECOMMEND-05"),
    ],
)
def test_sales_without_orders_are_refused(frame, code):
    with pytest.raises(TableError) as refused:
        bundles(frame)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "limits", [{"most": 0}, {"largest": 1}, {"largest": 5}, {"least_orders": 0}, {"least_lift": 0.9}, {"each": 0}]
)
def test_limits_that_are_not_possible_are_refused(limits):
    with pytest.raises(UsageError, match=next(iter(limits))) as refused:
        bundles(lines_of([{"a", "b"}]), **limits)
    assert refused.value.code == "RECOMMEND-38"
