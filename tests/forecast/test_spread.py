"""Ratios of sales to expectation: what one odd product does must stay its own."""

import numpy as np
import pytest

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.spread import Own, Spread, from_windows

MIDDLE, HIGH = LEVELS.index(0.5), LEVELS.index(0.9)


def _own(n):
    return Own(np.ones((n, len(LEVELS))), np.zeros(n), np.ones(n))


def test_a_product_thought_gone_that_comes_back_does_not_widen_the_others():
    draw = np.random.default_rng(0)
    mean = np.full((40, 14), 100.0)
    truth = mean * draw.gamma(25, 1 / 25, mean.shape)
    mean[:3], truth[:3] = 0.01, 3000.0
    spread = Spread.learn([mean], [truth], [np.ones(40)])
    told = spread.around(mean[5:], _own(35)).quantiles
    assert told[:, :, MIDDLE].mean() == pytest.approx(100, rel=0.05)
    assert told[:, :, HIGH].max() < 150


def test_a_day_of_which_nothing_is_expected_is_told_as_nothing():
    mean = np.tile([50.0, 50.0, 0.0], (60, 5))
    truth = np.random.default_rng(1).poisson(mean).astype(float)
    spread = Spread.learn([mean], [truth], [np.ones(60)])
    told = spread.around(mean, Own(np.ones((60, len(LEVELS))), np.full(60, 90.0), np.ones(60)))
    assert told.quantiles[:, 2, HIGH].max() < 1
    assert told.quantiles[:, 0, MIDDLE].mean() == pytest.approx(50, rel=0.05)


def test_one_day_thought_nearly_closed_does_not_shrink_what_is_usual():
    mean, truth = np.full((1, 60), 100.0), np.full((1, 60), 100.0)
    mean[0, 7], truth[0, 7] = 12.0, 900.0
    assert from_windows([mean], [truth]).ratios[0, MIDDLE] == pytest.approx(1, abs=0.2)


def test_a_product_misjudged_by_far_is_not_told_by_its_own_ratios():
    mean, truth = np.full((1, 60), 100.0), np.full((1, 60), 100.0)
    mean[0, :6] = 20_000.0
    assert from_windows([mean], [truth]).n[0] == 0


def test_closed_days_that_are_too_few_for_a_cell_of_their_own_are_not_told_by_the_others():
    mean = np.tile([50.0] * 6 + [0.1], (2, 6))
    truth = np.where(mean > 1, np.random.default_rng(1).poisson(mean), 0.0).astype(float)
    own = Own(np.ones((2, len(LEVELS))), np.full(2, 90.0), np.ones(2))
    told = Spread.learn([mean], [truth], [np.ones(2)]).around(mean, own).quantiles
    assert told[:, 6, HIGH].max() < 1
    assert told[:, 0, MIDDLE].mean() == pytest.approx(50, rel=0.05)


def test_next_to_nothing_that_no_window_saw_is_told_in_proportion():
    mean = np.full((2, 42), 50.0)
    truth = np.random.default_rng(1).poisson(mean).astype(float)
    spread = Spread.learn([mean], [truth], [np.ones(2)])
    told = spread.around(np.tile([50.0] * 6 + [0.0], (2, 1)), _own(2)).quantiles
    assert not told[:, 6].any()
