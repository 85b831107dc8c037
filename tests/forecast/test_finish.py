"""What a cast is held to before it becomes a demand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.forecast.worlds import history_of

from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.finish import bounded
from shopwright.forecast.panel import Panel
from shopwright.shop.levels import implied_mean, least_mean


@given(st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=60))
def test_no_units_have_a_mean_below_what_their_quantiles_leave(units):
    quantiles = np.quantile(units, LEVELS, method="inverted_cdf")
    assert least_mean(LEVELS, quantiles) <= np.mean(units) * (1 + 1e-9) + 1e-9
    assert least_mean(LEVELS, quantiles) <= implied_mean(LEVELS, quantiles) * (1 + 1e-9) + 1e-9


def test_a_mean_that_its_own_quantiles_rule_out_is_raised_and_no_other_is():
    panel = Panel(history_of(np.full((3, 30), 10.0)), 2)
    quantiles = np.tile(np.linspace(4, 20, len(LEVELS)), (3, 2, 1))
    least = least_mean(LEVELS, quantiles[0, 0])
    found = bounded(panel, Cast(np.array([[0.0, 11.0], [least / 6, least], [least * 0.3, 30.0]]), quantiles))
    assert found.mean == pytest.approx(np.array([[least, 11.0], [least, least], [least * 0.3, 30.0]]))
    assert np.array_equal(found.quantiles, quantiles)


def test_what_is_not_finite_or_far_out_is_within_bounds():
    panel = Panel(history_of(np.full((1, 30), 10.0)), 3)
    quantiles = np.zeros((1, 3, len(LEVELS)))
    quantiles[0, 1] = np.inf
    found = bounded(panel, Cast(np.array([[np.nan, 5.0, 1e12]]), quantiles))
    assert found.mean.tolist() == [[0.0, pytest.approx(least_mean(LEVELS, found.quantiles)[0, 1]), 40.0]]
    assert found.quantiles[0, 1].max() == 80.0
