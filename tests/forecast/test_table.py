"""Plain tables, and what merchants' tables hold that they should not."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import TableError, UsageError
from shopwright.forecast import forecast
from shopwright.forecast.table import panel_of

FIRST = date(2024, 1, 1)  # a Monday


def _daily(units, sku="a", first=FIRST, **columns):
    days = [first + timedelta(days=at) for at in range(len(units))]
    return pl.DataFrame({"sku": [sku] * len(units), "day": days, "units": [float(n) for n in units], **columns})


def _is_sane(demand, horizon):
    assert demand.mean.shape == (len(demand.skus), horizon)
    assert np.isfinite(demand.frame().select(pl.exclude("sku", "day")).to_numpy()).all()
    assert (demand.mean >= 0).all()


@pytest.mark.parametrize(
    "units",
    [[3], [0] * 60, [5] * 60, [0] * 59 + [4], [1, 2], [1e9] * 60],
    ids=["one observation", "all zeros", "constant", "one sale", "two days", "large"],
)
@pytest.mark.parametrize("freq", ["D", "W"])
def test_odd_histories_are_forecast_without_odd_numbers(units, freq):
    demand = forecast(_daily(units), 7, freq)
    _is_sane(demand, 7)
    assert demand.mean.max() <= 7 * 4 * max(*units, 1)


def test_what_never_sold_is_forecast_as_nothing():
    assert forecast(_daily([0] * 60), 7, "D").mean.max() == 0


def test_a_history_without_any_number_is_told():
    sales = pl.concat([_daily([2] * 60), _daily([0] * 60, "b").with_columns(units=pl.lit(None, pl.Float64))])
    demand = forecast(sales, 7, "D")
    _is_sane(demand, 7)
    assert "b" in demand.notes
    assert "a" not in demand.notes


def test_more_back_than_sold_counts_as_none_sold_and_is_told():
    demand = forecast(_daily([2] * 30 + [-5] + [2] * 30), 7, "D")
    _is_sane(demand, 7)
    assert "came back" in str(demand.notes["a"])


def test_an_outlier_of_a_billion_is_taken_for_a_slip_and_told():
    demand = forecast(_daily([3, 2, 4] * 20 + [1e9] + [3] * 10), 7, "D")
    assert demand.mean.max() < 6
    assert "1,000,000,000" in str(demand.notes["a"])


def test_a_day_that_comes_twice_is_added_up_and_the_order_of_days_does_not_matter():
    sales = _daily([4] * 60)
    halves = pl.concat([sales.with_columns(units=1.0), sales.with_columns(units=3.0)]).sample(
        fraction=1, shuffle=True, seed=1
    )
    assert forecast(halves, 7, "D").frame().equals(forecast(sales, 7, "D").frame())


def test_days_without_a_row_are_days_without_sales():
    sparse = _daily([4, 0, 0, 2] * 20).filter(pl.col("units") > 0)
    whole = _daily([4, 0, 0, 2] * 20)
    np.testing.assert_allclose(forecast(sparse, 7, "D").mean, forecast(whole, 7, "D").mean)


def test_a_sku_that_is_only_known_ahead_sells_like_products_like_it():
    parts = [
        _daily([0] * 40 + [level] * 40, sku) for level, sku in ((9, "mug 1"), (9, "mug 2"), (9, "mug 3"), (1, "pen 1"))
    ]
    parts += [_daily([1] * 80, sku) for sku in ("pen 2", "pen 3")]
    static = pl.DataFrame({"sku": [f"{kind} {n}" for kind in ("mug", "pen") for n in (1, 2, 3)] + ["mug 4"]})
    static = static.with_columns(kind=pl.col("sku").str.split(" ").list.first())
    future = pl.DataFrame({"sku": ["mug 4"], "day": [FIRST + timedelta(days=80)]})
    demand = forecast(pl.concat(parts), 7, "D", future=future, static=static)
    _is_sane(demand, 7)
    assert demand.mean[demand.row["mug 4"]].mean() == pytest.approx(9, rel=0.1)
    assert "no sales yet" in str(demand.notes["mug 4"])


def test_what_is_missing_ahead_is_filled_and_told():
    draw = np.random.default_rng(0)
    promo = (draw.random(120) < 0.3) * 1.0
    sales = _daily(np.where(promo > 0, 12, 4), promo=promo)
    future = pl.DataFrame(
        {"sku": ["a"] * 3, "day": [FIRST + timedelta(days=120 + at) for at in range(3)], "promo": [1.0] * 3}
    )
    demand = forecast(sales, 7, "D", future=future)
    assert "not told for every period" in str(demand.notes["a"])
    _is_sane(demand, 7)


def test_a_covariate_without_a_future_never_shows_the_future():
    sales = _daily([2, 3] * 60, visits=[float(at) for at in range(120)])
    panel = panel_of(sales, 7, "D")
    assert panel.past["visits"].shape == (1, 120)
    assert not panel.ahead
    assert panel.before(50).past["visits"].shape == (1, 50)


def test_words_ahead_become_flags_of_the_most_frequent():
    words = ["sale", None, "gift"] * 40
    sales = _daily([2] * 120, event=words)
    future = pl.DataFrame({"sku": ["a"], "day": [FIRST + timedelta(days=120)], "event": ["gift"]})
    panel = panel_of(sales, 7, "D", future)
    assert set(panel.ahead) == {"event=sale", "event=gift"}
    assert panel.ahead["event=gift"][0, 120] == 1
    assert panel.ahead["event=sale"][0, 120:].sum() == 0


def test_the_frame_shows_the_levels_that_were_asked_for():
    demand = forecast(_daily([2, 3] * 60), 7, "D", quantiles=(0.25, 0.9))
    assert demand.frame().columns == ["sku", "day", "mean", "q0.25", "q0.9"]
    assert forecast(_daily([2] * 60), 7, "D").frame().columns[3:] == [f"q{at / 10:g}" for at in range(1, 10)]


def test_products_that_each_sold_once_are_forecast():
    parts = [_daily([0] * at + [1] + [0] * (299 - at), f"one-off {at}") for at in range(0, 300, 1)]
    demand = forecast(pl.concat(parts), 28, "D")
    _is_sane(demand, 28)
    assert demand.mean.sum(axis=1).max() < 10  # one that was new yesterday may sell again, the others hardly
    assert np.median(demand.mean.sum(axis=1)) < 0.5


def test_a_stray_sale_long_before_the_others_does_no_harm():
    sales = pl.concat([_daily([1], first=FIRST - timedelta(days=700)), _daily([3] * 250)])
    demand = forecast(sales, 28, "D", models=["boosted"])
    assert demand.mean.mean() == pytest.approx(3, rel=0.1)


def test_names_may_hold_any_sign_and_be_any_word():
    draw = np.random.default_rng(0)
    event = ["a:b", None, 'say "x", {y}', "[z]"] * 50
    sales = _daily(
        draw.poisson(4, 200), **{"price, net": [1.0] * 200, "count": [2.0] * 200, "row": [0.0] * 200, "ev": event}
    )
    future = pl.DataFrame({"sku": ["a"], "day": [FIRST + timedelta(days=200)], "ev": ["a:b"], "count": [2.0]})
    static = pl.DataFrame({"sku": ["a"], "count": ["x"], "all": ["y"]})
    _is_sane(forecast(sales, 7, "D", future=future, static=static), 7)


def test_a_promotion_told_only_of_days_that_sold_does_not_say_which_those_are():
    """Thirty slow products with promotions of their own that do nothing, rows only of days that sold."""
    draw = np.random.default_rng(3)
    both = pl.concat(
        _daily(draw.poisson(0.5, 194), f"s{sku:02d}", promotion=(draw.random(194) < 0.3) * 1.0) for sku in range(30)
    )
    cut = FIRST + timedelta(days=180)
    sales = both.filter(pl.col("day") < cut, pl.col("units") > 0)
    panel = panel_of(sales, 14, "D", both.filter(pl.col("day") >= cut).drop("units"))
    promoted = panel.ahead["promotion"][:, :180]
    sold = panel.known.sold[:, :180] > 0
    assert promoted[sold].mean() == pytest.approx(0.3, abs=0.03)
    assert promoted[~sold].mean() == pytest.approx(promoted[sold].mean(), abs=0.05)
    assert "as they were told last" in str(panel.notes["s01"])


def test_a_day_without_a_row_is_not_a_day_without_the_flag():
    """Open every day, rows only where something sold: being open ahead must not read as a sale."""
    draw = np.random.default_rng(4)
    parts, future = [], []
    for sku in range(20):
        sales = _daily(draw.poisson(0.5, 200), str(sku), open=[1.0] * 200)
        parts.append(sales.filter(pl.col("units") > 0))
        future.append(_daily([1] * 7, str(sku), FIRST + timedelta(days=200)).select("sku", "day", open=1.0))
    demand = forecast(pl.concat(parts), 7, "D", future=pl.concat(future))
    assert demand.mean.mean() == pytest.approx(0.5, abs=0.12)


def test_a_month_that_is_not_over_is_no_history():
    with pytest.raises(TableError, match="TABLE-08"):
        forecast(_daily([2] * 20), 3, "M")


@pytest.mark.parametrize("country", ["de", "GB"])
def test_a_country_brings_its_holidays_in_any_case(country):
    _is_sane(forecast(_daily([2, 3] * 60), 7, "D", country=country), 7)


def test_an_unknown_country_is_told():
    sales = pl.concat([_daily([2, 3, 4] * 70, str(at)) for at in range(3)])
    with pytest.raises(UsageError, match="USAGE-46"):
        forecast(sales, 7, "D", country="XX")


def test_a_slip_is_no_stock_out():
    demand = forecast(_daily([3, 2, 4] * 20 + [1e6] + [3] * 10), 7, "D")
    assert all(abs(part.units) < 100 for part in demand.explain("a"))


@pytest.mark.parametrize("year", [1900, 2099])
def test_a_year_written_wrongly_moves_nobody(year):
    right = pl.concat([_daily([2, 3] * 60), _daily([4] * 120, "b")])
    demand = forecast(pl.concat([right, _daily([7], "b", date(year, 1, 1))]), 7, "D")
    assert demand.days[0] == FIRST + timedelta(days=120)
    assert (demand.mean == forecast(right, 7, "D").mean).all()
    assert str(date(year, 1, 1)) in str(demand.notes["b"])


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_few_sales_with_a_day_that_stands_for_none_are_refused_by_their_sku(day):
    with pytest.raises(UsageError, match=f"SKU 'b': day cannot be {day}"):
        forecast(pl.concat([_daily([2] * 60), _daily([9], "b", day)]), 7, "D")


def test_rows_without_a_day_are_left_out_and_told():
    demand = forecast(pl.concat([_daily([2] * 60), _daily([9], "b").with_columns(day=pl.lit(None, pl.Date))]), 7, "D")
    assert demand.skus == ("a", "b")
    assert "want of a day: 1" in str(demand.notes["b"])


def test_rows_of_one_day_are_added_up_and_told():
    demand = forecast(pl.concat([_daily([2] * 60), _daily([1] * 60)]), 7, "D")
    assert np.allclose(demand.mean, 3, atol=0.2)
    assert "added up: 60" in str(demand.notes["a"])


@pytest.mark.parametrize("kind", ["lazy", "arrow"])
def test_other_tables_are_read(kind):
    sales = _daily([2, 3] * 30)

    class Arrow:
        def __arrow_c_stream__(self, requested_schema=None):
            return sales.__arrow_c_stream__(requested_schema)

    told = forecast(sales.lazy() if kind == "lazy" else Arrow(), 7, "D")
    assert (told.mean == forecast(sales, 7, "D").mean).all()


@pytest.mark.parametrize("table", [{"sku": ["a"]}, [1], None, "sales.csv"], ids=type)
def test_what_is_no_table_is_refused(table):
    with pytest.raises(UsageError, match="USAGE-47"):
        forecast(table, 7, "D")


@pytest.mark.parametrize("yes, no", [("yes", "no"), ("TRUE", "False"), ("1", "0"), ("是", "否"), (True, False)])
def test_in_stock_is_read_in_words(yes, no):
    flags = [yes] * 40 + [no] * 10 + [yes] * 10
    units = [4.0] * 40 + [0.0] * 10 + [4.0] * 10
    panel = panel_of(_daily(units, in_stock=flags), 7, "D")
    assert np.isnan(panel.units[0, 40:50]).all()
    assert (panel.units[0, :40] == 4).all()


def test_an_odd_word_for_in_stock_is_named():
    with pytest.raises(UsageError, match="maybe"):
        forecast(_daily([1] * 3, in_stock=["yes", "maybe", "no"]), 7, "D")


def test_days_out_of_stock_count_against_all_days_of_a_week():
    full = _daily([1.0] * 70)
    sparse = full.filter(pl.col("day") < FIRST + timedelta(days=56))
    last = [FIRST + timedelta(days=56 + at) for at in range(14)]
    # In the ninth week only one day sold, without a row for four, and two were out of stock: known, and scaled up
    week = pl.DataFrame({"sku": ["a"] * 3, "day": [last[0], *last[5:7]], "units": [3.0, 0, 0]})
    flagged = pl.concat([
        sparse.with_columns(in_stock=pl.lit(value=True)),
        week.with_columns(in_stock=pl.Series([True, False, False])),
        _daily([1.0] * 7, first=last[7], in_stock=[True] * 7),
    ])  # fmt: skip
    panel = panel_of(flagged, 2, "W")
    assert panel.units[0, 8] == pytest.approx(3 * 7 / 5)


def test_empty_days_of_a_week_are_not_days_without_sales():
    units = [1.0] * 63 + [1.0, 1.0, 1.0, 1.0, None, None, None]
    panel = panel_of(_daily([0.0] * 70).with_columns(units=pl.Series(units)), 2, "W")
    assert panel.units[0, -1] == pytest.approx(7)


def test_a_product_described_twice_is_named():
    static = pl.DataFrame({"sku": ["a", "a"], "category": ["x", "y"]})
    with pytest.raises(UsageError, match="'a' has several rows"):
        forecast(_daily([1] * 30), 7, "D", static=static)


@pytest.mark.parametrize("horizon", [1.5, "7", None, True])
def test_a_horizon_that_is_no_number_of_periods_is_refused(horizon):
    with pytest.raises(UsageError, match="USAGE-07"):
        forecast(_daily([1] * 30), horizon, "D")


@pytest.mark.parametrize(
    "units", [[4, 5, 3] * 60 + [1e9, 4, 3, 2e9], [1, 1e9, 1]], ids=["two slips", "a slip among three days"]
)
@pytest.mark.parametrize("freq", ["D", "W"])
def test_slips_move_no_forecast_however_many_or_few_days_there_are(units, freq):
    demand = forecast(
        pl.concat([_daily([6, 4] * 92), _daily(units, "b", FIRST + timedelta(days=184 - len(units)))]), 8, freq
    )
    _is_sane(demand, 8)
    assert demand.frame().filter(sku="b").select(pl.exclude("sku", "day")).to_numpy().max() < 100
    assert "left out" in str(demand.notes["b"])


def test_a_slip_is_no_stock_out_in_the_explanation():
    demand = forecast(_daily([3, 2, 4] * 60 + [1e9] + [3] * 10), 7, "D", models=["boosted"])
    assert "stock-out correction" not in {str(part.name) for part in demand.explain("a")}


def test_a_column_that_is_neither_number_nor_word_is_refused_by_name():
    with pytest.raises(UsageError) as caught:
        forecast(_daily([2] * 30, tags=[["new"]] * 30), 7, "D")
    assert caught.value.code == "USAGE-22"
    assert "tags" in str(caught.value.why)
