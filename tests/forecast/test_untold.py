"""Days without a row: none sold in a table of what sold, unknown in one that has rows of what did not."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.forecast import backtest, forecast
from shopwright.forecast.table import panel_of
from shopwright.forecast.untold import untold

FIRST = date(2022, 1, 3)  # a Monday


def _shops(days=560, gap=(280, 540), n=4, seed=3, **columns):
    """Shops that sell 40 a day and are closed on Sundays, each with a row for every day; the first lacks a stretch."""
    draw = np.random.default_rng(seed)
    rows = [
        (f"s{shop}", FIRST + timedelta(days=at), 0.0 if at % 7 == 6 else float(draw.poisson(40)))
        for shop in range(n)
        for at in range(days)
        if shop or not gap[0] <= at < gap[1]
    ]
    return pl.DataFrame(rows, schema=["sku", "day", "units"], orient="row").with_columns(**columns)


def test_a_shop_that_was_shut_for_months_is_back_where_it_was():
    demand = forecast(_shops(), 14, "D")
    open_days = np.array([day.weekday() != 6 for day in demand.days])
    assert demand.mean[0, open_days].mean() == pytest.approx(40, rel=0.15)
    assert "260 days" in str(demand.notes["s0"])
    assert "s1" not in demand.notes


def test_the_days_left_out_are_found_and_no_others():
    missing = untold(_shops(gap=(280, 300)), "D")
    assert missing["sku"].unique().to_list() == ["s0"]
    assert sorted(missing["day"]) == [FIRST + timedelta(days=at) for at in range(280, 300)]


def test_in_a_table_of_what_sold_a_day_without_a_row_is_one_without_sales():
    sold = _shops().filter(pl.col("units") > 0)
    assert untold(sold, "D").is_empty()
    panel = panel_of(sold, 7, "D")
    assert (panel.units[:, 6::7][1:] == 0).all()
    assert "out of stock" in str(panel.known.notes["s0"])  # what its sales tell of the stretch


def test_rows_of_days_out_of_stock_make_no_table_that_tells_all():
    flagged = _shops(in_stock=pl.col("units") > 0)
    assert untold(flagged, "D").is_empty()
    assert not untold(flagged.with_columns(in_stock=pl.lit(value=True)), "D").is_empty()


def test_a_few_rows_without_units_are_no_habit():
    """Days on which as much came back as was sold are in a table of what sold, too."""
    sold = _shops().filter((pl.col("units") > 0) | (pl.col("day") == FIRST + timedelta(days=13)))
    assert untold(sold, "D").is_empty()


def test_each_sku_may_have_its_own_habit():
    sold = _shops(seed=8).with_columns(pl.format("{}-sold", "sku").alias("sku")).filter(pl.col("units") > 0)
    told = pl.concat([_shops(), sold])
    assert untold(told, "D")["sku"].unique().to_list() == ["s0"]


def test_a_fast_seller_is_told_apart_by_the_rest_of_the_table():
    """It has no row without units itself, but the others do."""
    steady = _shops(n=1, gap=(100, 150)).filter(pl.col("units") > 0).with_columns(sku=pl.lit("steady"))
    always = steady.with_row_index().with_columns(day=pl.lit(FIRST) + pl.duration(days=pl.col("index"))).drop("index")
    rows = pl.concat(
        [_shops(gap=(0, 0)), always.filter(~pl.col("day").is_between(FIRST + timedelta(99), FIRST + timedelta(120)))]
    )
    missing = untold(rows, "D")
    assert missing["sku"].unique().to_list() == ["steady"]
    assert missing.height == 22


def test_what_is_left_out_every_year_is_the_season():
    days = 3 * 364
    rows = _shops(days=days, gap=(0, 0), n=3)
    at = (pl.col("day") - FIRST).dt.total_days()
    is_season = (at % 364).is_between(0, 150) | (pl.col("sku") != "s0")
    assert untold(rows.filter(is_season), "D").is_empty()
    once = is_season | (at > 364)
    assert untold(rows.filter(once), "D").height > 200


def test_days_left_out_count_against_a_week():
    """A week of which four days are told brought more than those four days."""
    rows = _shops(days=140, gap=(70, 87), n=2)
    weeks = panel_of(rows, 2, "W").units
    assert np.isnan(weeks[0, 10:12]).all()
    since = (pl.col("sku") == "s0") & pl.col("day").is_between(FIRST + timedelta(days=87), FIRST + timedelta(days=90))
    assert weeks[0, 12] == pytest.approx(rows.filter(since)["units"].sum() * 7 / 4)


@pytest.mark.parametrize("recorded", ["W", "M"])
def test_weeks_and_months_left_out_are_found(recorded):
    days = [
        FIRST + timedelta(days=7 * at) if recorded == "W" else date(2020 + at // 12, at % 12 + 1, 1) for at in range(48)
    ]
    units = [0.0 if at % 5 == 0 else 9.0 for at in range(48)]
    rows = pl.DataFrame({"sku": "a", "day": days, "units": units}).filter(~pl.col("day").is_in(days[21:23]))
    assert untold(rows, recorded)["day"].to_list() == days[21:23]


def test_what_comes_after_the_last_row_still_counts_as_none_sold():
    rows = _shops(gap=(500, 560))
    assert untold(rows, "D").is_empty()
    assert forecast(rows, 14, "D").mean[0].mean() < 10


def test_no_window_of_a_backtest_sees_that_a_row_will_follow():
    """With its eve inside the stretch, the shop looks gone, however soon it came back."""
    rows = _shops(days=420, gap=(300, 410))
    seen = rows.filter(pl.col("day") < FIRST + timedelta(days=406))
    assert untold(seen, "D").is_empty()
    cells = backtest(rows, 14, "D", windows=1).cells.filter(pl.col("sku") == "s0")
    assert cells["day"].min() == FIRST + timedelta(days=410)  # the days before are not judged
    assert cells["mean"].max() < 10
    assert cells["units"].max() > 30


def test_what_sells_now_and_then_and_has_rows_of_sales_only_is_no_part_of_a_table_of_all():
    """One product from another source among many with a row for every day: its other days are days without sales."""
    draw = np.random.default_rng(2)
    sold = pl.DataFrame({"sku": "only", "day": [FIRST + timedelta(days=at) for at in range(400)], "units": 3.0})
    sold = sold.filter(pl.Series(draw.random(400) < 0.08))
    told = pl.concat([_shops(days=400, gap=(100, 120), n=20), sold])
    assert untold(told, "D")["sku"].unique().to_list() == ["s0"]
    assert panel_of(told, 7, "D").units[0, -200:].mean() == pytest.approx(0.24, rel=0.5)
