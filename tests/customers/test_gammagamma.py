"""What a purchase is worth: published values, planted parameters."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from shopwright.customers.gammagamma import GammaGamma, fit_spend

PUBLISHED = GammaGamma(6.25, 3.74, 15.44)  # Fader & Hardie 2013: CDNOW, 946 customers who came back


def test_published_expectations_are_reproduced():
    """Of customers with 2, 1, 7 and 0 repeat purchases at means of 22.35, 11.77, 73.74 and nothing."""
    told = PUBLISHED.mean(np.array([2.0, 1, 7, 0]), np.array([22.35, 11.77, 73.74, 0]))
    assert told == pytest.approx([24.66, 18.91, 71.46, 35.2], abs=0.06)


@pytest.mark.realdata
def test_published_expectations_follow_from_the_raw_purchases(data):
    rows = pl.read_parquet(data("cdnow") / "purchases.parquet")
    days = rows.group_by("customer", "day").agg(pl.col("amount").sum()).sort("customer", "day")
    for customer, published in {"00004": 24.66, "00021": 18.91, "00111": 71.46}.items():
        amounts = days.filter(customer=customer)["amount"].to_numpy()[1:]
        told = PUBLISHED.mean(np.array([float(len(amounts))]), np.array([amounts.mean()]))
        assert told[0] == pytest.approx(published, abs=0.06)


@pytest.mark.parametrize("unit", [1.0, 1e4])
def test_planted_parameters_are_found_in_any_currency(unit):
    draw = np.random.default_rng(0)
    n = draw.integers(1, 12, 30_000).astype(float)
    rate = draw.gamma(4.0, 1 / (20 * unit), len(n))
    found = fit_spend(n, draw.gamma(5.0 * n, 1 / rate) / n)
    assert (found.p, found.q, found.gamma / unit) == pytest.approx((5, 4, 20), rel=0.08)


def test_the_spread_of_one_purchase_is_that_of_its_kind():
    draw = np.random.default_rng(1)
    model = GammaGamma(5.0, 6.0, 100.0)
    money = draw.gamma(5.0, 1 / draw.gamma(6.0, 1 / 100.0, 400_000))
    nothing = np.zeros(1)
    assert model.mean(nothing, nothing)[0] == pytest.approx(money.mean(), rel=0.02)
    second = model.p * (model.p + 1) * model.inverse_square(nothing, nothing)[0]
    assert second == pytest.approx((money**2).mean(), rel=0.05)


def test_few_customers_stay_near_their_own_mean():
    found = fit_spend(np.array([3.0]), np.array([50.0]))
    assert found.mean(np.array([3.0, 0.0]), np.array([50.0, 0.0])) == pytest.approx([50, 50], rel=0.25)
    assert fit_spend(np.zeros(4), np.zeros(4)) is None
