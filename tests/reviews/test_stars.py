from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from shopwright.reviews import stars
from shopwright.reviews.attributed import about
from shopwright.reviews.means import discoveries, spread, welch
from shopwright.shop.shop import Shop


def test_the_planted_fall_is_found_and_nothing_else(fallen):
    found = stars(Shop.of({"reviews": fallen}))
    assert found.falling["sku"].to_list() == ["s07"]
    row = found.falling.row(0, named=True)
    mine = fallen.filter(sku="s07")
    recent = mine.filter(pl.col("at").dt.date() > date(2024, 4, 1))
    assert (row["n_recent"], row["n_before"]) == (recent.height, mine.height - recent.height)
    assert row["recent"] == pytest.approx(recent["stars"].mean())
    assert row["drop"] == pytest.approx(row["before"] - row["recent"])
    assert row["drop"] > 0.3
    assert row["z"] >= 2.5
    assert found.table["sku"][0] == "s07"


def test_nothing_falls_in_stable_reviews(stable):
    assert [stars(Shop.of({"reviews": frame})).falling.height for frame in stable] == [0] * 5


def test_a_fall_is_not_told_before_it_happens(fallen):
    assert stars(Shop.of({"reviews": fallen}).until(date(2024, 4, 6))).falling.is_empty()


def test_five_bad_reviews_after_five_good_ones_are_enough_but_four_are_not(fallen):
    def add(n):
        days = [datetime(2024, 1, 1, tzinfo=UTC)] * 8 + [datetime(2024, 6, 20, tzinfo=UTC)] * n
        new = pl.DataFrame(
            {
                "review": [f"n{k}" for k in range(8 + n)],
                "sku": ["new"] * (8 + n),
                "at": days,
                "stars": [5.0] * 8 + [1.0] * n,
            }
        )
        return stars(Shop.of({"reviews": pl.concat([fallen, new], how="diagonal")})).falling["sku"].to_list()

    assert set(add(5)) == {"new", "s07"}
    assert add(4) == ["s07"]


def test_means_are_shrunk_by_the_evidence(fallen):
    few = pl.DataFrame({"review": ["x"], "sku": ["few"], "at": [fallen["at"].max()], "stars": [1.0]})
    found = stars(Shop.of({"reviews": pl.concat([fallen, few], how="diagonal")}))
    table = found.table
    assert table["shrunk"].is_between(1, 5).all()
    assert ((table["shrunk"] - found.shop_mean).abs() <= (table["mean"] - found.shop_mean).abs() + 1e-12).all()
    row = table.row(by_predicate=pl.col("sku") == "few", named=True)
    assert row["shrunk"] == pytest.approx((1.0 + found.weight * found.shop_mean) / (1 + found.weight))


def test_months_are_means_by_month(fallen):
    months = stars(Shop.of({"reviews": fallen})).months
    june = fallen.filter(pl.col("at").dt.strftime("%Y-%m") == "2024-06")
    whole = months.filter(pl.col("sku").is_null(), month=date(2024, 6, 1)).row(0, named=True)
    assert (whole["n"], whole["mean"]) == (june.height, pytest.approx(june["stars"].mean()))
    assert months.filter(pl.col("sku").is_null())["n"].sum() == fallen.height
    assert months.filter(sku="s07")["n"].sum() == 60


def test_undated_products_below_the_shop_are_low(stable):
    draw = np.random.default_rng(2)
    bad = pl.DataFrame(
        {"review": [f"b{n}" for n in range(20)], "sku": ["bad"] * 20, "stars": draw.choice([1.0, 2, 3, 4], 20)}
    )
    undated = pl.concat([stable[0].drop("at"), bad], how="diagonal")
    found = stars(Shop.of({"reviews": undated}))
    assert found.low["sku"].to_list() == ["bad"]
    assert found.falling.is_empty()
    assert found.months.is_empty()
    assert found.n_undated == found.n_reviews == undated.height
    assert [stars(Shop.of({"reviews": frame.drop("at")})).low.height for frame in stable] == [0] * 5


