"""Planted demand can be found again from the tables alone."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.shop.schema import names as c


@pytest.fixture(scope="module")
def panel(dense) -> pl.DataFrame:
    """Units, price and promotion by SKU and day, on days that ended with stock."""
    sold = dense.tables["order_lines"].group_by(c.SKU, c.DAY).agg(pl.col(c.UNITS).sum())
    changes = dense.tables["prices"].select(c.SKU, c.DAY, c.PRICE, is_promoted=pl.col(c.WAS_PRICE).is_not_null())
    days = dense.tables["stock"].select(c.SKU, c.DAY, c.IS_IN_STOCK).sort(c.DAY)
    return (
        days.join_asof(changes.sort(c.DAY), on=c.DAY, by=c.SKU, check_sortedness=False)
        .join(sold, on=[c.SKU, c.DAY], how="left")
        .with_columns(pl.col(c.UNITS).fill_null(0))
        .join(dense.tables["products"].select(c.SKU, c.CATEGORY, c.LAUNCH_DAY), on=c.SKU)
        .filter(c.IS_IN_STOCK)
        .filter(pl.col(c.DAY) > pl.col(c.LAUNCH_DAY) + pl.duration(days=60))
        .sort(c.SKU, c.DAY)
    )


def _poisson(units: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Coefficients of a Poisson regression with a log link, by iterated weighted least squares."""
    found = np.zeros(features.shape[1])
    found[0] = np.log(units.mean())
    for _ in range(25):
        mean = np.exp((features @ found).clip(-12, 8))
        weighted = features * mean[:, None]
        move = np.linalg.solve(features.T @ weighted + 1e-6 * np.eye(len(found)), features.T @ (units - mean))
        found = found + move
        if np.abs(move).max() < 1e-8:
            break
    return found


def test_elasticity_and_promotion_lift_come_back(dense, panel):
    """One regression over all products, with each product's level, trend and month of the year taken out."""
    steady = panel.filter(~pl.col(c.DAY).dt.month().is_in([11, 12]))
    sku = steady[c.SKU].rank("dense").to_numpy().astype(int) - 1
    number = (steady[c.DAY] - dense.truth.first_day).dt.total_days().to_numpy() / 365.25
    month = steady[c.DAY].dt.month().to_numpy()
    category = steady[c.CATEGORY].rank("dense").to_numpy().astype(int) - 1
    price = np.log(steady[c.PRICE].to_numpy())
    level = np.eye(sku.max() + 1)[sku]
    price -= (level.T @ price / level.sum(0))[sku]
    season = np.eye(13 * 8)[month * 8 + category]
    season = season[:, season.any(0)][:, 8:]
    week = np.eye(7)[steady[c.DAY].dt.weekday().to_numpy() - 1][:, 1:]
    slope = level * (number - 1)[:, None]
    effects = np.column_stack([np.ones(len(sku)), price, steady["is_promoted"].to_numpy()])
    features = np.hstack([effects, week, level[:, 1:], slope, season])
    found = _poisson(steady[c.UNITS].to_numpy(), features)
    weight = steady.group_by(c.SKU).agg(pl.col(c.UNITS).sum()).sort(c.SKU)
    curves = [dense.truth.curves[name] for name in weight[c.SKU]]
    elasticity = np.average([curve.elasticity for curve in curves], weights=weight[c.UNITS])
    lift = np.average([np.log(curve.lift) for curve in curves], weights=weight[c.UNITS])
    assert elasticity < -1
    assert found[1] == pytest.approx(elasticity, abs=0.3)
    assert found[2] == pytest.approx(lift, abs=0.12)


def test_the_week_comes_back(dense, panel):
    """By category, the share of units of each weekday is the planted one."""
    by_day = panel.group_by(c.CATEGORY, pl.col(c.DAY).dt.weekday().alias("weekday")).agg(pl.col(c.UNITS).sum())
    found, planted = [], []
    for (category,), part in by_day.group_by(c.CATEGORY):
        week = part.sort("weekday")[c.UNITS].to_numpy()
        found.append(week / week.mean())
        planted.append(_mean_week(dense, panel, category))
    assert np.corrcoef(np.ravel(found), np.ravel(planted))[0, 1] > 0.95
    assert np.abs(np.array(found) - np.array(planted)).mean() < 0.04


