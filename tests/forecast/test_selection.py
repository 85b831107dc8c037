"""Kinds of features that lose in the windows tried are left out, those that win stay, and nothing later is seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.worlds import history_of

from shopwright.forecast.boosted import Recipe, learn
from shopwright.forecast.combine import combine
from shopwright.forecast.kinds import part_of
from shopwright.forecast.members import Way, ends_of, try_member
from shopwright.forecast.panel import Panel
from shopwright.forecast.recipes import grown
from shopwright.forecast.selection import suspects

N, WEEKS, AHEAD = 40, 100, 8
WORN_OUT = 70  # the week from which the flyer does nothing any more
JUNK = {"flyer", *(f"index {at}" for at in range(4))}


@pytest.fixture(scope="module")
def world():
    """Deals that double sales, a flyer that trebled them until it wore out, four columns that wander for nothing."""
    draw = np.random.default_rng(2)
    shape = N, WEEKS + AHEAD
    deal, flyer = draw.random(shape) < 0.2, draw.random(shape) < 0.2
    works = flyer & (np.arange(WEEKS + AHEAD) < WORN_OUT)
    mean = draw.uniform(4, 12, (N, 1)) * np.where(deal, 2.0, 1.0) * np.where(works, 3.0, 1.0)
    units = draw.poisson(mean).astype(float)
    ahead = {f"index {at}": np.cumsum(draw.normal(size=shape), axis=1) for at in range(4)}
    ahead |= {"deal": deal * 1.0, "flyer": flyer * 1.0}
    return Panel(history_of(units[:, :WEEKS]), AHEAD, ahead=ahead), mean[:, WEEKS:]


def test_what_made_the_windows_worse_is_left_out_and_forecasts_get_better(world):
    panel, truth = world
    ends = ends_of(panel)
    usual, chosen = (try_member("boosted", panel, ends, Way(selects=selects)) for selects in (False, True))
    assert not usual.remarks
    (remark,) = chosen.remarks
    left_out = {name for name in panel.ahead if name in str(remark)}
    assert left_out == JUNK
    assert not left_out & {part_of(name) for name in chosen.model.importance}
    errors = [np.abs(trial.ahead.mean - truth).sum() / truth.sum() for trial in (usual, chosen)]
    assert errors[1] < 0.8 * errors[0]


def test_the_forecast_says_what_it_does_without(world):
    panel, _ = world
    made = combine(panel, models=("boosted",))
    assert "flyer" in str(made.demand.how)
    assert "deal" not in str(made.demand.how)


def test_what_drives_sales_is_never_suspected(world):
    panel, _ = world
    alone = replace(panel, ahead={"deal": panel.ahead["deal"]})
    ends = ends_of(alone)
    assert "deal" not in suspects(learn(alone, ends[0], Recipe(threads=1), 0), ends, 0)
    assert not grown(alone, ends, Recipe(threads=1), 0).recipe.without


def test_a_flag_that_was_never_on_in_the_windows_is_not_judged_by_them(world):
    panel, _ = world
    rare = np.zeros((N, WEEKS + AHEAD))
    rare[:, [10, 30, WEEKS + 2]] = 1.0  # twice long ago, and once ahead
    both = replace(panel, ahead={**panel.ahead, "fair": rare})
    ends = ends_of(both)
    found = suspects(learn(both, ends[0], Recipe(threads=1), 0), ends, 0)
    assert "index 1" in found
    assert "fair" not in found


def test_nothing_after_the_last_window_changes_what_is_left_out(world):
    panel, _ = world
    seen = panel.before(WEEKS - AHEAD)
    ends = ends_of(seen)
    longer = replace(panel, known=replace(panel.known, units=panel.units.copy()))
    longer.units[:, WEEKS - AHEAD :] *= 9
    found = [grown(each.before(WEEKS - AHEAD), ends, Recipe(threads=1), 0) for each in (panel, longer)]
    assert found[0].recipe == found[1].recipe
    for one, other in zip(found[0].means, found[1].means, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_same_seed_leaves_out_the_same(world):
    panel, _ = world
    ends = ends_of(panel)
    found = [grown(panel, ends, Recipe(threads=threads), 3).recipe.without for threads in (1, 2)]
    assert found[0] == found[1]
