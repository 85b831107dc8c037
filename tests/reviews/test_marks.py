"""Marks of any scale from -1 to 1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.errors import InputError
from shopwright.reviews.marks import rescaled


@pytest.mark.parametrize(
    "marks, scale, values",
    [
        ([1, 3, 5], "stars", [-1, 0, 1]),
        ([1, 2.5, 5], "stars", [-1, -0.25, 1]),
        ([0, 2.5, 5], "stars", [-1, 0, 1]),
        ([5, 5, 5], "stars", [1, 1, 1]),
        ([1, 1], "stars", [-1, -1]),
        ([0, 5, 10], "ten", [-1, 0, 1]),
        ([0, 50, 100], "hundred", [-1, 0, 1]),
        ([0, 1], "thumbs", [-1, 1]),
        ([True, False], "thumbs", [1, -1]),
        ([True, True], "thumbs", [1, 1]),
        ([-1, 0, 1], "thumbs", [-1, 0, 1]),
        (["4", " 5 ", "1"], "stars", [0.5, 1, -1]),
        ([None, float("nan"), ""], "stars", [np.nan, np.nan, np.nan]),
        (["4/5", "1/5", "5,0", "5分", None], "stars", [0.5, -1, 1, 1, np.nan]),
        (["★★★★★", "★☆☆☆☆", 10, 0], "ten", [1, -1, 1, -1]),
        (["好评", "差评", "5"], "stars", [1, -1, 1]),
    ],
)
def test_scales_are_told_apart(marks, scale, values):
    found = rescaled(marks)
    assert found.scale == scale
    assert np.allclose(found.values, values, equal_nan=True)
    assert str(found.note)


def test_marks_that_name_their_scale_are_said_to_be_read_on_it():
    assert str(rescaled(["9/10", "2/10", None]).note) == "marks were read on the scale that each names"
    assert "1 (worst) to 5 (best)" in str(rescaled(["9/10", 4]).note)


def test_a_named_scale_is_taken():
    assert rescaled([1, 1], "thumbs").values.tolist() == [1, 1]
    assert rescaled([4, 5], "ten").values.tolist() == pytest.approx([-0.2, 0])


@pytest.mark.parametrize(
    "marks, scale, code",
    [
        ([1, 7], "stars", "REVIEWS-11"),
        ([1, 200], "auto", "REVIEWS-11"),
        ([1, float("inf")], "auto", "REVIEWS-11"),
        (["a mug"], "auto", "REVIEWS-10"),
        ([[4]], "auto", "REVIEWS-10"),
        ([4], "grades", "REVIEWS-12"),
    ],
)
def test_what_is_no_mark_is_refused(marks, scale, code):
    with pytest.raises(InputError, match=code):
        rescaled(marks, scale)


@given(st.lists(st.floats(1, 5), min_size=2))
def test_more_stars_are_never_worth_less(marks):
    values = rescaled(marks, "stars").values
    assert np.all((values >= -1) & (values <= 1))
    order = np.argsort(marks, kind="stable")
    assert np.all(np.diff(values[order]) >= 0)
