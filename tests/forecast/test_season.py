"""The shared season: found where it was planted, not where products were merely launched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.worlds import history_of, planted, season_of

from shopwright.forecast.season import Season, _centred_mean


def test_a_planted_year_is_found():
    known, _ = planted()
    found = Season.learn(known)
    truth = season_of(known.days)[-52:]
    assert np.corrcoef(found.of(known.days[-52:]), truth)[0, 1] > 0.95
    assert not found.is_flat
    assert Season.flat("W").is_flat


def test_launches_are_no_season():
    """A marketplace: thousands of products that hardly ever sell, a handful of them known in its first months."""
    rng = np.random.default_rng(3)
    n_skus, n = 1500, 100
    launch = np.where(np.arange(n_skus) < 10, rng.integers(0, 20, n_skus), rng.integers(20, n, n_skus))
    sold = rng.poisson(0.08, (n_skus, n)).astype(float)
    sold[np.arange(n_skus), launch] = 1.0  # known because it sold
    before = np.arange(n)[None, :] < launch[:, None]
    known = history_of(np.where(before, 0.0, sold))
    found = Season.learn(replace(known, units=np.where(before, np.nan, sold))).places
    assert found.max() < 1.8
    assert found.min() > 0.4


def test_a_year_too_short_has_no_season():
    known, _ = planted(n=50)
    assert Season.learn(known).is_flat


@pytest.mark.parametrize("n, cycle", [(30, 7), (30, 12), (7, 7), (5, 7), (9, 4)])
def test_a_centred_mean_is_over_the_cycle_around_and_the_nearest_whole_one_at_the_ends(n, cycle):
    index = np.random.default_rng(n + cycle).random(n)
    index[2:4] = np.nan
    found = _centred_mean(index, cycle)
    for at in range(n):
        start = min(max(at - cycle // 2, 0), max(n - cycle, 0))
        assert found[at] == pytest.approx(np.nanmean(index[start : start + cycle]))


def test_a_centred_mean_of_nothing_known_is_not_known():
    found = _centred_mean(np.r_[np.full(7, np.nan), 1.0, 2.0, 3.0], 3)
    assert np.isnan(found[:6]).all()
    np.testing.assert_allclose(found[6:], [1.0, 1.5, 2.0, 2.0])
