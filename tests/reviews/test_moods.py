"""How pleased buyers were at the end of each period: what `signals` would have told that evening, and nothing later."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.reviews.moods import moods
from shopwright.reviews.signals import signals

FIRST = date(2024, 1, 1)
ENDS = [FIRST + timedelta(days=28 * at + 27) for at in range(12)]
SKUS = [f"s{at:02}" for at in range(12)]


def _reviews(seed=0, n=600):
    draw = np.random.default_rng(seed)
    sku = draw.integers(0, len(SKUS), n)
    return pl.DataFrame(
        {
            "sku": [SKUS[at] for at in sku],
            "day": [FIRST + timedelta(days=int(at)) for at in draw.integers(0, 28 * 12, n)],
            "stars": np.clip(np.rint(3.5 + (sku - 6) / 4 + draw.normal(0, 1, n)), 1, 5),
        }
    )


def test_each_evening_tells_what_signals_would_have_told():
    reviews = _reviews()
    found = moods(reviews, SKUS, ENDS)
    for at, end in enumerate(ENDS):
        told = dict(signals(reviews, until=end).select("sku", "sentiment").iter_rows())
        row = {sku: found.sentiment[place, at] for place, sku in enumerate(SKUS)}
        assert {sku: row[sku] for sku in told} == pytest.approx(told, abs=1e-9)


def test_a_product_nobody_reviewed_is_told_as_the_shop():
    reviews = _reviews()
    found = moods(reviews, [*SKUS, "unknown"], ENDS)
    assert found.sentiment[-1, -1] == pytest.approx((reviews["stars"].mean() - 3) / 2)
    assert found.complaints[-1, -1] == pytest.approx((reviews["stars"] <= 2).mean())


def test_complaints_are_those_of_ninety_days_with_three_reviews_of_the_shops():
    reviews = _reviews()
    found = moods(reviews, SKUS, ENDS)
    end = ENDS[6]
    so_far = reviews.filter(pl.col("day") <= end)
    usual = (so_far["stars"] <= 2).mean()
    for place, sku in enumerate(SKUS):
        late = so_far.filter(pl.col("sku") == sku, pl.col("day") > end - timedelta(days=90))["stars"]
        by_hand = ((late <= 2).sum() + 3 * usual) / (late.len() + 3)
        assert found.complaints[place, 6] == pytest.approx(by_hand)


def test_the_shops_own_level_is_that_of_all_its_reviews():
    reviews = _reviews()
    found = moods(reviews, SKUS, ENDS)
    for at, end in enumerate(ENDS):
        so_far = reviews.filter(pl.col("day") <= end)
        late = so_far.filter(pl.col("day") > end - timedelta(days=90))
        assert found.shop_sentiment[at] == pytest.approx((so_far["stars"].mean() - 3) / 2)
        assert found.shop_complaints[at] == pytest.approx((late["stars"] <= 2).mean())
    silent = moods(reviews, SKUS, [*ENDS, ENDS[-1] + timedelta(days=200)])
    assert silent.shop_complaints[-1] == pytest.approx((reviews["stars"] <= 2).mean())


def test_later_reviews_change_no_earlier_evening():
    reviews = _reviews()
    turned = reviews.with_columns(
        pl.when(pl.col("day") > ENDS[7]).then(6 - pl.col("stars")).otherwise("stars").alias("stars")
    )
    one, other = moods(reviews, SKUS, ENDS), moods(turned, SKUS, ENDS)
    for name in ("sentiment", "complaints", "shop_sentiment", "shop_complaints"):
        before, after = (getattr(each, name) for each in (one, other))
        np.testing.assert_array_equal(before[..., :8], after[..., :8])
        assert not np.array_equal(before[..., 8:], after[..., 8:])


def test_evenings_before_the_first_review_are_not_known_and_equal_stars_do_no_harm():
    late = _reviews().filter(pl.col("day") > ENDS[1])
    found = moods(late, SKUS, ENDS)
    assert np.isnan(found.sentiment[:, :2]).all()
    assert np.isnan(found.complaints[:, :2]).all()
    equal = moods(late.with_columns(pl.lit(4.0).alias("stars")), SKUS, ENDS)
    assert np.unique(equal.sentiment[:, 2:]).tolist() == [0.5]


@pytest.mark.parametrize("column", ["sku", "day", "stars"])
def test_hardly_any_reviews_tell_nothing(column):
    reviews = _reviews()
    assert moods(reviews[:99], SKUS, ENDS) is None
    assert moods(reviews[:100], SKUS, ENDS) is not None
    emptied = pl.when(pl.int_range(pl.len()) < 99).then(column).alias(column)
    assert moods(reviews.with_columns(emptied), SKUS, ENDS) is None
    assert moods(reviews, ["other"], ENDS) is None
    assert moods(reviews, SKUS, [FIRST - timedelta(days=1)]) is None


def test_four_of_ten_is_a_complaint_as_two_of_five_are():
    on_five = _reviews().with_columns(pl.col("stars").clip(2, 5))
    stretched = pl.when(pl.col("stars") == 2).then(2.6).otherwise(pl.col("stars")).alias("stars")
    ours, theirs = (moods(each, SKUS, ENDS) for each in (on_five, on_five.with_columns(stretched)))
    assert np.nanmax(ours.complaints) > 0
    np.testing.assert_array_equal(ours.complaints, theirs.complaints)


def test_the_order_of_rows_changes_no_digit():
    stars = pl.Series("stars", np.random.default_rng(0).uniform(1, 5, 6_000))  # as stretched from a long scale
    reviews = _reviews(n=6_000).with_columns(stars)
    found = moods(reviews, SKUS, ENDS)
    for seed in range(3):
        other = moods(reviews.sample(fraction=1, shuffle=True, seed=seed), SKUS, ENDS)
        for name in ("sentiment", "complaints", "shop_sentiment", "shop_complaints"):
            assert np.array_equal(getattr(other, name), getattr(found, name), equal_nan=True)
