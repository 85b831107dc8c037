"""Stock-outs that no record tells of, read from sales alone."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.forecast import forecast
from shopwright.forecast.table import panel_of
from shopwright.shop import synthetic
from shopwright.shop.hidden import hidden_stock_outs
from shopwright.shop.history import history
from shopwright.shop.shop import Shop

FIRST = date(2022, 1, 3)  # a Monday


def _units(n=6, days=200, rate=4.0, seed=5):
    return np.random.default_rng(seed).poisson(rate, (n, days)).astype(float)


def _found(units, period="D", settled=None):
    return hidden_stock_outs(units, period, np.zeros(units.shape, bool) if settled is None else settled)


def _rows(units, **columns):
    n, days = units.shape
    return pl.DataFrame(
        {
            "sku": np.repeat([f"p{at}" for at in range(n)], days),
            "day": [FIRST + timedelta(days=at) for at in range(days)] * n,
            "units": units.ravel(),
        }
    ).with_columns(**columns)


def test_a_fortnight_without_a_sale_of_what_sells_daily_is_found():
    units = _units()
    units[2, 100:114] = 0
    assert list(_found(units)) == [2]
    (stretch,) = _found(units)[2]
    assert (stretch.begin, stretch.end) == (100, 114)
    assert stretch.seen > 114


def test_nothing_is_found_where_chance_explains_it():
    """Of a thousand products, slow and fast, that sell as ever, hardly one is taken to have been out of stock."""
    rates = np.random.default_rng(1).gamma(1, 1, (1000, 1))
    units = np.random.default_rng(2).poisson(rates, (1000, 365)).astype(float)
    assert len(_found(units)) <= 2


def test_three_weeks_without_a_sale_of_what_sells_forty_are_found():
    units = _units(days=60, rate=40.0)
    units[2, 40:43] = 0
    assert [(each.begin, each.end) for each in _found(units, "W")[2]] == [(40, 43)]
    slow = _units(days=60, rate=1.0)
    slow[2, 40:43] = 0
    assert 2 not in _found(slow, "W")


def test_what_sells_much_but_rarely_is_not_out_of_stock_between():
    """A wholesaler's product: dozens at once, every third week on average."""
    draw = np.random.default_rng(3)
    units = draw.poisson(40, (300, 104)) * (draw.random((300, 104)) < 0.3).astype(float)
    assert len(_found(units, "W")) <= 1


def test_what_lasts_is_not_found_until_it_is_over():
    units = _units()
    units[2, 150:] = 0
    assert not _found(units)


def test_what_is_seen_depends_on_nothing_later():
    """Cut after any day, the same stretches are found, but for those that were not seen yet."""
    units = _units(days=800)
    for row, begin, end in ((0, 60, 75), (1, 400, 500), (2, 100, 140), (2, 600, 612), (3, 300, 460)):
        units[row, begin:end] = 0
    whole = _found(units)
    assert {row: len(each) for row, each in whole.items()} == {0: 1, 1: 1, 2: 2, 3: 1}
    for cut in range(70, 800, 13):
        then = {row: tuple(each for each in found if each.seen <= cut) for row, found in whole.items()}
        assert _found(units[:, :cut]) == {row: found for row, found in then.items() if found}


def test_what_the_year_before_speaks_for_is_not_seen_later_since_the_next_does_too():
    """Long, of what sold in half of those weeks the year before, and in fewer once it was back."""
    units = _units(days=208, rate=4.0) + 1
    units[2, 100:120] = 0
    units[2, 48:68:2] = 0  # a year before
    units[2, 53] = 0
    units[2, 126:140:2] = 0
    (stretch,) = _found(units, "W")[2]
    assert _found(units[:, : stretch.seen], "W") == {2: (stretch,)}
    assert 120 < stretch.seen < 150
    assert not _found(units[:, : stretch.seen - 1], "W")


def test_what_comes_and_goes_is_not_taken_to_be_out_of_stock():
    """Sold in actions only, two weeks of seven: one that is gone for once is."""
    units = _units(days=600)
    units[1, np.arange(600) % 49 >= 14] = 0
    units[2, 14:49] = 0
    found = _found(units)
    assert [(each.begin, each.end) for each in found[2]] == [(14, 49)]
    assert [(each.begin, each.end) for each in found[1]] == [(14, 49)]


def test_a_day_on_which_the_whole_shop_sold_nothing_is_none():
    units = _units()
    units[:, 100:114] = 0
    assert not _found(units)


def test_a_season_that_comes_every_year_is_none():
    units = _units(days=4 * 364)
    for year in range(4):
        units[1, year * 364 + 150 : year * 364 + 310] = 0  # longer than a quarter
        units[2, year * 364 + 150 : year * 364 + 190] = 0  # shorter: the first could be anything
    found = _found(units)
    assert 1 not in found
    assert [abs(each.begin - 150) < 3 for each in found[2]] == [True]


