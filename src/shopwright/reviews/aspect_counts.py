"""Topics that reviews praise and blame, counted by product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from shopwright.i18n import Text, t
from shopwright.reviews.aspects import POLARITIES, POLARITY, ROW, TOPIC, Aspects
from shopwright.shop.schema import names as c

__all__ = ["TOPICS", "aspect_counts"]

TOPICS: Mapping[str, Text] = {
    "quality": t("quality"),
    "size_and_fit": t("size and fit"),
    "as_pictured": t("as pictured"),
    "looks": t("looks"),
    "packaging": t("packaging"),
    "delivery": t("delivery"),
    "price": t("price"),
    "service": t("service"),
    "smell": t("smell"),
    "safety": t("safety"),
    "material": t("material"),
    "comfort": t("comfort"),
    "durability": t("durability"),
    "instructions": t("instructions"),
    "battery": t("battery"),
    "performance": t("performance"),
    "taste": t("taste"),
}


def aspect_counts(reviews: pl.DataFrame, texts: Sequence[str]) -> pl.DataFrame:
    """How many reviews of each product speak well, badly or neither of each topic; one may do several.

    Args:
        reviews: sku of each text, null where it is not known.
        texts: of the reviews, in their order.

    Returns:
        sku, topic, n (reviews that speak of it), n_negative, n_neutral, n_positive; products in order, then topics that
        most speak of.
    """
    found = Aspects.load().extract(texts).drop_nulls(TOPIC).select(ROW, TOPIC, POLARITY).unique()
    sku = reviews.select(c.SKU).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    counts = [(pl.col(POLARITY) == name).sum().cast(pl.Int64).alias(f"n_{name}") for name in POLARITIES]
    return (
        found.join(sku, on=ROW)
        .drop_nulls(c.SKU)
        .group_by(c.SKU, TOPIC)
        .agg(pl.col(ROW).n_unique().cast(pl.Int64).alias("n"), *counts)
        .sort(c.SKU, "n", TOPIC, descending=[False, True, False])
    )
