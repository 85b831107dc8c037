"""What a shop offers beside its sales is read by the trees alone, and only where the windows speak for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.worlds import history_of

from shopwright.forecast.ablation import ablate
from shopwright.forecast.combine import combine
from shopwright.forecast.explain import importance
from shopwright.forecast.kinds import COMPLAINING, PLEASED
from shopwright.forecast.members import Way, ends_of, try_member
from shopwright.forecast.offered import is_worth_trying
from shopwright.forecast.panel import Panel
from shopwright.i18n import using

N, WEEKS, AHEAD = 40, 104, 8
WAIT, FALL = 8, 0.4  # weeks from complaints to what they cost, and what sells then
HEEDED = "reviews: complaints of the last 90 days"


def _spells(draw):
    """Weeks in which each product is complained of, eight to twenty at a time."""
    spells = np.zeros((N, WEEKS + AHEAD), bool)
    for row in spells:
        at = draw.integers(0, 60)
        while at < len(row):
            length = draw.integers(8, 20)
            row[at : at + length] = True
            at += length + draw.integers(25, 70)
    return spells


def _world(seed=0):
    """A panel whose sales fall after complaints, one where the complaints are those of others, and the true means."""
    draw = np.random.default_rng(seed)
    spells = _spells(draw)
    mean = draw.uniform(6, 20, (N, 1)) * np.where(np.roll(spells, WAIT, axis=1), FALL, 1.0)
    units = draw.poisson(mean).astype(float)
    share = np.clip(np.where(spells, 0.6, 0.1) + draw.normal(0, 0.1, spells.shape), 0, 1)[:, :WEEKS]
    plain = Panel(history_of(units[:, :WEEKS]), AHEAD)
    told, noise = (replace(plain, offered={COMPLAINING: each}) for each in (share, draw.permutation(share)))
    return plain, told, noise, mean[:, WEEKS:]


@pytest.fixture(scope="module")
def world():
    return _world()


@pytest.fixture(scope="module")
def trials(world):
    plain, told, noise, _ = world
    return [try_member("boosted", panel, ends_of(panel), Way()) for panel in (plain, told, noise)]


def test_what_sales_follow_is_taken_said_and_makes_the_time_ahead_better(world, trials):
    truth = world[3]
    usual, heeding, _ = trials
    (remark,) = heeding.remarks
    assert HEEDED in str(remark)
    assert 0.02 < importance((heeding,))[COMPLAINING] < 1
    errors = [np.abs(trial.ahead.mean - truth).sum() / truth.sum() for trial in (usual, heeding)]
    assert errors[1] < 0.85 * errors[0]


def test_noise_is_not_taken_and_changes_no_digit(trials):
    usual, _, deaf = trials
    assert not deaf.remarks
    np.testing.assert_array_equal(usual.ahead.mean, deaf.ahead.mean)
    np.testing.assert_array_equal(usual.ahead.quantiles, deaf.ahead.quantiles)


def test_no_other_forecaster_reads_it(world):
    plain, told, *_ = world
    made = [combine(panel, models=("linear", "t5")) for panel in (plain, told)]
    np.testing.assert_array_equal(made[0].demand.mean, made[1].demand.mean)


@pytest.mark.parametrize("seed", range(1, 5))
def test_noise_hardly_ever_gets_a_try(seed):
    plain, told, noise, _ = _world(seed)
    ends = ends_of(plain)
    means = [trial.mean for trial in try_member("boosted", plain, ends, Way()).windows]
    assert is_worth_trying(told, ends, means, 1.4)
    assert not is_worth_trying(told, ends[-1:], means[-1:], 1.4)
    assert not is_worth_trying(noise, ends, means, 1.4)


def test_what_never_moved_or_is_not_known_is_not_tried(world):
    plain = world[0]
    ends = ends_of(plain)
    means = [plain.truth(end) + 1 for end in ends]
    for value in (0.3, np.nan):
        dull = replace(plain, offered={PLEASED: np.full((N, WEEKS), value)})
        assert not is_worth_trying(dull, ends, means, 1.4)


def test_earlier_and_fewer_products_see_their_part(world):
    told = world[1]
    then = told.before(50).some(np.array([3, 7]))
    np.testing.assert_array_equal(then.offered[COMPLAINING], told.offered[COMPLAINING][[3, 7], :50])
    np.testing.assert_array_equal(then.accepting().past[COMPLAINING], then.offered[COMPLAINING])
    assert not then.accepting().offered


def test_what_it_is_worth_can_be_asked_in_both_languages(world):
    found = ablate(world[1])
    (worth,) = [each for each in found.worths if each.kind == COMPLAINING]
    assert str(worth.name) == HEEDED
    with using("zh"):
        assert str(worth.name) == "评价：最近 90 天的差评"
    assert worth.change > 2 * worth.error
