"""The blend: what it learns in worlds with a known truth."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from tests.forecast.worlds import history_of, planted

from shopwright.forecast.combine import combine
from shopwright.forecast.ensemble import choose, weighted_quantile_loss
from shopwright.forecast.members import BASELINES, Way, ends_of, try_member
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.store import SHIPPED


def test_a_promotion_known_ahead_is_expected():
    draw = np.random.default_rng(3)
    n, t, h = 30, 200, 14
    level, promo = draw.uniform(5, 50, (n, 1)), draw.random((n, t + h)) < 0.15
    truth = level * np.where(promo, 3.0, 1.0)
    units = draw.poisson(truth[:, :t]).astype(float)
    ahead = {"promo": promo * 1.0}
    told = combine(Panel(history_of(units, period="D"), h, ahead=ahead)).demand.mean
    blind = combine(Panel(history_of(units, period="D"), h)).demand.mean
    error = [np.abs(mean - truth[:, t:]).sum() / truth[:, t:].sum() for mean in (told, blind)]
    assert error[0] < 0.15 < 0.3 < error[1]


def test_stock_outs_leave_no_bias():
    """A tenth of the weeks sold a fifth of what was wanted; read as such, the forecast is right within one percent."""
    known, truth = planted(n_skus=120, n=112, out=0.1, swing=0.0, seed=1)
    mean = combine(Panel(known, 8)).demand.mean
    assert mean.sum() / truth[:, 112:120].sum() == pytest.approx(1, abs=0.01)


def test_the_blend_is_never_worse_than_the_best_baseline_on_the_windows():
    for seed in range(3):
        panel = Panel(planted(n_skus=10, n=90, seed=seed, size=2.0)[0], 6)
        ends = ends_of(panel)
        trials = [try_member(name, panel, ends, Way()) for name in (*BASELINES, "boosted")]
        blend = choose(trials, [panel.units[:, end : end + 6] for end in ends], BASELINES, weighted_quantile_loss)
        assert blend.losses["blend"] <= min(blend.losses[name] for name in BASELINES) + 1e-9
        assert sum(blend.weights.values()) == pytest.approx(1)


def test_without_a_window_the_one_sales_model_tells_wherever_it_lies():
    panel = Panel(planted(n_skus=5, n=6)[0], 6)
    assert not ends_of(panel)
    place = f"t5:{SHIPPED}"
    weights = {names: combine(panel, models=names).blend.weights for names in ((place,), ("t5", place))}
    assert weights[place,] == {**dict.fromkeys(BASELINES, 0.0), place: 1.0}
    assert set(weights["t5", place].values()) == {1 / (len(BASELINES) + 2)}


def test_one_worker_or_two_give_the_same_digits():
    panel = Panel(planted(n_skus=8, n=90)[0], 6)
    here = combine(panel).demand
    with ThreadPoolExecutor(2) as two:
        there = combine(panel, executor=two).demand
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as apart:
        elsewhere = combine(panel, executor=apart).demand
    for other in (there, elsewhere):
        np.testing.assert_array_equal(other.mean, here.mean)
        np.testing.assert_array_equal(other.quantiles, here.quantiles)


def test_eight_times_in_ten_sales_lie_inside_the_range():
    known, truth = planted(n_skus=150, n=120, size=6.0, seed=5)
    demand = combine(Panel(known, 8)).demand
    sold = np.random.default_rng(11).poisson(truth[:, 120:128])
    low, high = demand.quantile(0.1), demand.quantile(0.9)
    above = (sold > high).mean() + 0.5 * (sold == high).mean()
    assert 0.05 < above < 0.16
    assert ((sold >= low) & (sold <= high)).mean() > 0.76


def test_a_total_is_as_uncertain_as_its_periods_make_it():
    demand = combine(Panel(planted(n_skus=30, n=100, seed=2)[0], 8)).demand
    paths = demand.paths(400, seed=1)
    assert paths.shape == (400, 30, 8)
    alone = demand.paths(400, seed=1, skus=[demand.skus[4]], periods=3)
    np.testing.assert_array_equal(alone[:, 0, :], paths[:, 4, :3])
    spread = paths.sum(axis=2).std(axis=0)
    independent = np.sqrt((paths.std(axis=0) ** 2).sum(axis=1))
    assert (spread > 0.9 * independent).mean() > 0.9


@pytest.mark.parametrize("horizon", [8, 60, 200])
def test_what_is_expected_lies_within_its_range_however_far_ahead(horizon):
    known, _ = planted(n_skus=20, n=112, seed=3)
    demand = combine(Panel(known, horizon)).demand
    total = demand.mean.sum(axis=1)
    low, high = (demand.total(horizon, q) for q in (0.1, 0.9))
    assert ((low < total) & (total < high)).all()
    assert ("earlier windows of that length" in str(demand.how)) == (horizon > 56)  # nothing could be tried
