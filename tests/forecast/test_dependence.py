"""How surprises hang together: what windows say of it, and what is taken where no window can be tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr
from tests.forecast.worlds import history_of

from shopwright.forecast import together
from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.combine import combine
from shopwright.forecast.dependence import USUAL, learn
from shopwright.forecast.panel import Panel
from shopwright.forecast.totals import lasting as lasting_of
from shopwright.i18n import t
from shopwright.shop.demand import Demand
from shopwright.shop.levels import implied_mean, read_off
from shopwright.shop.surprises import Common

KNOWN, AHEAD = 60, 50
N, H = 250, 8
GRID = np.array(LEVELS)


def _windows(draw, quantiles, lasting=0.0, level=0.0, period=0.0, n_windows=6):
    """Windows in which products of these quantiles sold with planted surprises; parts that all share are of sales."""
    shape = (N, H, len(LEVELS))
    told = np.broadcast_to(quantiles, shape).copy()
    casts, truths = [], []
    for _ in range(n_windows):
        own = np.sqrt(lasting) * draw.normal(size=(N, 1)) + np.sqrt(1 - lasting) * draw.normal(size=(N, H))
        sold = read_off(ndtr(own), LEVELS, told)
        shared = level * draw.normal() + period * draw.normal(size=(1, H))
        casts.append(Cast(implied_mean(LEVELS, told), told))
        truths.append(np.maximum(sold * (1 + shared), 0.0))
    return casts, truths


STEADY = 50 + 10 * stats.norm.ppf(GRID)
SPARSE = np.where(GRID <= 0.7, 0.0, -4 * np.log(np.maximum((1 - GRID) / 0.3, 1e-9)))  # three in ten periods sell


def test_without_outcomes_the_usual_is_taken():
    assert learn([], []) == USUAL


def test_a_total_over_a_long_horizon_that_no_window_fits_is_not_told_too_surely():
    """Levels wander, half of it gone in seven weeks: their mean over the next fifty is not known."""
    draw, n = np.random.default_rng(3), 60
    kept, level = 0.9, 0.3 * draw.standard_normal((n, KNOWN + AHEAD))
    for week in range(1, level.shape[1]):
        level[:, week] = kept * level[:, week - 1] + np.sqrt(1 - kept**2) * level[:, week]
    sold = draw.poisson(10 * np.exp(level)).astype(float)
    made = combine(Panel(history_of(sold[:, :KNOWN]), AHEAD))
    total = sold[:, KNOWN:].sum(axis=1)

    def held(demand):
        return ((demand.total(AHEAD, 0.1) <= total) & (total <= demand.total(AHEAD, 0.9))).mean()

    assert not made.ends
    assert made.demand.lasting == USUAL.lasting
    assert held(made.demand) > 0.65
    assert held(replace(made.demand, lasting=0.0)) < 0.5


@pytest.mark.parametrize("quantiles", [STEADY, SPARSE], ids=["steady", "sparse"])
@pytest.mark.parametrize("lasting", [0.0, 0.2, 0.5])
def test_a_planted_part_that_lasts_is_found(quantiles, lasting):
    found = learn(*_windows(np.random.default_rng(9), quantiles, lasting))
    assert found.lasting == pytest.approx(lasting, abs=0.09)
    assert found.common.level < 0.09
    assert found.common.period < 0.09


@pytest.mark.parametrize("level, period", [(0.3, 0.0), (0.0, 0.3), (0.2, 0.2)])
def test_what_all_products_share_is_found_as_a_part_of_what_is_expected(level, period):
    found = learn(*_windows(np.random.default_rng(2), STEADY, 0.0, level, period, n_windows=20)).common
    assert found.level == pytest.approx(level, abs=0.1)
    assert found.period == pytest.approx(period, abs=0.1)


@pytest.mark.parametrize("level, period", [(0.0, 0.3), (0.2, 0.3)])
def test_of_two_periods_as_much_is_found_as_of_many(level, period):
    """The share of a window is their mean, which takes half of what they have to themselves with it."""
    casts, truths = _windows(np.random.default_rng(2), STEADY, 0.0, level, period, n_windows=200)
    found = together.learn([_first(cast, 2) for cast in casts], [truth[:, :2] for truth in truths])
    assert found.period == pytest.approx(period, abs=0.04)
    assert found.level == pytest.approx(level, abs=0.09)


def test_a_period_in_which_next_to_nothing_sells_says_nothing_in_common():
    casts, truths = _windows(np.random.default_rng(2), STEADY)
    for truth in truths:
        truth[1:, 1] = np.nan  # of the second period one product alone is known, and sold ten times as much
        truth[0, 1] = 500
    found = together.learn([_first(cast, 2) for cast in casts], [truth[:, :2] for truth in truths])
    assert found.period < 0.1


def _first(cast, n_periods):
    return Cast(cast.mean[:, :n_periods], cast.quantiles[:, :n_periods])


def test_what_was_not_told_says_nothing_in_common():
    casts, truths = _windows(np.random.default_rng(5), STEADY)
    usual = together.learn(casts, truths)
    casts[0].mean[3, 2], casts[1].mean[4] = np.nan, np.inf
    found = together.learn(casts, truths)
    assert found.level == pytest.approx(usual.level, abs=0.01)
    assert found.period == pytest.approx(usual.period, abs=0.01)


def test_products_that_no_longer_sell_do_not_say_what_lasts():
    casts, truths = _windows(np.random.default_rng(5), STEADY, lasting=0.3, n_windows=1)
    gone, none = Cast(np.zeros((N, H)), np.zeros((N, H, len(LEVELS)))), np.zeros((N, H))
    both = Cast(np.concatenate([casts[0].mean, gone.mean]), np.concatenate([casts[0].quantiles, gone.quantiles]))
    asked = 0.5, 0.2, Common(), 0.6
    alone = lasting_of(casts, truths, *asked)
    assert lasting_of([both], [np.concatenate([truths[0], none])], *asked) == alone != 0.6
    assert lasting_of([gone], [none], *asked) == 0.6


def test_less_lasts_where_all_products_share_what_makes_totals_uncertain():
    """And more, where what they share is of one period: that evens out, and each has less of its own."""
    casts, truths = _windows(np.random.default_rng(9), STEADY, lasting=0.4)
    level, none, period = (
        lasting_of(casts, truths, 0.0, 0.0, each, 0.3) for each in (Common(0.1, 0.0), Common(), Common(0.0, 0.1))
    )
    assert level + 0.1 < none < period - 0.1


def test_a_single_window_is_drawn_towards_what_is_usual():
    casts, truths = _windows(np.random.default_rng(5), STEADY, n_windows=1)
    assert 0.4 * USUAL.common.level < learn(casts, truths).common.level < USUAL.common.level


def test_one_product_that_sells_a_hundred_times_as_much_is_no_surprise_of_all():
    casts, truths = _windows(np.random.default_rng(5), STEADY)
    usual = learn(casts, truths).common
    truths[1][3] *= 100
    found = learn(casts, truths).common
    assert found.level == pytest.approx(usual.level, abs=0.02)
    assert found.period == pytest.approx(usual.period, abs=0.02)


def test_of_a_handful_of_products_nothing_is_said_in_common():
    casts, truths = _windows(np.random.default_rng(5), STEADY, level=0.5)
    few = [Cast(cast.mean[:4], cast.quantiles[:4]) for cast in casts]
    found = learn(few, [truth[:4] for truth in truths])
    assert found.common == USUAL.common


def test_periods_that_are_not_known_upset_nothing():
    casts, truths = _windows(np.random.default_rng(5), STEADY, lasting=0.3)
    for truth in truths:
        truth[::3, 2] = np.nan
        truth[1] = np.nan
    assert learn(casts, truths).lasting == pytest.approx(0.3, abs=0.08)
    for truth in truths:
        truth[:, 0] = np.nan  # no total is known; correlations are
    assert learn(casts, truths).lasting == pytest.approx(0.3, abs=0.1)


def test_totals_of_sparse_products_lie_inside_as_often_as_told():
    """Most periods sell nothing, so that correlations of surprises hardly show what lasts."""
    draw = np.random.default_rng(4)
    casts, truths = _windows(draw, SPARSE, lasting=0.3, level=0.1)
    found = learn(casts, truths)
    (ahead, *_), truths = _windows(draw, SPARSE, lasting=0.3, level=0.1, n_windows=8)
    made = Demand(
        skus=tuple(f"s{at:03d}" for at in range(N)),
        days=tuple(date(2024, 1, 1) + timedelta(weeks=at) for at in range(H)),
        period="W",
        mean=ahead.mean,
        levels=LEVELS,
        quantiles=ahead.quantiles,
        rho=np.full(N, found.fading),
        as_of=date(2023, 12, 31),
        how=t("base"),
        lasting=found.lasting,
        common=found.common,
    )

    def beyond(demand):
        return np.mean([truth.sum(axis=1) > demand.total(H, 0.9) for truth in truths])

    assert beyond(made) == pytest.approx(0.1, abs=0.02)
    assert beyond(replace(made, lasting=0.0, common=Common())) > 0.13
