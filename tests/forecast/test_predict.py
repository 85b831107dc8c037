"""From a shop, or a plain table, to demand; and how good it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.forecast.worlds import LAST, history_of, planted

from shopwright.errors import TableError, UsageError
from shopwright.forecast import backtest, forecast, forecast_shop
from shopwright.settings import Settings
from shopwright.shop import schema as c
from shopwright.shop.history import history
from shopwright.shop.shop import Shop

FIRST = LAST - timedelta(days=83)


def _sales(days=84, units=lambda sku, day: 3 + (day % 7 == 0), skus=("a", "b")) -> pl.DataFrame:
    rows = [(sku, FIRST + timedelta(days=day), float(units(sku, day))) for sku in skus for day in range(days)]
    return pl.DataFrame(rows, schema={c.SKU: pl.String, c.DAY: pl.Date, c.UNITS: pl.Float64}, orient="row")


def _shop(known, **settings) -> Shop:
    """A shop whose weekly sales are those of a history: one line on its first day, and one on the last."""
    rows = [
        (sku, day, units)
        for row, sku in enumerate(known.skus)
        for day, units in zip(known.days, known.sold[row], strict=True)
        if units > 0
    ]
    rows.append(("last", LAST, 1.0))
    at = [datetime(day.year, day.month, day.day, 12, tzinfo=UTC) for _, day, _ in rows]
    lines = pl.DataFrame(
        {
            c.ORDER: [str(number) for number in range(len(rows))],
            c.LINE: ["1"] * len(rows),
            c.SKU: [row[0] for row in rows],
            c.AT: at,
            c.UNITS: [row[2] for row in rows],
            c.PRICE: [10.0] * len(rows),
        }
    )
    return Shop.of({"order_lines": lines}, Settings.model_validate(settings))


@pytest.mark.parametrize("freq, horizon, days", [("D", 28, 1), ("W", 8, 7), ("M", 3, None)])
def test_a_plain_table_is_forecast_by_day_week_or_month(freq, horizon, days):
    demand = forecast(_sales(units=lambda sku, day: 4), freq=freq)
    assert demand.period == freq
    assert demand.horizon == horizon
    assert demand.skus == ("a", "b")
    assert demand.days[0] == (LAST + timedelta(days=1) if freq != "M" else date(2024, 7, 1))
    np.testing.assert_allclose(demand.mean, 4 * days if days else 4 * 30.5, rtol=0.02 if freq == "D" else 0.12)
    assert forecast(_sales(), 5, freq=freq).horizon == 5


def test_periods_out_of_stock_are_not_taken_for_want_of_demand():
    sales = _sales(units=lambda sku, day: 0 if 35 <= day < 63 else 2)
    with_flag = sales.with_columns(in_stock=~pl.col(c.DAY).is_between(FIRST + timedelta(35), FIRST + timedelta(62)))
    np.testing.assert_allclose(forecast(with_flag, 4).mean, 14, rtol=0.12)
    assert forecast(sales, 4).mean.mean() < 12


def test_weekly_sales_are_weekly_whatever_is_wished():
    weekly = _sales().filter(pl.col(c.DAY).dt.weekday() == 1)
    assert forecast(weekly, freq="D").period == "W"
    assert forecast(weekly, freq="D").horizon == 8
    assert forecast(weekly, freq="M").period == "M"


def test_text_days_and_whole_numbers_are_read():
    sales = _sales().with_columns(pl.col(c.DAY).cast(pl.String), pl.col(c.UNITS).cast(pl.Int64))
    assert forecast(sales, 4).frame().equals(forecast(_sales(), 4).frame())


@given(st.permutations(range(84 * 2)))
def test_the_order_of_rows_does_not_matter(order):
    assert forecast(_sales()[list(order)], 2).frame().equals(forecast(_sales(), 2).frame())


@pytest.mark.parametrize(
    "sales, arguments, code",
    [
        (_sales().drop(c.UNITS), {}, "USAGE-07"),
        (_sales(), {"horizon": -1}, "USAGE-07"),
        (_sales(), {"freq": "Q"}, "USAGE-07"),
        (_sales().with_columns(pl.lit("many").alias(c.UNITS)), {}, "USAGE-22"),
        (_sales().with_columns(pl.lit("soon").alias(c.DAY)), {}, "USAGE-22"),
        (_sales().head(0), {}, "TABLE-04"),
        (_sales(), {"quantiles": (0.5, 1.0)}, "USAGE-06"),
        (_sales(), {"models": ["magic"]}, "USAGE-44"),
        (_sales(), {"future": pl.DataFrame({"day": [LAST]})}, "USAGE-45"),
        (_sales(), {"future": pl.DataFrame({"sku": ["a"], "day": [LAST], "rain": [1.0]})}, "USAGE-41"),
        (
            _sales().with_columns(rain=1.0),
            {"future": pl.DataFrame({"sku": ["a"], "day": [LAST], "rain": ["wet"]})},
            "USAGE-42",
        ),
        (_sales(), {"static": pl.DataFrame({"name": ["a"]})}, "USAGE-43"),
        (_sales().with_columns(pl.lit(float("inf")).alias(c.UNITS)), {}, "USAGE-22"),
        (_sales().with_columns(price=pl.lit("9.90 €")), {}, "USAGE-48"),
    ],
    ids=[
        *(
            "no units",
            "horizon",
            "freq",
            "units in words",
            "day in words",
            "no rows",
            "levels",
            "model",
            "future without sku",
        ),
        *("unknown ahead", "words ahead", "static without sku", "endless", "price in words"),
    ],
)
def test_what_cannot_be_forecast_is_explained(sales, arguments, code):
    with pytest.raises((UsageError, TableError)) as caught:
        forecast(sales, **arguments)
    assert caught.value.code == code


def test_a_season_is_adopted_where_it_helps():
    seasonal = forecast_shop(_shop(planted(n_skus=15, seed=2)[0]))
    assert seasonal.uses_season
    assert seasonal.scores[0].wape < seasonal.scores[0].wape_naive


def test_a_season_is_not_adopted_where_it_misleads():
    """Two years of season, and a last year's end without any."""
    known, _ = planted(n_skus=15, seed=4, swing=0.6)
    flat = np.random.default_rng(1).poisson(known.sold[:, :80].mean(axis=1)[:, None], known.sold[:, 80:].shape)
    sold = np.hstack([known.sold[:, :80], flat])
    assert not forecast_shop(_shop(history_of(sold))).uses_season


