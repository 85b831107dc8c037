"""The clock: the season of the shop or of online retail, and weeks of a sale that are no keener customers."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.customers.hindsight import look_back
from shopwright.customers.purchases import read
from shopwright.customers.season import ONLINE_RETAIL, clock, season_of

START = date(2020, 1, 1)


def _shop(n_days, pace, n=400, seed=0):
    """Customers who come in the first weeks and then buy at a pace that hangs on the day alone."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        came = int(draw.integers(0, 40))
        days = [came, *(day for day in range(came + 1, n_days) if draw.random() < pace(START + timedelta(days=day)))]
        rows += [(f"c{number:03}", START + timedelta(days=day)) for day in days]
    frame = pl.DataFrame(rows, schema=["customer", "day"], orient="row")
    return read(frame, START + timedelta(days=n_days - 1))


def test_a_young_shop_has_the_season_of_online_retail():
    season = season_of(_shop(300, lambda day: 0.05, n=50))
    assert season == pytest.approx(np.array(ONLINE_RETAIL) / np.mean(ONLINE_RETAIL))
    assert season.mean() == pytest.approx(1)
    assert season.argmax() == 11


def test_an_older_shop_has_its_own_season():
    """Ice cream: three times as much in July, for five years."""
    season = season_of(_shop(5 * 366, lambda day: 0.03 if day.month == 7 else 0.01, n=300))
    assert season.argmax() == 6
    assert season[6] / np.delete(season, 6).mean() == pytest.approx(3, rel=0.3)


def test_what_lies_ahead_counts_by_its_months():
    purchases = _shop(300, lambda day: 0.05, n=50)  # to 26 October
    told = clock(purchases, season_of(purchases))
    spring, winter = told.ahead((date(2020, 2, 28) - date(1970, 1, 1)).days, 61), told.ahead(purchases.until + 5, 61)
    assert spring < 61 / 7 < winter
    assert winter / spring == pytest.approx((30 * 1.18 + 31 * 1.36) / (31 * 0.93 + 30 * 0.94), rel=0.01)


def test_a_week_of_sale_counts_for_more():
    sale = START + timedelta(days=203)
    purchases = _shop(280, lambda day: 0.12 if sale <= day < sale + timedelta(days=7) else 0.04)
    weekly = np.diff(clock(purchases, np.ones(12)).told)[::7]
    assert weekly.argmax() == 29
    assert weekly.max() / np.median(weekly) == pytest.approx(3, rel=0.3)
    assert np.delete(weekly, 29).std() / np.median(weekly) < 0.15


def test_few_purchases_make_no_surges():
    weekly = np.diff(clock(_shop(280, lambda day: 0.01, n=20), np.ones(12)).told)[::7]
    assert weekly.max() / weekly.min() < 1.4


def test_a_level_that_is_off_is_seen_from_earlier_days():
    """Customers whose pace grows by half each quarter: every earlier day expected too little."""
    purchases = _shop(280, lambda day: 0.01 * 1.5 ** ((day - START).days / 91), n=800)
    found = look_back(purchases, np.ones(12), seed=0)
    assert len(found.biases) == 5
    assert max(found.biases) < 0
    assert 1.3 < found.level < 1.9
    steady = look_back(_shop(280, lambda day: 0.02, n=800), np.ones(12), seed=0)
    assert steady.level == pytest.approx(1, abs=0.06)


def test_the_past_of_a_small_shop_is_not_split():
    found = look_back(_shop(280, lambda day: 0.02, n=150), np.ones(12), seed=0)
    assert (found.level, found.head, found.spread, found.biases) == (1.0, None, 1.0, ())