def _mean_week(dense, panel, category) -> np.ndarray:
    of = panel.filter(pl.col(c.CATEGORY) == category).group_by(c.SKU).agg(pl.col(c.UNITS).sum()).sort(c.SKU)
    weeks = np.array([dense.truth.curves[sku].week for sku in of[c.SKU]])
    return np.average(weeks, axis=0, weights=of[c.UNITS])


def test_the_year_comes_back(dense):
    """By category and month, units sold follow the expected ones."""
    month = [c.CATEGORY, pl.col(c.DAY).dt.month().alias("month")]
    kinds = dense.tables["products"].select(c.SKU, c.CATEGORY)
    sold = dense.tables["order_lines"].join(kinds, on=c.SKU).group_by(month).agg(pl.col(c.UNITS).sum())
    past = dense.truth.frame().filter(pl.col(c.DAY) <= dense.truth.last_day)
    planted = past.join(kinds, on=c.SKU).group_by(month).agg(pl.col("expected").sum())
    both = sold.join(planted, on=[c.CATEGORY, "month"])
    for (category,), part in both.group_by(c.CATEGORY):
        assert np.corrcoef(part[c.UNITS], part["expected"])[0, 1] > 0.9, category
    garden = both.filter(pl.col(c.CATEGORY).str.starts_with("Garden")).sort(c.UNITS)
    assert garden["month"].to_list()[-1] in (4, 5, 6)


def test_demand_is_drawn_around_the_expected(dense):
    total, mean = dense.truth.demand.sum(1), dense.truth.expected.sum(1)
    assert np.abs(total / mean - 1).max() < 0.15
    assert total.sum() == pytest.approx(mean.sum(), rel=0.01)


def test_the_curve_is_the_one_described(dense):
    """`Curve`'s sentence, computed by hand for a quiet day, gives the expected units."""
    truth = dense.truth
    eaten = {pair.eaten for pair in truth.cannibals}
    day = truth.first_day + timedelta(days=250)
    checked = 0
    for sku, curve in truth.curves.items():
        rows = dense.tables["prices"].filter((pl.col(c.SKU) == sku) & (pl.col(c.DAY) <= day)).sort(c.DAY)
        if sku in eaten or curve.launch_day > day - timedelta(days=365) or not rows.height:
            continue
        if rows[c.WAS_PRICE].to_list()[-1] is not None or (curve.phase_out_day or day) < day:
            continue
        years = (250 - 730 / 2) / 365.25
        angle = 2 * np.pi * (day.timetuple().tm_yday - 1) / 365.25
        price = rows[c.PRICE].to_list()[-1] / curve.reference_price
        units = curve.base * np.exp(curve.growth * years + curve.amplitude * np.cos(angle - curve.phase))
        units *= curve.week[day.weekday()] * price**curve.elasticity
        assert truth.expected_units(sku, day) == pytest.approx(units, rel=1e-3)
        checked += 1
    assert checked > 10


def test_launches_and_ends_are_kept(dense):
    days = dense.tables["order_lines"].group_by(c.SKU).agg(first=pl.col(c.DAY).min(), last=pl.col(c.DAY).max())
    launched = 0
    for sku, first, last in days.iter_rows():
        curve = dense.truth.curves[sku]
        assert first >= curve.launch_day
        assert curve.phase_out_day is None or last <= curve.phase_out_day
        launched += curve.launch_day > dense.truth.first_day
    assert launched >= 3


def test_some_products_left(world):
    gone = {sku: curve.phase_out_day for sku, curve in world.truth.curves.items() if curve.phase_out_day}
    assert gone
    last = world.tables["order_lines"].filter(pl.col(c.SKU).is_in(list(gone))).group_by(c.SKU).agg(pl.col(c.DAY).max())
    assert all(day <= gone[sku] for sku, day in last.iter_rows())


def test_cannibals_eat(dense):
    """While the eater is on promotion, or once it is launched, less of the eaten product is expected."""
    assert {pair.after for pair in dense.truth.cannibals} == {"launch", "promotion"}
    for pair in dense.truth.cannibals:
        if pair.after == "launch":
            day = dense.truth.curves[pair.eater].launch_day
            around = [dense.truth.expected_units(pair.eaten, day + timedelta(days=step)) for step in (-7, 7)]
            assert around[1] < around[0] * (1 - pair.strength) * 2.2


def test_the_future_is_known_to_the_truth(world):
    ahead = world.truth.frame().filter(pl.col(c.DAY) > world.truth.last_day)
    assert ahead[c.DAY].n_unique() == 84
    assert ahead["expected"].sum() > 0
