"""Numbers that no customer ever asked for, and those that only look like it."""

from __future__ import annotations

import numpy as np
import pytest

from shopwright.shop.slips import without_slips


def _cleaned(*rows):
    width = max(map(len, rows))
    units = np.array([[*row, *[np.nan] * (width - len(row))] for row in rows], float)
    return without_slips(units, tuple(f"s{at}" for at in range(len(rows))))


@pytest.mark.parametrize(
    "units, left_out",
    [
        ([4, 5, 3, 1e9, 4], [3]),
        ([4, 5, 3, 390, 4], []),  # within 100 times the next highest
        ([4, 5, 3] * 20 + [1e9, 4, 2e9], [60, 62]),
        ([4, 5, 3] * 20 + [1e9, 4, 1e13], [60, 62]),  # also where one hides behind another
        ([0] * 57 + [150, 0, 150], []),  # a product of rare bulk orders
        ([4, 5] * 5 + [1e9, 1e9], []),  # more than one in twenty: it may be how it sells
        ([1, 1e9, 1], [1]),
        ([1, 5000, 1], []),  # of three periods nobody knows
    ],
)
def test_what_lies_far_beyond_all_others_is_unknown(units, left_out):
    found, notes = _cleaned(units)
    assert np.flatnonzero(np.isnan(found[0])).tolist() == left_out
    assert set(notes) == ({"s0"} if left_out else set())
    kept = np.isfinite(found[0])
    assert found[0][kept].tolist() == np.array(units, float)[kept].tolist()


def test_a_single_number_is_held_against_all_other_products():
    found, notes = _cleaned([4, 5, 3, 6], [1e9], [500])
    assert np.isnan(found[1]).all()
    assert found[2, 0] == 500
    assert set(notes) == {"s1"}


def test_a_single_number_without_others_is_believed():
    found, notes = _cleaned([1e9])
    assert found.tolist() == [[1e9]]
    assert not notes


def test_the_note_tells_how_many_and_stays_readable():
    _, notes = _cleaned([4] * 60 + [1e300, 2e300])
    assert "2.0e+300: 2;" in str(notes["s0"])
