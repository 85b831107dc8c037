"""What all products did together in a window says little of the next one."""

import numpy as np
import pytest

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.spread import Own, Spread, from_last_year
from shopwright.forecast.surprise import without_surprise

MIDDLE, HIGH, LOW = (LEVELS.index(level) for level in (0.5, 0.9, 0.1))


def _own(n):
    return Own(np.ones((n, len(LEVELS))), np.zeros(n), np.ones(n))


def _together(n, factor):
    mean = np.full((n, 8), 100.0)
    truth = factor * mean * np.random.default_rng(0).gamma(25, 1 / 25, mean.shape)
    return mean, truth, without_surprise([mean], [truth])[0]


@pytest.mark.parametrize("factor", [0.8, 1.3])
def test_about_half_of_a_common_surprise_is_taken_back(factor):
    mean, truth, less = _together(2000, factor)
    assert less.sum() / mean.sum() == pytest.approx(np.sqrt(factor), rel=0.02)
    assert Spread.learn([mean], [truth], [np.ones(2000)]).around(mean, _own(2000)).quantiles[
        :, :, MIDDLE
    ].mean() == pytest.approx(100 * np.sqrt(factor), rel=0.03)


def test_what_one_product_did_by_itself_is_its_own():
    _, truth, less = _together(1, 1.3)
    np.testing.assert_allclose(less, truth, rtol=0.02)


def test_products_that_came_back_are_no_surprise_of_all():
    mean, truth = np.full((100, 8), 100.0), np.full((100, 8), 100.0)
    mean[:5], truth[:5] = 0.01, 50_000.0
    np.testing.assert_allclose(without_surprise([mean], [truth])[0], truth, rtol=0.05)


def test_unknown_periods_and_windows_without_sales_change_nothing():
    mean, truth = np.full((3, 4), 2.0), np.full((3, 4), 2.0)
    truth[0, 1:] = np.nan
    np.testing.assert_allclose(without_surprise([mean, 0 * mean], [truth, truth])[0], truth)
    np.testing.assert_allclose(without_surprise([0 * mean], [truth])[0], truth)


def test_a_young_shop_learns_its_ranges_from_how_its_own_sales_strayed():
    """Sales now and then: what is usual elsewhere would hold half of them."""
    draw = np.random.default_rng(3)
    units = np.where(draw.random((300, 40)) < 0.3, draw.gamma(1, 20, (300, 40)), 0.0)
    units[:, 0] = 5.0
    past, later = units[:, :24], units[:, 24:]
    spread = Spread.of_past(past, np.ones(24), "W")
    told = spread.around(np.full(later.shape, 6.0), from_last_year(past, np.ones(24), "W")).quantiles
    assert (later > told[:, :, HIGH]).mean() == pytest.approx(0.1, abs=0.03)
    assert told[:, :, MIDDLE].max() < 1


def test_next_to_no_history_has_ranges_as_they_are_usual():
    spread = Spread.of_past(np.array([[3.0, 4.0]]), np.ones(2), "W")
    assert spread.ratios[0, 0, HIGH] > 1 > spread.ratios[0, 0, LOW] > 0
