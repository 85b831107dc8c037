from __future__ import annotations

import polars as pl
import pytest

from shopwright.settings import load
from shopwright.shop.store import Store

pytestmark = pytest.mark.realdata


def cents(value: float) -> int:
    return round(value * 100)


def test_online_retail_reconciles_to_the_cent(data, bring, rows, root):
    file = data("online_retail") / "transactions.parquet"
    raw = pl.read_parquet(file)
    result = bring(file)
    lines, returns, products = rows("order_lines"), rows("returns"), rows("products")
    assert result.rows_in == result.rows_kept == raw.height == 431_673
    whole = (raw["Quantity"] * raw["UnitPrice"]).sum()
    assert cents(lines["revenue"].sum() - returns["refund"].sum()) == cents(whole)
    assert lines.height + returns.height == raw.height
    assert returns.height == raw["InvoiceNo"].str.starts_with("C").sum()
    assert (returns["units"] > 0).all()
    assert load(root).shop.currency == "GBP"
    services = set(products.filter(pl.col("kind") == "service")["sku"])
    assert {"POST", "DOT", "D", "M", "C2", "BANK CHARGES", "AMAZONFEE", "CRUK", "S", "gift_0001_20"} <= services
    sold = lines.filter(pl.col("kind") == "product")
    assert not set(sold["sku"]) & services
    assert (sold["units"] > 0).all()
    assert (sold["price"] > 0).all()
    assert set(lines.filter(pl.col("order").str.starts_with("A"))["kind"]) == {"adjustment"}
    assert not lines["customer"].drop_nulls().str.contains(".", literal=True).any()
    assert lines["customer"].null_count() + returns["customer"].null_count() == raw["CustomerID"].null_count()
    assert lines.select("order", "line").is_unique().all()


def test_the_raw_csv_sample_of_online_retail_says_the_same(data, bring, rows):
    folder = data("online_retail")
    raw = pl.read_parquet(folder / "transactions.parquet").head(20_000)
    result = bring(folder / "export_sample.csv")
    lines, returns = rows("order_lines"), rows("returns")
    assert result.rows_kept == 20_000
    assert result.files[0].reading.date_order == "MDY"
    assert cents(lines["revenue"].sum() - returns["refund"].sum()) == cents((raw["Quantity"] * raw["UnitPrice"]).sum())
    assert lines["day"].max() == raw["InvoiceDate"].dt.date().max()


def test_a_longer_export_of_online_retail_adds_the_rest(data, bring, rows, tmp_path):
    raw = pl.read_parquet(data("online_retail") / "transactions.parquet").head(30_000)
    raw.head(20_000).write_parquet(tmp_path / "until_noon.parquet")
    raw.write_parquet(tmp_path / "all_day.parquet")
    bring(tmp_path / "until_noon.parquet")
    before = rows("order_lines")
    result = bring(tmp_path / "all_day.parquet")
    after = rows("order_lines")
    assert result.tables["order_lines"][1] == 0
    assert after.height + rows("returns").height == 30_000
    assert after.head(before.height).equals(before)


@pytest.mark.parametrize(
    "folder, n_orders, revenue", [("olist_all_statuses", 8_135, 1_093_264.35), ("olist_5000_orders", 5_000, 677_833.96)]
)
def test_olist_reconciles(data, bring, rows, root, folder, n_orders, revenue):
    result = bring(data(folder))
    items = pl.read_csv(data(folder) / "olist_order_items_dataset.csv")
    payments = pl.read_csv(data(folder) / "olist_order_payments_dataset.csv")
    orders, lines, reviews = rows("orders"), rows("order_lines"), rows("reviews")
    assert result.rows_quarantined == 0
    assert cents(lines["revenue"].sum()) == cents(items["price"].sum()) == cents(revenue)
    assert orders.height == n_orders
    assert cents(orders["shipping"].sum()) == cents(items["freight_value"].sum())
    assert cents(orders["total"].sum()) == cents(payments["payment_value"].sum())
    assert set(orders["status"]) <= {"delivered", "shipped", "cancelled", "pending", "paid"}
    assert orders["status_at"].null_count() == 0
    assert lines["at"].null_count() == 0
    assert reviews["order"].null_count() == 0
    assert reviews["sku"].null_count() < reviews.height / 2
    assert reviews["stars"].is_between(1, 5).all()
    settings = load(root)
    assert (settings.shop.currency, settings.shop.timezone) == ("BRL", "America/Sao_Paulo")
    ignored = [file.name for file in result.files if file.format == "ignored"]
    assert ignored == ["olist_sellers_dataset.csv"]


