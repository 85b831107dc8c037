"""The sales model that ships, in onnxruntime: what it tells of ordinary, strange and impossible sales."""

import numpy as np
import polars as pl
import pytest
from tests.forecast.t5.made import days_of, sold, table

from shopwright.errors import TableError, UsageError
from shopwright.forecast.cast import LEVELS
from shopwright.forecast.t5 import runtime
from shopwright.forecast.t5.model import DemandT5

USUAL = {"D": (90, 14), "W": (80, 8), "M": (40, 6)}


@pytest.fixture(scope="module")
def t5():
    return DemandT5.load()


def _is_sound(demand, n, horizon):
    assert demand.mean.shape == (n, horizon)
    assert demand.quantiles.shape == (n, horizon, len(LEVELS))
    assert np.isfinite(demand.mean).all()
    assert np.isfinite(demand.quantiles).all()
    assert (demand.mean >= 0).all()
    assert (demand.quantiles >= 0).all()
    assert (np.diff(demand.quantiles, axis=2) >= 0).all()


@pytest.mark.parametrize("period", USUAL)
def test_it_tells_rising_quantiles_near_what_was_sold(t5, period):
    t, horizon = USUAL[period]
    units = sold(9, t, period=period)
    demand = t5.forecast(table(units, period), horizon, period, quantiles=(0.1, 0.5, 0.9))
    _is_sound(demand, 9, horizon)
    assert demand.period == period
    assert demand.whole
    ratio = demand.quantile(0.5).sum() / (units[:, -horizon:].mean() * 9 * horizon)
    assert 0.5 < ratio < 2
    assert t5.card.name in str(demand.how)
    frame = demand.frame()
    assert len(frame) == 9 * horizon
    assert {"q0.1", "q0.5", "q0.9"} <= set(frame.columns)


@pytest.mark.parametrize("patches", [1, 30, 10**6])
def test_how_many_products_are_read_together_changes_no_digit(t5, monkeypatch, patches):
    units = sold(11, 90, period="D") * np.arange(1, 12)[:, None]
    usual = t5.forecast(table(units, "D"), 14, "D")
    monkeypatch.setattr(runtime, "PATCHES", patches)
    np.testing.assert_array_equal(t5.forecast(table(units, "D"), 14, "D").quantiles, usual.quantiles)


def test_totals_come_from_joint_paths(t5):
    demand = t5.forecast(table(sold(20, 120)), 8)
    low, middle, high = (demand.total(8, q) for q in (0.1, 0.5, 0.9))
    assert (low < middle).all()
    assert (middle < high).all()
    wide = demand.quantile(0.9).sum(axis=1) - demand.quantile(0.1).sum(axis=1)
    assert ((high - low) < wide).all()  # eight bad weeks in a row are rarer than one
    assert ((high - low) > wide / 9).all()
    np.testing.assert_allclose(middle, demand.mean.sum(axis=1), rtol=0.2)
    paths = demand.paths(200, seed=4)
    assert paths.shape == (200, 20, 8)
    np.testing.assert_array_equal(paths, demand.paths(200, seed=4))


def test_surprises_that_last_make_totals_wider(t5):
    """Products whose level jumps every few weeks are misjudged for the whole horizon, those of pure chance are not."""
    rng = np.random.default_rng(0)
    chance = rng.poisson(50, (40, 120)).astype(float)
    level = 50 * np.exp(np.cumsum(0.25 * rng.standard_normal((40, 120)), axis=1))
    jumps = rng.poisson(np.clip(level, 1, 5_000)).astype(float)
    steady, restless = (t5.forecast(table(units), 8) for units in (chance, jumps))
    assert restless.lasting + restless.rho.max() > steady.lasting + steady.rho.max() + 0.1


def test_one_thread_or_two_the_same_digits():
    rows = table(sold(150, 60, gaps=0.1))
    one, two = (DemandT5.load(threads=threads).forecast(rows, 8) for threads in (1, 2))
    np.testing.assert_array_equal(one.mean, two.mean)
    np.testing.assert_array_equal(one.quantiles, two.quantiles)
    np.testing.assert_array_equal(one.total(8, 0.9), two.total(8, 0.9))


def test_histories_of_all_lengths_in_one_table(t5):
    units = sold(6, 110)
    for row, start in enumerate((0, 40, 80, 100, 108, 109)):
        units[row, :start] = np.nan
    units[1, 60:75] = np.nan
    demand = t5.forecast(table(units), 8)
    _is_sound(demand, 6, 8)
    assert (demand.quantile(0.5).sum(axis=1) > 0).all()


