"""Days of which it is known ahead that nothing can sell are told as that, and no other day is."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.forecast import backtest, forecast
from shopwright.forecast.apart import Apart
from shopwright.forecast.shut import shut
from shopwright.forecast.table import panel_of

FIRST, DAYS, AHEAD = date(2024, 1, 1), 140, 14


def _is_closed(day):
    """Another day of each week, so that no weekday tells it."""
    week, weekday = divmod((day - FIRST).days, 7)
    return weekday == week * 3 % 7


def _tables(n=6, *, sells=lambda day: not _is_closed(day), only_sold=False):
    draw = np.random.default_rng(0)
    days = [FIRST + timedelta(days=at) for at in range(DAYS + AHEAD)]
    rows = [
        (f"s{sku}", day, float(draw.poisson(20 + 5 * sku)) * sells(day), float(not _is_closed(day)))
        for sku in range(n)
        for day in days
    ]
    told = pl.DataFrame(rows, schema=["sku", "day", "units", "open"], orient="row")
    known = told.filter(pl.col("day") < days[DAYS])
    ahead = told.filter(pl.col("day") >= days[DAYS]).drop("units")
    return known.filter(pl.col("units") > 0) if only_sold else known, ahead


@pytest.fixture(scope="module")
def demand():
    known, ahead = _tables()
    return forecast(known, AHEAD, "D", future=ahead)


def test_nothing_is_told_of_days_known_to_be_closed(demand):
    closed = np.array([_is_closed(day) for day in demand.days])
    assert closed.sum() == 2
    assert not demand.mean[:, closed].any()
    assert not demand.quantiles[:, closed].any()
    assert (demand.mean[:, ~closed] > 10).all()


def test_the_parts_still_add_up_and_name_the_closed_days(demand):
    kept = Apart.of(demand.parts)
    for row, sku in enumerate(demand.skus):
        parts = demand.explain(sku)
        assert sum(part.units for part in parts) == pytest.approx(demand.mean[row].sum())
        assert [(str(part.name), pytest.approx(part.units)) for part in kept[sku]] == [
            (str(part.name), part.units) for part in parts
        ]


def test_a_day_without_rows_is_not_one_that_was_told_to_be_closed():
    known, ahead = _tables(only_sold=True)
    assert not shut(panel_of(known, AHEAD, "D", ahead)).any()


def test_a_flag_under_which_anything_sold_closes_nothing():
    once = next(day for day in (FIRST + timedelta(days=at) for at in range(99, DAYS)) if _is_closed(day))
    known, ahead = _tables(sells=lambda day: not _is_closed(day) or day == once)
    assert not shut(panel_of(known, AHEAD, "D", ahead)).any()


def test_too_few_days_of_a_slow_product_close_nothing():
    known, ahead = _tables(1)
    slow = known.with_columns(units=pl.when((pl.col("day") - FIRST).dt.total_days() % 9 == 8).then(1.0).otherwise(0.0))
    few = slow.with_columns(open=pl.Series([float(at not in range(0, 40, 7)) for at in range(slow.height)]))
    few = few.with_columns(units=pl.when(pl.col("open") == 0).then(0.0).otherwise(pl.col("units")))
    assert not shut(panel_of(few, AHEAD, "D", ahead)).any()


def test_windows_know_of_closing_what_was_known_before_them():
    known, ahead = _tables(sells=lambda day: not _is_closed(day) or (day - FIRST).days >= DAYS - AHEAD)
    panel = panel_of(known, AHEAD, "D", ahead)
    assert not shut(panel).any()
    assert shut(panel.before(DAYS - AHEAD)).any()
    cells = backtest(known, AHEAD, "D", future=ahead).cells.filter(pl.col("day").map_elements(_is_closed, pl.Boolean))
    assert cells.height
    assert cells["mean"].max() == 0


def test_a_week_of_which_only_the_closed_days_are_told_is_not_closed():
    draw = np.random.default_rng(1)
    days = [FIRST + timedelta(days=at) for at in range(7 * 60)]
    rows = [
        (sku, day, float(day.weekday() != 6), float(day.weekday() != 6))
        for sku in ("a", "b", "c", "d")
        for day in days
        if day.weekday() == 6 or draw.random() < 0.12
    ]
    known = pl.DataFrame(rows, schema=["sku", "day", "units", "open"], orient="row")
    ahead = pl.DataFrame({"sku": ["a"] * 4, "day": [days[-1] + timedelta(days=7 * at) for at in range(1, 5)]})
    assert not shut(panel_of(known, 4, "W", ahead.with_columns(open=0.0))).any()


def test_whole_weeks_that_are_told_to_be_closed_are_closed():
    days = [FIRST + timedelta(days=at) for at in range(366 * 2)]
    is_open = [day.month not in (1, 4, 7) for day in days]
    told = pl.DataFrame({"sku": "a", "day": days, "units": [5.0 * each for each in is_open], "open": is_open})
    told = told.with_columns(pl.col("open").cast(pl.Float64))
    known, ahead = told.filter(pl.col("day") < date(2025, 6, 30)), told.filter(pl.col("day") >= date(2025, 6, 30))
    assert shut(panel_of(known, 6, "W", ahead.drop("units")))[0].tolist() == [False] + [True] * 3 + [False] * 2


def test_a_word_that_is_not_told_is_not_another_word():
    known, ahead = (each.with_columns(open=pl.when(pl.col("open") == 1).then(pl.lit("day"))) for each in _tables(1))
    assert not shut(panel_of(known, AHEAD, "D", ahead)).any()


@pytest.mark.parametrize("own", [False, True])
def test_a_flag_told_from_a_quiet_season_on_closes_no_season(own):
    weeks = [FIRST + timedelta(days=7 * at) for at in range(138)]
    rows = [
        (
            sku,
            day,
            5.0 * (5 <= day.month <= 8 or sku == "d"),
            float(day >= date(2025, 10, 1) and (sku != "d" or not own)),
        )
        for sku in (("a", "b", "c", "d") if own else ("a", "b", "c"))
        for day in weeks
    ]
    told = pl.DataFrame(rows, schema=["sku", "day", "units", "shown"], orient="row")
    known, ahead = told.filter(pl.col("day") < weeks[112]), told.filter(pl.col("day") >= weeks[112])
    assert not shut(panel_of(known, 26, "W", ahead.drop("units"))).any()


def test_a_shop_that_is_closed_for_once_stays_closed_as_long_as_it_is_told():
    known, ahead = _tables(sells=lambda day: (day - FIRST).days < DAYS - 8)
    is_open = pl.col("day") < FIRST + timedelta(days=DAYS - 8)
    known, ahead = known.with_columns(open=is_open.cast(pl.Float64)), ahead.with_columns(open=pl.lit(0.0))
    assert shut(panel_of(known, AHEAD, "D", ahead)).all()
