"""Ten truths about real shops, each counted again from the raw rows in another way.

The raw rows are read without this package; what it says of them must be what anybody would count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import polars as pl
import pytest

from shopwright.customers import cohorts, look_ahead, returning, returns, segments
from shopwright.shop.shop import Shop

pytestmark = pytest.mark.realdata
LAST = date(2011, 10, 31)


@pytest.fixture(scope="module")
def raw(data):
    """Lines of products with a customer, as plain rows of invoice, code, units, day, money, customer, country."""
    table = pl.read_parquet(data("online_retail") / "transactions.parquet")
    rows = []
    for invoice, code, _, units, at, price, customer, country in table.iter_rows():
        if customer is not None and code[:5].isdigit():
            rows.append((invoice, code, units, at.date(), units * price, str(int(customer)), country))
    return rows


@pytest.fixture(scope="module")
def sold(raw):
    return [row for row in raw if row[2] > 0]


@pytest.fixture(scope="module")
def shop(data):
    """The same file as canonical tables: what is below zero are returns."""
    table = pl.read_parquet(data("online_retail") / "transactions.parquet").with_row_index("row")
    named = table.select(
        pl.col("InvoiceNo").alias("order"),
        pl.col("row").cast(pl.String).alias("line"),
        pl.col("StockCode").alias("sku"),
        pl.col("InvoiceDate").dt.replace_time_zone("UTC").alias("at"),
        pl.col("CustomerID").cast(pl.Int64).cast(pl.String).alias("customer"),
        pl.col("Quantity").cast(pl.Float64).alias("units"),
        pl.col("UnitPrice").alias("price"),
        (pl.col("Quantity") * pl.col("UnitPrice")).alias("revenue"),
        pl.when(pl.col("StockCode").str.contains(r"^\d{5}"))
        .then(pl.lit("product"))
        .otherwise(pl.lit("service"))
        .alias("kind"),
        pl.col("Country").alias("country"),
    )
    back = named.filter(pl.col("units") < 0, pl.col("kind") == "product").select(
        pl.col("line").alias("return"), "sku", "customer", "at", -pl.col("units"), -pl.col("revenue").alias("refund")
    )
    return Shop.of({"order_lines": named}), Shop.of({"order_lines": named, "returns": back})


@pytest.fixture(scope="module")
def days_of(sold):
    """Days with a purchase of each customer."""
    found = defaultdict(set)
    for _, _, _, day, _, customer, _ in sold:
        found[customer].add(day)
    return found


def test_1_how_many_customers_there_are(shop, days_of):
    assert segments(shop[0]).customers.height == len(days_of)


def test_2_the_share_who_came_back_on_another_day(shop, days_of):
    again = sum(len(days) > 1 for days in days_of.values())
    assert cohorts(shop[0]).repeated == pytest.approx(again / len(days_of))


def test_3_the_first_months_cohort_and_how_many_came_back_in_january(shop, days_of):
    first = {who for who, days in days_of.items() if min(days) <= date(2010, 12, 31)}
    january = {who for who in first if any(day.year == 2011 and day.month == 1 for day in days_of[who])}
    table = cohorts(shop[0]).table
    row = table.filter(pl.col("cohort") == date(2010, 12, 1), pl.col("after") == 1).row(0, named=True)
    assert (row["n_customers"], row["n_active"]) == (len(first), len(january))
    assert row["retention"] == pytest.approx(len(january) / len(first))


def test_4_months_after_the_last_day_are_empty(shop):
    table = cohorts(shop[0]).table
    june = table.filter(pl.col("cohort") == date(2011, 6, 1)).sort("after")
    assert june["retention"].null_count() == june.height - 5  # June to October are over


def test_5_the_share_of_revenue_of_the_customer_who_brought_most(shop, sold):
    money = Counter()
    for row in sold:
        money[row[5]] += row[4]
    best, most = money.most_common(1)[0]
    customers = segments(shop[0]).customers.sort("revenue", descending=True)
    assert customers["customer"][0] == best
    assert customers["revenue"][0] / customers["revenue"].sum() == pytest.approx(most / sum(money.values()))


def test_6_the_share_of_lines_that_came_back(shop, raw, sold):
    # of each product no more than was sold to anybody known or not: the file's own count, by product
    table = pl.DataFrame(raw, schema=["invoice", "sku", "units", "day", "money", "who", "country"], orient="row")
    per = table.group_by("who").agg((pl.col("units") > 0).sum().alias("n"), (pl.col("units") < 0).sum().alias("back"))
    bought = per.filter(pl.col("n") > 0).with_columns(pl.min_horizontal("n", "back").alias("back"))
    found = returns(shop[1]).customers
    assert found["n_bought"].sum() == bought["n"].sum() == len(sold)
    assert found["n_returned"].sum() == bought["back"].sum()


def test_7_the_customer_who_sent_back_most_lines(shop, raw):
    back = Counter(row[5] for row in raw if row[2] < 0)
    n = back.most_common(1)[0][1]
    found = returns(shop[1]).customers
    assert found["n_returned"][0] == n
    assert back[found["customer"][0]] == n
    money = sum(-row[4] for row in raw if row[2] < 0 and row[5] == found["customer"][0])
    assert found["refund"][0] == pytest.approx(money)


def test_8_the_share_of_revenue_that_comes_from_abroad(shop, sold):
    found = returning(shop[0])
    at_home = found.countries.filter(country="United Kingdom").row(0, named=True)
    total = sum(row[4] for row in sold)
    told = (at_home["revenue_new"] + at_home["revenue_returning"]) / total
    assert told == pytest.approx(sum(row[4] for row in sold if row[6] == "United Kingdom") / total, abs=1e-4)
    assert found.countries["country"].n_unique() >= 30


def test_9_orders_of_new_and_returning_customers_in_october(shop, sold, days_of):
    october = {(row[5], row[0], row[3]) for row in sold if row[3] >= date(2011, 10, 1)}
    new = {(who, invoice) for who, invoice, day in october if min(days_of[who]) == day}
    old = {(who, invoice) for who, invoice, day in october} - new
    row = returning(shop[0]).periods.filter(pl.col("day") == date(2011, 10, 1)).row(0, named=True)
    assert (row["orders_new"], row["orders_returning"]) == (len(new), len(old))
    assert row["n_new"] == len({who for who, _ in new})
    assert row["n_customers"] == len({who for who, _, _ in october})


def test_10_olist_customers_hardly_ever_come_back(data):
    """Orders name a customer's key of that order; the customer behind it is in another file."""
    folder = data("olist_5000_orders")
    orders, people, items = (
        pl.read_csv(folder / f"olist_{name}_dataset.csv", encoding="latin1", infer_schema=False)
        for name in ("orders", "customers", "order_items")
    )
    day = pl.col("order_purchase_timestamp").str.split(" ").list.first().str.to_date("%m/%d/%Y")
    lines = (
        items.join(orders, on="order_id").join(people, on="customer_id").filter(pl.col("order_status") != "canceled")
    )
    shop = Shop.of(
        {
            "order_lines": lines.select(
                pl.col("order_id").alias("order"),
                pl.col("order_item_id").alias("line"),
                pl.col("product_id").alias("sku"),
                day.cast(pl.Datetime("us", "UTC")).dt.offset_by("12h").alias("at"),
                pl.col("customer_unique_id").alias("customer"),
                pl.lit(1.0).alias("units"),
                pl.col("price").cast(pl.Float64),
                pl.col("price").cast(pl.Float64).alias("revenue"),
            )
        }
    )
    seen = defaultdict(set)
    for who, at in zip(lines["customer_unique_id"], lines.select(day).to_series(), strict=True):
        seen[who].add(at)
    found = cohorts(shop)
    assert found.repeated == pytest.approx(sum(len(days) > 1 for days in seen.values()) / len(seen))
    assert found.repeated < 0.05
    assert segments(shop).customers.height == len(seen)


def test_what_will_come_was_said_before_it_came(shop, sold):
    """As of the end of July: August to October brought what was expected, within the range; and who was called sure to
    stay away stayed away more often than the others."""
    until = LAST - timedelta(days=92)
    found = look_ahead(shop[0].until(until), 92)
    known = set(found.table["customer"])
    after = [row for row in sold if row[3] > until and row[5] in known]
    came = {row[5] for row in after}
    table = found.table.with_columns(pl.col("customer").is_in(list(came)).alias("came"))
    low, mean, high = found.total
    spent = sum(row[4] for row in after)
    assert low < mean < high
    assert mean == pytest.approx(spent, rel=0.25), "the eleven months hold no autumn to learn the season from"
    leaving = table.filter(pl.col("chance_away") >= 0.5)
    assert 1 - leaving["came"].mean() > 0.6
    assert table.filter(pl.col("chance_away") < 0.5)["came"].mean() > 0.6
