from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import TableError
from shopwright.reviews.given import given, sold_daily
from shopwright.reviews.hazards import hazards
from shopwright.reviews.material import material
from shopwright.reviews.mentions import every_mention
from shopwright.reviews.signals import signals

FIRST = date(2024, 1, 1)


def _reviews(seed=0, n_skus=30):
    draw = np.random.default_rng(seed)
    rows = []
    for sku in range(n_skus):
        level = draw.normal(0.4, 0.3)
        for at in range(40):
            fell = -1.0 if sku == 5 and at >= 28 else 0.0
            polarity = float(np.clip(level + fell + draw.normal(0, 0.3), -1, 1))
            rows.append((f"s{sku:02}", FIRST + timedelta(days=9 * at), polarity, "Fine."))
    return pl.DataFrame(rows, schema=["sku", "day", "polarity", "text"], orient="row")


def test_levels_are_drawn_to_the_shops_and_trends_to_none():
    reviews = _reviews()
    few = pl.DataFrame({"sku": ["few"], "day": [FIRST], "polarity": [-1.0], "text": ["Bad."]})
    found = signals(pl.concat([reviews, few])).to_dicts()
    by_sku = {row["sku"]: row for row in found}
    raw = dict(reviews.group_by("sku").agg(pl.col("polarity").mean()).iter_rows())
    assert all(abs(by_sku[sku]["sentiment"] - mean) < 0.1 for sku, mean in raw.items())
    assert by_sku["few"]["sentiment"] > -0.6
    assert by_sku["few"]["sentiment_trend"] is None
    trends = {sku: row["sentiment_trend"] for sku, row in by_sku.items() if row["sentiment_trend"] is not None}
    assert min(trends, key=trends.get) == "s05"
    assert trends.pop("s05") < -0.4
    assert np.abs(list(trends.values())).mean() < 0.15


@pytest.mark.parametrize(
    "texts, advice",
    [
        (["Runs small, order a size up."] * 6 + ["Lovely."] * 4, "small"),
        (["It runs really large."] * 6 + ["True to size."] * 4, "large"),
        (["尺码偏小，建议大一码"] * 6, "small"),
        (["Fällt sehr groß aus."] * 6, "large"),
        (["Ficou muito pequeno"] * 6, "small"),
        (["True to size."] * 9 + ["Too small for me."], "true"),
        (["Runs small."] * 3 + ["Runs large."] * 3, None),
        (["Runs small."], None),
        (["It is big."] * 6 + ["It was large."] * 6, "large"),
        (["It is small."] * 6 + ["It is big."] * 6, None),
        (["The print is small.", "The box was small."] * 6, None),
        (["Lovely."] * 20, None),
    ],
)
def test_size_advice(texts, advice):
    found = signals(pl.DataFrame({"sku": ["a"] * len(texts), "text": texts}))
    assert found["size_advice"].to_list() == [advice]


def test_an_open_alarm_is_flagged():
    reviews = _reviews().with_columns(
        text=pl.when(pl.col("sku") == "s05", pl.col("day") > date(2024, 9, 20))
        .then(pl.lit("It caught fire."))
        .otherwise("text")
    )
    found = signals(reviews, hazards(reviews))
    assert found.filter("is_rising_defect")["sku"].to_list() == ["s05"]


def test_what_comes_later_changes_nothing():
    reviews = _reviews()
    day = date(2024, 9, 1)
    early = reviews.filter(pl.col("day") <= day)
    assert signals(reviews, until=day).equals(signals(early, until=day))


@pytest.mark.parametrize("stars", [[5.0] * 4, [None] * 4, []], ids=["same", "none", "empty"])
def test_poor_input(stars):
    frame = pl.DataFrame({"sku": ["a"] * len(stars), "stars": stars}, schema={"sku": pl.String, "stars": pl.Float64})
    found = signals(frame)
    assert found.height == bool(stars)
    assert found["sentiment"].to_list() == [1.0 if stars[0] else None] * found.height if stars else True


