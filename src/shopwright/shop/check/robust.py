"""Medians that a few wild values cannot move, from counts of values."""

from __future__ import annotations

import polars as pl

from shopwright.shop.schema import names as c

__all__ = ["spread", "weighted_median"]

TO_SIGMA = 1.4826  # median absolute deviation to standard deviation, under a normal distribution


def weighted_median(frame: pl.DataFrame, value: str, weight: str) -> pl.DataFrame:
    """Median of `value` for each SKU, each row counted `weight` times: sku, median.

    The lower of the two middle values where the count is even, so that it is a value that occurs.
    """
    before = pl.col(weight).cum_sum().over(c.SKU)
    half = pl.col(weight).sum().over(c.SKU) / 2
    ranked = frame.select(c.SKU, value, weight).sort(c.SKU, value).with_columns(before.alias("_b"), half.alias("_h"))
    return ranked.filter(pl.col("_b") >= pl.col("_h")).group_by(c.SKU).agg(pl.col(value).min().alias("median"))


def spread(counts: pl.DataFrame, value: str) -> pl.DataFrame:
    """Centre and spread of a positive value for each SKU: sku, median, log_sd, n_lines.

    `log_sd` is the median absolute deviation of the logarithm from the median's, scaled to a standard deviation
    (Hampel 1974); half of all values may be wrong without moving it.

    Args:
        counts: sku, `value` and `n_lines`, how often it occurs.
        value: the column to describe; all above zero.
    """
    centre = weighted_median(counts, value, "n_lines")
    away = counts.join(centre, on=c.SKU).with_columns(
        (pl.col(value).log() - pl.col("median").log()).abs().alias("_away")
    )
    width = weighted_median(away, "_away", "n_lines").select(c.SKU, (pl.col("median") * TO_SIGMA).alias("log_sd"))
    n = counts.group_by(c.SKU).agg(pl.col("n_lines").sum())
    return centre.join(width, on=c.SKU).join(n, on=c.SKU)
