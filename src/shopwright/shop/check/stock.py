"""Stock below zero, and tables that lag behind the sales."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c

__all__ = ["negative", "stale"]

TABLE = "stock"
STALE_DAYS = 7


def negative(facts: Facts) -> Iterator[Finding]:
    """Stock below zero: oversold, or booked late."""
    if not facts.has(TABLE):
        return
    rows = facts.table(TABLE).filter(pl.col(c.ON_HAND) < 0)
    n = rows.select(pl.len()).collect(engine="streaming").item()
    if n:
        yield Finding(
            "CHECK-NEGATIVE-STOCK",
            "warning",
            t("{n:,} rows of stock are below zero: oversold, or deliveries booked late", n=n),
            TABLE,
            n,
            n / facts.rows(TABLE),
            t("count these SKUs and correct the stock; orders treat them as units owed to customers"),
            t("rows with on hand below zero; the latest first"),
            examples=examples(
                rows.sort(c.DAY, c.SKU, descending=[True, False]), TABLE, (c.SKU, c.LOCATION, c.DAY, c.ON_HAND)
            ),
        )


def stale(facts: Facts) -> Iterator[Finding]:
    """Stock that ends more than a week before the sales do; a price list may be silent where nothing changes."""
    if facts.life is None or not facts.has(TABLE):
        return
    last = facts.table(TABLE).select(pl.col(c.DAY).max()).collect(engine="streaming").item()
    behind = (facts.life[1] - last).days
    if behind > STALE_DAYS:
        yield Finding(
            "CHECK-STALE-TABLE",
            "warning",
            t("{table} ends on {last}, {days} days before the last sale on {sold}", table=TABLES[TABLE].label,
              last=last, days=behind, sold=facts.life[1]),
            TABLE,
            facts.rows(TABLE),
            1.0,
            t("export it afresh and import it: what to reorder is computed from the last known stock"),
            t("last day of the table against the last day with a sale; said from {days} days on",
              days=STALE_DAYS + 1),
        )  # fmt: skip
