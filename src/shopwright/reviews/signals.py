"""What reviews tell the other areas about each product: level and trend of sentiment, rising faults, sizes."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from scipy.special import betaincinv

from shopwright.reviews.drift import drawn_in
from shopwright.reviews.fit_words import LARGE, OF_PARCEL, SMALL, TRUE
from shopwright.reviews.given import LEVEL, given
from shopwright.reviews.hazards import Hazards
from shopwright.reviews.means import spread, squared_error, trust
from shopwright.shop.arguments import last_day
from shopwright.shop.schema import names as c

__all__ = ["signals"]

RECENT_DAYS = 90
# Variance of polarity where no product has two reviews of one period: that of stars from 1 to 5 in most shops.
CHANCE_ALONE = 0.3
# Size advice: at least so many opinions about the size, so large a part of them on one side, hardly by chance.
LEAST_SAID, LEAST_SHARE, DOUBT, BORROWED = 5, 0.25, 0.05, 2.0
RUNS_SMALL, RUNS_LARGE, TRUE_TO_SIZE = "small", "large", "true"


def signals(
    reviews: pl.DataFrame | pl.LazyFrame, found: Hazards | None = None, *, until: date | None = None
) -> pl.DataFrame:
    """One row for each reviewed product, to be joined by SKU.

    Args:
        reviews: sku, and any of day, stars, polarity, text.
        found: what `hazards` found in them; without it nothing is told to be rising.
        until: last day to count; None: all.

    Returns:
        sku, n (reviews), sentiment (mean polarity from −1 to 1, drawn towards the shop's as far as products' own
        reviews are few), sentiment_trend (mean polarity of the last 90 days less that before, of the stars, else of
        the words, drawn towards none as far as chance may have made it; null without reviews on both sides),
        is_rising_defect (an alarm is open), n_small, n_large, n_true (reviews that say so), runs_small, runs_large
        (shares of those, drawn towards the shop's), size_advice ("small": it runs small; "large"; "true"; null: too
        few say, or sides differ).

    Raises:
        TableError: the reviews name no product (REVIEWS-47), or days are no dates (REVIEWS-57).
    """
    until = last_day(until)
    ready, _ = given(reviews, needs=(c.SKU,), until=until)
    mine = ready.drop_nulls(c.SKU)
    last = until or mine[c.DAY].max()  # counted from, not to: the first day of the calendar has none before it
    recent = (pl.lit(last, pl.Date) - pl.col(c.DAY)).dt.total_days() < RECENT_DAYS
    level = pl.col(LEVEL)
    table = (
        mine.with_columns(_said())
        .group_by(c.SKU)
        .agg(
            pl.len().cast(pl.Int64).alias("n"),
            *_moments("", level),
            *_moments("_recent", level.filter(recent)),
            *_moments("_before", level.filter(~recent)),
            *(pl.col(name).sum().cast(pl.Int64) for name in ("n_small", "n_large", "n_true")),
        )
        .sort(c.SKU)
    )
    rising = set() if found is None else set(found.alarms.filter("is_open")[c.SKU])
    return _sized(_felt(table)).select(
        c.SKU,
        "n",
        "sentiment",
        "sentiment_trend",
        pl.col(c.SKU).is_in(list(rising)).alias("is_rising_defect"),
        *("n_small", "n_large", "n_true", "runs_small", "runs_large", "size_advice"),
    )


def _said() -> list[pl.Expr]:
    """Which way each review says the size goes; one that says both ways says nothing."""
    text = pl.col(c.TEXT).str.slice(0, 20_000).str.replace_all(OF_PARCEL.replace(r"\b", r"(?-u:\b)"), " ")
    small, large, true = text.str.contains(SMALL), text.str.contains(LARGE), text.str.contains(TRUE)
    return [
        (small & ~large & ~true).alias("n_small"),
        (large & ~small & ~true).alias("n_large"),
        (true & ~small & ~large).alias("n_true"),
    ]


def _moments(name: str, level: pl.Expr) -> list[pl.Expr]:
    return [
        level.count().cast(pl.Int64).alias(f"felt{name}"),
        level.mean().alias(f"mean{name}"),
        level.var().alias(f"variance{name}"),
    ]


def _felt(table: pl.DataFrame) -> pl.DataFrame:
    """Level and trend, each shrunk by what its variance within and between products says (empirical Bayes)."""
    rated = table.filter(pl.col("felt") > 0)
    n, mean, variance = (np.nan_to_num(rated[name].to_numpy().astype(float)) for name in ("felt", "mean", "variance"))
    within, between = spread(n, mean, variance)
    overall = float((n * mean).sum() / n.sum()) if len(n) else 0.0
    level = overall + trust(n, within, between) * (mean - overall)
    levels = rated.select(c.SKU).with_columns(pl.Series("sentiment", level))
    moved = table.filter(pl.col("felt_recent") > 0, pl.col("felt_before") > 0)
    change = (moved["mean_recent"] - moved["mean_before"]).to_numpy()
    usual = _within_periods(table)
    recent, before = (
        squared_error(moved[f"felt_{name}"].to_numpy().astype(float), moved[f"variance_{name}"].to_numpy(), usual)
        for name in ("recent", "before")
    )
    trends = moved.select(c.SKU).with_columns(
        pl.Series("sentiment_trend", drawn_in(change, recent + before), pl.Float64)
    )
    return table.join(levels, on=c.SKU, how="left").join(trends, on=c.SKU, how="left")


def _within_periods(table: pl.DataFrame) -> float:
    """Variance of polarity within products before and after, so that what moved does not count as noise."""
    squares, free = 0.0, 0
    for name in ("recent", "before"):
        left = np.maximum(table[f"felt_{name}"].to_numpy() - 1, 0)
        squares += float((left * table[f"variance_{name}"].fill_null(0.0).to_numpy()).sum())
        free += int(left.sum())
    return squares / free if free else CHANCE_ALONE


def _sized(table: pl.DataFrame) -> pl.DataFrame:
    small, large, true = (table[name].to_numpy().astype(float) for name in ("n_small", "n_large", "n_true"))
    said = small + large + true
    total = max(said.sum(), 1.0)
    usual = {"small": small.sum() / total, "large": large.sum() / total}
    runs_small, runs_large = (
        (side + BORROWED * share) / (said + BORROWED)
        for side, share in ((small, usual["small"]), (large, usual["large"]))
    )
    # Of those who name a side, more than half name this one, but for a chance of one in twenty.
    sure_small, sure_large = (
        betaincinv(1 + one, 1 + other, DOUBT) > 0.5 for one, other in ((small, large), (large, small))
    )
    enough = said >= LEAST_SAID
    side = np.where(
        enough & sure_small & (runs_small >= LEAST_SHARE),
        RUNS_SMALL,
        np.where(
            enough & sure_large & (runs_large >= LEAST_SHARE),
            RUNS_LARGE,
            np.where(enough & (true > 2 * (small + large)), TRUE_TO_SIZE, ""),
        ),
    )
    return table.with_columns(
        pl.Series("runs_small", runs_small),
        pl.Series("runs_large", runs_large),
        pl.Series("size_advice", side.tolist(), pl.String).replace("", None),
    )
