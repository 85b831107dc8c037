"""When each customer is next expected and for what, and which customers are due to buy a product again."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from shopwright.customers.checked import check_days, day_number, lines_until
from shopwright.customers.rhythm import Rhythm, Runs, fit_rhythm
from shopwright.shop.schema import names as c

__all__ = ["CHANCE", "EXPECTED", "LAST", "N_DAYS", "USUAL", "due", "next_purchases"]

CHANCE, EXPECTED, LAST, USUAL, N_DAYS = "chance", "expected", "last", "usual_days", "n_days"
SHOP_WEIGHT = 2.0  # purchases by which a customer's categories are drawn to the shop's
FADES = 180.0  # days in which what was bought counts half


def next_purchases(lines: pl.DataFrame | pl.LazyFrame, until: date, days: int = 28) -> pl.DataFrame:
    """When each customer is next expected, and in which category.

    Args:
        lines: customer, day, and category where it is known.
        until: last day that counts.
        days: how far ahead `chance` looks.

    Returns:
        customer, last (day of the last purchase), n_days (days with a purchase), usual_days (their own usual gap),
        chance (to buy within `days`), expected (day by which half of such customers have come, if they come), category
        (the most likely one; null where none is known); the surest first.

    Raises:
        TableError: the table cannot be used (CUSTOMERS-02, -03) or nothing is left (CUSTOMERS-04).
        UsageError: until is no day (CUSTOMERS-05), or days is out of range (CUSTOMERS-06).
    """
    days = check_days(days)
    rows = lines_until(lines, until, [c.CUSTOMER], optional=[c.CATEGORY])
    found = _told(rows, [c.CUSTOMER], None, until, days)
    return found.join(_categories(rows, until), on=c.CUSTOMER, how="left", maintain_order="left")


def due(
    lines: pl.DataFrame | pl.LazyFrame, until: date, days: int = 14, *, least: float = 0.5, times: int = 2
) -> pl.DataFrame:
    """Which customers are due to buy which product again.

    Args:
        lines: customer, sku, day.
        until: last day that counts.
        days: how far ahead.
        least: smallest chance that is listed.
        times: days on which the customer must have bought the product before.

    Returns:
        customer, sku, last, n_days, usual_days, chance, expected as of `next_purchases`; the surest first.

    Raises:
        TableError: the table cannot be used (CUSTOMERS-02, -03) or nothing is left (CUSTOMERS-04).
        UsageError: until is no day (CUSTOMERS-05), or days is out of range (CUSTOMERS-06).
    """
    days = check_days(days)
    rows = lines_until(lines, until, [c.CUSTOMER, c.SKU])
    return _told(rows, [c.CUSTOMER, c.SKU], c.SKU, until, days).filter(pl.col(CHANCE) >= least, pl.col(N_DAYS) >= times)


def _told(rows: pl.DataFrame, pair: list[str], group: str | None, until: date, days: int) -> pl.DataFrame:
    is_same = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in pair)
    gap = pl.when(is_same).then(pl.col(c.DAY).diff().dt.total_days().cast(pl.Float64).log())
    runs = (
        rows.select(*pair, c.DAY)
        .unique()
        .sort(*pair, c.DAY)
        .with_columns(gap.alias("gap"))
        .group_by(pair, maintain_order=True)
        .agg(
            pl.col(c.DAY).last().alias(LAST),
            pl.len().alias(N_DAYS).cast(pl.Int64),
            pl.col("gap").sum().alias("total"),
            (pl.col("gap") ** 2).sum().alias("square"),
        )
    )
    quiet = day_number(until) - runs[LAST].to_physical().to_numpy()
    groups = runs[group].rank("dense").to_numpy() - 1 if group else np.zeros(runs.height, int)
    rhythm: Rhythm = fit_rhythm(
        Runs(
            runs[N_DAYS].to_numpy(),
            runs["total"].to_numpy(),
            runs["square"].to_numpy(),
            quiet.astype(float),
            groups.astype(np.int64),
        )
    )
    wait = np.minimum(np.ceil(rhythm.median_wait()), 36_500).astype(np.int32)
    expected = pl.Series(EXPECTED, day_number(until) + wait).cast(pl.Int32).cast(pl.Date)
    return (
        runs.select(*pair, LAST, N_DAYS)
        .with_columns(
            pl.Series(USUAL, np.exp(rhythm.mean)),
            pl.Series(CHANCE, rhythm.within(days)),
            expected,
        )
        .sort([CHANCE, *pair], descending=[True] + [False] * len(pair))
    )


def _categories(rows: pl.DataFrame, until: date) -> pl.DataFrame:
    """The likeliest category of each customer's next purchase: their own, late ones more, drawn to the shop's."""
    known = rows.drop_nulls(c.CATEGORY).select(c.CUSTOMER, c.CATEGORY, c.DAY).unique()
    age = (pl.lit(until) - pl.col(c.DAY)).dt.total_days()
    shop = known.group_by(c.CATEGORY).agg((SHOP_WEIGHT * pl.len() / max(known.height, 1)).alias("prior"))
    own = (
        known.group_by(c.CUSTOMER, c.CATEGORY)
        .agg((0.5 ** (age / FADES)).sum().alias("own"))
        .join(shop, on=c.CATEGORY)
        .with_columns((pl.col("own") + pl.col("prior")).alias("weight"))
    )
    best = shop.sort("prior", c.CATEGORY, descending=[True, False]).head(1)
    unseen = (
        rows.select(c.CUSTOMER).unique().join(best.select(c.CATEGORY, pl.col("prior").alias("weight")), how="cross")
    )
    return (
        pl.concat([own.select(c.CUSTOMER, c.CATEGORY, "weight"), unseen.select(c.CUSTOMER, c.CATEGORY, "weight")])
        .sort(c.CUSTOMER, "weight", c.CATEGORY, descending=[False, True, False])
        .unique(c.CUSTOMER, keep="first", maintain_order=True)
        .select(c.CUSTOMER, c.CATEGORY)
    )
