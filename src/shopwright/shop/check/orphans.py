"""Rows that point to something that is not there."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c

__all__ = ["customers", "orders", "skus"]

LINES = "order_lines"
WITH_SKUS = (LINES, "returns", "reviews", "events", "stock", "supply", "arrivals", "promotions", "prices")
WITH_CUSTOMERS = (LINES, "orders", "returns", "reviews", "events", "exposures", "tickets")
SHOWN_COLUMNS = 6
SEED = 13


def orders(facts: Facts) -> Iterator[Finding]:
    """Lines of orders that are not in the orders table, and orders that have no lines."""
    if not facts.has("orders", LINES):
        return
    table = facts.table("orders")
    key = pl.col(c.ORDER).hash(SEED).alias("_key")
    of_lines = facts.lines.group_by(key).agg(pl.len().alias("n")).collect(engine="streaming")
    is_cancelled = (pl.col(c.STATUS) == "cancelled").fill_null(value=False)
    of_orders = table.select(key, is_cancelled.alias("is_cancelled")).collect(engine="streaming")
    lost = of_lines.join(of_orders, on="_key", how="anti")
    if not lost.is_empty():
        n, n_orders = int(lost["n"].sum()), lost.height
        yield Finding(
            "CHECK-LINE-WITHOUT-ORDER",
            "warning",
            t("{n:,} order lines belong to {orders:,} orders that are not among the orders", n=n, orders=n_orders),
            LINES,
            n,
            n / facts.rows(LINES),
            t("export orders and lines for the same days and import both; until then status, channel and shipping of"
              " these orders are unknown"),
            t("order numbers of the lines looked up in the orders table"),
            examples=examples(
                facts.lines.filter(key.is_in(lost["_key"].head(50).implode())), LINES, (c.ORDER, c.SKU, c.DAY, c.UNITS)
            ),
        )  # fmt: skip
    empty = of_orders.filter(~pl.col("is_cancelled")).join(of_lines, on="_key", how="anti")
    n = empty.height
    if n:
        yield Finding(
            "CHECK-ORDER-WITHOUT-LINES",
            "warning",
            t("{n:,} orders that were not cancelled have no lines: what they sold is not counted", n=n),
            "orders",
            n,
            n / facts.rows("orders"),
            t("export orders and lines for the same days and import both"),
            t("order numbers of the orders table looked up in the lines; cancelled orders left out"),
            examples=examples(
                table.filter(key.is_in(empty["_key"].head(50).implode())),
                "orders",
                (c.ORDER, c.DAY, c.STATUS, c.TOTAL),
            ),
        )


def skus(facts: Facts) -> Iterator[Finding]:
    """Rows about SKUs that are neither in the catalogue nor, apart from the lines themselves, ever sold."""
    known = facts.products.select(c.SKU).collect()[c.SKU].unique()
    if known.is_empty():
        return
    sold = facts.lines.select(c.SKU).unique().collect(engine="streaming")[c.SKU]
    for name in WITH_SKUS:
        if not facts.has(name):
            continue
        allowed = known if name == LINES else pl.concat([known, sold]).unique()
        yield from _strangers(facts, name, c.SKU, allowed)


def customers(facts: Facts) -> Iterator[Finding]:
    """Rows about customers that are not in the customers table."""
    if not facts.has("customers"):
        return
    known = facts.table("customers").select(c.CUSTOMER).collect()[c.CUSTOMER].unique()
    for name in WITH_CUSTOMERS:
        if facts.has(name):
            yield from _strangers(facts, name, c.CUSTOMER, known)


def _strangers(facts: Facts, name: str, column: str, known: pl.Series) -> Iterator[Finding]:
    known_frame = pl.LazyFrame({column: known})
    strange = facts.table(name).filter(pl.col(column).is_not_null()).join(known_frame, on=column, how="anti")
    counted = strange.select(pl.len().alias("n"), pl.col(column).n_unique().alias("which")).collect(engine="streaming")
    n, which = counted.row(0)
    if not n:
        return
    is_sku, table = column == c.SKU, TABLES[name]
    share = n / facts.rows(name)
    skus_said = t("{n:,} rows of {table} are about {which:,} SKUs that nothing else knows", n=n, table=table.label,
                  which=which)  # fmt: skip
    customers_said = t("{n:,} rows of {table} name {which:,} customers that are not among the customers", n=n,
                       table=table.label, which=which)  # fmt: skip
    catalogue = t("import the full catalogue, with what is no longer sold: shopwright import products.csv --to {shop}",
                  shop=facts.place)  # fmt: skip
    people = t("import the full list of customers; nothing may be sent to those without a record of consent")
    columns = tuple(other.name for other in table.columns if other.is_required or other.name in table.key)
    yield Finding(
        "CHECK-UNKNOWN-SKU" if is_sku else "CHECK-UNKNOWN-CUSTOMER",
        "warning",
        skus_said if is_sku else customers_said,
        name,
        n,
        share,
        catalogue if is_sku else people,
        t("SKUs looked up in the catalogue and, for tables other than the order lines, among those sold")
        if is_sku
        else t("customers looked up in the customers table; rows without a customer left out"),
        examples=examples(strange, name, tuple(dict.fromkeys((*columns, column)))[:SHOWN_COLUMNS]),
    )
