"""Demand: quantiles, futures that follow them, sums that are as uncertain as they are."""

from __future__ import annotations

import pickle
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.shop import schema as c
from shopwright.shop.demand import Demand, Part, label
from shopwright.shop.surprises import Common

FINE = tuple(np.linspace(0.01, 0.99, 60).tolist())
LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def make(quantiles=None, *, skus=("a", "b", "c"), horizon=6, rho=0.0, levels=LEVELS, **more) -> Demand:
    if quantiles is None:
        mean = np.outer(np.arange(1, len(skus) + 1) * 10.0, np.linspace(1, 1.5, horizon))
        quantiles = mean[:, :, None] * stats.gamma(4, scale=0.25).ppf(levels)
    quantiles = np.asarray(quantiles, dtype=float)
    n, horizon, _ = quantiles.shape
    return Demand(
        skus=tuple(skus),
        days=tuple(date(2024, 1, 1) + timedelta(days=7 * at) for at in range(horizon)),
        period="W",
        mean=more.pop("mean", quantiles.mean(axis=2)),
        levels=levels,
        quantiles=quantiles,
        rho=np.full(n, rho),
        as_of=date(2023, 12, 31),
        how=t("the disk is full"),
        **more,
    )


def test_the_frame_is_long_with_a_column_for_each_level():
    demand = make()
    frame = demand.frame()
    assert frame.columns == [c.SKU, c.DAY, "mean", *(f"q{level:g}" for level in LEVELS)]
    assert frame.height == 3 * 6
    assert frame.schema[c.DAY] == pl.Date
    row = frame.filter(pl.col(c.SKU) == "b", pl.col(c.DAY) == date(2024, 1, 15)).row(0, named=True)
    assert row["mean"] == demand.mean[1, 2]
    assert row[label(0.9)] == demand.quantiles[1, 2, LEVELS.index(0.9)]


def test_the_frame_of_nothing_has_columns():
    empty = make(np.zeros((0, 6, 7)), skus=())
    assert empty.frame().columns[:3] == [c.SKU, c.DAY, "mean"]
    assert empty.frame().schema[c.SKU] == pl.String
    assert empty.paths(10).shape == (10, 0, 6)


def test_each_period_of_the_futures_follows_its_quantiles():
    """Kolmogorov and Smirnov's distance to the known levels, with a fixed seed and twice the usual limit."""
    demand, n = make(rho=0.6), 4000
    paths = demand.paths(n, seed=3)
    for at in range(3):
        for period in range(demand.horizon):
            below = np.searchsorted(np.sort(paths[:, at, period]), demand.quantiles[at, period], side="right") / n
            assert np.abs(below - LEVELS).max() < 2 * 1.36 / np.sqrt(n)


def test_neighbouring_periods_hang_together_as_told():
    for rho in (0.0, 0.5, 0.8):
        paths = make(rho=rho).paths(4000, seed=1)[:, 0, :]
        ranks = stats.rankdata(paths, axis=0)
        found = np.mean([np.corrcoef(ranks[:, at], ranks[:, at + 1])[0, 1] for at in range(paths.shape[1] - 1)])
        assert found == pytest.approx(6 / np.pi * np.arcsin(rho / 2), abs=0.03)  # Spearman's of a Gaussian copula


def test_any_part_gets_the_same_digits():
    demand = make(rho=0.4)
    whole = demand.paths(50, seed=9)
    assert np.array_equal(demand.paths(50, 9, ["c", "a"]), whole[:, [2, 0], :])
    assert np.array_equal(demand.paths(50, 9, periods=2), whole[:, :, :2])
    alone = make(demand.quantiles[1:2], skus=("b",), rho=0.4)
    assert np.array_equal(alone.paths(50, 9)[:, 0], whole[:, 1])
    shorter = make(demand.quantiles[:, :3], rho=0.4)
    assert np.array_equal(shorter.paths(50, 9), whole[:, :, :3])
    assert not np.array_equal(demand.paths(50, seed=8), whole)
    assert not np.array_equal(whole[:, 0, :] / demand.mean[0], whole[:, 1, :] / demand.mean[1])