def test_the_score_shown_is_that_of_the_same_forecast_a_window_earlier():
    shop = _shop(planted(n_skus=10)[0])
    made = forecast_shop(shop)
    assert made.scores == tuple(backtest(shop))


def test_a_backtest_sees_nothing_of_what_it_is_judged_by():
    known, _ = planted(n_skus=6)
    other = known.sold.copy()
    other[:, -8:] = 999
    shop, changed = _shop(known), _shop(history_of(other))
    cut = known.days[-8] - timedelta(days=1)
    one, two = (history(found.until(cut)) for found in (shop, changed))
    np.testing.assert_array_equal(one.units, two.units)
    assert backtest(shop)[0] != backtest(changed)[0]


def test_windows_lie_one_behind_the_other():
    shop = _shop(planted(n_skus=5)[0])
    found = backtest(shop, 8, windows=3)
    assert [score.first for score in found] == [LAST + timedelta(days=1 - 56 * back) for back in (1, 2, 3)]
    assert all(score.n_periods == 8 for score in found)


def test_a_young_shop_has_no_score_and_a_forecast_all_the_same():
    made = forecast_shop(_shop(history_of(np.full((2, 10), 5.0))))
    assert made.scores == ()
    assert not made.uses_season
    assert made.demand.horizon == 8
    np.testing.assert_allclose(made.demand.mean[1:], 5, rtol=0.12)  # the sales model has learned doubt
    assert "has learned from other sales" in str(made.demand.how)


def test_a_shop_that_once_sold_on_one_weekday_only_is_forecast_all_the_same():
    """Its records looked weekly then, from Wednesday to Tuesday, and are daily now."""
    wednesday = FIRST + timedelta(days=2 - 7 * 40)
    once = [("a", wednesday + timedelta(days=7 * week), 5.0) for week in range(40)]
    early = pl.DataFrame(once, schema=_sales().schema, orient="row")
    lines = pl.concat([early, _sales(days=84, skus=("a",))]).with_columns(
        pl.col(c.DAY).cast(pl.Datetime("us", "UTC")).alias(c.AT),
        pl.int_range(pl.len()).cast(pl.String).alias(c.ORDER),
        pl.lit("1").alias(c.LINE),
    )
    shop = Shop.of({"order_lines": lines}, Settings.model_validate({"demand": {"horizon": 12}}))
    made = forecast_shop(shop)
    assert made.scores == ()
    assert made.demand.mean.min() > 0


def test_sales_cancelled_since_do_not_upset_the_backtest():
    known, _ = planted(n_skus=3)
    shop = _shop(known)
    lines = shop.frames["order_lines"].collect()
    gone = lines.filter(pl.col(c.SKU) == "s001")
    orders = gone.select(c.ORDER, c.AT).with_columns(
        pl.lit("cancelled").alias(c.STATUS), pl.lit(datetime(2024, 6, 29, tzinfo=UTC)).alias(c.STATUS_AT)
    )
    made = forecast_shop(Shop.of({"order_lines": lines, "orders": orders}))
    assert "s001" not in made.demand.skus
    assert 0 < made.scores[0].wape < 0.5


def test_the_settings_say_how_far_and_how_fine():
    shop = _shop(planted(n_skus=2)[0], demand={"horizon": 5})
    assert forecast_shop(shop).demand.horizon == 5
    assert forecast_shop(shop, 3).demand.horizon == 3


def test_a_product_with_little_history_says_so():
    sold = np.random.default_rng(0).poisson(5.0, (3, 60)).astype(float)
    sold[2, :57] = 0
    made = forecast_shop(_shop(history_of(sold), demand={"min_periods": 6}))
    assert "fewer than 6 periods" in str(made.demand.notes["s002"])
    assert "s000" not in made.demand.notes
