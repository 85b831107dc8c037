"""How pleased the buyers of each product were at the end of each period, by what was known that evening.

Stars alone are counted: they are known at once. A text is read by a model of words, and one learned from all stars
would tell an evening of the past what came after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.reviews.means import BORROWED, spread, trust
from shopwright.reviews.scales import COMPLAINT, as_polarity
from shopwright.reviews.signals import RECENT_DAYS
from shopwright.shop.schema import names as c

__all__ = ["Moods", "moods"]

Floats = NDArray[np.float64]
FEWEST = 100  # reviews: of fewer nothing is learned that holds


@dataclass(frozen=True, eq=False)
class Moods:
    """What stars said of n products at the end of T periods.

    Attributes:
        sentiment: mean polarity of all reviews so far, from −1 to 1, drawn towards the shop's as far as a product's own
            are few, as `signals` does; shape (n, T), NaN before the shop's first review.
        complaints: share of complaints (one and two stars) in the last 90 days, drawn towards the shop's share so
            far by three reviews; shape (n, T), NaN before the shop's first review.
        shop_sentiment: mean polarity of all reviews of the shop so far, shape (T,).
        shop_complaints: share of complaints among the shop's of the last 90 days, or so far where there are none
            of these; shape (T,).
    """

    sentiment: Floats
    complaints: Floats
    shop_sentiment: Floats
    shop_complaints: Floats


def moods(reviews: pl.DataFrame, skus: Sequence[str], ends: Sequence[date]) -> Moods | None:
    """Level and latest complaints of each product at the end of each period; None with fewer than 100 reviews.

    Args:
        reviews: sku, day, stars (from 1 to 5); those without one of them, of other products, or after the last end are
            left out.
        skus: the n products.
        ends: last day of each of the T periods, rising.
    """
    rows = pl.DataFrame({c.SKU: skus}, schema={c.SKU: pl.String}).with_row_index("row")
    told = reviews.select(c.SKU, c.DAY, c.STARS).drop_nulls().filter(pl.col(c.DAY) <= ends[-1]).join(rows, on=c.SKU)
    told = told.sort("row", c.DAY, c.STARS)  # sums of stretched stars depend on their order, and a join keeps none
    if told.height < FEWEST:
        return None
    row, day = told["row"].to_numpy(), told[c.DAY].to_physical().to_numpy()
    stars = told[c.STARS].cast(pl.Float64).to_numpy().astype(np.float64)
    evenings = pl.Series(ends, dtype=pl.Date).to_physical().to_numpy()
    level, bad = as_polarity(stars), (stars <= COMPLAINT).astype(np.float64)
    so_far = _Sums(row, np.searchsorted(evenings, day), (len(rows), len(evenings)))
    gone = _Sums(row, np.searchsorted(evenings - RECENT_DAYS, day), (len(rows), len(evenings)))
    n, n_bad = so_far.of(), so_far.of(bad)
    usual = _ratio(n_bad.sum(axis=0), n.sum(axis=0))
    late, late_bad = n - gone.of(), n_bad - gone.of(bad)
    total = so_far.of(level)
    return Moods(
        sentiment=_levels(n, total, so_far.of(level**2)),
        complaints=np.asarray((late_bad + BORROWED * usual) / (late + BORROWED)),
        shop_sentiment=_ratio(total.sum(axis=0), n.sum(axis=0)),
        shop_complaints=np.where(late.sum(axis=0) > 0, _ratio(late_bad.sum(axis=0), late.sum(axis=0)), usual),
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """Reviews by product and the first evening on which each counts, to be summed up to every evening."""

    row: NDArray[np.int64]
    evening: NDArray[np.int64]
    shape: tuple[int, int]

    def of(self, values: Floats | None = None) -> Floats:
        """Sum of `values`, or number of reviews, up to each evening, shape (n, T)."""
        n, width = self.shape
        is_there = self.evening < width
        weights = None if values is None else values[is_there]
        place = self.row[is_there].astype(np.int64) * width + self.evening[is_there]
        return np.cumsum(np.bincount(place, weights, n * width).reshape(n, width), axis=1, dtype=np.float64)


def _levels(n: Floats, total: Floats, squares: Floats) -> Floats:
    """Means so far, each evening's drawn to the shop's by that evening's variances within and between products."""
    mean = _ratio(total, n, 0.0)
    variance = np.maximum(squares - n * mean**2, 0.0) / np.maximum(n - 1, 1)
    found = np.full(n.shape, np.nan)
    for at in range(n.shape[1]):
        there = n[:, at] > 0
        if not there.any():
            continue
        within, between = spread(n[there, at], mean[there, at], variance[there, at])
        overall = total[:, at].sum() / n[:, at].sum()
        found[:, at] = overall + trust(n[:, at], within, between) * (mean[:, at] - overall)
    return found


def _ratio(above: Floats, below: Floats, otherwise: float = np.nan) -> Floats:
    return np.asarray(np.divide(above, below, out=np.full(above.shape, otherwise), where=below > 0))
