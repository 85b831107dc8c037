"""The synthetic shop, whose truth is known, judged by the checks."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from shopwright.shop import synthetic
from shopwright.shop.check import check
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.stockouts import _runs
from shopwright.shop.shop import Shop

TODAY = date(2027, 1, 1)


@pytest.fixture(scope="module")
def world():
    return synthetic.make(orders=80_000, skus=300, seed=5)


def test_a_sound_shop_gets_no_warning(world):
    report = check(world.shop, today=TODAY)
    assert report.worst == "info"
    assert {finding.code for finding in report.findings} <= {
        *("CHECK-NO-CUSTOMER", "CHECK-KNOWN-STOCK-OUT", "CHECK-PERSONAL-DATA"),
    }  # fmt: skip


def test_stock_outs_read_from_sales_alone_are_stock_outs(world):
    """Without its stock table the checks see the empty shelves in the sales, and nothing that was not one."""
    blind = Shop.of({name: frame for name, frame in world.tables.items() if name != "stock"}, world.settings)
    runs = _runs(Facts(blind, TODAY).goods)
    assert runs.height >= 20
    out = world.tables["stock"].filter(~pl.col("is_in_stock"))
    true = runs.join(out, on="sku").filter(pl.col("day").is_between("from_day", "to_day"))
    assert runs.join(true, on=["sku", "from_day"], how="anti").filter(~pl.col("is_on")).height <= 1
    found = {finding.code: finding for finding in check(blind, today=TODAY).findings}
    assert found["CHECK-HIDDEN-STOCK-OUT"].n_rows == runs["n_days"].sum()
