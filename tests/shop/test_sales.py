"""Tables of sales as merchants have them: read, or refused with the SKU and the value."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from shopwright.errors import UsageError
from shopwright.shop.sales import read_sales

DAY = date(2024, 3, 1)


def _table(day, units=2.0):
    return pl.DataFrame({"sku": ["mug"], "day": [day], "units": [units]})


@pytest.mark.parametrize(
    "day",
    [
        DAY,
        datetime(2024, 3, 1, 23, 30),  # noqa: DTZ001 - as tables hold them
        datetime(2024, 3, 1, 2, tzinfo=ZoneInfo("Asia/Shanghai")),  # in Greenwich it is the day before
        "2024-03-01",
        " 2024-03-01 ",
        "2024-3-1",
        "2024/03/01",
        "20240301",
        "2024-03-01 13:05:59",
        "2024-03-01T13:05:59.123+02:00",
        20240301,
        20240301.0,
    ],
    ids=repr,
)
def test_days_are_read_in_any_plain_form(day):
    rows, notes = read_sales(_table(day))
    assert rows["day"].to_list() == [DAY]
    assert not notes


@pytest.mark.parametrize("day", ["03/01/2024", "13-01-24", "2024-02-31", "soon", 45352, 20241301], ids=repr)
def test_what_is_no_day_is_refused_with_its_sku(day):
    with pytest.raises(UsageError) as caught:
        read_sales(_table(day))
    assert caught.value.code == "USAGE-22"
    assert f"SKU 'mug': day cannot be {day!r}" in str(caught.value.why)


@pytest.mark.parametrize("day", ["9999-12-31", date(1, 1, 1), 29990101], ids=repr)
def test_a_day_that_stands_for_none_is_refused_where_it_is_no_stray(day):
    with pytest.raises(UsageError, match="SKU 'mug': day cannot be") as caught:
        read_sales(_table(day))
    assert caught.value.code == "USAGE-22"


@pytest.mark.parametrize("units", ["n/a", "3 pieces"])
def test_what_is_no_number_is_refused_with_its_sku(units):
    with pytest.raises(UsageError, match="cannot be read") as caught:
        read_sales(_table(DAY, units))
    assert f"SKU 'mug': units cannot be {units!r}" in str(caught.value.why)


def test_empty_text_is_nothing_known():
    rows, notes = read_sales(pl.DataFrame({"sku": ["a", "b"], "day": ["2024-03-01", ""], "units": ["", "3"]}))
    assert rows.select("sku", "units").rows() == [("a", None)]
    assert "want of a day: 1" in str(notes["b"])