@given(
    hnp.arrays(float, (2, 3, 4), elements=st.floats(0, 1e6)),
    st.floats(0, 0.99),
    st.lists(st.floats(0.001, 0.999), min_size=2, max_size=5),
)
def test_draws_and_quantiles_stay_near_what_was_told(raw, rho, asked):
    quantiles = np.sort(raw, axis=2)
    demand = make(quantiles, skus=("a", "b"), levels=(0.1, 0.4, 0.6, 0.9), rho=rho)
    paths = demand.paths(20)
    assert np.isfinite(paths).all()
    assert (paths >= 0).all()
    top = quantiles[..., -1] + (quantiles[..., -1] - quantiles[..., -2]) / 2
    assert (paths <= top * (1 + 1e-9)).all()
    found = np.stack([demand.quantile(level) for level in sorted(asked)])
    assert (np.diff(found, axis=0) >= -1e-6).all()
    for at, level in enumerate(demand.levels):
        np.testing.assert_allclose(demand.quantile(level), quantiles[..., at], rtol=1e-9, atol=1e-9)


def test_quantiles_between_levels_lie_on_straight_lines():
    demand = make(np.array([[[10.0, 20.0]]]), skus=("a",), levels=(0.2, 0.6))
    for level, units in [(0.2, 10), (0.4, 15), (0.6, 20), (0.8, 22.5), (0.1, 5)]:
        assert demand.quantile(level)[0, 0] == pytest.approx(units)
    alone = make(np.array([[[10.0]]]), skus=("a",), levels=(0.5,))
    assert alone.quantile(0.01)[0, 0] == alone.quantile(0.99)[0, 0] == 10


def test_a_sum_is_wider_when_surprises_last():
    free, lasting = make(rho=0.0), make(rho=0.7)
    spread = [
        (demand.total(6, 0.9, n=3000) - demand.total(6, 0.1, n=3000)) / demand.mean.sum(axis=1)
        for demand in (free, lasting)
    ]
    assert (spread[1] > 1.4 * spread[0]).all()
    assert (spread[0] < (free.quantile(0.9) - free.quantile(0.1)).sum(axis=1) / free.mean.sum(axis=1)).all()


@pytest.mark.parametrize("level, period", [(0.2, 0.0), (0.0, 0.2), (0.15, 0.1)])
def test_totals_of_all_skus_stray_by_the_part_that_they_share(level, period):
    """Of sparse and of steady products alike: all of them sell a fifth more, or less."""
    steady, sparse = stats.gamma(9, scale=1 / 9).ppf(FINE), np.maximum(0, 3 * stats.gamma(0.3, scale=1).ppf(FINE) - 1)
    kinds = np.repeat([steady * 3, sparse], [120, 240], axis=0)
    quantiles = np.broadcast_to(kinds[:, None], (360, 6, len(FINE))) * 20
    skus = tuple(f"s{at:03d}" for at in range(360))
    for rows in (slice(0, 120), slice(120, 360)):
        demand = make(quantiles[rows], skus=skus[rows], levels=FINE, common=Common(level, period))
        alone = make(quantiles[rows], skus=skus[rows], levels=FINE)
        paths, free = demand.paths(2000).sum(axis=1), alone.paths(2000).sum(axis=1)
        for told, own, wanted in (
            (paths[:, 2], free[:, 2], np.hypot(level, period)),
            (paths.sum(axis=1), free.sum(axis=1), np.hypot(level, period / np.sqrt(6))),
        ):
            found = np.sqrt((told.std() / told.mean()) ** 2 - (own.std() / own.mean()) ** 2)
            assert found == pytest.approx(wanted, rel=0.15)
        assert paths.mean() == pytest.approx(free.mean(), rel=0.03)


def test_what_is_shared_changes_no_sku_s_own_quantiles_nor_who_gets_which_digits():
    demand = make(rho=0.4, common=Common(0.3, 0.2))
    whole = demand.paths(4000, seed=9)
    assert np.array_equal(demand.paths(4000, 9, ["c", "a"]), whole[:, [2, 0], :])
    assert np.array_equal(demand.paths(4000, 9, periods=2), whole[:, :, :2])
    below = (whole[..., None] <= demand.quantiles).mean(axis=0)
    assert np.abs(below - LEVELS).max() < 2 * 1.36 / np.sqrt(4000)


