"""The model of purchases against published values, its own series in other forms, and numbers that overflow."""

from __future__ import annotations

import itertools
from dataclasses import astuple

import numpy as np
import polars as pl
import pytest
from scipy.integrate import quad
from scipy.special import betaln

from shopwright.customers.bgnbd import BGNBD, Counts, fit, likelihoods
from shopwright.customers.kinds import Kinds, fit_kinds

PUBLISHED = BGNBD(0.2426, 4.4139, 0.7929, 2.4258)  # Fader, Hardie & Lee 2005, table 2: CDNOW, weeks


def _array(*values):
    return np.array(values, float)


def _by_integral(model, x, age, weeks):
    """Expected purchases of an active customer: over their chance p to leave, (1 - (1 + p u)^-(r + x)) / p."""
    a, b, shape, unit = model.a, model.b + x, model.r + x, weeks / (model.alpha + age)

    def part(y):  # p = exp(y): the mass lies near 0
        p = np.exp(y)
        weight = np.exp((a - 1) * y + (b - 1) * np.log1p(-p) - betaln(a, b))
        return weight * -np.expm1(-shape * np.log1p(p * unit))

    edges = [-40, -20, -10, -6, -4, -2, -1, -0.3, -1e-12]
    return sum(quad(part, low, high, limit=200)[0] for low, high in itertools.pairwise(edges))


@pytest.mark.parametrize("a", [0.3, 0.9999999, 1.0, 1.7, 40.0])
@pytest.mark.parametrize("x, age, weeks", [(0, 30, 39), (4, 12.5, 100), (60, 52, 3), (800, 200, 52)])
def test_the_series_agrees_with_the_integral(a, x, age, weeks):
    model = BGNBD(0.6, 9.0, a, 2.5 if a > 0.5 else 1 - a)
    assert model.expected(_array(x), _array(age), weeks)[0] == pytest.approx(
        _by_integral(model, x, age, weeks), rel=1e-4
    )


def test_ten_thousand_orders_overflow_nothing():
    x, t_x, age = _array(10_000, 10_000, 0), _array(520, 200, 0), _array(520.1, 520.1, 1e4)
    alive = PUBLISHED.alive(x, t_x, age)
    assert alive == pytest.approx([1, 0, 1], abs=0.001)
    assert PUBLISHED.expected(x, age, 52)[0] == pytest.approx(1000, rel=0.05)
    logs, slope = likelihoods(np.log(astuple(PUBLISHED)), Counts.each(x, t_x, age))
    assert np.isfinite(logs).all()
    assert np.isfinite(slope).all()


def test_the_gradient_is_that_of_the_likelihood():
    counts = Counts.each(_array(0, 1, 3, 40), _array(0, 5, 20, 39), _array(30, 31, 39, 40))
    logs = np.log([0.3, 5.0, 0.8, 2.0])
    for at in range(4):
        step = np.eye(4)[at] * 1e-6
        by_hand = (likelihoods(logs + step, counts)[0] - likelihoods(logs - step, counts)[0]) / 2e-6
        assert likelihoods(logs, counts)[1][at] == pytest.approx(by_hand, rel=1e-4, abs=1e-7)


def _world(model, n, weeks, seed):
    """Customers drawn from the model itself."""
    draw = np.random.default_rng(seed)
    rate, leave = draw.gamma(model.r, 1 / model.alpha, n), draw.beta(model.a, model.b, n)
    age = weeks - draw.uniform(0, 12, n)
    x, t_x, now, active = np.zeros(n), np.zeros(n), np.zeros(n), np.ones(n, bool)
    while active.any():
        now = now + draw.exponential(1 / np.maximum(rate, 1e-12))
        active &= now <= age
        x, t_x = x + active, np.where(active, now, t_x)
        active &= draw.random(n) >= leave
    return x, t_x, age


def test_planted_parameters_are_found():
    planted = BGNBD(0.6, 6.0, 0.9, 2.5)
    found, likelihood = fit(Counts.of(*_world(planted, 60_000, 60, seed=1)))
    assert astuple(found) == pytest.approx(astuple(planted), rel=0.15)
    assert likelihood < 0


def test_one_kind_stays_one_and_two_are_told_apart():
    one = _world(BGNBD(0.6, 6.0, 0.9, 2.5), 20_000, 60, seed=2)
    assert len(fit_kinds(Counts.of(*one)).models) == 1
    rare, often = _world(BGNBD(0.05, 5.0, 0.5, 3.0), 12_000, 60, 3), _world(BGNBD(4.0, 8.0, 1.0, 4.0), 8_000, 60, 4)
    both = [np.concatenate(pair) for pair in zip(rare, often, strict=True)]
    kinds = fit_kinds(Counts.of(*both))
    assert max(kinds.shares) == pytest.approx(0.6, abs=0.05)
    rates = sorted(model.r / model.alpha for model in kinds.models)
    assert rates == pytest.approx([0.01, 0.5], rel=0.6)
    assert kinds.shares_of(*both).sum(axis=0) == pytest.approx(np.ones(20_000))


def test_nobody_came_back():
    counts = Counts.of(np.zeros(50), np.zeros(50), np.linspace(1, 40, 50))
    kinds = fit_kinds(counts)
    model = kinds.models[0]
    assert isinstance(kinds, Kinds)
    assert np.isfinite(astuple(model)).all()
    assert 0 < model.expected(_array(0), _array(40), 52)[0] < 2


@pytest.mark.realdata
def test_published_parameters_lie_among_those_of_the_tenths(data):
    """The published sample is a tenth of these customers, but which is not told; each tenth by number is like it."""
    rows = pl.read_parquet(data("cdnow") / "purchases.parquet").select("customer", "day").unique()
    last = rows["day"].max()
    by = rows.group_by("customer").agg(
        (pl.len() - 1).alias("x"),
        ((pl.col("day").max() - pl.col("day").min()).dt.total_days() / 7).alias("t_x"),
        ((pl.lit(last) - pl.col("day").min()).dt.total_days() / 7).alias("age"),
    )
    assert by.height == 23_570
    found = []
    for digit in range(10):
        tenth = by.filter(pl.col("customer").cast(pl.Int64) % 10 == digit)
        assert tenth.height == 2_357
        model, likelihood = fit(Counts.of(*(tenth[name].cast(pl.Float64).to_numpy() for name in ("x", "t_x", "age"))))
        found.append([*astuple(model), likelihood])
    low, high = np.min(found, axis=0), np.max(found, axis=0)
    published = np.array([*astuple(PUBLISHED), -9582.4])
    assert ((low <= published) & (published <= high)).all()
    assert published == pytest.approx(np.mean(found, axis=0), rel=0.15)
