"""The pairs of products worth showing side by side, and what showing them should bring."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from scipy.special import pdtrik

from shopwright.i18n import Text, t
from shopwright.recommend.baskets import LARGEST_BASKET, CoPurchases, co_purchases
from shopwright.recommend.scoring import SHRINKAGE, backing
from shopwright.shop.history import sold_lines
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.titles import titles

__all__ = ["AHEAD_DAYS", "JUDGED_DAYS", "MOST_UPLIFT", "Pairs", "pairs"]

SHOW, N_TOGETHER, LIFT, PROBABILITY = "show", "n_together", "lift", "probability"
LEAST_LIFT, LEAST_TOGETHER = 2.0, 5
EACH_SIDE, MOST = 3, 30
AHEAD_DAYS, JUDGED_DAYS = 28, 56
MOST_UPLIFT = 2.5


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of products bought together far more often than by chance, those that should bring most first.

    Attributes:
        table: one row for each pair "beside a, show b": sku, show (the SKUs of a and b), title, show_title,
            n_together, n_sku, n_show (orders with both, with a, with b), lift, probability (of b in an order with a,
            shrunk towards b's popularity), orders, orders_low, orders_high (with a, expected in the next 28 days),
            margin (of a unit of b; null without a price), is_assumed (whether its cost
            is), low, mean, high (gain; zero where the margin is not known).
        n_orders: orders of the last 365 days that were counted.
        n_left_out: orders left out for holding more than 100 different products.
        n_pairs: pairs that passed the limits, of which the table holds the best.
        from_day: first day counted.
        as_of: last day counted.
        currency: of margins and gains.
        how: how the pairs were found.
    """

    table: pl.DataFrame
    n_orders: int
    n_left_out: int
    n_pairs: int
    from_day: date
    as_of: date
    currency: str
    how: Text


def pairs(shop: Shop) -> Pairs:
    """Find the best pairs: lift of at least 2, together in at least 5 orders, the first one still ordered.

    Each product stands at most three times on either side, thirty pairs in all.
    """
    lines = sold_lines(shop).select(c.ORDER, c.SKU, pl.col(c.DAY).alias(c.AT)).drop_nulls()
    skus = lines.select(c.SKU).unique().collect(engine="streaming")[c.SKU].sort()
    counts = co_purchases(lines, skus, c.ORDER, shop.day)
    found = _notable(counts)
    valued = _valued(shop, found.join(_expected_orders(lines, found, shop.day), on=c.SKU))
    ranked = valued.sort("mean", N_TOGETHER, c.SKU, SHOW, descending=[True, True, False, False])
    return Pairs(
        _spread(ranked),
        counts.n_baskets,
        counts.n_left_out,
        valued.height,
        counts.from_day,
        shop.day,
        shop.currency,
        _how(counts),
    )


def _notable(counts: CoPurchases) -> pl.DataFrame:
    """Every ordered pair that passes the limits, with its counts and P(b | a)."""
    both = counts.together.tocoo()
    first, second, n = both.row, both.col, both.data
    lift = n * counts.n_baskets / (counts.n_with[first] * counts.n_with[second])
    kept = (n >= LEAST_TOGETHER) & (lift >= LEAST_LIFT)
    first, second, n, lift = first[kept], second[kept], n[kept], lift[kept]
    shrunk = n / (counts.n_with[first] + SHRINKAGE) + backing(counts)[first] * counts.popularity[second]
    return pl.DataFrame(
        {
            c.SKU: counts.skus.gather(first),
            SHOW: counts.skus.gather(second),
            N_TOGETHER: n.astype(np.int64),
            "n_sku": counts.n_with[first],
            "n_show": counts.n_with[second],
            LIFT: lift.astype(float),
            PROBABILITY: shrunk.astype(float),
        }
    )


def _expected_orders(lines: pl.LazyFrame, found: pl.DataFrame, day: date) -> pl.DataFrame:
    """Orders with each product in the next 28 days: at the rate of the last eight weeks, Poisson around it.

    Products without an order in those weeks are left out.
    """
    counted = (
        lines.filter(
            pl.col(c.AT) > day - timedelta(days=JUDGED_DAYS), pl.col(c.SKU).is_in(found[c.SKU].unique().implode())
        )
        .group_by(c.SKU)
        .agg(pl.col(c.ORDER).n_unique().alias("orders"))
        .collect(engine="streaming")
    )
    first = lines.select(pl.col(c.AT).min()).collect(engine="streaming").item()
    days = JUDGED_DAYS if first is None else min(JUDGED_DAYS, (day - first).days + 1)
    mean = counted["orders"].to_numpy() * (AHEAD_DAYS / days)
    return pl.DataFrame(
        {
            c.SKU: counted[c.SKU],
            "orders": mean,
            "orders_low": np.ceil(pdtrik(0.1, mean)),
            "orders_high": np.ceil(pdtrik(0.9, mean)),
        }
    )


def _valued(shop: Shop, found: pl.DataFrame) -> pl.DataFrame:
    """The pairs with titles, the margin of the product shown and the gain of showing it; zero without a price."""
    uplift = shop.settings.recommend.pair_uplift
    margins = unit_margins(shop).select(pl.col(c.SKU).alias(SHOW), MARGIN, IS_ASSUMED)
    extra = pl.col(PROBABILITY) * uplift * pl.col(MARGIN).fill_null(0.0)
    named = titles(shop, distinct=True)
    return found.join(margins, on=SHOW, how="left").with_columns(
        pl.col(c.SKU).replace_strict(named, default=pl.col(c.SKU), return_dtype=pl.String).alias(c.TITLE),
        pl.col(SHOW).replace_strict(named, default=pl.col(SHOW), return_dtype=pl.String).alias("show_title"),
        (extra * 0.0).alias("low"),
        (pl.col("orders") * extra).alias("mean"),
        # an uplift further from the assumed one than 2.5 times is as unlikely as more orders than the Poisson limit
        (pl.max_horizontal("orders", "orders_high") * extra * MOST_UPLIFT).alias("high"),
    )


def _spread(ranked: pl.DataFrame) -> pl.DataFrame:
    """The first thirty, no product more than three times on a side."""
    left: Counter[str] = Counter()
    right: Counter[str] = Counter()
    kept: list[int] = []
    for at, (sku, show) in enumerate(ranked.select(c.SKU, SHOW).iter_rows()):
        if left[sku] < EACH_SIDE and right[show] < EACH_SIDE and len(kept) < MOST:
            left[sku] += 1
            right[show] += 1
            kept.append(at)
    return ranked[kept]


def _how(counts: CoPurchases) -> Text:
    return t(
        "orders from {first} to {last}, {n:,} of them; {left_out:,} with more than {most} different products left out;"
        " lift: how many times as often together as by chance",
        first=counts.from_day.isoformat(),
        last=counts.to_day.isoformat(),
        n=counts.n_baskets,
        left_out=counts.n_left_out,
        most=LARGEST_BASKET,
    )
