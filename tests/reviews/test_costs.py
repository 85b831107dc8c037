from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.reviews.costs import costs
from shopwright.reviews.effects import effects
from shopwright.reviews.material import material
from shopwright.reviews.worth import Worth
from shopwright.shop.shop import Shop


def _reviews(seed=0, n_skus=40, each=30):
    """The zip takes 1.5 stars, a smell half of one; a bad product is bad for both those who name it and who do not."""
    draw = np.random.default_rng(seed)
    rows = []
    for sku in range(n_skus):
        usual = draw.normal(4, 0.6)
        p_zip = 0.5 if sku == 0 else 0.1
        for at in range(each):
            zipped, smelt = draw.random() < p_zip, draw.random() < 0.15
            stars = float(np.clip(usual - 1.5 * zipped - 0.5 * smelt + draw.normal(0, 0.3), 1, 5))
            text = f"{'The zip sticks.' if zipped else ''} {'It smells.' if smelt else ''} So much for that."
            rows.append((f"{sku}-{at}", f"s{sku:02}", stars, text, zipped and draw.random() < 0.6))
    return pl.DataFrame(rows, schema=["review", "sku", "stars", "text", "back"], orient="row")


def test_planted_effects_are_recovered_with_their_money():
    reviews = _reviews()
    worth = {f"s{sku:02}": Worth(1000.0, 0.4, False) for sku in range(40)}
    found = costs(reviews, worth, reviews["back"])
    zipped = found.themes.row(by_predicate=pl.col("theme") == "zip", named=True)
    smelt = found.themes.row(by_predicate=pl.col("theme") == "smell", named=True)
    assert zipped["stars_low"] < -1.4 < zipped["stars_high"] + 0.2
    assert zipped["stars"] == pytest.approx(-1.4, abs=0.15)
    assert smelt["stars"] == pytest.approx(-0.5, abs=0.1)
    assert zipped["returned"] == pytest.approx(0.6, abs=0.06)
    assert abs(smelt["returned"]) < 0.05
    assert zipped["money"] > smelt["money"] > 0
    # each end is further away than revenue per star alone, or the stars alone, would put it
    doubt = (zipped["stars_high"] - zipped["stars_low"]) / 2 * 1.2816 / 1.6449
    spread = np.hypot(2 / 7, doubt / -zipped["stars"])
    assert zipped["money_low"] == pytest.approx(zipped["money"] * (1 - spread), rel=1e-4)
    assert zipped["money_high"] == pytest.approx(zipped["money"] * (1 + spread), rel=1e-4)
    assert spread > 2 / 7 + 1e-3
    top = found.products.row(0, named=True)
    assert (top["sku"], top["theme"]) == ("s00", "zip")
    share = (top["n"] + 10 * zipped["share"]) / 40
    assert top["money"] == pytest.approx(1000 * 0.4 * share * -zipped["stars"] * 0.07)


def test_without_sales_there_is_no_money_but_an_order():
    found = costs(_reviews())
    assert found.themes["money"].null_count() == found.themes.height
    assert found.themes["theme"][0] == "zip"
    assert found.themes["returned"].null_count() == found.themes.height


def test_errors_know_that_reviews_of_one_product_are_alike():
    """Nine of ten intervals of 90 % hold the truth, also where a theme's effect differs by product."""
    hits = 0
    for seed in range(60):
        draw = np.random.default_rng(seed)
        product = np.repeat(np.arange(40), 25)
        named = (draw.random((1000, 1)) < 0.3).astype(float)
        own = -1 + draw.normal(0, 0.5, 40)
        outcome = own[product] * named[:, 0] + draw.normal(0, 1, 40)[product] + draw.normal(0, 0.5, 1000)
        found = effects(named, outcome, product)
        hits += found.low[0] <= -1 <= found.high[0]
    assert 48 <= hits <= 60


def test_what_cannot_be_told_is_not():
    for n in (0, 1, 5):
        found = effects(np.ones((n, 2)), np.zeros(n), np.zeros(n, np.int64))
        assert np.isnan(found.effect).all()
    found = costs(pl.DataFrame({"sku": ["a"], "text": ["x"], "stars": [5.0]}))
    assert found.themes.is_empty()
    assert costs(_reviews().head(0)).n_reviews == 0


def test_a_fault_that_may_take_nothing_may_cost_nothing():
    worth = {f"s{sku:02}": Worth(1000.0, 0.4, False) for sku in range(40)}
    shuffled = _reviews().with_columns(pl.col("stars").shuffle(3))
    for row in costs(shuffled, worth).themes.iter_rows(named=True):
        assert row["money_low"] <= row["money"] <= row["money_high"]
        assert row["stars_high"] < 0 or row["money_low"] == 0
        assert row["stars_low"] > 0 or row["money_high"] > 0


def test_nothing_after_the_last_day_counts():
    days = pl.Series("day", [date(2024, 1, 1) + timedelta(days=at % 60) for at in range(1200)])
    reviews = _reviews().with_columns(days)
    until = date(2024, 2, 10)
    told = costs(reviews, returned=reviews["back"], until=until)
    cut = reviews.filter(pl.col("day") <= until)
    want = costs(cut, returned=cut["back"])
    assert told.n_reviews == want.n_reviews == cut.height < reviews.height
    assert told.themes.equals(want.themes)
    assert told.products.equals(want.products)


def test_a_part_of_the_price_paid_back_is_no_return():
    at = datetime(2024, 3, 1, tzinfo=UTC)
    reviews = pl.DataFrame(
        {"review": ["1", "2"], "sku": ["a", "b"], "order": ["o", "o"], "stars": [1.0, 1.0], "at": at}
    )
    back = pl.DataFrame({"return": ["r", "r"], "line": ["1", "2"], "order": ["o", "o"], "sku": ["a", "b"], "at": at})
    shop = Shop.of({"reviews": reviews, "returns": back.with_columns(units=pl.Series([1.0, 0.0]), refund=5.0)})
    told = material(shop)
    assert told.returned.to_list() == [1.0, 0.0]
