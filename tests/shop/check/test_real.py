"""A real shop: the numbers in findings are those of its raw file."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.shop.check import check
from shopwright.shop.imports import import_paths
from shopwright.shop.shop import open_shop


@pytest.fixture(scope="module")
def retail(data, tmp_path_factory):
    """The raw lines of Online Retail without its credit notes, and the findings on the imported shop."""
    source = data("online_retail") / "transactions.parquet"
    shop = tmp_path_factory.mktemp("retail") / "shop"
    import_paths([source], shop)
    raw = pl.read_parquet(source)
    report = check(open_shop(shop))
    return raw.filter(~pl.col("InvoiceNo").str.starts_with("C")), {finding.code: finding for finding in report.findings}


@pytest.mark.realdata
def test_counts_are_those_of_the_raw_file(retail):
    raw, found = retail
    same = ["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"]
    assert found["CHECK-DUPLICATE-LINES"].n_rows == raw.height - raw.select(same).unique().height
    assert found["CHECK-NO-CUSTOMER"].n_rows == raw["CustomerID"].null_count()


@pytest.mark.realdata
def test_what_is_known_of_the_shop_is_found(retail):
    _, found = retail
    assert {code for code, finding in found.items() if finding.severity == "blocking"} == set()
    # Christmas; Saturdays, on which it never sells, are no gaps.
    assert [row["from_day"].isoformat() for row in found["CHECK-CALENDAR-GAP"].examples] == ["2010-12-24"]
    # The order of 74,215 jars that was cancelled a quarter of an hour later.
    assert found["CHECK-UNITS-OUTLIER"].examples[0]["units"] == 74_215
    assert found["CHECK-UNITS-OUTLIER"].title.args["back"] >= 1
    assert found["CHECK-SIMILAR-SKU"].examples[0]["sku"] == "85123A"
    assert found["CHECK-RETURN-UNMATCHED"].share < 0.2


@pytest.mark.realdata
def test_personal_data_in_real_reviews_is_found(data, tmp_path):
    import_paths([data("olist_all_statuses")], tmp_path / "shop")
    found = {finding.code: finding for finding in check(open_shop(tmp_path / "shop")).findings}
    assert found["CHECK-PERSONAL-DATA"].table == "reviews"
    assert found["CHECK-PERSONAL-DATA"].n_rows == 7
