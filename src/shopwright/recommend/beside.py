"""Products to show beside one product: bought with it, or instead of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from shopwright.i18n import Text, t
from shopwright.recommend.baskets import CoPurchases
from shopwright.recommend.reasons import NOTABLE_LIFT, Reasons, lacking
from shopwright.recommend.scoring import SHRINKAGE, backing
from shopwright.shop.schema import names as c

__all__ = ["Shown", "alternatives", "complements"]

Shown = tuple[int, float, Text]
FLOOR = 1e-9  # keeps the order by price among products nobody bought of late


def complements(
    counts: CoPurchases,
    row: int,
    ties: np.ndarray,
    reasons: Reasons,
    blended: tuple[np.ndarray, np.ndarray] | None = None,
) -> Iterator[Shown]:
    """Products bought with the one in `row` more often than by chance: place, chance, reason; best first.

    Args:
        counts: what was bought with what.
        row: the product.
        ties: among equals the smaller number comes first, shape (n,).
        reasons: puts counts into words.
        blended: scores and chances of every product beside this one, shapes (n,); None: P(b | a) from counts.
    """
    near = counts.together[row].indices
    near = near[counts.lift(row, near) > NOTABLE_LIFT]
    if blended is None:
        paired = counts.together[row].toarray().ravel()[near] / (counts.n_with[row] + SHRINKAGE)
        scores = chances = paired + backing(counts)[row] * counts.popularity[near]
    else:
        scores, chances = (each[near] for each in blended)
    for at in np.lexsort((ties[near], -scores)):
        yield int(near[at]), float(chances[at]), reasons.together(row, int(near[at]))


def alternatives(
    items: pl.DataFrame, counts: CoPurchases, row: int, ties: np.ndarray, reasons: Reasons
) -> Iterator[Shown]:
    """Products of the same category: place, share of recent baskets, reason; popular ones close in price first."""
    sku = str(counts.skus[row])
    of_it = items.filter(pl.col(c.SKU) == sku)
    if of_it.is_empty() or of_it[c.CATEGORY].item() is None:
        return
    category, price = of_it[c.CATEGORY].item(), of_it[c.PRICE].item()
    popular = pl.DataFrame({c.SKU: counts.skus, "popular": counts.popularity, "tie": ties}).with_row_index("at")
    ratio = pl.col(c.PRICE) / (price or None)
    near = pl.min_horizontal(ratio, 1 / ratio).fill_null(1.0)
    same = items.filter((pl.col(c.CATEGORY) == category) & (pl.col(c.SKU) != sku))
    ranked = same.join(popular, on=c.SKU).sort(near * (pl.col("popular") + FLOOR), -pl.col("tie"), descending=True)
    what = t("same category: {category}", category=category)
    for at, share in ranked.select("at", "popular").iter_rows():
        yield at, share, lacking(what, reasons.popular(at))