def test_what_is_recorded_to_be_in_stock_is_no_stock_out():
    units = _units()
    units[2, 100:114] = 0
    settled = np.zeros(units.shape, bool)
    settled[2, 100:114] = True
    assert not _found(units, settled=settled)
    settled[2, 108:] = False  # recorded for the first eight days only
    assert [(each.begin, each.end) for each in _found(units, settled=settled)[2]] == [(108, 114)]


def test_periods_that_were_unknown_stay_out_of_it():
    units = _units()
    units[2, 100:120] = 0
    units[2, 105:110] = np.nan
    assert [(each.begin, each.end) for each in _found(units)[2]] == [(100, 105), (110, 120)]


@pytest.mark.parametrize("units", [np.zeros((2, 0)), np.zeros((0, 9)), np.full((2, 9), np.nan), np.zeros((2, 90))])
def test_nothing_to_find_in_nothing(units):
    for period in ("D", "W", "M"):
        assert _found(units, period) == {}


def test_a_forecast_after_a_hidden_stock_out_is_that_of_demand():
    units = _units(n=8, days=200)
    gone = units.copy()
    gone[3, 176:194] = 0
    plain, hidden = (forecast(_rows(each), 14, "D") for each in (units, gone))
    assert hidden.mean[3].sum() == pytest.approx(plain.mean[3].sum(), rel=0.15)
    assert "18 days" in str(hidden.notes["p3"])
    assert "2022-07-15" in str(hidden.notes["p3"])


def test_several_stretches_are_not_told_as_one():
    units = _units(n=8, days=200)
    units[3, 60:72] = units[3, 130:150] = 0
    note = str(panel_of(_rows(units), 7, "D").notes["p3"])
    assert "2 times, for 32 days together" in note


def test_a_panel_of_an_earlier_day_does_not_know_yet():
    units = _units(n=8)
    units[3, 150:170] = 0
    panel = panel_of(_rows(units), 7, "D")
    (stretch,) = panel.known.hidden["p3"]
    assert np.isnan(panel.units[3, 150:170]).all()
    for cut in (160, 170, stretch.seen - 1):
        then = panel.before(cut)
        assert (then.units[3, 150:cut][:20] == 0).all()
        assert not then.known.hidden
    assert np.isnan(panel.before(stretch.seen).units[3, 150:170]).all()


def test_a_part_of_a_history_has_the_stretches_of_its_products():
    units = _units(n=8)
    units[3, 150:170] = 0
    known = panel_of(_rows(units), 7, "D").known
    assert known.n_hidden == 20
    assert known.some(np.array([2, 3])).n_hidden == 20
    assert known.some(np.array([2, 4])).n_hidden == 0


def test_closed_days_told_by_a_flag_are_no_stock_outs():
    """A shop that was closed for a fortnight, and said so: others were not."""
    units = _units(n=8)
    weekly = (np.arange(200) % 7 == 6)[None, :] & np.ones((8, 1), bool)
    weekly[3, 150:164] = True
    sales = _rows(np.where(weekly, 0.0, units), open=pl.Series((~weekly).ravel().astype(float)))
    ahead = pl.DataFrame({"sku": ["p3"] * 7, "day": [FIRST + timedelta(days=200 + at) for at in range(7)], "open": 1.0})
    panel = panel_of(sales, 7, "D", ahead)
    assert not panel.known.hidden
    assert (panel.units[3, 150:164] == 0).all()


def test_a_flag_of_in_stock_settles_it():
    units = _units(n=8)
    units[3, 150:164] = 0
    told = panel_of(_rows(units, in_stock=pl.lit(value=True)), 7, "D")
    assert not told.known.hidden
    unsaid = panel_of(_rows(units, in_stock=pl.lit(None, pl.Boolean)), 7, "D")
    assert list(unsaid.known.hidden) == ["p3"]


def test_in_a_shop_without_records_of_stock_what_is_found_was_out_of_stock():
    """The synthetic shop's truth; with its records nothing is left to be found."""
    world = synthetic.make(orders=80_000, skus=300, seed=5)
    daily = world.settings.model_copy(update={"demand": world.settings.demand.model_copy(update={"period": "D"})})
    tables = {name: frame for name, frame in world.tables.items() if name != "stock"}
    blind = history(Shop.of(tables, daily))
    out = world.tables["stock"].filter(~pl.col("is_in_stock")).group_by("sku").agg(pl.col("day"))
    days_out = {sku: set(days) for sku, days in out.iter_rows()}
    found = [(sku, blind.days[at]) for sku, each in blind.hidden.items() for s in each for at in range(s.begin, s.end)]
    assert len(found) >= 100
    assert np.mean([day in days_out.get(sku, ()) for sku, day in found]) > 0.9
    assert not history(Shop.of(world.tables, daily)).hidden
