"""One period is a week and two are weeks, in everything that is said of a forecast or an order."""

from __future__ import annotations

import re
from datetime import date, timedelta

import polars as pl
import pytest
from tests.inventory.worlds import certain

from shopwright import i18n
from shopwright.forecast import backtest, forecast
from shopwright.inventory import Policy, reorder
from shopwright.shop.demand import periods_of

WRONG = re.compile(r"\b1 (days|weeks|months|periods|windows|SKUs|products)\b|\b[2-9] (day|week|month|period|window)\b")


@pytest.mark.parametrize("lead, told", [(1, "over 1 week,"), (2, "over 2 weeks,")])
def test_an_order_tells_its_periods_in_the_right_number(lead, told):
    stock = pl.DataFrame({"sku": ["a"], "on_hand": [0.0]})
    reason = reorder(certain(5, 5, 5), stock, Policy(lead_time=lead))["reason"][0]
    assert told in reason
    assert not WRONG.search(reason)


@pytest.mark.parametrize("horizon, weeks", [(1, 8), (2, 12), (4, 60)])
def test_how_a_forecast_was_made_and_judged_is_in_the_right_number(horizon, weeks):
    days = [date(2022, 1, 3) + timedelta(weeks=at) for at in range(weeks)]
    sales = pl.DataFrame({"sku": ["a"] * weeks, "day": days, "units": [3.0 + at % 4 for at in range(weeks)]})
    demand, judged = forecast(sales, horizon), backtest(sales, horizon, windows=1)
    for text in (demand.how, judged.summary(), judged.how, *demand.notes.values()):
        with i18n.using("en"):
            assert not WRONG.search(str(text))
    assert len(judged) == 1
    assert f"1 × {horizon} {'week' if horizon == 1 else 'weeks'} forecast" in str(judged)


def test_chinese_has_one_word_for_one_and_many():
    with i18n.using("zh"):
        assert [str(periods_of(n, "M")) for n in (1, 2)] == ["个月", "个月"]
