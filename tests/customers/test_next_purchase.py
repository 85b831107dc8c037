"""What is due again, on planted rhythms and on a real shop."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.customers import due, next_purchases
from shopwright.customers.logistic import area_under_curve
from shopwright.customers.rhythm import Runs, fit_rhythm
from shopwright.errors import TableError, UsageError

START, LAST = date(2024, 1, 1), date(2024, 6, 30)


@pytest.fixture(scope="module")
def lines():
    """Coffee every four weeks, filters every eight, and lamps that nobody buys twice."""
    draw = np.random.default_rng(3)
    rows = []
    for number in range(200):
        for sku, category, every in (("coffee", "food", 28), ("filter", "supplies", 56)):
            day = float(draw.integers(0, every))
            while day < 240:
                rows.append((f"c{number:03}", sku, category, START + timedelta(days=int(day))))
                day += every * np.exp(draw.normal(0, 0.1))
        rows.append((f"c{number:03}", "lamp", "home", START + timedelta(days=int(draw.integers(0, 180)))))
    return pl.DataFrame(rows, schema=["customer", "sku", "category", "day"], orient="row")


def test_those_who_come_are_listed_and_those_who_do_not_are_not(lines):
    found = due(lines, LAST, 14)
    after = lines.filter(pl.col("day") > LAST, pl.col("day") <= LAST + timedelta(days=14)).select("customer", "sku")
    came = found.join(after.unique().with_columns(came=True), on=["customer", "sku"], how="left")
    assert came["came"].fill_null(value=False).mean() > 0.85
    known = after.unique().filter(pl.col("sku") != "lamp")
    assert known.join(found, on=["customer", "sku"], how="semi").height / known.height > 0.8
    assert "lamp" not in found["sku"]
    assert found["chance"].is_sorted(descending=True)


def test_gaps_and_days_are_the_planted_ones(lines):
    found = due(lines, LAST, 60, least=0.0)
    usual = dict(found.group_by("sku").agg(pl.col("usual_days").median()).rows())
    assert usual["coffee"] == pytest.approx(28, rel=0.1)
    assert usual["filter"] == pytest.approx(56, rel=0.1)
    coffee = found.filter(sku="coffee").with_columns(wait=(pl.col("expected") - pl.col("last")).dt.total_days())
    assert coffee["wait"].median() == pytest.approx(29, abs=3)
    assert (found["expected"] > LAST).all()


def test_one_who_stayed_away_much_too_long_is_not_due():
    usual = [("a", START + timedelta(days=14 * at)) for at in range(6)]  # the last one on 11 March
    others = [(f"c{n}", START + timedelta(days=14 * at + n)) for n in range(13) for at in range(13)]
    rows = pl.DataFrame(usual + others, schema=["customer", "day"], orient="row")
    found = next_purchases(rows, LAST, 14)
    assert found.filter(customer="a")["chance"][0] < 0.3
    assert found.filter(pl.col("customer") != "a")["chance"].min() > 0.6


def test_the_likeliest_category_is_named(lines):
    found = next_purchases(lines, LAST)
    assert (found["category"] == "food").mean() > 0.9
    assert next_purchases(lines.drop("category"), LAST)["category"].null_count() == 200
    known = lines.filter(customer="c000").with_columns(category=pl.lit(None, pl.String))
    both = next_purchases(pl.concat([known, lines.filter(pl.col("customer") != "c000")]), LAST)
    assert both.filter(customer="c000")["category"][0] == "food"


def test_what_comes_later_and_the_order_of_rows_change_nothing(lines):
    once = due(lines, LAST, 14, least=0.0)
    assert due(
        lines.filter(pl.col("day") <= LAST).sample(fraction=1.0, shuffle=True, seed=1), LAST, 14, least=0.0
    ).equals(once)


def test_a_single_purchase_and_ten_thousand():
    rows = [("one", START)] + [("many", date(1996, 1, 1) + timedelta(days=n)) for n in range(10_000)]
    found = next_purchases(
        pl.DataFrame(rows, schema=["customer", "day"], orient="row"), date(2023, 5, 18) + timedelta(days=300)
    )
    assert found["chance"].is_between(0, 1).all()
    assert (found["expected"] > date(2023, 5, 18)).all()
    assert found["usual_days"].is_finite().all()


@pytest.mark.parametrize(
    "rows, code",
    [
        (pl.DataFrame({"customer": ["a"], "day": [LAST]}), "CUSTOMERS-02"),
        (pl.DataFrame({"customer": ["a"], "sku": ["s"], "day": [5]}), "CUSTOMERS-03"),
        (pl.DataFrame({"customer": ["a", None], "sku": [None, "s"], "day": [LAST, LAST]}), "CUSTOMERS-04"),
    ],
)
def test_what_cannot_be_used_is_refused(rows, code):
    with pytest.raises(TableError) as caught:
        due(rows, LAST)
    assert caught.value.code == code
    with pytest.raises(UsageError):
        due(rows, LAST, 0)


def test_chances_of_a_planted_process_come_true():
    draw = np.random.default_rng(0)
    m, horizon, ahead = 20_000, 400.0, 20.0
    mean = draw.normal(np.log(40), 0.4, m)
    n, total, square, day, active = np.ones(m), np.zeros(m), np.zeros(m), draw.uniform(0, 200, m), np.ones(m, bool)
    coming = np.full(m, np.inf)
    while active.any():
        gap = np.exp(draw.normal(mean, 0.3))
        active &= draw.random(m) < 0.85
        is_seen = active & (day + gap <= horizon)
        coming[active & ~is_seen] = (day + gap)[active & ~is_seen]
        n, total, square = n + is_seen, total + is_seen * np.log(gap), square + is_seen * np.log(gap) ** 2
        day = np.where(is_seen, day + gap, day)
        active = is_seen
    rhythm = fit_rhythm(Runs(n, total, square, horizon - day, np.zeros(m, int)))
    chance, came = rhythm.within(ahead), coming <= horizon + ahead
    for low, high in ((0.0, 0.1), (0.1, 0.25), (0.25, 0.45), (0.45, 1.0)):
        part = (chance >= low) & (chance < high)
        assert chance[part].mean() == pytest.approx(came[part].mean(), abs=0.06)  # long gaps are cut off by the horizon
    wait = rhythm.median_wait()[coming < np.inf]
    assert np.mean(coming[coming < np.inf] - horizon <= wait) == pytest.approx(0.5, abs=0.06)


@pytest.mark.realdata
def test_a_real_shop_s_list_is_better_than_counting(data):
    until, days = date(2011, 10, 3), 14
    rows = (
        pl.read_parquet(data("online_retail") / "transactions.parquet")
        .filter(pl.col("Quantity") > 0, pl.col("StockCode").str.contains(r"^\d{5}"))
        .drop_nulls("CustomerID")
        .select(
            pl.col("CustomerID").cast(pl.Int64).alias("customer"),
            pl.col("StockCode").alias("sku"),
            pl.col("InvoiceDate").dt.date().alias("day"),
        )
    )
    after = rows.filter(pl.col("day") > until, pl.col("day") <= until + timedelta(days=days))
    came = after.select(pl.col("customer").cast(pl.String), "sku").unique().with_columns(came=1.0)
    found = due(rows, until, days, least=0.0).join(came, on=["customer", "sku"], how="left").fill_null(0.0)
    count = found.sort("n_days", "last", descending=True)
    assert found.head(1000)["came"].mean() > count.head(1000)["came"].mean() + 0.05
    assert found.head(1000)["chance"].mean() == pytest.approx(found.head(1000)["came"].mean(), abs=0.08)
    hits = found["came"].to_numpy()
    assert area_under_curve(hits, found["chance"].to_numpy()) > area_under_curve(hits, found["n_days"].to_numpy() * 1.0)
