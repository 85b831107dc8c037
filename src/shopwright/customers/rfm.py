"""Recency, frequency and money of each customer, and the segment they put the customer in.

Scores are quintiles from 1 (worst) to 5 (best) of the customers' own ranks, as in Hughes, "Strategic Database
Marketing" (1994); customers with equal values share their mean rank and so their score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["N_ORDERS", "RECENCY", "SEGMENT", "SEGMENTS", "WINDOW_DAYS", "Kind", "scores"]

RECENCY, N_ORDERS, N_EVER, SEGMENT = "recency", "n_orders", "n_orders_ever", "segment"
R, F, M = "r", "f", "m"
WINDOW_DAYS = 365
TABLE = {
    c.CUSTOMER: pl.String,
    RECENCY: pl.Int64,
    N_ORDERS: pl.Int64,
    N_EVER: pl.Int64,
    c.REVENUE: pl.Float64,
    R: pl.Int8,
    F: pl.Int8,
    M: pl.Int8,
    SEGMENT: pl.String,
}


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of customer.

    Attributes:
        label: name for people.
        rule: who belongs to it, in words; the first segment whose rule holds is the one.
        holds: the rule itself, over the columns of `scores`.
        is_worth_writing: whether a message may win some of them back or over.
    """

    label: Text
    rule: Text
    holds: pl.Expr
    is_worth_writing: bool = False


SEGMENTS: Mapping[str, Kind] = MappingProxyType(
    {
        "champions": Kind(
            t("champions"),
            t("two orders or more ever; among the best two fifths in recency, orders and revenue"),
            (pl.col(N_EVER) >= 2) & (pl.min_horizontal(R, F, M) >= 4),
        ),
        "new": Kind(
            t("new, one order so far"),
            t("a single order ever, and among the two fifths who bought last"),
            (pl.col(N_EVER) == 1) & (pl.col(R) >= 4),
            is_worth_writing=True,
        ),
        "loyal": Kind(
            t("loyal"),
            t(
                "two orders or more ever; not among the two fifths who stayed away longest; scores for orders and"
                " revenue add up to 7 or more"
            ),
            (pl.col(N_EVER) >= 2) & (pl.col(R) >= 3) & (pl.col(F) + pl.col(M) >= 7),
        ),
        "promising": Kind(
            t("promising"),
            t("among the two fifths who bought last, with fewer orders or less revenue"),
            pl.col(R) >= 4,
        ),
        "needs_attention": Kind(
            t("in need of attention"),
            t("in the middle fifth of recency, with fewer orders or less revenue"),
            pl.col(R) == 3,
            is_worth_writing=True,
        ),
        "at_risk": Kind(
            t("at risk"),
            t("among the two fifths who stayed away longest; scores for orders and revenue add up to 6 or more"),
            pl.col(F) + pl.col(M) >= 6,
            is_worth_writing=True,
        ),
        "lost": Kind(
            t("lost"),
            t("among the two fifths who stayed away longest, with few orders or little revenue"),
            pl.lit(value=True),
        ),
    }
)


def scores(shop: Shop) -> pl.DataFrame:
    """Every customer who ever bought, as of the shop's day.

    Returns:
        customer, recency (days since the last order), n_orders and revenue (of the last 365 days), n_orders_ever,
        r, f, m (quintiles, 5 is best), segment; sorted by customer. Orders without a customer are left out.
    """
    recent = pl.col(c.DAY) > pl.lit(shop.day - timedelta(days=WINDOW_DAYS))
    found = (
        sold_lines(shop)
        .drop_nulls([c.CUSTOMER, c.DAY])
        # orders first: counting them is half the work of counting different ones among lines
        .group_by(c.CUSTOMER, c.ORDER)
        .agg(pl.col(c.DAY).max(), pl.col(c.REVENUE).filter(recent).sum())
        .group_by(c.CUSTOMER)
        .agg(
            (pl.lit(shop.day) - pl.col(c.DAY).max()).dt.total_days().alias(RECENCY),
            recent.sum().alias(N_ORDERS),
            pl.len().alias(N_EVER),
            # rounded, so that the order of adding does not tell equal customers apart
            pl.col(c.REVENUE).sum().round(4),
        )
        .collect(engine="streaming")
        .sort(c.CUSTOMER)
        .with_columns(_quintile(-pl.col(RECENCY), R), _quintile(pl.col(N_ORDERS), F), _quintile(pl.col(c.REVENUE), M))
    )
    segment = pl.coalesce(pl.when(kind.holds).then(pl.lit(name)) for name, kind in SEGMENTS.items())
    return found.with_columns(segment.alias(SEGMENT)).select(pl.col(name).cast(kind) for name, kind in TABLE.items())


def _quintile(value: pl.Expr, name: str) -> pl.Expr:
    return (value.rank("average") * 5 / pl.len()).ceil().clip(1, 5).cast(pl.Int8).alias(name)