def test_the_scale_of_stars_is_not_told_by_later_reviews():
    days = [FIRST + timedelta(days=at) for at in range(80)]
    early = {"sku": ["a"] * 60, "day": days[:60], "stars": [5.0] * 30 + [1.0] * 30, "text": ["It broke."] * 60}
    known = pl.DataFrame(early)
    later = pl.DataFrame({"sku": ["a"] * 20, "day": days[60:], "stars": [10.0] * 20, "text": ["Good."] * 20})
    both = pl.concat([later, known])
    assert signals(both, until=days[59]).equals(signals(known))
    found, alone = hazards(both, until=days[59]), hazards(known)
    assert found.alarms.equals(alone.alarms)
    assert found.notes == ()
    # rows keep their places for what is known of them already
    every = every_mention(given(both)[0])
    assert hazards(both, until=days[59], every=every).alarms.equals(alone.alarms)


def test_days_that_are_texts_are_refused_and_decimal_stars_read():
    table = pl.DataFrame({"sku": ["a"], "day": ["2024-01-31"], "stars": [4.5], "text": ["Good."]})
    for read in (given, hazards, signals, lambda each: material(each, until=FIRST)):
        with pytest.raises(TableError) as refused:
            read(table)
        assert refused.value.code == "REVIEWS-57"
        assert "'a'" in str(refused.value.why)
    with pytest.raises(TableError, match="no dates"):
        sold_daily(table.with_columns(units=pl.lit(1.0)))
    exact = table.with_columns(pl.lit(FIRST).alias("day"), pl.col("stars").cast(pl.Decimal(3, 1)))
    assert given(exact)[0]["stars"].to_list() == [4.5]


def _fallen(stars, gap, n_steady, seed=0):
    """One product with the stars given, one every so many days, in a shop of steady ones."""
    draw = np.random.default_rng(seed)
    rows = [("x", FIRST + timedelta(days=gap * at), float(each)) for at, each in enumerate(stars)]
    for sku in range(n_steady):
        drawn = draw.choice([5.0, 5.0, 5.0, 4.0, 3.0, 1.0], len(stars)).tolist()
        rows += [(f"s{sku}", FIRST + timedelta(days=gap * at), each) for at, each in enumerate(drawn)]
    return pl.DataFrame(rows, schema=["sku", "day", "stars"], orient="row")


@pytest.mark.parametrize("n_steady", [0, 40, 300])
def test_stars_that_fall_are_seen_however_many_products_are_steady(n_steady):
    table = _fallen([5, 5, 5, 5, 2, 1, 2, 1], 25, n_steady)
    trends = dict(signals(table).select("sku", "sentiment_trend").iter_rows())
    assert trends.pop("x") < -0.8  # it fell by 3.5 stars, 1.75 of polarity
    steady = np.abs([*trends.values(), 0.0])
    assert np.quantile(steady, 0.9) < 0.3
    assert steady.mean() < 0.12


def test_a_trend_that_rests_on_nothing_is_missing_and_not_none():
    within_ninety_days = _fallen([5, 5, 5, 5, 2, 1, 2, 1], 5, 0)
    assert signals(within_ninety_days)["sentiment_trend"].to_list() == [None]
    undated = _fallen([5, 1], 200, 0).with_columns(pl.lit(None, pl.Date).alias("day"))
    assert signals(undated)["sentiment_trend"].to_list() == [None]


def test_words_tell_the_trend_where_there_are_no_stars():
    stars = _fallen([5, 5, 5, 5, 1, 1, 1, 1], 25, 40)
    words = stars.with_columns(((pl.col("stars") - 3) / 2).alias("polarity"), pl.lit(None, pl.Float64).alias("stars"))
    assert signals(words)["sentiment_trend"].to_list() == signals(stars)["sentiment_trend"].to_list()


def test_a_fall_without_any_noise_is_told_in_full():
    rows = [(sku, FIRST + timedelta(days=at), 1.0 if sku == "x" and at >= 300 else 5.0)
            for sku in ("x", "y", "z") for at in range(400)]  # fmt: skip
    table = pl.DataFrame(rows, schema=["sku", "day", "stars"], orient="row")
    trends = dict(signals(table).select("sku", "sentiment_trend").iter_rows())
    assert trends == pytest.approx({"x": -2.0, "y": 0.0, "z": 0.0}, abs=0.15)
