"""The arithmetic that checks share."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.shop.check.drift import stability
from shopwright.shop.check.robust import TO_SIGMA, spread, weighted_median
from shopwright.shop.check.stockouts import _runs

COUNTS = st.lists(st.tuples(st.floats(0.1, 1e4), st.integers(1, 30)), min_size=1, max_size=12)


@given(COUNTS)
def test_a_weighted_median_is_the_lower_median_of_the_values_written_out(counts):
    values = sorted(value for value, n in counts for _ in range(n))
    frame = pl.DataFrame(
        {"sku": ["A"] * len(counts), "price": [v for v, _ in counts], "n_lines": [n for _, n in counts]}
    )
    found = weighted_median(frame, "price", "n_lines")["median"].to_list()
    assert found == [values[(len(values) - 1) // 2]]


@given(COUNTS)
def test_spread_is_the_scaled_median_deviation_of_logarithms(counts):
    logs = np.log(sorted(value for value, n in counts for _ in range(n)))
    middle = logs[(len(logs) - 1) // 2]
    away = np.sort(np.abs(logs - middle))
    frame = pl.DataFrame(
        {"sku": ["A"] * len(counts), "price": [v for v, _ in counts], "n_lines": [n for _, n in counts]}
    )
    found = spread(frame, "price").row(0, named=True)
    assert found["log_sd"] == pytest.approx(TO_SIGMA * away[(len(away) - 1) // 2], abs=1e-9)
    assert found["n_lines"] == len(logs)


def test_the_stability_index_is_that_of_the_textbook():
    counts = pl.DataFrame({"_v": ["a", "b"], "recent": [3000, 7000], "before": [5000, 5000]})
    expected = (0.3 - 0.5) * np.log(0.3 / 0.5) + (0.7 - 0.5) * np.log(0.7 / 0.5)
    assert stability(counts)[0] == pytest.approx(expected, rel=1e-3)


def test_the_stability_index_keeps_below_its_noise_where_nothing_changes():
    rng = np.random.default_rng(3)
    over = 0
    for _ in range(200):
        recent, before = rng.multinomial(400, [1 / 15] * 15), rng.multinomial(3000, [1 / 15] * 15)
        index, noise = stability(pl.DataFrame({"_v": range(15), "recent": recent, "before": before}))
        over += index > 0.1 + noise
    assert over == 0


def test_sales_at_random_are_hardly_ever_taken_for_stock_outs():
    rng = np.random.default_rng(5)
    days = pl.date_range(pl.date(2022, 1, 1), pl.date(2023, 12, 31), eager=True)
    parts = []
    for sku in range(400):
        sold = rng.poisson(rng.uniform(0.3, 4), days.len())
        parts.append(pl.DataFrame({"sku": f"S{sku}", "day": days, "n_lines": sold}).filter(pl.col("n_lines") > 0))
    # One in 10,000 for each SKU: 400 SKUs should see none.
    assert _runs(pl.concat(parts)).height == 0


@pytest.mark.parametrize("rate, length", [(5.0, 6), (1.0, 20), (0.5, 45)])
def test_a_run_is_found_from_the_length_on_that_its_rate_asks_for(rate, length):
    rng = np.random.default_rng(11)
    days = pl.date_range(pl.date(2023, 1, 1), pl.date(2023, 12, 31), eager=True)
    others = pl.DataFrame({"sku": "O", "day": days, "n_lines": 500})
    sold = rng.poisson(rate, days.len())
    sold[180 : 180 + length] = 0
    sold[[179, 180 + length]] = 1
    one = pl.DataFrame({"sku": "S", "day": days, "n_lines": sold}).filter(pl.col("n_lines") > 0)
    found = _runs(pl.concat([others.cast({"n_lines": pl.Int64}), one]))
    assert found.select("sku", "n_days", "is_on").rows() == [("S", length, False)]


def test_a_run_that_reaches_the_end_is_told_as_such():
    days = pl.date_range(pl.date(2023, 1, 1), pl.date(2023, 6, 30), eager=True)
    others = pl.DataFrame({"sku": "O", "day": days, "n_lines": 500})
    one = pl.DataFrame({"sku": "S", "day": days[:-12], "n_lines": 3})
    assert _runs(pl.concat([others, one])).select("sku", "n_days", "is_on").rows() == [("S", 12, True)]
