"""What products that were shown went on to earn, from the orders after; and a model of it that tells of any product."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["bought_after", "modelled"]

SHRINKAGE = 20.0  # showings that a product's own mean has to outweigh
POSITION, RANK, REWARD = "position", "rank", "reward"
MICROS = pl.Datetime("us", "UTC")


def bought_after(shop: Shop, shown: pl.DataFrame, days: int) -> pl.DataFrame:
    """The rows with reward: 1 where the customer bought the product within so many days of being shown it, else 0.

    Args:
        shop: whose orders tell.
        shown: at, customer, sku and more.
        days: in which a purchase counts.
    """
    sold = sold_lines(shop).select(c.CUSTOMER, c.SKU, pl.col(c.AT).alias("then")).drop_nulls().collect()
    told = shown.with_row_index("row")
    pairs = told.select("row", c.AT, c.CUSTOMER, c.SKU).join(sold, on=[c.CUSTOMER, c.SKU])
    since = pl.col("then").cast(MICROS) - pl.col(c.AT).cast(MICROS)
    hits = pairs.filter((since > timedelta(0)) & (since <= timedelta(days=days)))["row"].unique()
    return told.with_columns(pl.col("row").is_in(hits.implode()).cast(pl.Float64).alias(REWARD)).drop("row")


def modelled(log: pl.DataFrame, target: pl.DataFrame) -> pl.DataFrame:
    """What each product earns where it was logged or would be shown: its mean, shrunk towards that of the place.

    A list's estimates come from the other half of the lists, so that no row is judged by what it taught.

    Args:
        log: position, rank, sku, reward.
        target: position, sku and, where chances are told by place, rank.

    Returns:
        position, rank where the target has it, sku, reward: the estimates.
    """
    by_rank = [RANK] if RANK in target.columns else []
    key = [POSITION, *by_rank, c.SKU]
    whole = [pl.col(name).cast(pl.Int64) for name in (POSITION, *by_rank)]
    wanted = pl.concat([each.select(*whole, c.SKU) for each in (log, target)]).unique(maintain_order=True)
    rows = log.with_columns(pl.col(POSITION, RANK).cast(pl.Int64))
    found = [_of_half(rows.filter(pl.col(POSITION) % 2 != half), wanted, half, by_rank) for half in (0, 1)]
    return pl.concat(found).select(*key, REWARD)


def _of_half(taught: pl.DataFrame, wanted: pl.DataFrame, half: int, by_rank: list[str]) -> pl.DataFrame:
    """Estimates for the positions of one half, from the rows of the other."""
    asked = wanted.filter(pl.col(POSITION) % 2 == half)
    overall = float(np.mean(taught[REWARD].to_numpy())) if taught.height else 0.0
    place = asked.select(POSITION) if not by_rank else asked.select(RANK)
    if by_rank:
        means = taught.group_by(RANK).agg(pl.col(REWARD).mean().alias("usual"))
        place = place.join(means, on=RANK, how="left", maintain_order="left")
        usual = place["usual"].fill_null(overall)
    else:
        usual = pl.Series("usual", [overall] * asked.height, pl.Float64)
    own = taught.group_by(c.SKU).agg(pl.col(REWARD).sum().alias("sum"), pl.len().alias("n"))
    joined = asked.with_columns(usual.alias("usual")).join(own, on=c.SKU, how="left", maintain_order="left")
    mean = (pl.col("sum").fill_null(0.0) + SHRINKAGE * pl.col("usual")) / (pl.col("n").fill_null(0) + SHRINKAGE)
    return joined.with_columns(mean.alias(REWARD))
