"""Themes over time: how often each is named month by month, and whether complaints about it grow."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from shopwright.reviews.sentences import ROW
from shopwright.reviews.theme_table import POLARITY, THEME
from shopwright.shop.schema import names as c

__all__ = ["MONTH", "RECENT_DAYS", "months", "moved"]

MONTH, RECENT_DAYS = "month", 90
# A share of complaints has moved where it lies this many standard errors from what it was, with this many in all.
BEYOND, LEAST = 3.0, 5


def months(assigned: pl.DataFrame, days: pl.Series) -> pl.DataFrame:
    """Reviews that name each theme, and that complain of it, by month.

    Args:
        assigned: sentences with row, theme and polarity, as of `Themes`.
        days: of each text, null where it is not known.

    Returns:
        theme, month (its first day), n, n_complaints, n_reviews (dated ones in all).
    """
    month = _dated(days).with_columns(pl.col(c.DAY).dt.truncate("1mo").alias(MONTH))
    total = month.group_by(MONTH).agg(pl.len().cast(pl.Int64).alias("n_reviews"))
    counted = (
        _told(assigned)
        .join(month, on=ROW)
        .group_by(THEME, MONTH)
        .agg(pl.len().cast(pl.Int64).alias("n"), pl.col("complains").sum().cast(pl.Int64).alias("n_complaints"))
    )
    return counted.join(total, on=MONTH).sort(THEME, MONTH)


def moved(assigned: pl.DataFrame, days: pl.Series, as_of: date | None) -> pl.DataFrame:
    """Share of reviews that complain of each theme in the last 90 days, against those before.

    Returns:
        theme, n_recent, n_before (complaints), share_recent, share_before (of all dated reviews of the time), z (test
        of two shares), trend ("rising", "falling", null: not beyond chance).
    """
    dated = _dated(days)
    is_recent = (pl.lit(as_of, pl.Date) - pl.col(c.DAY)).dt.total_days() < RECENT_DAYS
    dated = dated.with_columns(is_recent.fill_null(value=False).alias("recent"))
    late, early = dated.filter("recent").height, dated.filter(~pl.col("recent")).height
    table = (
        _told(assigned)
        .filter("complains")
        .join(dated, on=ROW)
        .group_by(THEME)
        .agg(
            pl.col("recent").sum().cast(pl.Int64).alias("n_recent"),
            (~pl.col("recent")).sum().cast(pl.Int64).alias("n_before"),
        )
        .sort(THEME)
    )
    recent, before = table["n_recent"].to_numpy(), table["n_before"].to_numpy()
    one, other = recent / max(late, 1), before / max(early, 1)
    both = (recent + before) / max(late + early, 1)
    error = np.sqrt(both * (1 - both) * (1 / max(late, 1) + 1 / max(early, 1)))
    z = np.divide(one - other, error, out=np.zeros(len(both)), where=error > 0)
    sure = (np.abs(z) >= BEYOND) & (recent + before >= LEAST) & (late > 0) & (early > 0)
    trend = np.where(sure, np.where(z > 0, "rising", "falling"), "")
    return table.with_columns(
        pl.Series("share_recent", one),
        pl.Series("share_before", other),
        pl.Series("z", z),
        pl.Series("trend", trend.tolist(), pl.String).replace("", None),
    )


def _dated(days: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({c.DAY: days}).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64)).drop_nulls(c.DAY)


def _told(assigned: pl.DataFrame) -> pl.DataFrame:
    """Each theme once for each text that names it, and whether any sentence complains of it."""
    bad = (pl.col(POLARITY) < 0).fill_null(value=False)
    return assigned.drop_nulls(THEME).group_by(THEME, ROW).agg(bad.any().alias("complains"))
