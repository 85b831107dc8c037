"""On a real shop segments are true of the raw data when looked up by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from shopwright.customers import segments, study
from shopwright.shop.shop import Shop

pytestmark = pytest.mark.realdata


def test_segments_of_online_retail_add_up_to_the_raw_file(data):
    raw = pl.read_parquet(data("online_retail") / "transactions.parquet").with_columns(
        pl.col("CustomerID").cast(pl.Int64).cast(pl.String).alias("customer"),
        (pl.col("Quantity") * pl.col("UnitPrice")).alias("revenue"),
        pl.col("StockCode").str.contains(r"^\d{5}").alias("is_product"),
    )
    lines = raw.select(
        pl.col("InvoiceNo").alias("order"),
        pl.int_range(pl.len()).cast(pl.String).alias("line"),
        pl.col("StockCode").alias("sku"),
        pl.col("InvoiceDate").dt.replace_time_zone("UTC").alias("at"),
        "customer",
        pl.col("Quantity").alias("units"),
        pl.col("UnitPrice").alias("price"),
        "revenue",
        pl.when("is_product").then(pl.lit("product")).otherwise(pl.lit("service")).alias("kind"),
    )
    shop = Shop.of({"order_lines": lines})
    found = segments(shop)
    sold = raw.filter("is_product", pl.col("Quantity") > 0)
    named = sold.drop_nulls("customer")
    assert found.customers.height == named["customer"].n_unique()
    assert found.table["revenue"].sum() == pytest.approx(named["revenue"].sum())
    best = (
        named.group_by("customer").agg(pl.col("revenue").sum(), pl.col("InvoiceNo").n_unique()).sort("revenue").tail(1)
    )
    row = found.customers.filter(customer=best["customer"][0]).row(0, named=True)
    assert row["revenue"] == pytest.approx(best["revenue"][0])
    assert row["n_orders"] == best["InvoiceNo"][0]
    assert row["segment"] == "champions"
    last = named.filter(customer=best["customer"][0])["InvoiceDate"].max().date()
    assert row["recency"] == (date(2011, 10, 31) - last).days
    champions = found.table.row(0, named=True)
    assert champions["revenue_share"] > 0.5
    assert {proposal.subject for proposal in study(shop, found)} == {"at_risk", "needs_attention", "new"}
