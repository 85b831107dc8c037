"""Rows in are rows kept and rows quarantined: counted for each file, and a row that is lost stops the import."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.errors import ShopError
from shopwright.shop.imports.assemble import assemble
from shopwright.shop.imports.draft import Context, Draft
from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.imports.result import Reading
from shopwright.shop.imports.source import Source


def source(n: int) -> Source:
    frame = pl.DataFrame({"sku": [f"S{at}" for at in range(n)], LINE: list(range(2, n + 2))})
    return Source("products.csv", "csv", frame.lazy(), n, Reading())


def drafted(given: Source, first: int, last: int) -> Draft:
    return Draft("products", given, given.frame.slice(first, last - first).collect())


def test_a_format_that_loses_a_row_is_found_out():
    given = source(5)
    with pytest.raises(ShopError) as caught:
        assemble([drafted(given, 0, 4)], [given], Context(Reading(), "UTC"))
    assert caught.value.code == "IMPORT-22"
    assert "rows in 5, kept 4, quarantined 0" in str(caught.value.why)


def test_a_row_in_two_tables_counts_once():
    given = source(5)
    found = assemble([drafted(given, 0, 4), drafted(given, 2, 5)], [given], Context(Reading(), "UTC"))
    assert found.counted["products.csv"].kept == 5
    assert found.tables["products"].height == 5


def test_a_refused_row_is_told_once_with_its_raw_cells(put, bring, refused, rows):
    good = "2,2024-01-05,A,1,3\n3,2024-01-06,A,1,3\n4,2024-01-06,B,2,3\n"
    text = "order_id,date,sku,quantity,price\n1,never,A,many,x\n" + good
    result = bring(put("orders.csv", text))
    assert (result.rows_kept, result.rows_quarantined) == (3, 1)
    told = refused().row(0, named=True)
    assert told["file"] == "orders.csv"
    assert told["line"] == "2"
    assert told["raw"] == '{"order_id":"1","date":"never","sku":"A","quantity":"many","price":"x"}'
    assert told["reason"] != told["reason_zh"]
    assert dict(result.reasons) == {told["code"]: 1}
    assert rows("order_lines").height == 3


def test_files_are_counted_one_by_one(put, bring):
    header = "order_id,date,sku,quantity,price\n"
    result = bring(
        put("january.csv", header + "1,2024-01-05,A,1,3\n2,1900-01-05,A,1,3\n"),
        put("february.csv", header + "3,2024-02-05,A,1,3\n"),
    )
    counts = {file.name: (file.rows_in, file.rows_kept, file.rows_quarantined) for file in result.files}
    assert counts == {"january.csv": (2, 1, 1), "february.csv": (1, 1, 0)}
    assert (result.rows_in, result.rows_kept, result.rows_quarantined) == (3, 2, 1)
    assert "rows in 3 = rows kept 2 + rows quarantined 1" in str(result)
