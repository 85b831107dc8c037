"""Moving averages: they find what was planted, and have an answer for every product, however little is known of it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.forecast.worlds import history_of, planted, season_of

from shopwright.forecast import moving_average
from shopwright.forecast.moving import HORIZONS, LEVELS, _quantiles


def _wape(found, truth) -> float:
    return float(np.abs(found - truth).sum() / truth.sum())


def test_a_planted_season_is_recovered():
    known, truth = planted()
    ahead = truth[:, 112:]
    seasonal = moving_average(known, 12).mean
    flat = moving_average(known, 12, use_season=False).mean
    naive = np.repeat(known.units[:, -1:], 12, axis=1)
    assert _wape(seasonal, ahead) < 0.08
    assert _wape(seasonal, ahead) < 0.4 * _wape(flat, ahead)
    assert _wape(seasonal, ahead) < 0.4 * _wape(naive, ahead)
    assert abs(seasonal.sum() / ahead.sum() - 1) < 0.04


def test_without_a_season_nothing_is_lost_by_looking_for_one():
    known, truth = planted(swing=0.0)
    ahead = truth[:, 112:]
    assert _wape(moving_average(known, 12).mean, ahead) < 1.25 * _wape(
        moving_average(known, 12, use_season=False).mean, ahead
    )


def test_the_interval_holds_eight_times_out_of_ten():
    known, truth = planted(n_skus=200, seed=3)
    drawn = np.random.default_rng(7).poisson(truth[:, 112:120])
    demand = moving_average(known, 8)
    low, high = (demand.quantiles[:, :, LEVELS.index(level)] for level in (0.1, 0.9))
    assert 0.72 < ((drawn > low) & (drawn < high)).mean() + 0.5 * ((drawn == low) | (drawn == high)).mean() < 0.9


def test_stock_outs_do_not_lower_the_forecast():
    known, truth = planted(out=0.3, seed=1)
    unmasked = history_of(known.sold)
    ahead = truth[:, 112:120].sum()
    assert abs(moving_average(known, 8).mean.sum() / ahead - 1) < 0.05
    assert moving_average(unmasked, 8).mean.sum() / ahead - 1 < -0.15


def test_what_is_drawn_has_the_mean_of_the_forecast():
    demand = moving_average(planted()[0], 8)
    drawn = demand.paths(4000).mean(axis=0)
    np.testing.assert_allclose(drawn, demand.mean, rtol=0.05)


@pytest.mark.parametrize("use_season", [True, False])
@pytest.mark.parametrize("out", [0.0, 0.3])
def test_the_parts_of_an_explanation_add_up(use_season, out):
    known, _ = planted(n_skus=8, out=out)
    demand = moving_average(known, 8, use_season=use_season)
    for row, sku in enumerate(demand.skus):
        parts = {str(part.name): part.units for part in demand.explain(sku)}
        assert sum(parts.values()) == pytest.approx(demand.mean[row].sum())
        assert set(parts) == {"base", "season", "stock-out correction"}
        assert (parts["stock-out correction"] > 0) == (out > 0)
        assert use_season or parts["season"] == 0


EDGES = {
    "nothing sold": (np.zeros((1, 30)), None),
    "one period": (np.array([[5.0]]), None),
    "constant": (np.full((1, 30), 4.0), None),
    "always out of stock": (np.full((1, 30), 2.0), np.ones((1, 30), dtype=bool)),
    "one sale in two years": (np.eye(1, 104, 50), None),
    "two periods, one out": (np.array([[3.0, 0.0]]), np.array([[False, True]])),
    "huge": (np.full((1, 60), 1e12), None),
}


@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("period", ["D", "W", "M"])
def test_there_is_an_answer_for_every_product(name, period):
    sold, is_out = EDGES[name]
    demand = moving_average(history_of(sold, is_out, period), HORIZONS[period])
    assert np.isfinite(demand.mean).all()
    assert (demand.mean >= 0).all()
    assert np.isfinite(demand.paths(10)).all()


def test_what_is_expected_of_the_edges():
    def forecast(name):
        sold, is_out = EDGES[name]
        return moving_average(history_of(sold, is_out), 4)

    assert (forecast("nothing sold").mean == 0).all()
    np.testing.assert_allclose(forecast("constant").mean, 4)
    np.testing.assert_allclose(forecast("constant").quantile(0.9), 4)
    np.testing.assert_allclose(forecast("one period").mean, 5)
    out = forecast("always out of stock")
    assert (out.mean == 0).all()
    assert "no period in stock" in str(out.notes["s000"])
    assert "fewer than 8" in str(forecast("one period").notes["s000"])
    assert not forecast("constant").notes


def test_a_product_of_a_few_weeks_is_drawn_to_the_others():
    sold = np.vstack([np.full((9, 40), 10.0), np.zeros((1, 40))])
    sold[9, -2:] = 40
    is_out = np.zeros(sold.shape, dtype=bool)
    is_out[9, :-2] = True  # before its launch
    level = moving_average(history_of(sold, is_out), 1).mean[9, 0]
    assert 10 < level < 40


@given(
    hnp.arrays(float, st.tuples(st.integers(1, 4), st.integers(1, 70)), elements=st.integers(0, 50).map(float)),
    st.data(),
)
def test_no_history_gives_anything_that_is_no_forecast(sold, data):
    is_out = data.draw(hnp.arrays(bool, sold.shape))
    known = history_of(sold, is_out, data.draw(st.sampled_from("DWM")))
    demand = moving_average(known, data.draw(st.integers(1, 60)))
    assert np.isfinite(demand.mean).all()
    assert (demand.mean >= 0).all()
    assert ((demand.rho >= 0) & (demand.rho <= 0.8)).all()
    for row, sku in enumerate(demand.skus):
        assert sum(part.units for part in demand.explain(sku)) == pytest.approx(demand.mean[row].sum())


def test_the_same_history_gives_the_same_digits_whoever_else_is_forecast():
    known, _ = planted(n_skus=6)
    one, two = moving_average(known, 8), moving_average(known, 8)
    assert np.array_equal(one.mean, two.mean)
    assert np.array_equal(one.quantiles, two.quantiles)
    alone = history_of(known.sold[2:3])
    flat = moving_average(known, 8, use_season=False)
    np.testing.assert_array_equal(moving_average(alone, 8, use_season=False).mean[0], flat.mean[2])


def test_surprises_that_last_are_noticed():
    rng = np.random.default_rng(2)
    noise = rng.normal(size=(30, 120))
    for at in range(1, 120):
        noise[:, at] = 0.7 * noise[:, at - 1] + np.sqrt(1 - 0.49) * noise[:, at]
    lasting = moving_average(history_of(np.maximum(50 + 10 * noise, 0)), 4, use_season=False).rho
    free = moving_average(history_of(50 + 10 * rng.normal(size=(30, 120))), 4, use_season=False).rho
    assert 0.5 < lasting.mean() < 0.8
    assert free.mean() < 0.1


def test_a_longer_horizon_begins_like_a_shorter_one():
    known, _ = planted(n_skus=5)
    short, long = moving_average(known, 4), moving_average(known, 12)
    assert np.array_equal(long.mean[:, :4], short.mean)
    assert np.array_equal(long.paths(20)[:, :, :4], short.paths(20))


@pytest.mark.parametrize("period", ["D", "M"])
def test_days_and_months_have_their_seasons_too(period):
    rng = np.random.default_rng(5)
    base = history_of(np.zeros((20, 120 if period == "D" else 48)), period=period)
    place = [day.weekday() if period == "D" else day.month for day in (*base.days, *base.next_days(3))]
    weight = (
        np.array([2.0 if at in (5, 6) else 0.6 for at in place])
        if period == "D"
        else season_of((*base.days, *base.next_days(3)))
    )
    known = history_of(rng.poisson(50 * weight[: len(base.days)], (20, len(base.days))), period=period)
    found = moving_average(known, 3).mean.mean(axis=0)
    np.testing.assert_allclose(found, 50 * weight[-3:], rtol=0.12)


@given(hnp.arrays(float, (5, 9), elements=st.floats(0, 1e6, allow_subnormal=False) | st.just(float("nan"))))
def test_quantiles_of_all_products_at_once_are_numpys(units):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of rows with nothing known
        wanted = np.nanquantile(units, LEVELS, axis=1).T
    np.testing.assert_allclose(_quantiles(units), wanted, rtol=1e-12, atol=1e-300)
