"""Forecasters of the `classical` extra: what they find, what becomes of a product they cannot fit, and without them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tests.forecast.worlds import history_of, planted

from shopwright.errors import ExtraMissing
from shopwright.forecast import baselines
from shopwright.forecast.classical import CLASSICAL, HIGHEST, suited, told, without_gaps
from shopwright.forecast.combine import combine
from shopwright.forecast.members import ends_of, try_member
from shopwright.forecast.panel import Panel
from shopwright.forecast.predict import forecast
from shopwright.shop.schema import names as c

NAMES = tuple(CLASSICAL)


@pytest.fixture
def without_extra(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name, package=None: None)


def _table(known):
    import polars as pl

    n, t = known.units.shape
    return pl.DataFrame(
        {c.SKU: np.repeat(known.skus, t), c.DAY: list(known.days) * n, c.UNITS: np.nan_to_num(known.units).ravel()}
    )


@pytest.mark.usefixtures("without_extra")
def test_without_the_extra_none_is_a_member_and_its_name_says_what_to_install():
    known, _ = planted(n_skus=4)
    assert suited(Panel(known, 6), 4) == ()
    assert {trial.name for trial in combine(Panel(known, 6)).trials}.isdisjoint(NAMES)
    with pytest.raises(ExtraMissing) as caught:
        forecast(_table(known), models=("ets",))
    assert "pip install 'shopwright[classical]'" in str(caught.value)


def test_a_gap_is_filled_by_the_level_on_both_sides_and_never_from_before_the_first_period():
    units = np.array([[np.nan, 10.0, 10.0, np.nan, 20.0, 20.0, np.nan], [np.nan] * 7])
    np.testing.assert_allclose(without_gaps(units)[0], [np.nan, 10, 10, 15, 20, 20, 15])
    assert np.isnan(without_gaps(units)[1]).all()


def test_a_gap_longer_than_the_level_around_it_is_filled_all_the_same():
    units = np.full((1, 60), 4.0)
    units[0, 20:50] = np.nan
    np.testing.assert_allclose(without_gaps(units), 4.0)


@pytest.mark.classical
@pytest.mark.parametrize("name", ["ets", "theta"])
def test_a_season_of_a_product_s_own_is_found(name):
    """Half the products sell in summer and half in winter: together they have no season."""
    month = np.arange(60)
    turn = np.sin(2 * np.pi * month / 12) * np.where(np.arange(10) < 5, 1, -1)[:, None]
    known = history_of(np.random.default_rng(0).poisson(200 * (1 + 0.5 * turn)), period="M")
    panel = Panel(known.before(54), 6)
    mean, is_fitted = told(name, panel)
    assert is_fitted.all()
    np.testing.assert_allclose(mean, known.units[:, 54:], rtol=0.35)
    assert np.abs(mean - known.units[:, 54:]).sum() < 0.5 * np.abs(baselines.moving(panel, use_season=True)
                                                                   - known.units[:, 54:]).sum()  # fmt: skip


@pytest.mark.classical
@pytest.mark.parametrize("name", NAMES)
def test_periods_out_of_stock_are_not_taken_for_want_of_demand(name):
    known, truth = planted(n_skus=20, n=110, out=0.3, swing=0.0)
    mean, _ = told(name, Panel(known, 6))
    assert mean.sum() == pytest.approx(truth[:, 110:116].sum(), rel=0.05)


@pytest.mark.classical
@pytest.mark.parametrize("name", NAMES)
def test_a_product_it_cannot_fit_is_told_by_its_best_baseline_and_says_so(name):
    sold = np.random.default_rng(0).poisson(5.0, (6, 80)).astype(float)
    sold[0, :75] = 0
    known = history_of(sold, (np.arange(80) < 75)[None, :] & (np.arange(6) == 0)[:, None])
    made = combine(Panel(known, 4), models=(name,))
    trial = next(trial for trial in made.trials if trial.name == name)
    assert set(trial.notes) == {"s000"}
    assert "could not be fitted (fewer than 8 periods since its first)" in str(trial.notes["s000"])
    plain = [baselines.seasonal_naive(made.panel), *(baselines.moving(made.panel, use_season=own) for own in (0, 1))]
    assert any(np.array_equal(trial.ahead.mean[0], each[0]) for each in plain)
    counts = made.blend.weights[name] > 0
    assert ("s000" in made.demand.notes) == counts


@pytest.mark.classical
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(3))
def test_nothing_explodes_or_falls_below_zero(name, seed):
    draw = np.random.default_rng(seed)
    growth = np.exp(np.arange(70) * draw.uniform(-0.3, 0.3, (12, 1)))
    sold = np.round(draw.gamma(0.3, 50, (12, 70)) * growth / growth.max(axis=1, keepdims=True))
    mean, is_fitted = told(name, Panel(history_of(sold), 26))
    most = np.maximum(sold.max(axis=1, keepdims=True), 1)
    assert np.isfinite(mean).all()
    assert ((mean >= 0) & (mean <= HIGHEST * most))[is_fitted].all()


@pytest.mark.classical
def test_a_fit_that_runs_away_is_left_and_the_note_tells_how_far():
    """A shop that sells in April, and a product that sells as much in any month: its April is told fifty times that."""
    month = np.arange(60)
    begun = np.where(month < 48, 0, np.random.default_rng(0).poisson(50.0, 60))
    sold = np.vstack([begun, np.where(month % 12 == 5, 1000.0, 0.5), *np.tile((month % 12 == 3) * 50.0 + 1, (5, 1))])
    panel = Panel(history_of(sold, period="M"), 24)
    mean, is_fitted = told("ets", panel)
    assert mean[0].max() > HIGHEST * sold[0].max()
    assert list(np.flatnonzero(~is_fitted)) == [0]
    made = combine(panel, models=("ets",))
    trial = next(trial for trial in made.trials if trial.name == "ets")
    assert f"it ran away, up to {mean[0].max():,.0f} a period" in str(trial.notes["s000"])
    assert made.demand.mean[0].max() <= HIGHEST * sold[0].max()


@pytest.mark.classical
def test_workers_change_no_digit():
    panel = Panel(planted(n_skus=6, n=80)[0], 6)
    here = combine(panel, models=NAMES).demand
    for workers in (1, 2):
        with ThreadPoolExecutor(workers) as pool:
            np.testing.assert_array_equal(combine(panel, models=NAMES, executor=pool).demand.quantiles, here.quantiles)


@pytest.mark.classical
def test_they_are_tried_where_that_takes_little_time_and_products_sell_most_of_the_time():
    monthly = history_of(np.random.default_rng(0).poisson(20, (8, 40)), period="M")
    assert suited(Panel(monthly, 3), 4) == ("ets", "theta")
    assert suited(Panel(monthly, 3), 10**6) == ()
    slow = history_of(np.random.default_rng(0).poisson(0.1, (8, 90)))
    assert suited(Panel(slow, 3), 4) == ()


@pytest.mark.classical
def test_every_window_is_fitted_anew():
    panel = Panel(planted(n_skus=4, n=80)[0], 6)
    ends = ends_of(panel)
    trial = try_member("theta", panel, ends, None)
    np.testing.assert_array_equal(trial.windows[-1].mean, told("theta", panel.before(ends[-1]))[0])
