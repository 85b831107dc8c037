"""Backtests of shops and of plain tables: windows lie right, and nothing sees past its eve."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import UsageError
from shopwright.forecast import backtest, forecast
from shopwright.forecast.origins import Sales, earlier_sales
from shopwright.forecast.table import panel_of
from shopwright.i18n import using
from shopwright.shop.sales import read_sales
from shopwright.shop.schema import names as c

FIRST, WEEKS = date(2023, 1, 2), 60  # a Monday


def _table(weeks=WEEKS, skus=4, seed=0, is_sparse=False, later=0.0):
    """Daily sales with a promotion that trebles them and a price; `later` is added in the last 8 weeks."""
    draw = np.random.default_rng(seed)
    n = weeks * 7
    day = [FIRST + timedelta(days=at) for at in range(n)]
    tables = []
    for at in range(skus):
        promoted = (draw.random(n) < 0.2).astype(float)
        units = draw.poisson((2 + at) * (1 + 2 * promoted)).astype(float)
        units[-56:] += later
        tables.append(
            pl.DataFrame({c.SKU: f"s{at}", c.DAY: day, c.UNITS: units, "promotion": promoted, "visits": units * 10})
        )
    table = pl.concat(tables)
    return table.filter(pl.col(c.UNITS) > 0) if is_sparse else table


def _future(table):
    return table.select(c.SKU, c.DAY, "promotion").with_columns(pl.col(c.DAY) + timedelta(days=7 * WEEKS)).head(0)


def test_a_window_is_forecast_as_the_table_before_it_would_be():
    table = _table().drop("promotion", "visits")
    found = backtest(table, 8, "W", windows=2)
    cut = FIRST + timedelta(days=7 * (WEEKS - 8))
    then = forecast(table.filter(pl.col(c.DAY) < cut), 8, "W")
    latest = found.cells.filter(pl.col("window") == 1)
    np.testing.assert_allclose(latest["mean"].to_numpy(), then.mean.reshape(-1))
    np.testing.assert_allclose(latest["q0.9"].to_numpy(), then.quantile(0.9).reshape(-1))
    sold = table.filter(pl.col(c.DAY) >= cut)
    assert latest[c.UNITS].sum() == sold[c.UNITS].sum()
    assert [score.first for score in found] == [cut, cut - timedelta(days=56)]


def test_later_rows_change_no_forecast():
    """Units and what is known only afterwards are other ones from the window on; the promotions are the same."""
    one, other = _table(), _table(later=40.0)
    told = [backtest(table, 8, "W", future=_future(table)).cells for table in (one, other)]
    both = told[0].join(told[1], on=[c.SKU, c.DAY], suffix="_other")
    assert both.height == told[0].height > 0
    for name in ("mean", "q0.1", "q0.9", "naive"):
        np.testing.assert_array_equal(both[name], both[f"{name}_other"])
    assert (told[0][c.UNITS].to_numpy() != told[1][c.UNITS].to_numpy()).all()


def test_only_columns_given_ahead_are_seen_in_the_window():
    table = _table()
    now = panel_of(table, 8, "W").known
    (seen,) = earlier_sales(Sales(read_sales(table)[0], _future(table), None, ""), now, 8, 1)
    assert set(seen.ahead) == {"promotion"}
    assert set(seen.past) == {"visits"}
    assert seen.ahead["promotion"].shape[1] == WEEKS
    assert seen.past["visits"].shape[1] == WEEKS - 8
    (blind,) = earlier_sales(Sales(read_sales(table)[0], None, None, ""), now, 8, 1)
    assert set(blind.ahead) == set()


def test_a_promotion_known_ahead_helps():
    table = _table(weeks=80, skus=8)
    blind = backtest(table.drop("visits", "promotion"), 14, "D", windows=1)
    seeing = backtest(table.drop("visits"), 14, "D", windows=1, future=_future(table))
    assert seeing[0].wape < 0.8 * blind[0].wape


def test_days_without_a_row_do_not_tell_that_nothing_sold():
    """The shop is open on all days; on a third of them the product with few rows sold nothing."""
    n = 140
    day = [FIRST + timedelta(days=at) for at in range(n)]
    often = pl.DataFrame({c.SKU: "often", c.DAY: day, c.UNITS: 5.0, "is_open": 1.0})
    seldom = pl.DataFrame({c.SKU: "seldom", c.DAY: day, c.UNITS: 2.0, "is_open": 1.0}).gather_every(3)
    table = pl.concat([often, seldom])
    future = table.select(c.SKU, c.DAY, "is_open").head(0)
    now = panel_of(table, 14, "D").known
    (seen,) = earlier_sales(Sales(read_sales(table)[0], future, None, ""), now, 14, 1)
    assert (seen.ahead["is_open"][:, -14:] == 1).all()


def test_rows_of_past_days_in_the_future_say_what_was_known():
    """A single product that sells every third day: only its own table of openings knows of the days between."""
    n = 140
    day = [FIRST + timedelta(days=at) for at in range(n)]
    table = pl.DataFrame({c.SKU: "seldom", c.DAY: day, c.UNITS: 2.0, "is_open": 1.0}).gather_every(3)
    future = pl.DataFrame({c.SKU: "seldom", c.DAY: day, "is_open": 1.0})
    now = panel_of(table, 14, "D").known
    (seen,) = earlier_sales(Sales(read_sales(table)[0], future, None, ""), now, 14, 1)
    assert (seen.ahead["is_open"][:, -14:] == 1).all()


def _own_promotions(skus=6, n=168):
    """Slow products, each with promotions of its own that do nothing; with a row on every day, sold or not."""
    draw = np.random.default_rng(5)
    day = [FIRST + timedelta(days=at) for at in range(n)]
    return pl.concat(
        pl.DataFrame(
            {
                c.SKU: f"s{at}",
                c.DAY: day,
                c.UNITS: draw.poisson(0.5, n) * 1.0,
                "promotion": draw.integers(0, 2, n) * 1.0,
            }
        )
        for at in range(skus)
    )


def _seen(rows, future, horizon=14):
    now = panel_of(rows, horizon, "D", future).known
    (panel,) = earlier_sales(Sales(read_sales(rows)[0], future, None, ""), now, horizon, 1)
    return panel


def test_a_flag_of_its_own_does_not_tell_on_which_days_a_product_sold():
    whole = _own_promotions()
    sparse = whole.filter(pl.col(c.UNITS) > 0)
    future = whole.select(c.SKU, c.DAY, "promotion").head(0)
    told = _seen(sparse, future).ahead["promotion"]
    assert (told == told[:, :1]).all()
    assert ((told > 0) & (told < 1)).all()
    found = backtest(sparse, 14, "D", future=future)
    assert "something sold: promotion;" in str(found.how)
    cut = FIRST + timedelta(days=168 - 14)
    other = sparse.with_columns(
        promotion=pl.when(pl.col(c.DAY) >= cut).then(1 - pl.col("promotion")).otherwise("promotion")
    )
    np.testing.assert_array_equal(backtest(other, 14, "D", future=future).cells["mean"], found.cells["mean"])


def test_flags_are_known_where_all_days_have_rows_or_the_future_tells_of_them():
    whole = _own_promotions()
    sparse = whole.filter(pl.col(c.UNITS) > 0)
    truth = np.stack([rows["promotion"].to_numpy() for _, rows in whole.group_by(c.SKU, maintain_order=True)])
    future = whole.select(c.SKU, c.DAY, "promotion")
    for rows, ahead in ((whole, future.head(0)), (sparse, future)):
        seen = _seen(rows, ahead)
        begin, end = ((day - FIRST).days for day in (seen.days[0], seen.days[-1]))
        np.testing.assert_array_equal(seen.ahead["promotion"], truth[:, begin : end + 1])
        assert "something sold" not in str(backtest(rows, 14, "D", future=ahead).how)


def test_words_of_its_own_are_left_out_too():
    words = pl.when(pl.col("promotion") == 1).then(pl.lit("gift")).otherwise(pl.lit("none"))
    sparse = _own_promotions().filter(pl.col(c.UNITS) > 0).with_columns(words.alias("offer")).drop("promotion")
    seen = _seen(sparse, sparse.select(c.SKU, c.DAY, "offer").head(0)).ahead
    assert set(seen) == {"offer=gift", "offer=none"}
    assert all((values == values[:, :1]).all() for values in seen.values())


def test_a_single_product_is_told_nothing_by_its_own_rows():
    sparse = _own_promotions(skus=1).filter(pl.col(c.UNITS) > 0)
    told = _seen(sparse, sparse.select(c.SKU, c.DAY, "promotion").head(0)).ahead["promotion"]
    assert len(set(told[0])) == 1


@pytest.mark.parametrize("freq, horizon", [("D", 14), ("W", 4), ("M", 2)])
def test_windows_end_where_the_records_do_whatever_day_has_no_row(freq, horizon):
    table = _table(weeks=70, is_sparse=True).drop("promotion", "visits")
    cut = panel_of(table, horizon, freq).known.days[-horizon]
    gap = table.filter(~pl.col(c.DAY).is_between(cut - timedelta(days=3), cut - timedelta(days=1)))
    found = backtest(gap, horizon, freq, windows=1)
    assert found[0].first == cut
    assert found[0].n_periods == horizon


def test_weekly_records_are_judged_by_weeks():
    table = _table().group_by(c.SKU, pl.col(c.DAY).dt.truncate("1w")).agg(pl.col(c.UNITS).sum())
    found = backtest(table, 6, "D", windows=3)
    assert found.period == "W"
    assert len(found) == 3


def test_weekly_records_are_judged_by_months_whose_last_day_has_no_row():
    table = _table(weeks=70).group_by(c.SKU, pl.col(c.DAY).dt.truncate("1w")).agg(pl.col(c.UNITS).sum())
    found = backtest(table, 2, "M", windows=3)
    assert [str(score.first) for score in found] == ["2024-02-01", "2023-12-01", "2023-10-01"]
    assert found.total.n_periods == 2
    (seen,) = earlier_sales(Sales(read_sales(table)[0], None, None, ""), panel_of(table, 2, "M").known, 2, 1)
    assert seen.known.as_of == date(2024, 1, 31)
    assert seen.units[0, -1] == table.filter(
        (pl.col(c.SKU) == "s0") & pl.col(c.DAY).is_between(date(2024, 1, 1), date(2024, 1, 31))
    )[c.UNITS].sum()  # fmt: skip


def test_a_short_table_has_fewer_windows_and_then_none():
    table = _table(weeks=20).drop("promotion", "visits")
    assert len(backtest(table, 5, "W", windows=9)) == 2
    young = backtest(table, 10, "W")
    assert len(young) == 0
    assert young.total is None
    assert "too little history" in str(young)
    assert young._repr_html_()
    assert young.frame("class").is_empty()
    assert young.calibration()["share"].to_list() == [None] * 6 or young.calibration().is_empty()


def test_out_of_stock_days_count_for_neither():
    table = _table().drop("promotion", "visits").with_columns(in_stock=pl.lit(value=True))
    is_out = (pl.col(c.SKU) == "s1") & (pl.col(c.DAY) >= FIRST + timedelta(days=7 * (WEEKS - 2)))
    out = table.with_columns(pl.when(is_out).then(0.0).otherwise(c.UNITS).alias(c.UNITS), (~is_out).alias("in_stock"))
    cells = backtest(out, 8, "W").cells
    assert cells.filter(pl.col(c.SKU) == "s1")["step"].to_list() == [1, 2, 3, 4, 5, 6]
    assert cells.filter(pl.col(c.SKU) == "s2").height == 8


def test_money_and_categories_come_from_the_tables_given():
    table = _table().drop("promotion", "visits")
    skus = [f"s{at}" for at in range(4)]
    costs = pl.DataFrame({c.SKU: skus, "holding_cost": [1.0] * 4, "shortage_cost": [4.0] * 4})
    static = pl.DataFrame({c.SKU: skus, c.CATEGORY: ["tea", "tea", "cups", None]})
    found = backtest(table, 8, "W", costs=costs, static=static, quantiles=(0.8,))
    left = found.cells["q0.8"].to_numpy() - found.cells[c.UNITS].to_numpy()  # four times out of five is enough
    assert (left > 0).any()
    assert (left < 0).any()
    assert found.total.cost == pytest.approx(np.where(left > 0, left, -4 * left).sum())
    assert found.total.cost == pytest.approx(found.frame("category")["cost"].sum())
    assert found.frame("category")[c.CATEGORY].to_list() == ["cups", "tea", None]
    assert "ordering by it would have cost" in str(found)


def test_the_seed_and_workers_change_no_digit():
    table = _table(skus=3).drop("promotion", "visits")
    with ThreadPoolExecutor(2) as executor:
        found = [backtest(table, 8, "W", seed=1, executor=each).cells for each in (None, None, executor)]
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])


def _costs(skus, holding):
    return pl.DataFrame({c.SKU: skus, "holding_cost": holding, "shortage_cost": [1.0] * len(skus)})


@pytest.mark.parametrize(
    "change, code",
    [
        ({"windows": 0}, "USAGE-81"),
        ({"horizon": -1}, "USAGE-07"),
        ({"models": ("oracle",)}, "USAGE-44"),
        ({"quantiles": (1.5,)}, "USAGE-06"),
        ({"costs": _costs(["s0"], [1.0]).drop("shortage_cost")}, "USAGE-82"),
        ({"costs": _costs(["s0"], [-1.0])}, "USAGE-82"),
        ({"costs": _costs(["s0", "s0"], [1.0, 2.0])}, "USAGE-82"),
    ],
)
def test_what_cannot_be_judged_is_explained(change, code):
    with pytest.raises(UsageError) as caught:
        backtest(_table(weeks=30, skus=1), **{"horizon": 4, "freq": "W", **change})
    assert caught.value.code == code


@pytest.mark.parametrize("of", ["step", "class", "category", "calibration", "sku"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_chart_is_drawn(of, language):
    from shopwright.charts.theme import to_svg

    table = _table(weeks=40, skus=2).drop("promotion", "visits")
    static = pl.DataFrame({c.SKU: ["s0", "s1"], c.CATEGORY: ["tea", "cups"]})
    with using(language):
        svg = to_svg(backtest(table, 4, "W", windows=2, static=static).chart(of))
    assert svg.startswith("<svg")
    assert "NaN" not in svg
    assert ("naive" in svg) == (language == "en" and of in ("step", "class", "category"))


def test_a_chart_that_is_not_there_is_refused():
    found = backtest(_table(weeks=30, skus=1).drop("promotion", "visits"), 4, "W")
    for arguments, code in (({"of": "pie"}, "USAGE-83"), ({"of": "sku", "skus": ["gone"]}, "USAGE-84")):
        with pytest.raises(UsageError) as caught:
            found.chart(**arguments)
        assert caught.value.code == code