def _code(error, work, *arguments, **more):
    with pytest.raises(error) as caught:
        work(*arguments, **more)
    return caught.value.code


STRANGE = {
    "one period": np.array([[4.0]]),
    "two periods": np.array([[4.0, 0.0], [0.0, 2.0]]),
    "sold once": np.eye(5)[:, ::-1][:1].repeat(12, axis=0).reshape(1, 60),
    "all zero": np.zeros((3, 40)),
    "nothing known": np.full((3, 40), np.nan),
    "constant": np.full((3, 40), 6.0),
    "huge": sold(3, 60) * 1e9,
    "huge once": np.where(np.arange(60) == 30, 1e9, 2.0)[None, :],
    "fractions": sold(3, 60) / 7,
}


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_sales(t5, kind):
    units = STRANGE[kind]
    demand = t5.forecast(table(units), 5)
    _is_sound(demand, len(units), 5)
    assert np.isfinite(demand.total(5, 0.9)).all()
    if kind in ("all zero", "nothing known"):
        assert (demand.mean == 0).all()
    if kind == "constant":
        np.testing.assert_allclose(demand.mean, 6.0, rtol=0.2)
    if kind == "huge":
        assert (demand.mean > 1e9).all()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # squares of these are beyond what numbers hold
def test_a_product_that_it_could_not_tell_is_noted(t5):
    units = np.stack([*sold(3, 40), np.full(40, 1e200)])
    demand = t5.forecast(table(units, skus=["a", "b", "c", "huge"]), 8)
    assert set(demand.notes) == {"huge"}
    assert "could not tell it" in str(demand.notes["huge"])
    assert (demand.mean[:3] > 0).all()


def test_strange_products_spoil_nothing_for_the_others(t5):
    """Others change the season they share and the size of the shop, and 40 weeks show no season."""
    usual = sold(5, 40)
    odd = np.stack([np.full(40, 6.0), np.zeros(40), np.full(40, np.nan), np.full(40, 1e9)])
    names = [*(f"u{at}" for at in range(5)), *(f"x{at}" for at in range(4))]
    alone = t5.forecast(table(usual, skus=names[:5]), 8)
    among = t5.forecast(table(np.concatenate([usual, odd]), skus=names), 8)
    _is_sound(among, 9, 8)
    assert np.abs(among.mean[:5] / alone.mean - 1).max() < 0.3


@pytest.mark.parametrize("period, horizon", [("W", 60), ("D", 120), ("M", 30)])
def test_a_horizon_longer_than_it_was_trained_for(t5, period, horizon):
    units = sold(4, {"W": 150, "D": 500, "M": 70}[period], period=period)
    demand = t5.forecast(table(units, period), horizon, period)
    _is_sound(demand, 4, horizon)
    assert (demand.quantile(0.5)[:, -1] < 10 * np.nanmax(units)).all()
    assert (demand.quantile(0.9)[:, -1] > 0).all()


def test_what_is_known_ahead_and_of_products_is_read(t5):
    rng = np.random.default_rng(0)
    flags = rng.random((4, 128)) < 0.2
    units = rng.poisson(30 * np.where(flags[:, :120], 3.0, 1.0)).astype(float)
    days = list(days_of(128, "W"))
    rows = table(units).with_columns(promotion=pl.Series(flags[:, :120].ravel().astype(float)))
    future = pl.DataFrame(
        {"sku": [f"s{at}" for at in range(4) for _ in range(8)], "day": days[120:] * 4,
         "promotion": flags[:, 120:].ravel().astype(float)}
    )  # fmt: skip
    demand = t5.forecast(rows, 8, future=future)
    _is_sound(demand, 4, 8)
    on, off = (demand.mean[flags[:, 120:] == flag].mean() for flag in (True, False))
    assert on > 1.5 * off
    static = pl.DataFrame({"sku": [f"s{at}" for at in range(4)], "title": ["red mug", "blue mug", "tea pot", "lamp"]})
    told = t5.forecast(rows, 8, future=future, static=static)
    _is_sound(told, 4, 8)
    assert not np.array_equal(told.mean, demand.mean)


def test_what_cannot_be_forecast_is_refused(t5):
    rows = table(sold(2, 30))
    assert _code(UsageError, t5.forecast, rows, 8, "Q") == "USAGE-07"
    assert _code(UsageError, t5.forecast, rows, -1) == "USAGE-07"
    assert _code(UsageError, t5.forecast, rows, 8, quantiles=(1.2,)) == "USAGE-06"
    assert _code(UsageError, t5.forecast, rows.drop("sku"), 8)
    assert _code(TableError, t5.forecast, rows.clear(), 8) == "TABLE-04"
