"""A shop in which nothing is wrong gets no finding."""

from __future__ import annotations

from datetime import date

import pytest

from shopwright.errors import UsageError
from shopwright.settings import Settings, ShopSection
from shopwright.shop.check import check
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import Shop


def test_a_clean_shop_yields_nothing(tables, look):
    report = look(tables)
    assert [(finding.code, str(finding.title)) for finding in report.findings] == []
    assert report.worst is None
    assert not report.is_blocking
    assert report.rows_checked == sum(frame.height for frame in tables.values())
    assert report.as_of == tables["order_lines"]["at"].max().date()


def test_a_clean_shop_is_clean_as_it_was_known_earlier(tables, today):
    shop = Shop.of(tables).until("2023-04-15")
    report = check(shop, today=today)
    assert report.as_of == date(2023, 4, 15)
    assert [finding.code for finding in report.findings] == []


def test_an_empty_shop_is_blocked_and_does_not_fall_over(today):
    shop = Shop.of({"order_lines": TABLES["order_lines"].empty()})
    report = check(shop, today=today)
    assert [finding.code for finding in report.findings] == ["CHECK-NO-SALES"]
    assert report.is_blocking


def test_a_shop_of_reviews_alone_is_not_blocked(tables, today):
    report = check(Shop.of({name: tables[name] for name in ("products", "reviews")}), today=today)
    assert "CHECK-NO-SALES" in [finding.code for finding in report.findings]
    assert not report.is_blocking


def test_pieces_scanned_one_by_one_are_no_duplicates_where_lines_are_numbered(tables, look):
    lines = tables["order_lines"]
    numbered = lines.vstack(lines.head(50)).with_row_index("n")
    tables["order_lines"] = numbered.with_columns(line=numbered["n"].cast(str)).drop("n")
    codes = {finding.code for finding in look(tables).findings}
    assert "CHECK-DUPLICATE-LINES" not in codes


@pytest.mark.parametrize("country", ["", "DE"])
def test_public_holidays_of_the_country_are_no_gaps(tables, today, country):
    gone = [date(2023, 4, 7), date(2023, 4, 8), date(2023, 4, 10)]  # Easter; the shop is closed on Sundays
    for name in ("order_lines", "orders"):
        tables[name] = tables[name].filter(~tables[name]["at"].dt.date().is_in(gone))
    shop = Shop.of(tables, Settings(shop=ShopSection(country=country)))
    codes = [finding.code for finding in check(shop, today=today).findings]
    assert ("CHECK-CALENDAR-GAP" in codes) == (country == "")


def test_a_country_that_is_none_is_refused_by_name(tables, today):
    gone = [date(2023, 4, 7), date(2023, 4, 8), date(2023, 4, 10)]
    for name in ("order_lines", "orders"):
        tables[name] = tables[name].filter(~tables[name]["at"].dt.date().is_in(gone))
    with pytest.raises(UsageError, match="USAGE-46"):
        check(Shop.of(tables, Settings(shop=ShopSection(country="XX"))), today=today)
