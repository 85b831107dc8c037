from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.shop.imports.times import order_evidence, to_instant, wall_time


def read(text: str, order: str = "DMY", zone: str = "UTC") -> datetime | None:
    return to_instant(pl.Series([text]), order, zone).item()


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2024-03-01", "2024-03-01T00:00"),
        ("2024-03-01 10:20", "2024-03-01T10:20"),
        ("2024/3/1 9:05:07", "2024-03-01T09:05:07"),
        ("1/3/24 3:05 PM", "2024-03-01T15:05"),
        ("1/3/2024 12:05 AM", "2024-03-01T00:05"),
        ("1.3.2024", "2024-03-01T00:00"),
        ("1-3-99", "1999-03-01T00:00"),
        ("2024年3月1日", "2024-03-01T00:00"),
        ("2024年3月1日 下午3:05", "2024-03-01T15:05"),
        ("2024年3月1日 10时20分30秒", "2024-03-01T10:20:30"),
        ("45352.5", "2024-03-01T12:00"),
        ("1709288400", "2024-03-01T10:20"),
        ("1709288400000", "2024-03-01T10:20"),
        ("20240301", "2024-03-01T00:00"),
        ("2024-03-01T10:20:30Z", "2024-03-01T10:20:30"),
        ("2024-03-01 10:20:30 -0500", "2024-03-01T15:20:30"),
        ("2024-03-01T10:20:30.250+08:00", "2024-03-01T02:20:30.250"),
        ("Mar 1, 2024", "2024-03-01T00:00"),
        ("1 Mar 2024 10:00", "2024-03-01T10:00"),
        ("01-Mar-24", "2024-03-01T00:00"),
        ("1 de março de 2024", "2024-03-01T00:00"),
        ("1. März 2024", "2024-03-01T00:00"),
        ("29/02/2024", "2024-02-29T00:00"),
    ],
)
def test_times_as_people_write_them(text, expected):
    assert read(text) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "30/02/2024", "29/02/2023", "13/13/2024", "10:20", "2024-01-01 25:00", "2024"]
)
def test_what_is_no_time(text):
    assert read(text) is None


def test_the_order_of_day_and_month_matters():
    assert read("03/04/2024", "DMY") == datetime(2024, 4, 3, tzinfo=UTC)
    assert read("03/04/2024", "MDY") == datetime(2024, 3, 4, tzinfo=UTC)
    assert read("24/04/03", "YMD") == datetime(2024, 4, 3, tzinfo=UTC)


def test_the_whole_column_tells_the_order():
    assert order_evidence(pl.Series(["03/04/2024", "13/04/2024"])).verdict() == "DMY"
    assert order_evidence(pl.Series(["03/04/2024", "04/13/2024"])).verdict() == "MDY"
    assert order_evidence(pl.Series(["13/04/2024", "14/04/2024", "04/15/2024"])).verdict() == "DMY"
    assert order_evidence(pl.Series(["2024-04-03"])) is None


def test_a_sorted_file_tells_the_order_where_no_day_is_above_twelve():
    sorted_month_first = pl.Series(["01/09/2024", "01/10/2024", "02/01/2024", "02/02/2024", "03/01/2024"])
    evidence = order_evidence(sorted_month_first)
    assert not evidence.is_sure
    assert evidence.verdict() == "MDY"


def test_the_hour_that_is_skipped_in_spring_is_an_hour_later():
    skipped = pl.Series([datetime(2017, 10, 15)])  # noqa: DTZ001 - a time on the wall
    assert wall_time(skipped, "America/Sao_Paulo").item() == datetime(2017, 10, 15, 3, 0, tzinfo=UTC)


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)),  # noqa: DTZ001 - a time on the wall
    st.sampled_from(["UTC", "Asia/Shanghai", "America/Sao_Paulo", "Europe/London"]),
    st.sampled_from(
        ["%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%Y年%m月%d日 %H:%M:%S"]
    ),
)
def test_every_second_comes_through(moment, zone, style):
    moment = moment.replace(microsecond=0)
    local = moment.replace(tzinfo=ZoneInfo(zone))
    read_back = read(moment.strftime(style), "DMY", zone)
    assert read_back is not None
    if local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == moment:
        assert read_back == local.astimezone(UTC)
    else:
        assert abs(read_back - local.astimezone(UTC)) <= timedelta(hours=1)
