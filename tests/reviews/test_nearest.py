"""One complaint counts for one fault, and what is said of the packaging is not said of the goods."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.reviews.given import given
from shopwright.reviews.mentions import mentions
from shopwright.reviews.signals import signals


def _faults(text):
    ready, _ = given(pl.DataFrame({"text": [text], "stars": [1.0]}))
    return sorted(set(mentions(ready)["theme"]) - {"complaint"})


@pytest.mark.parametrize(
    "text",
    [
        "The packaging was far too big for such a small thing.",
        "The box was huge.",
        "The parcel arrived torn and full of holes.",
        "包装太大了",
        "盒子有点太大了",
        "The boxes were too big.",
        "纸箱太大了",
        "Die Verpackung war viel zu groß.",
        "A embalagem veio rasgada.",
        "La caja es demasiado grande.",
    ],
)
def test_what_is_said_of_the_packaging_counts_for_it_alone(text):
    assert _faults(text) == ["packaging"]


@pytest.mark.parametrize(
    "text, faults",
    [
        ("The dress is far too big.", ["size"]),
        ("The dress came in a box and runs small.", ["size"]),
        ("The box says large but the dress is too small.", ["size"]),
        ("It arrived damaged with a hole in the sleeve.", ["tear"]),
        ("The bottle leaked in the box.", ["leak"]),
        ("There is a hole in the seam.", ["seam"]),
        ("The zip broke.", ["zip"]),
        ("The screen cracked.", ["light"]),
        ("Customer service was rude about the broken lamp.", ["service"]),
        ("衣服太大", ["size"]),
        ("The boxers are too small.", ["size"]),
        ("行李箱太小了", ["size"]),
    ],
)
def test_one_complaint_counts_for_one_fault(text, faults):
    assert _faults(text) == faults


def test_two_complaints_in_one_sentence_are_two():
    assert _faults("The seam split and the zip broke.") == ["seam", "zip"]
    assert _faults("The colour is different and it is too small.") == ["colour", "size"]


def test_danger_is_told_beside_the_fault():
    assert _faults("The handle broke and cut my hand.") == ["handle", "injury"]


def test_a_box_that_is_too_big_gives_no_size_advice():
    boxes = pl.DataFrame({"sku": ["a"] * 8, "text": ["The packaging was far too big."] * 8})
    goods = pl.DataFrame({"sku": ["a"] * 8, "text": ["The dress was far too big."] * 8})
    assert signals(boxes)["n_large"].to_list() == [0]
    assert signals(goods)["n_large"].to_list() == [8]
