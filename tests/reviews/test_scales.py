from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from shopwright.errors import UsageError
from shopwright.reviews.given import given
from shopwright.reviews.mentions import THEME, mentions
from shopwright.reviews.scales import COMPLAINT, PRAISE, as_polarity, as_stars, whole_stars


@pytest.mark.parametrize(
    "ratings, stars, is_told",
    [
        ([1, 3, 5], [1, 3, 5], False),
        ([5, 5, 5], [5, 5, 5], False),
        ([1, 1], [1, 1], False),
        ([0, 5, 10], [1, 3, 5], True),
        ([0, 1, 2.5, 3, 5], [1, 1, 2.5, 3, 5], True),
        ([1, 5.5, 10], [1, 3, 5], True),
        ([0, 50, 100], [1, 3, 5], True),
        ([0, 1, 1], [1, 5, 5], True),
        ([True, False], [5, 1], True),
        ([-1, 0, 1], [1, 3, 5], True),
        (["4/5", "5 stars", "★★★☆☆", "★★★★", "80 %", "好评", 2], [4, 5, 3, 4, 4.2, 5, 2], False),
        (["5分", "3分", "4,5"], [5, 3, 4.5], False),
        (["8分", "10分"], [1 + 7 * 4 / 9, 5], True),
    ],
)
def test_scales_are_stretched_and_told(ratings, stars, is_told):
    found = as_stars(ratings)
    assert found.stars.tolist() == pytest.approx(stars)
    assert (found.note is not None) == is_told


def test_noughts_alone_are_no_rating():
    found = as_stars([0, 0.0, None, 0])
    assert np.isnan(found.stars).all()
    for language in ("en", "zh"):
        assert "0" in found.note.render(language)
    assert as_stars([False, False]).stars.tolist() == [1, 1]


def test_gaps_stay_gaps():
    assert np.isnan(as_stars([None, float("nan"), float("inf"), 4.0]).stars).tolist() == [True, True, True, False]
    assert as_stars([]).stars.shape == (0,)


@pytest.mark.parametrize(
    "ratings, scale, code",
    [
        (["five"], None, "REVIEWS-41"),
        (5, None, "USAGE-25"),
        ([1, 10**400], None, "REVIEWS-42"),
        ([-5, 3], None, "REVIEWS-42"),
        ([1, 1000], None, "REVIEWS-42"),
        ([1, 5], (0, 4), "REVIEWS-42"),
        ([1, 5], (5, 1), "REVIEWS-42"),
    ],
)
def test_what_is_on_no_scale_is_refused(ratings, scale, code):
    with pytest.raises(UsageError) as caught:
        as_stars(ratings, scale)
    assert caught.value.code == code


def test_polarity_of_stars():
    assert as_polarity(np.array([1.0, 3.0, 5.0])).tolist() == [-1, 0, 1]


@pytest.mark.parametrize(
    "scale, complaints, praise",
    [
        ((1, 5), [1, 2], [4, 5]),
        ((1, 10), [1, 2, 3, 4], [7, 8, 9, 10]),
        ((0, 10), [0, 1, 2, 3, 4], [6, 7, 8, 9, 10]),
        ((0, 5), [0, 1, 2], [4, 5]),
        ((0, 1), [0], [1]),
    ],
)
def test_what_lies_below_the_middle_of_any_scale_is_a_complaint(scale, complaints, praise):
    ratings = range(scale[0], scale[1] + 1)
    stars = dict(zip(ratings, as_stars(ratings, scale).stars, strict=True))
    assert [rating for rating in ratings if stars[rating] <= COMPLAINT] == complaints
    assert [rating for rating in ratings if stars[rating] >= PRAISE] == praise
    assert [rating for rating in ratings if whole_stars(stars[rating]) <= 2] == complaints
    assert [rating for rating in ratings if whole_stars(stars[rating]) >= 4] == praise


def test_a_fault_counts_on_ten_points_as_on_five():
    texts = ["The lid is broken."] * 4
    on_five, _ = given(pl.DataFrame({"sku": "a", "text": texts, "stars": [2.0, 3.0, 4.0, 5.0]}))
    on_ten, _ = given(pl.DataFrame({"sku": "a", "text": texts, "stars": [2.6, 3.0, 4.2, 5.0]}))
    told = [mentions(each).select("place", THEME).rows() for each in (on_five, on_ten)]
    assert told[0]
    assert told[0] == told[1]
