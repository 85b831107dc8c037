"""Made-up products: made of what was known, tried on young shops alone, kept only where the windows speak for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.forecast.worlds import history_of, planted

from shopwright.forecast.augment import MIXED, TIMES, augmented, is_short
from shopwright.forecast.boosted import Recipe
from shopwright.forecast.members import Way, ends_of, try_member
from shopwright.forecast.panel import Panel
from shopwright.forecast.recipes import grown

N, WEEKS, AHEAD = 30, 60, 8


def young(seed):
    """Thirty products a year old, of which deals double the sales; and the truth ahead."""
    draw = np.random.default_rng(seed)
    deal = draw.random((N, WEEKS + AHEAD)) < 0.2
    mean = draw.uniform(3, 10, (N, 1)) * np.where(deal, 2.0, 1.0)
    units = draw.poisson(mean).astype(float)
    return Panel(history_of(units[:, :WEEKS]), AHEAD, ahead={"deal": deal * 1.0}), mean[:, WEEKS:]


def test_a_young_shop_learns_from_mixtures_where_they_win():
    panel, truth = young(3)
    ends = ends_of(panel)
    usual, chosen = (try_member("boosted", panel, ends, Way(selects=selects)) for selects in (False, True))
    assert "made-up products" in str(chosen.remarks)
    assert not usual.remarks
    assert chosen.ahead.mean.shape == usual.ahead.mean.shape
    errors = [np.abs(trial.ahead.mean - truth).sum() / truth.sum() for trial in (usual, chosen)]
    assert errors[1] < 0.95 * errors[0]


def test_where_they_do_not_surely_win_nothing_changes():
    panel, _ = young(1)
    ends = ends_of(panel)
    assert is_short(panel, ends[0])
    usual, chosen = (try_member("boosted", panel, ends, Way(selects=selects)) for selects in (False, True))
    assert not chosen.remarks
    np.testing.assert_array_equal(chosen.ahead.mean, usual.ahead.mean)


def test_a_long_history_is_not_tried():
    panel = Panel(planted(n_skus=20, n=112)[0], AHEAD)
    assert not is_short(panel, ends_of(panel)[0])
    assert not is_short(panel.some(np.array([0])), 40)  # of one product there is nothing to mix


def test_mixtures_are_whole_and_end_where_learning_ends():
    panel = replace(young(1)[0], ahead={})
    rows = augmented(panel, 50, 0).units[N:]
    assert 0 < len(rows) <= TIMES * N
    assert np.isnan(rows[:, 50:]).all()
    assert (rows[:, :50] == np.rint(rows[:, :50])).all()
    assert (rows[:, :50] <= panel.units.max(axis=0)[:50] * MIXED).all()
    spread = rows[:, :50].var(axis=1) / rows[:, :50].mean(axis=1)
    assert 0.7 < np.median(spread) < 2.5  # as sales stray: a weighted mean of three would stray a third as much


def test_where_products_have_deals_of_their_own_each_copy_has_those_of_one():
    panel, _ = young(1)
    made = augmented(panel, 50, 0)
    np.testing.assert_array_equal(made.units[:N], panel.units)
    deals = {values.tobytes() for values in panel.ahead["deal"]}
    assert all(values.tobytes() in deals for values in made.ahead["deal"][N:])
    deal, rows = made.ahead["deal"][N:, :50] > 0, made.units[N:, :50]
    assert 1.7 < rows[deal].mean() / rows[~deal].mean() < 2.3


def test_nothing_after_the_first_window_goes_into_a_mixture():
    panel = replace(young(1)[0], ahead={})
    later = replace(panel, known=replace(panel.known, units=panel.units.copy()))
    later.units[:, 50:] *= 9
    one, other = (augmented(each, 50, 0).units[N:] for each in (panel, later))
    np.testing.assert_array_equal(one, other)


def test_threads_change_no_digit():
    panel, _ = young(3)
    ends = ends_of(panel)
    one, two = (grown(panel, ends, Recipe(threads=threads), 0) for threads in (1, 2))
    assert one.recipe.is_augmented
    for first, second in zip(one.means, two.means, strict=True):
        np.testing.assert_array_equal(first, second)
