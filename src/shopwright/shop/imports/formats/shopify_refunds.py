"""Refunds in Shopify's export of orders: what came back whole, and what was money alone."""

from __future__ import annotations

import polars as pl

from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.schema import names as c

__all__ = ["refunds"]

MOMENTS = ("Created at", "Paid at", "Fulfilled at", "Cancelled at")
CENT = 0.005


def refunds(rows: pl.DataFrame, customer: pl.Expr, country: pl.Expr) -> pl.DataFrame:
    """Returns of the orders that were refunded, one row for each of their lines.

    An order that was refunded whole came back with all its units; of one refunded in part nothing is known to have come
    back: it has money and no units. The amount is shared out among the lines by their value. The export names no day of
    a refund; it is known from the last moment that the file tells of, so that no evening before sees it. Cancelled
    orders are no sales and have no returns.

    Args:
        rows: lines of the export with the order's own columns on each.
        customer: who bought.
        country: where to.

    Returns:
        LINE, return, order, sku, at, customer, units, refund, currency, country.
    """
    seen = rows.select(pl.max_horizontal(pl.col(MOMENTS).max())).item()
    amount, state = pl.col("Refunded Amount"), pl.col("Financial Status").str.to_lowercase()
    is_cancelled = pl.col("Cancelled at").is_not_null() | (state == "voided").fill_null(value=False)
    is_whole = (state == "refunded").fill_null(value=False) | (amount >= pl.col("Total") - CENT).fill_null(value=False)
    units = pl.col("Lineitem quantity")
    value = (units * pl.col("Lineitem price") - pl.col("Lineitem discount").fill_null(0)).clip(0).fill_null(0)
    whole = value.sum().over("Name")
    share = pl.when(whole > 0).then(value / whole).otherwise(1 / pl.len().over("Name"))
    back = rows.filter(pl.col("Name").is_not_null(), units > 0, amount > 0, ~is_cancelled)
    return back.select(
        LINE,
        pl.concat_str(pl.col("Name"), pl.lit("-refund")).alias(c.RETURN),
        pl.col("Name").alias(c.ORDER),
        pl.coalesce("Lineitem sku", "Lineitem name").alias(c.SKU),
        pl.lit(seen, rows.schema["Created at"]).alias(c.AT),
        customer.alias(c.CUSTOMER),
        pl.when(is_whole).then(units).otherwise(0.0).alias(c.UNITS),
        (amount * share).round(4).alias(c.REFUND),
        pl.col("Currency").alias(c.CURRENCY),
        country.alias(c.COUNTRY),
    )