def test_reviews_of_orders_are_about_their_only_product():
    at = datetime(2024, 6, 1, tzinfo=UTC)
    lines = pl.DataFrame(
        {
            "order": ["o1", "o1", "o2", "o2"],
            "line": list("1212"),
            "sku": ["a", "a", "a", "b"],
            "at": [at] * 4,
            "units": [1.0] * 4,
        }
    )
    reviews = pl.DataFrame(
        {"review": list("wxyz"), "order": ["o1", "o2", "o9", None], "at": [at] * 4, "stars": [2.0, 1.0, 5.0, 4.0]}
    )
    found = stars(Shop.of({"order_lines": lines, "reviews": reviews}))
    assert found.table.select("sku", "n", "mean").rows() == [("a", 1, 2.0)]
    assert found.n_without == 3


@pytest.mark.parametrize("given_stars", [[5.0], [5.0] * 9, [None, None], []], ids=["one", "same", "null", "empty"])
def test_few_or_equal_or_no_stars(given_stars):
    n = len(given_stars)
    at = [datetime(2024, 6, day + 1, tzinfo=UTC) for day in range(n)]
    reviews = pl.DataFrame(
        {"review": [str(k) for k in range(n)], "sku": ["a"] * n, "at": at, "stars": given_stars},
        schema={"review": pl.String, "sku": pl.String, "at": pl.Datetime("us", "UTC"), "stars": pl.Float64},
    )
    found = stars(Shop.of({"reviews": reviews}))
    assert found.falling.is_empty()
    assert found.low.is_empty()
    assert found.table["shrunk"].to_list() == ([5.0] if n and given_stars[0] else [])


def test_what_comes_later_changes_nothing(fallen):
    day = date(2024, 6, 15)
    later = pl.col("at").dt.date() > day
    altered = fallen.with_columns(stars=pl.when(later).then(1.0).otherwise("stars"))
    one, two = (stars(Shop.of({"reviews": frame}).until(day)) for frame in (fallen, altered))
    assert one.table.equals(two.table)
    assert one.months.equals(two.months)
    assert one.falling["sku"].to_list() == ["s07"]


def test_reviews_after_the_last_sale_count_but_none_after_the_day_asked_for(fallen, sales):
    later = fallen.with_columns(pl.col("at") + timedelta(days=30), pl.format("later-{}", "review").alias("review"))
    plain = Shop.of({"order_lines": sales, "reviews": fallen})
    longer = Shop.of({"order_lines": sales, "reviews": pl.concat([fallen, later.tail(1), later.filter(sku="s07")])})
    one, two = stars(plain), stars(longer.until(plain.day))
    three = stars(longer)
    assert one.as_of == two.as_of == plain.day
    assert three.as_of == plain.day + timedelta(days=30)
    assert three.n_reviews > two.n_reviews
    for shop, last in ((longer.until(plain.day), plain.day), (longer, three.as_of)):
        days = shop.sql(f"SELECT max(day) AS day FROM reviews WHERE {about(shop, 's07')}")["day"]
        assert days.to_list() == [last]


def test_variances_within_and_between_are_recovered():
    draw = np.random.default_rng(8)
    n = draw.integers(5, 60, 4000)
    truth = draw.normal(4, 0.5, n.size)
    samples = [draw.normal(mean, 1.2, k) for mean, k in zip(truth, n, strict=True)]
    means, variances = np.array([s.mean() for s in samples]), np.array([s.var(ddof=1) for s in samples])
    within, between = spread(n, means, variances)
    assert within == pytest.approx(1.44, rel=0.03)
    assert between == pytest.approx(0.25, rel=0.08)


def test_welch_is_that_of_scipy_where_nothing_is_borrowed(monkeypatch):
    monkeypatch.setattr("shopwright.reviews.means.BORROWED", 0.0)
    draw = np.random.default_rng(4)
    before, after = draw.normal(4.2, 1, 40), draw.normal(3.9, 1.5, 9)
    parts = [tuple(np.array([value]) for value in (len(x), x.mean(), x.var(ddof=1))) for x in (before, after)]
    z, p = welch(*parts, 1.0)
    expected = stats.ttest_ind(before, after, equal_var=False, alternative="greater")
    assert z[0] == pytest.approx(expected.statistic)
    assert p[0] == pytest.approx(expected.pvalue)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_discoveries_are_those_of_scipy(p):
    values = np.array(p)
    expected = stats.false_discovery_control(values) <= 0.10 if len(p) else np.zeros(0, bool)
    assert discoveries(values).tolist() == expected.tolist()
