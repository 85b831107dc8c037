from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import poisson

from shopwright.recommend import pairs, study
from shopwright.settings import Settings
from shopwright.shop.shop import Shop

LAST = datetime(2024, 6, 30, 12, tzinfo=UTC)


def _lines(baskets, price=10.0):
    """Canonical order lines from (order, at, products)."""
    rows = [(order, f"{order}-{sku}", sku, at, 1.0, price, price) for order, at, skus in baskets for sku in skus]
    schema = ["order", "line", "sku", "at", "units", "price", "revenue"]
    return pl.DataFrame(
        rows, schema=schema, orient="row", schema_overrides={"price": pl.Float64, "revenue": pl.Float64}
    )


@pytest.fixture
def planted():
    """Cup and saucer in 20 of 200 orders, each alone in 5 more, over 100 days; the rest are single other products."""
    baskets = []
    for n in range(200):
        skus = (
            ["cup", "saucer"]
            if n % 10 == 0
            else ["cup"]
            if n % 40 == 1
            else ["saucer"]
            if n % 40 == 2
            else [f"x{n % 7}"]
        )
        baskets.append((f"o{n:03}", LAST - timedelta(days=n // 2), skus))
    return baskets


def test_the_planted_pair_is_found_with_its_counts(planted):
    products = pl.DataFrame({"sku": ["cup", "saucer"], "title": ["Cup", "Saucer"], "cost": [4.0, 7.0]})
    found = pairs(Shop.of({"order_lines": _lines(planted), "products": products}))
    assert set(found.table.select("sku", "show").iter_rows()) == {("cup", "saucer"), ("saucer", "cup")}
    row = found.table.filter(sku="cup").row(0, named=True)
    assert (row["n_together"], row["n_sku"], row["n_show"]) == (20, 25, 25)
    assert row["lift"] == pytest.approx(20 * 200 / 25 / 25)
    recent = [skus for _, at, skus in planted if at.date() > date(2024, 6, 2)]
    popularity = sum("saucer" in skus for skus in recent) / len(recent)
    assert row["probability"] == pytest.approx((20 + 10 * popularity) / (25 + 10))
    orders = sum("cup" in skus for _, at, skus in planted if at.date() > date(2024, 5, 5)) / 2
    assert row["orders"] == orders
    assert row["orders_low"] == poisson.ppf(0.1, orders)
    assert row["orders_high"] == poisson.ppf(0.9, orders)
    assert row["margin"] == 3.0
    assert row["mean"] == pytest.approx(orders * row["probability"] * 0.10 * 3.0)
    assert row["high"] == pytest.approx(row["orders_high"] * row["probability"] * 0.25 * 3.0)
    assert row["low"] == 0.0


def test_the_proposal_says_what_was_counted_and_where(planted):
    wholesale = [("big", LAST, ["cup", "saucer", *(f"w{n}" for n in range(120))])]
    cancelled = [("gone", LAST, ["cup", "saucer"])]
    orders = pl.DataFrame({"order": ["gone"], "at": [LAST], "status": ["cancelled"], "status_at": [LAST]})
    shop = Shop.of({"order_lines": _lines(planted + wholesale + cancelled), "orders": orders})
    found = pairs(shop)
    assert found.n_left_out == 1
    assert "1 with more than 100 different products left out" in found.how.render("en")
    proposal = next(study(shop, found))
    assert proposal.change == {"sku": proposal.subject.split("→")[0], "show": proposal.subject.split("→")[1]}
    assert proposal.cost.amount == 0
    assert 0 == proposal.gain.low < proposal.gain.mean < proposal.gain.high
    assert "assumed" in proposal.how.render("en")
    evidence = proposal.evidence[0]
    counted = shop.sql(f'SELECT count(DISTINCT "order") FROM {evidence.table} WHERE {evidence.where}').item()
    assert counted == evidence.figures[0].value == 20


def test_the_uplift_is_a_setting(planted):
    shop = Shop.of({"order_lines": _lines(planted)})
    none = Shop.of({"order_lines": _lines(planted)}, Settings.model_validate({"recommend": {"pair_uplift": 0.0}}))
    assert pairs(shop).table["mean"].min() > 0
    assert pairs(none).table["mean"].max() == 0


def test_random_baskets_make_no_pairs():
    draw = np.random.default_rng(3)
    baskets = [
        (
            f"o{n}",
            LAST - timedelta(days=int(draw.integers(0, 200))),
            [f"s{k}" for k in draw.choice(30, 3, replace=False)],
        )
        for n in range(3000)
    ]
    assert pairs(Shop.of({"order_lines": _lines(baskets)})).table.is_empty()


def test_no_product_stands_more_than_three_times_on_a_side():
    # eight products always together: 56 ordered pairs, all strong
    baskets = [(f"o{n}", LAST - timedelta(days=n), [f"t{k}" for k in range(8)]) for n in range(30)]
    baskets += [(f"q{n}", LAST - timedelta(days=n % 90), [f"u{n % 9}"]) for n in range(200)]
    table = pairs(Shop.of({"order_lines": _lines(baskets)})).table
    assert 20 <= table.height <= 30
    assert max(table["sku"].value_counts()["count"].max(), table["show"].value_counts()["count"].max()) == 3


def test_a_product_that_sells_no_more_is_not_shown_beside_another(planted):
    old = [(order, at - timedelta(days=60), skus) for order, at, skus in planted]
    still = [("now", LAST, ["x1"])]
    assert pairs(Shop.of({"order_lines": _lines(old + still)})).table.is_empty()


def test_a_product_without_price_is_shown_in_the_table_but_not_proposed(planted):
    lines = _lines(planted).with_columns(
        pl.when(pl.col("sku") == "saucer").then(None).otherwise("price").alias("price"),
        pl.when(pl.col("sku") == "saucer").then(None).otherwise("revenue").alias("revenue"),
    )
    shop = Shop.of({"order_lines": lines})
    assert pairs(shop).table.filter(show="saucer")["mean"].to_list() == [0.0]
    assert [proposal.change["show"] for proposal in study(shop)] == ["cup"]


def test_what_comes_later_changes_nothing(planted):
    day = date(2024, 5, 31)
    lines = _lines(planted)
    later = pl.col("at").dt.date() > day
    altered = lines.with_columns(
        sku=pl.when(later).then(pl.lit("other")).otherwise("sku"), price=pl.when(later).then(99.0).otherwise("price")
    )
    one, two = (list(study(Shop.of({"order_lines": frame}).until(day))) for frame in (lines, altered))
    assert one
    assert [proposal.as_json() for proposal in one] == [proposal.as_json() for proposal in two]


@pytest.mark.parametrize("kind", ["none", "returns-only", "one-product"])
def test_without_sales_to_pair_there_is_nothing_to_propose(kind):
    tables = {
        "none": {"products": pl.DataFrame({"sku": ["a"]})},
        "returns-only": {"order_lines": _lines([("r", LAST, "ab")]).with_columns(units=-1.0)},
        "one-product": {"order_lines": _lines([(f"o{n}", LAST, "a") for n in range(9)])},
    }[kind]
    shop = Shop.of(tables)
    assert list(study(shop)) == []
    if kind != "none":
        assert pairs(shop).table.is_empty()
