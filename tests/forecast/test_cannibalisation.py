"""A promotion that takes sales from the products beside it: found, told by a what-if, and heeded by the forecast."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.forecast import forecast, weights, what_if

FIRST, WEEKS, AHEAD = date(2022, 1, 3), 130, 4
USUAL = {"A": 40, "B": 50, "C": 50}
STATIC = pl.DataFrame({"sku": ["A", "B", "C"], "category": ["mugs", "mugs", "pens"]})


def _sales(taken: float, seed: int) -> pl.DataFrame:
    """A sells twice as much in a promotion, which takes a share of B's sales and none of C's."""
    draw = np.random.default_rng(seed)
    promoted = (draw.random(WEEKS) < 0.2) * 1.0
    does = {"A": 1.0, "B": -taken, "C": 0.0}
    rows = [
        {
            "sku": sku,
            "day": FIRST + timedelta(weeks=week),
            "units": float(draw.poisson(usual * (1 + does[sku] * promoted[week]))),
            "promotion": promoted[week] if sku == "A" else 0.0,
        }
        for sku, usual in USUAL.items()
        for week in range(WEEKS)
    ]
    return pl.DataFrame(rows)


def _ahead(promoted: float) -> pl.DataFrame:
    days = [FIRST + timedelta(weeks=WEEKS + at) for at in range(AHEAD)]
    return pl.DataFrame(
        [{"sku": sku, "day": day, "promotion": promoted if sku == "A" else 0.0} for sku in USUAL for day in days]
    )


@pytest.mark.parametrize("taken, seed", [(0.2, 0), (0.2, 1), (0.2, 2), (0.0, 0), (0.0, 1)])
def test_what_a_promotion_takes_from_its_category_is_told_in_size(taken, seed):
    answer = what_if(
        _sales(taken, seed), {}, {"A": 1.0}, horizon=AHEAD, future=_ahead(0.0), static=STATIC, models=("linear",)
    )
    beside = answer.beside.row(0, named=True)
    assert beside["n_products"] == 1  # B alone, not C
    assert beside["units_change"] / beside["units_before"] == pytest.approx(-taken, abs=0.07)
    low, high = (beside[f"units_change_{end}"] / beside["units_before"] for end in ("low", "high"))
    assert low - 0.03 < -taken < high + 0.03
    assert answer.lines["units_change"][0] > 0.6 * answer.lines["units_before"][0]


def test_the_forecast_heeds_it():
    sales = _sales(0.2, 0)
    plain, promoted = (
        forecast(sales, AHEAD, future=_ahead(share), static=STATIC, models=("linear",)) for share in (0.0, 1.0)
    )
    change = promoted.mean.sum(axis=1) / plain.mean.sum(axis=1) - 1
    assert change[plain.row["A"]] > 0.5
    assert change[plain.row["B"]] < -0.08  # moving averages, which know no promotion, have a share in it
    assert change[plain.row["C"]] == pytest.approx(0, abs=1e-9)


def test_the_weight_is_in_the_table_with_its_error():
    found = weights(_sales(0.2, 0), future=_ahead(0.0), static=STATIC)
    row = found.filter((pl.col("sku") == "B") & (pl.col("term") == "promotion of all other products of the category"))
    assert row["weight"][0] == pytest.approx(-20, abs=2.5 * row["standard_error"][0])
    assert row["standard_error"][0] < 8
