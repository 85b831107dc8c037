from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.reviews.hazards import hazards
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
