"""On a real shop the pairs and lists are such as a merchant would accept."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.recommend import Surfaces, pairs, study
from shopwright.shop.shop import Shop

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def shop(data):
    raw = pl.read_parquet(data("online_retail") / "transactions.parquet")
    lines = raw.select(
        pl.col("InvoiceNo").alias("order"),
        pl.int_range(pl.len()).cast(pl.String).alias("line"),
        pl.col("StockCode").alias("sku"),
        pl.col("InvoiceDate").dt.replace_time_zone("UTC").alias("at"),
        pl.col("CustomerID").cast(pl.Int64).cast(pl.String).alias("customer"),
        pl.col("Quantity").alias("units"),
        pl.col("UnitPrice").alias("price"),
        (pl.col("Quantity") * pl.col("UnitPrice")).alias("revenue"),
        pl.when(pl.col("StockCode").str.contains(r"^\d{5}"))
        .then(pl.lit("product"))
        .otherwise(pl.lit("service"))
        .alias("kind"),
    )
    named = raw.drop_nulls("Description").group_by("StockCode").agg(pl.col("Description").mode().min())
    products = named.select(pl.col("StockCode").alias("sku"), pl.col("Description").str.strip_chars().alias("title"))
    return Shop.of({"order_lines": lines, "products": products})


def test_teacups_go_with_teacups_and_their_cakestand(shop):
    surfaces = Surfaces.of_shop(shop)
    found = surfaces.table(surfaces.for_product("22697", 6))["title"].to_list()  # green regency teacup and saucer
    assert {"ROSES REGENCY TEACUP AND SAUCER", "PINK REGENCY TEACUP AND SAUCER"} < set(found[:4])
    assert "REGENCY CAKESTAND 3 TIER" in found
    together = surfaces.table(surfaces.for_basket(["22697", "22699"], 1))
    assert together["title"].to_list() == ["PINK REGENCY TEACUP AND SAUCER"]


def test_the_best_pairs_share_a_design_or_a_kind(shop):
    found = pairs(shop)
    share_a_word = [
        bool({word for word in one.split() if len(word) > 3} & set(two.split()))
        for one, two in found.table.select("title", "show_title").iter_rows()
    ]
    assert found.table.height == 30
    assert sum(share_a_word) >= 24
    assert found.table["lift"].min() >= 2


def test_every_count_can_be_looked_up(shop):
    for proposal in list(study(shop))[:5]:
        evidence = proposal.evidence[0]
        counted = shop.sql(f'SELECT count(DISTINCT "order") FROM order_lines WHERE {evidence.where}').item()
        assert counted == evidence.figures[0].value


def test_what_is_shown_is_bought_more_often_than_what_is_popular(shop):
    """Next order by time split: the model's ten must hit more often than the ten most popular."""
    from shopwright.recommend import fit_shop

    past = shop.until("2011-09-30")
    model = fit_shop(past)
    later = shop.table("order_lines").filter(
        pl.col("day") > pl.date(2011, 9, 30), pl.col("units") > 0, pl.col("kind") == "product"
    )
    bought = later.drop_nulls("customer").select("customer", "sku").unique().collect()
    known = sorted(set(bought["customer"]) & set(model.customers))[:800]
    lists = model.recommend(customers=known, k=10, exclude_seen=False).select("customer", "sku")
    popular = model.recommend(histories=[[]], k=10)["sku"].to_list()
    ours = lists.join(bought, on=["customer", "sku"]).height
    theirs = bought.filter(pl.col("customer").is_in(known), pl.col("sku").is_in(popular)).height
    assert ours > 1.15 * theirs


def test_bundles_hold_what_belongs_together(shop):
    from shopwright.recommend.bundles import bundles

    found = bundles(shop)
    assert found.table.height == 30
    assert any(
        {"GREEN REGENCY TEACUP AND SAUCER", "PINK REGENCY TEACUP AND SAUCER", "ROSES REGENCY TEACUP AND SAUCER"}
        <= set(one)
        for one in found.table["titles"]
    )
    counted = found.table.row(0, named=True)
    of_set = ", ".join(f"'{sku}'" for sku in counted["skus"])
    orders = shop.sql(
        f'SELECT count(*) FROM (SELECT "order" FROM order_lines WHERE units > 0 AND sku IN ({of_set})'
        f" GROUP BY 1 HAVING count(DISTINCT sku) = {counted['size']})"
    ).item()
    assert 0.8 * orders <= counted["n_orders"] <= orders  # fewer: without wholesale, slips and cancelled orders
