"""What reviewers gave each product: shrunk means, months, and which products fall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from shopwright.i18n import Text, t
from shopwright.reviews.attributed import as_of, attributed, by_then
from shopwright.reviews.means import FALSE_SHARE, below, discoveries, spread, trust, welch
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.titles import titles

__all__ = ["IS_FALLING", "IS_LOW", "RECENT_DAYS", "SHRUNK", "Stars", "stars"]

RECENT_DAYS = 90
LEAST_DROP, LEAST_Z, LEAST_REVIEWS = 0.3, 2.5, 5
SHRUNK, IS_FALLING, IS_LOW, MONTH = "shrunk", "is_falling", "is_low", "month"


@dataclass(frozen=True, eq=False)
class Stars:
    """Stars by product.

    Attributes:
        table: one row for each reviewed product, falling ones first, then low ones, then by shrunk mean: sku, title,
            n, mean, shrunk (towards the shop's mean), n_dated, n_before and before (mean until 90 days ago), n_recent
            and recent (mean since), drop (before − recent), z, is_falling; z_low and is_low (of products without any
            dated review: how far below the shop's mean).
        months: sku (null: the whole shop), month (its first day), n, mean.
        shop_mean: mean of all stars.
        weight: number of typical reviews that shrinking adds to each product; infinity where products do not differ.
        n_reviews: reviews with stars and a product.
        n_undated: those of them without a date.
        n_without: reviews with stars whose product is not known.
        as_of: last day counted.
        how: how shrunk means were computed and falling products told.
    """

    table: pl.DataFrame
    months: pl.DataFrame
    shop_mean: float
    weight: float
    n_reviews: int
    n_undated: int
    n_without: int
    as_of: date
    how: Text

    @property
    def falling(self) -> pl.DataFrame:
        """Products whose stars fell, the largest fall first."""
        return self.table.filter(IS_FALLING).sort("drop", descending=True)

    @property
    def low(self) -> pl.DataFrame:
        """Products without dated reviews that lie below the shop's mean, the lowest first."""
        return self.table.filter(IS_LOW).sort(SHRUNK)


def stars(shop: Shop) -> Stars:
    """Count stars by product; falling: at least 0.3 stars lower in the last 90 days, beyond chance.

    Beyond chance: five reviews or more in both periods, 2.5 standard errors or more, and at most a tenth of the
    products so named may be false alarms on average.
    """
    day = as_of(shop)
    reviews = attributed(shop).select(c.SKU, c.DAY, c.STARS).collect(engine="streaming")
    given = by_then(shop).select(pl.col(c.STARS).count()).collect().item()
    table = _by_product(reviews, day)
    n, mean, variance = (table[name].to_numpy() for name in ("n", "mean", "variance"))
    within, between = spread(n, mean, np.nan_to_num(variance))
    overall = float(reviews[c.STARS].mean()) if reviews.height else 0.0  # type: ignore[arg-type]
    weight = within / between if between > 0 else float("inf")
    shrunk = pl.Series(SHRUNK, overall + trust(n, within, between) * (mean - overall))
    judged = _judged(table.with_columns(shrunk), overall, within)
    named = titles(shop, distinct=True)
    ranked = judged.with_columns(
        pl.col(c.SKU).replace_strict(named, default=pl.col(c.SKU), return_dtype=pl.String).alias(c.TITLE)
    ).sort(IS_FALLING, IS_LOW, SHRUNK, c.SKU, descending=[True, True, False, False])
    return Stars(
        ranked.select(COLUMNS),
        _months(reviews),
        overall,
        weight,
        reviews.height,
        reviews[c.DAY].null_count(),
        given - reviews.height,
        day,
        _how(weight, overall),
    )


COLUMNS = (
    *(c.SKU, c.TITLE, "n", "mean", SHRUNK, "n_dated", "n_before", "before", "n_recent", "recent", "drop", "z"),
    *(IS_FALLING, "z_low", IS_LOW),
)


def _by_product(reviews: pl.DataFrame, day: date) -> pl.DataFrame:
    """Count, mean and variance of the stars of each product: ever, until 90 days ago and since."""
    given, is_recent = pl.col(c.STARS), pl.col(c.DAY) > day - timedelta(days=RECENT_DAYS)
    parts = {"": given, "before": given.filter(~is_recent), "recent": given.filter(is_recent)}
    columns = [pl.col(c.DAY).count().cast(pl.Int64).alias("n_dated")]
    for name, part in parts.items():
        columns += [
            part.count().cast(pl.Int64).alias(f"n_{name}".rstrip("_")),
            part.mean().alias(name or "mean"),
            part.var().alias(f"variance_{name}".rstrip("_")),
        ]
    return reviews.group_by(c.SKU).agg(columns).sort(c.SKU)


def _judged(table: pl.DataFrame, overall: float, within: float) -> pl.DataFrame:
    """The table with drop, z and whether to look into it."""
    enough = pl.col("n_before").ge(LEAST_REVIEWS) & pl.col("n_recent").ge(LEAST_REVIEWS)
    moved = _tested(table.filter(enough), within)
    undated = table.filter(pl.col("n_dated") == 0, pl.col("n") >= LEAST_REVIEWS)
    z, p = below(undated["n"].to_numpy(), undated["mean"].to_numpy(), overall, within)
    is_low = (z >= LEAST_Z) & discoveries(p) & (overall - undated[SHRUNK].to_numpy() >= LEAST_DROP)
    levels = undated.select(c.SKU).with_columns(pl.Series("z_low", z), pl.Series(IS_LOW, is_low))
    return (
        table.join(moved, on=c.SKU, how="left")
        .join(levels, on=c.SKU, how="left")
        .with_columns(
            (pl.col("before") - pl.col("recent")).alias("drop"),
            pl.col(IS_FALLING, IS_LOW).fill_null(value=False),
        )
    )


def _tested(moved: pl.DataFrame, within: float) -> pl.DataFrame:
    before, after = (
        tuple(moved[column].to_numpy().astype(float) for column in (f"n_{name}", name, f"variance_{name}"))
        for name in ("before", "recent")
    )
    z, p = welch(before, after, within)  # type: ignore[arg-type]
    is_falling = (z >= LEAST_Z) & discoveries(p) & (before[1] - after[1] >= LEAST_DROP)
    return moved.select(c.SKU).with_columns(pl.Series("z", z), pl.Series(IS_FALLING, is_falling))


def _months(reviews: pl.DataFrame) -> pl.DataFrame:
    dated = reviews.drop_nulls(c.DAY).with_columns(pl.col(c.DAY).dt.truncate("1mo").alias(MONTH))
    shop = dated.with_columns(pl.lit(None, pl.String).alias(c.SKU))
    return (
        pl.concat([shop, dated])
        .group_by(c.SKU, MONTH)
        .agg(pl.len().cast(pl.Int64).alias("n"), pl.col(c.STARS).mean().alias("mean"))
        .sort(c.SKU, MONTH, nulls_last=False)
    )


def _how(weight: float, overall: float) -> Text:
    if not np.isfinite(weight):
        shrunk = t("products do not differ beyond chance, so each shrunk mean is the shop's, {mean:.2f}", mean=overall)
    else:
        shrunk = t(
            "means are shrunk towards the shop's, {mean:.2f}, as if each product had {n:,.1f} more typical reviews",
            mean=overall,
            n=weight,
        )
    return t(
        "{shrunk}; falling: {drop} stars or more lower in the last {days} days, by {z} standard errors or more, with"
        " {n} reviews or more in both periods, and no more than {share:.0%} false alarms among those named; low:"
        " without any date, {n} reviews or more, as far below the shop's mean",
        shrunk=shrunk,
        drop=LEAST_DROP,
        days=RECENT_DAYS,
        z=LEAST_Z,
        n=LEAST_REVIEWS,
        share=FALSE_SHARE,
    )
