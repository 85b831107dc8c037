"""Reviews reach the forecast: better where sales follow them, the same where they do not, and no later one is seen."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from tests.benchmarking import benchmark

from shopwright.forecast import backtest, forecast_shop, reaching, what_if
from shopwright.forecast.kinds import COMPLAINING, PLEASED
from shopwright.shop.history import history
from shopwright.shop.shop import Shop
from shopwright.strategy.foreseeing import listen
from shopwright.strategy.workup import work_up

N, WEEKS, AHEAD = 40, 112, 8
WAIT, FALL = 8, 0.4  # weeks from bad reviews to what they cost, and what sells then
FIRST = date(2022, 5, 9)  # a Monday
EVE = FIRST + timedelta(weeks=WEEKS - AHEAD) - timedelta(days=1)
ONLY = ("boosted",)
bench = benchmark("forecast_reviews")


def _reviews(spells, draw):
    """Two a week of each product."""
    return bench.reviews(spells, draw, FIRST, 2.0, "Says nothing.")


def _tables(seed):
    draw = np.random.default_rng(seed)
    spells = bench.bad_spells(draw, N, WEEKS)
    mean = draw.uniform(6, 20, (N, 1)) * np.where(np.roll(spells, WAIT, axis=1), FALL, 1.0)
    units = draw.poisson(mean)
    sold = [(sku, week) for sku, week in np.ndindex(units.shape) if units[sku, week]]
    lines = pl.DataFrame(
        {
            "order": [f"o{at}" for at in range(len(sold))],
            "line": ["1"] * len(sold),
            "sku": [f"s{sku:02}" for sku, _ in sold],
            "customer": [f"c{at % 300}" for at in range(len(sold))],
            "at": [bench.at_noon(FIRST, week, 6 if week == WEEKS - 1 else sku % 7) for sku, week in sold],
            "units": [float(units[place]) for place in sold],
            "price": [10.0 - week % 2 for _, week in sold],
            "revenue": [(10.0 - week % 2) * units[sku, week] for sku, week in sold],
        }
    )
    tables = {"order_lines": lines, "reviews": _reviews(spells, draw)}
    return tables, _reviews(draw.permutation(spells), draw), mean[:, WEEKS - AHEAD :]


@pytest.fixture(scope="module")
def world():
    return _tables(seed=1)


@pytest.fixture(scope="module")
def shop(world):
    return Shop.of(world[0])


@pytest.fixture(scope="module")
def made(shop):
    """The forecast on the eve of the last weeks, without and with what reviews say."""
    seen = shop.until(EVE.isoformat())
    return [forecast_shop(seen, AHEAD, models=ONLY, listen=each) for each in (None, listen)]


def _without_reviews(shop):
    return Shop.of({"order_lines": shop.table("order_lines").collect()})


def test_sales_that_follow_reviews_are_told_better_and_the_forecast_says_so(world, made):
    truth = world[2]
    errors = [np.abs(each.demand.mean - truth).sum() / truth.sum() for each in made]
    assert errors[1] < 0.85 * errors[0]
    said = "reviews: complaints of the last 90 days"
    assert said in str(made[1].demand.how)
    assert "reviews" not in str(made[0].demand.how)
    named = {str(part.name) for sku in made[1].demand.skus[:5] for part in made[1].demand.explain(sku)}
    assert said in named


def test_reviews_of_other_products_change_no_digit(world, made):
    tables, noise, _ = world
    seen = Shop.of({**tables, "reviews": noise}).until(EVE.isoformat())
    assert set(listen(seen, history(seen))) == {PLEASED, COMPLAINING}
    deaf = forecast_shop(seen, AHEAD, models=ONLY, listen=listen)
    np.testing.assert_array_equal(deaf.demand.mean, made[0].demand.mean)
    np.testing.assert_array_equal(deaf.demand.quantile(0.9), made[0].demand.quantile(0.9))


def test_a_shop_with_hardly_any_reviews_offers_nothing(shop):
    reviews = shop.table("reviews").collect().sort("at")
    lines = shop.table("order_lines").collect()
    for few in (Shop.of({"order_lines": lines}), Shop.of({"order_lines": lines, "reviews": reviews[:90]})):
        assert listen(few, history(few)) == {}


def test_reviews_after_the_eve_change_no_digit_of_a_backtest(shop):
    reviews = shop.table("reviews").collect()
    turned = pl.when(pl.col("day") > EVE).then(6 - pl.col("stars")).otherwise("stars").alias("stars")
    later = Shop.of(
        {"order_lines": shop.table("order_lines").collect(), "reviews": reviews.with_columns(turned).drop("day")}
    )
    told = [
        backtest(each, AHEAD, models=ONLY, listen=heard).cells
        for each, heard in ((shop, listen), (later, listen), (shop, None))
    ]
    assert told[0].equals(told[1])
    assert not told[0].equals(told[2])  # reviews were heeded in that window
    columns = [listen(each, history(each))[COMPLAINING] for each in (shop, later)]
    np.testing.assert_array_equal(columns[0][:, : WEEKS - AHEAD], columns[1][:, : WEEKS - AHEAD])
    assert not np.array_equal(columns[0], columns[1])


def test_what_all_products_share_is_not_told(shop):
    lines, reviews = (shop.table(name).collect() for name in ("order_lines", "reviews"))
    month = pl.col("at").dt.month()
    same = reviews.with_columns(pl.when(month <= 6).then(1.0).otherwise(5.0).alias("stars")).drop("day")
    alike = Shop.of({"order_lines": lines, "reviews": same})
    told = listen(alike, history(alike))
    assert all(np.nanstd(np.nanmean(values, axis=0)) < 0.1 for values in told.values())


def test_undated_reviews_and_those_of_no_product_count_nowhere(shop):
    reviews = shop.table("reviews").collect().drop("day")
    more = reviews.with_columns(pl.lit(1.0).alias("stars"), pl.concat_str(pl.lit("x"), "review").alias("review"))
    undated = more.with_columns(pl.lit(None, reviews.schema["at"]).alias("at"))
    unknown = more.with_columns(pl.lit(None, pl.String).alias("sku"))
    lines = shop.table("order_lines").collect()
    plain, more = (
        Shop.of({"order_lines": lines, "reviews": each}) for each in (reviews, pl.concat([reviews, undated, unknown]))
    )
    for name, values in listen(plain, history(plain)).items():
        np.testing.assert_array_equal(values, listen(more, history(more))[name])


def test_a_longer_forecast_and_a_question_about_a_price_hear_the_same(made, shop):
    seen = shop.until(EVE.isoformat())
    deaf, heard = (reaching(seen, each, AHEAD + 1) for each in made)
    assert not np.array_equal(deaf.mean, heard.mean)
    asked = what_if(seen, {"s00": 9.5}, horizon=AHEAD, models=ONLY, listen=listen)
    np.testing.assert_array_equal(asked.demand.mean, made[1].demand.mean)


def test_the_plan_hears_reviews(shop):
    seen = shop.until(EVE.isoformat())
    work = work_up(seen)
    alone = forecast_shop(seen, listen=listen)
    np.testing.assert_array_equal(work.forecast.demand.mean, alone.demand.mean)
    assert work.forecast.listen is listen
    assert not np.array_equal(alone.demand.mean, forecast_shop(_without_reviews(seen)).demand.mean)
