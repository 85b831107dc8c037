"""Holidays of one country, planted at +80 %: those ahead are known, and the explanation tells them in units."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import numpy as np
import polars as pl
import pytest

from shopwright.forecast import forecast

FIRST, KNOWN, AHEAD = date(2021, 1, 1), 3 * 365 + 90, 60
USUAL = {"a": 20, "b": 35, "c": 10}
GERMAN = set(holidays.country_holidays("DE", years=range(2021, 2026)))
DAYS_AHEAD = [FIRST + timedelta(days=KNOWN + at) for at in range(AHEAD)]


@pytest.fixture(scope="module")
def sales() -> pl.DataFrame:
    draw = np.random.default_rng(0)
    rows = []
    for sku, usual in USUAL.items():
        for day in (FIRST + timedelta(days=at) for at in range(KNOWN)):
            rows.append((sku, day, float(draw.poisson(usual * (1.8 if day in GERMAN else 1.0)))))
    return pl.DataFrame(rows, schema=["sku", "day", "units"], orient="row")


def _lift(demand) -> np.ndarray:
    """Mean of the holidays ahead over that of the other days, by SKU."""
    is_holiday = np.array([day in GERMAN for day in DAYS_AHEAD])
    assert is_holiday.sum() == 4
    return demand.mean[:, is_holiday].mean(axis=1) / demand.mean[:, ~is_holiday].mean(axis=1)


def test_the_country_s_holidays_ahead_are_known_and_told_in_units(sales):
    demand = forecast(sales, AHEAD, "D", country="DE", models=("linear",))
    assert (_lift(demand) > 1.4).all()  # 1.8 less the share of moving averages, which know none
    for sku, usual in USUAL.items():
        parts = {str(part.name): part.units for part in demand.explain(sku)}
        assert 0.4 * 4 * 0.8 * usual < parts["holidays"] < 1.2 * 4 * 0.8 * usual
        assert sum(parts.values()) == pytest.approx(demand.mean[demand.row[sku]].sum())


@pytest.mark.parametrize("country", ["", "US"])
def test_without_the_country_or_with_another_they_are_not(sales, country):
    demand = forecast(sales, AHEAD, "D", country=country, models=("linear",))
    assert (np.abs(_lift(demand) - 1) < 0.15).all()
