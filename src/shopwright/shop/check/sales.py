"""Are there sales, do they have units, do we know who bought?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import names as c

__all__ = ["missing_customers", "no_sales", "units"]

TABLE = "order_lines"
SHOWN = (c.ORDER, c.SKU, c.DAY, c.UNITS, c.PRICE)
FEW_CUSTOMERS_MISSING = 0.05


def no_sales(facts: Facts) -> Iterator[Finding]:
    """No line that a forecast could count."""
    if facts.has(TABLE) and not facts.sku_days.is_empty():
        return
    n = facts.rows(TABLE)
    yield Finding(
        "CHECK-NO-SALES",
        "warning" if n == 0 and facts.has("reviews") else "blocking",  # a plan can be made from reviews alone
        t("none of the {n:,} order lines is a product sold", n=n) if n else t("there are no order lines"),
        TABLE,
        n,
        1.0,
        t("import your sales: shopwright import orders.csv --to {shop}", shop=facts.place),
        t("lines counted whose kind is product and whose units are above zero"),
        examples=examples(facts.lines, TABLE, (*SHOWN, c.KIND)) if n else (),
    )


def units(facts: Facts) -> Iterator[Finding]:
    """Units below zero are returns in disguise; zero units sell nothing."""
    negative, zero = facts.totals["n_negative_units"], facts.totals["n_zero_units"]
    if negative:
        rows = facts.lines.filter(facts.is_product & (pl.col(c.UNITS) < 0))
        yield Finding(
            "CHECK-NEGATIVE-UNITS",
            "warning",
            t("{n:,} product lines have units below zero: returns or corrections among the sales", n=negative),
            TABLE,
            negative,
            negative / facts.rows(TABLE),
            t("export returns as a table of their own and import it beside the sales; until then these lines are"
              " left out of demand and returns are not counted"),
            t("lines of kind product with units below zero"),
            examples=examples(rows, TABLE, SHOWN),
        )  # fmt: skip
    if zero:
        rows = facts.lines.filter(facts.is_product & (pl.col(c.UNITS) == 0))
        yield Finding(
            "CHECK-ZERO-UNITS",
            "info",
            t("{n:,} product lines have zero units", n=zero),
            TABLE,
            zero,
            zero / facts.rows(TABLE),
            t("nothing to do: they are not counted as sales"),
            t("lines of kind product with units equal to zero"),
            examples=examples(rows, TABLE, SHOWN),
        )


def missing_customers(facts: Facts) -> Iterator[Finding]:
    """Lines without a customer cannot feed segments or personal recommendations."""
    n, total = facts.totals[f"null_{c.CUSTOMER}"], facts.rows(TABLE)
    if not n:
        return
    share = n / total
    is_known = facts.table("orders").filter(pl.col(c.CUSTOMER).is_not_null()).select(pl.len()).collect().item()
    if share == 1 and is_known:
        return  # the orders table says who bought
    all_of_them = t("no order line names its customer: segments and personal recommendations are not possible")
    some = t("{n:,} order lines ({share:.1%}) name no customer", n=n, share=share)
    yield Finding(
        "CHECK-NO-CUSTOMER",
        "warning" if FEW_CUSTOMERS_MISSING < share < 1 else "info",
        all_of_them if share == 1 else some,
        TABLE,
        n,
        share,
        t("have the export include the customer's code, also for guests; demand and reorders are not affected"),
        t("order lines without a customer over all order lines"),
        examples=examples(facts.lines.filter(pl.col(c.CUSTOMER).is_null()), TABLE, SHOWN),
    )
