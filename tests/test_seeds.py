"""Seeds: the same digits for the same names, whoever draws first, on every machine."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shopwright.seeds import derive, generator


def test_the_digits_stay_what_they_were():
    """Literal values: a change here changes every forecast and every synthetic shop."""
    assert derive(0, "demand", "A1") == 7813826333506571722
    assert generator(7, "x").integers(0, 1000, 5).tolist() == [280, 967, 662, 63, 834]


@given(st.integers(), st.lists(st.text() | st.integers(), max_size=3))
def test_a_seed_is_a_function_of_its_names(seed, names):
    assert derive(seed, *names) == derive(seed, *names)
    assert 0 <= derive(seed, *names) < 2**64


def test_names_do_not_run_together():
    assert (
        len({derive(0, "a", "b"), derive(0, "ab"), derive(0, "a,b"), derive(0, "b", "a"), derive(0, 1), derive(0, "1")})
        == 6
    )


def test_streams_are_independent_of_who_draws_first():
    first = generator(1, "a").standard_normal(4)
    generator(1, "b").standard_normal(100)
    assert np.array_equal(first, generator(1, "a").standard_normal(4))
    assert not np.array_equal(first, generator(2, "a").standard_normal(4))
    assert not np.array_equal(first, generator(1, "b").standard_normal(4))