def test_products_that_sell_nothing_or_always_the_same_share_no_surprise():
    demand = make(np.array([[[0.0, 0.0]], [[5.0, 5.0]]]), skus=("a", "b"), levels=(0.2, 0.6), common=Common(0.5, 0.5))
    assert demand.paths(20)[:, :, 0].tolist() == [[0.0, 5.0]] * 20


def test_of_the_steadiest_product_s_surprise_something_is_its_own():
    """They share a fifth of what is expected and stray by a hundredth: no draw of them may move so far."""
    steady = np.broadcast_to(100 + stats.norm.ppf(FINE), (2, 1, len(FINE)))
    demand = make(steady, skus=("a", "b"), levels=FINE, common=Common(0.2, 0.0))
    assert np.corrcoef(demand.paths(20_000)[:, :, 0].T)[0, 1] == pytest.approx(0.95**2, abs=0.01)


def test_where_nothing_is_shared_surprises_are_a_sku_s_own():
    own = np.random.default_rng(3).normal(size=(2, 5))
    shared = Common().draw(np.random.default_rng(4), 5, 2)
    assert np.array_equal(shared.joined(own, np.array([0.0, 0.7])), own)


def test_what_is_shared_is_no_single_correlation():
    with pytest.raises(ValueError, match="Common"):
        make(common=0.05)


@pytest.mark.parametrize("wrong", [(-0.1, 0.0), (0.0, float("nan")), (float("inf"), 0.0)])
def test_shares_that_are_none_are_refused(wrong):
    with pytest.raises(ValueError, match="not negative"):
        Common(*wrong)


def test_a_sum_over_one_period_is_that_period():
    demand = make()
    np.testing.assert_allclose(demand.total(1, 0.75, first=2, n=5000), demand.quantile(0.75)[:, 2], rtol=0.05)


@pytest.mark.parametrize("q", [0, 1, -0.1, 1.5, float("nan")])
def test_a_level_outside_is_explained(q):
    for action in (lambda: make().quantile(q), lambda: make().total(1, q)):
        with pytest.raises(UsageError) as caught:
            action()
        assert caught.value.code == "USAGE-06"


@pytest.mark.parametrize("periods, first", [(7, 0), (1, 6), (0, 0), (2, -1), (3, 4)])
def test_periods_that_were_not_forecast_are_explained(periods, first):
    with pytest.raises(UsageError) as caught:
        make().total(periods, 0.5, first=first)
    assert caught.value.code == "USAGE-04"
    assert "6" in str(caught.value.why)
    with pytest.raises(UsageError):
        make().paths(5, periods=7)


def test_a_sku_that_was_not_forecast_is_explained():
    for action in (lambda: make().paths(5, skus=["a", "nope"]), lambda: make().explain("nope")):
        with pytest.raises(UsageError) as caught:
            action()
        assert caught.value.code == "USAGE-05"
        assert "'nope'" in str(caught.value.what)


def test_parts_are_given_or_one():
    told = {"a": (Part(t("season"), 3.0),)}
    demand = make(parts=told)
    assert demand.explain("a") == told["a"]
    (only,) = demand.explain("b")
    assert only.units == pytest.approx(demand.mean[1].sum())


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"mean": np.ones((3, 5))}, "shapes"),
        ({"mean": np.full((3, 6), np.nan)}, "finite"),
        ({"mean": np.full((3, 6), -1.0)}, "negative"),
        ({"quantiles": np.full((3, 6, 7), -1.0), "mean": np.ones((3, 6))}, "negative"),
        ({"quantiles": np.full((3, 6, 7), np.inf), "mean": np.ones((3, 6))}, "finite"),
        ({"quantiles": np.ones((3, 6, 7)) * np.arange(7, 0, -1)}, "rise"),
        ({"levels": (0.1, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95), "quantiles": np.ones((3, 6, 7))}, "levels"),
        ({"levels": (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95), "quantiles": np.ones((3, 6, 7))}, "levels"),
        ({"rho": float("nan")}, "finite"),
    ],
    ids=str,
)
def test_what_cannot_be_demand_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        make(**wrong)


def test_demand_travels_between_processes():
    demand = make(parts={"a": (Part(t("season"), 3.0),)})
    back = pickle.loads(pickle.dumps(demand))
    assert back.frame().equals(demand.frame())
    assert np.array_equal(back.paths(5), demand.paths(5))
