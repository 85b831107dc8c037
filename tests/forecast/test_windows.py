"""Running sums say what a loop over the latest periods would."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from shopwright.forecast.windows import Windows, exponential, since

UNITS = hnp.arrays(
    float, st.tuples(st.integers(1, 4), st.integers(1, 12)), elements=st.sampled_from([np.nan, 0.0, 1.0, 2.5, 40.0])
)


def _latest(units, at, window):
    return units[:, max(0, at + 1 - window) : at + 1]


@given(UNITS, st.integers(1, 14))
def test_means_spreads_and_counts_are_those_of_the_latest_periods(units, window):
    found = Windows(units)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for at in range(units.shape[1]):
            part = _latest(units, at, window)
            np.testing.assert_array_equal(found.count(window)[:, at], np.isfinite(part).sum(axis=1))
            np.testing.assert_allclose(found.mean(window)[:, at], np.nanmean(part, axis=1), atol=1e-9)
            every = np.arange(len(units))
            asked = np.full(len(units), at), window, every
            np.testing.assert_allclose(found.deviation(*asked), np.nanstd(part, axis=1), atol=1e-5)
            np.testing.assert_array_equal(found.known(*asked), found.count(window)[:, at])
            sold = np.where(np.isfinite(part), part > 0, np.nan)
            np.testing.assert_allclose(found.share_sold(*asked), np.nanmean(sold, axis=1), atol=1e-9)


@given(UNITS, st.integers(1, 14), st.data())
def test_a_window_that_ends_anywhere_is_the_same(units, window, data):
    newest = np.array([data.draw(st.integers(-3, units.shape[1] - 1)) for _ in range(len(units))])
    found = Windows(units).between(newest, window, np.arange(len(units)))
    for row, at in enumerate(newest):
        part = _latest(units[row : row + 1], at, window) if at >= 0 else np.zeros((1, 0))
        known = part[np.isfinite(part)]
        assert found[row] == pytest.approx(known.mean(), abs=1e-9) if len(known) else np.isnan(found[row])


def test_an_exponential_mean_passes_over_what_is_not_known():
    units = np.array([[np.nan, 4.0, np.nan, 8.0]])
    np.testing.assert_allclose(exponential(units, 0.25), [[np.nan, 4.0, 4.0, 5.0]])


def test_periods_since_it_last_happened():
    happened = np.array([[False, True, False, False, True], [False] * 5])
    np.testing.assert_allclose(since(happened), [[np.nan, 0, 1, 2, 0], [np.nan] * 5])
