"""Sales as text: what the line says, what it leaves out, and numbers that come back as they were."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.forecast.worlds import history_of, planted

from shopwright.forecast.panel import Panel
from shopwright.forecast.table import panel_of
from shopwright.forecast.text.serialise import TOP, marks, written
from shopwright.shop.schema import names as c


def test_the_line_tells_words_covariates_sales_and_the_time_ahead():
    sold = np.resize([2.0, 4.0, 6.0, 8.0], (1, 12))
    gap = np.arange(12)[None, :] == 5
    flag = np.zeros((1, 14))
    flag[0, [3, 12]] = 1
    price = np.where(flag, 8.0, 10.0)
    panel = Panel(history_of(sold, gap), 2, ahead={"promotion": flag, "price": price}, words=("Green\nmug; tea",))
    found = written(panel, [0])[0]
    assert found.text == (
        "Units sold by week, 100 is usual. Product: Green mug; tea. promotion: 000100000000, then 10. "
        "price: 555455555555, then 45. "
        "Sold: 039 079 118 157 039 - 118 157 039 079 118 157. Next 2 from week 27 in July:"
    )
    assert found.per == pytest.approx(np.nanmean(panel.units) / 100)


@pytest.mark.parametrize("period, start", [("D", "Monday 1 July:"), ("W", "week 27 in July:"), ("M", "July:")])
def test_the_calendar_is_told_by_day_week_and_month(period, start):
    known = history_of(np.full((1, 70), 3.0), period=period)
    assert written(Panel(known, 2), [0])[0].text.endswith(f"Next 2 from {start}")
    holidays = Panel(history_of(np.full((1, 70), 3.0), period="D"), 7, country="US")
    assert "holidays: " in written(holidays, [0])[0].text
    assert ", then 0001000." in written(holidays, [0])[0].text  # the fourth of July


def test_nothing_after_the_origin_is_written():
    known = planted(n_skus=3, n=80)[0]
    later = known.sold.copy()
    later[:, 70:] = 999
    flag = np.random.default_rng(0).integers(0, 2, (3, 84)).astype(float)
    one, other = (Panel(each, 4, ahead={"promotion": flag}).before(70) for each in (known, history_of(later)))
    assert written(one, [0, 1, 2]) == written(other, [0, 1, 2])
    other = replace(one, ahead={"promotion": np.where(np.arange(74) >= 70, 1 - one.ahead["promotion"], 0)})
    assert written(one, [0]) != written(other, [0])


def test_a_product_that_sells_now_and_then_is_not_cut_off():
    sold = np.zeros((1, 60))
    sold[0, [5, 30]] = 1, 3
    found = written(Panel(history_of(sold), 2), [0])[0]
    assert marks(np.array([1.0, 3.0]), found.per).tolist() == [167, 500]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_marks_are_whole_numbers_of_three_digits_and_come_back_as_units(units):
    panel = Panel(history_of([units]), 1)
    per = written(panel, [0])[0].per
    found = marks(panel.units[0], per)
    assert ((found >= 0) & (found <= TOP) & (found == np.rint(found))).all()
    np.testing.assert_allclose(found * per, panel.units[0], atol=0.5 * per + 1e-9)


def test_words_come_from_the_columns_of_text_of_each_product():
    sales = pl.DataFrame({c.SKU: ["a", "b", "c"], c.DAY: ["2024-03-04"] * 3, c.UNITS: [1.0, 2.0, 3.0]})
    static = pl.DataFrame({c.SKU: ["b", "a"], c.TITLE: ["Mug", None], c.CATEGORY: ["kitchen", "tea"], "grams": [1, 2]})
    panel = panel_of(sales, 1, "W", static=static)
    assert panel.words == ("tea", "Mug; kitchen", "")
    assert panel.some(np.array([1])).words == ("Mug; kitchen",)
    assert panel_of(sales, 1, "W").words == ()