def test_the_re_saved_olist_has_the_same_days_as_the_original_would(data, bring, rows):
    bring(data("olist_5000_orders"))
    orders = rows("orders").filter(pl.col("order") == "e481f51cbdc54678b7cc49136f2d6af7")
    assert orders["day"].item().isoformat() == "2017-10-02"
    assert orders["promised_at"].dt.convert_time_zone("America/Sao_Paulo").dt.date().item().isoformat() == "2017-10-18"


def test_complete_journey(data, bring, rows):
    result = bring(data("complete_journey"))
    raw = pl.read_parquet(data("complete_journey") / "transactions_sample.parquet")
    lines, exposures, promotions = rows("order_lines"), rows("exposures"), rows("promotions")
    assert cents(lines["revenue"].sum()) == cents(raw["sales_value"].sum())
    assert lines.height == 75_000
    assert set(lines.filter(pl.col("units") == 0)["kind"]) == {"adjustment"}
    assert promotions.height == 360_535
    assert promotions.select("promotion", "sku", "from_day").is_unique().all()
    weeks = raw.group_by("week").agg(
        pl.col("transaction_timestamp").min().dt.date().alias("first"),
        pl.col("transaction_timestamp").max().dt.date().alias("last"),
    )
    spans = promotions.select(
        pl.col("promotion").str.extract(r"week (\d+)").cast(pl.Int32).alias("week"), "from_day", "to_day"
    ).unique()
    both = weeks.join(spans, on="week")
    assert both.height > 50
    assert (both["first"] >= both["from_day"]).all()
    redeemed = pl.read_parquet(data("complete_journey") / "coupon_redemptions.parquet")
    n_redeemers = redeemed.select("household_id", "campaign_id").n_unique()
    assert exposures["is_converted"].sum() == n_redeemers
    assert rows("campaigns").height == 27
    assert [file.name for file in result.files if file.format == "ignored"] == ["coupons.parquet"]


def test_vn2(data, bring, rows):
    bring(data("vn2"))
    sales = pl.read_parquet(data("vn2") / "sales.parquet")
    lines, stock, arrivals = rows("order_lines"), rows("stock"), rows("arrivals")
    state = pl.read_parquet(data("vn2") / "state.parquet")
    assert lines["units"].sum() == sales.drop("Store", "Product").sum().sum_horizontal().item()
    assert stock.height == 599 * 157
    assert stock["on_hand"].sum() == state["End Inventory"].sum()
    assert set(stock.filter(pl.col("on_hand").is_not_null())["day"].dt.to_string()) == {"2024-04-08"}
    flags = pl.read_parquet(data("vn2") / "in_stock.parquet").drop("Store", "Product")
    assert stock["is_in_stock"].sum() == flags.sum().sum_horizontal().item()
    assert arrivals["units"].sum() == state["In Transit W+1"].sum() + state["In Transit W+2"].sum()
    assert rows("products")["category"].str.count_matches(" > ").unique().to_list() == [3]


def test_reviews_alone_make_a_shop(data, bring, rows, root):
    bring(data("womens_clothing"))
    reviews, products = rows("reviews"), rows("products")
    assert reviews.height == 18_829
    assert reviews["at"].null_count() == reviews.height
    assert reviews["is_recommended"].null_count() == 0
    assert products["category"].drop_nulls().str.count_matches(" > ").unique().to_list() == [2]
    assert set(Store(root).manifest()["tables"]) == {"reviews", "products"}
