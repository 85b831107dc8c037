"""Classes that recommendations are judged by: customers by what is known of them, products by how well they sell."""

from __future__ import annotations

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c

__all__ = ["CUSTOMER_CLASSES", "ITEM_CLASSES", "class_of_customers", "class_of_items"]

CUSTOMER_CLASSES: dict[str, Text] = {
    "0": t("new: nothing bought before"),
    "1-2": t("1–2 purchases before"),
    "3-9": t("3–9 purchases before"),
    "10+": t("10 and more before"),
}
ITEM_CLASSES: dict[str, Text] = {
    "head": t("best sellers: the first 20 % of sales"),
    "middle": t("middle"),
    "tail": t("slow sellers: the last 20 % of sales"),
    "never": t("never sold before"),
}
EDGE = 0.2  # of sales, at either end


def class_of_customers(n: pl.Expr) -> pl.Expr:
    """Class of a customer by number of events in the history."""
    return (
        pl.when(n == 0).then(pl.lit("0")).when(n <= 2).then(pl.lit("1-2")).when(n <= 9).then(pl.lit("3-9"))
    ).otherwise(pl.lit("10+"))


def class_of_items(sold: pl.DataFrame) -> pl.DataFrame:
    """Class of each SKU by its place in the sales: sku, class.

    The best sellers that together make the first 20 % of sales are the head (the one that crosses the line belongs to
    it); the tail are the slowest that make no more than the last 20 %.

    Args:
        sold: sku, n (times sold, above zero). A SKU that is not in it was never sold.
    """
    ranked = sold.filter(pl.col("n") > 0).sort("n", c.SKU, descending=[True, False])
    before = (pl.col("n").cum_sum() - pl.col("n")) / pl.col("n").sum()
    return ranked.select(
        c.SKU,
        pl.when(before < EDGE)
        .then(pl.lit("head"))
        .when(before >= 1 - EDGE)
        .then(pl.lit("tail"))
        .otherwise(pl.lit("middle"))
        .alias("class"),
    )
