"""What drives sales is found to help, a dice is not, and the forecast does without what it is told to."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import TableError
from shopwright.forecast import ablation, forecast
from shopwright.forecast.columns import Columns
from shopwright.forecast.kinds import part_of
from shopwright.forecast.sampling import next_rows
from shopwright.forecast.season import Season
from shopwright.forecast.table import panel_of

FIRST, DAYS, AHEAD = date(2024, 1, 1), 240, 14


@pytest.fixture(scope="module")
def world():
    """Twenty products with promotions that treble sales, and a dice that does nothing."""
    draw = np.random.default_rng(2)
    days = [FIRST + timedelta(days=at) for at in range(DAYS + AHEAD)]
    frames = []
    for sku in range(20):
        promo, dice = draw.random(len(days)) < 0.2, draw.integers(1, 7, len(days))
        units = draw.poisson(draw.uniform(4, 12) * np.where(promo, 3.0, 1.0)).astype(float)
        columns = {"units": units, "deal": promo * 1.0, "dice": dice * 1.0}
        frames.append(pl.DataFrame({"sku": f"s{sku:02d}", "day": days, **columns}))
    both = pl.concat(frames)
    cut = FIRST + timedelta(days=DAYS)
    return both.filter(pl.col("day") < cut), both.filter(pl.col("day") >= cut).drop("units")


def test_what_drives_sales_helps_and_a_dice_does_not(world):
    found = ablation(world[0], AHEAD, "D", future=world[1])
    worth = {each.kind: each for each in found.worths}
    assert str(worth["deal"].verdict) == "helps"
    assert worth["deal"].change > 0.1
    assert worth["dice"].change < 0.02
    assert found.worths[0].change == max(each.change for each in found.worths)
    assert found.frame()["kind"].to_list() == [each.kind for each in found.worths]
    assert "deal" in str(found)
    assert set(found.harmful) == {each.kind for each in found.worths if each.change < -2 * each.error}


def test_features_left_out_are_not_there(world):
    panel = panel_of(world[0], AHEAD, "D", world[1])
    rows = next_rows(len(panel.skus), panel.n_periods - 1, AHEAD)
    names = [set(Columns(panel, Season.learn(panel.known), without).matrix(rows)[1]) for without in (set(), {"deal"})]
    assert {part_of(name) for name in names[0] - names[1]} == {"deal"}
    assert not any("deal" in name for name in names[1])


def test_a_forecast_without_the_deal_does_not_rise_with_it(world):
    alone = {"future": world[1], "models": ("boosted",)}
    deals = world[1].sort("sku", "day")["deal"].to_numpy().reshape(20, AHEAD) > 0
    lifts = []
    for without in ((), ("deal", "state")):
        mean = forecast(world[0], AHEAD, "D", without=without, **alone).mean
        lifts.append(mean[deals].mean() / mean[~deals].mean())
    assert lifts[0] > 2
    assert lifts[1] < 1.3


def test_too_little_history_is_told():
    sales = pl.DataFrame({"sku": ["a"] * 20, "day": [FIRST + timedelta(days=at) for at in range(20)], "units": 1.0})
    with pytest.raises(TableError, match="TABLE-21"):
        ablation(sales, 14, "D")
