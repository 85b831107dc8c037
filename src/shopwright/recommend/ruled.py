"""Lists under a merchant's rules, from the scores of a model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from shopwright.i18n import Text, t
from shopwright.recommend import wrong
from shopwright.recommend.histories import Histories
from shopwright.recommend.rerank import Bought, rerank
from shopwright.recommend.rules import Rules
from shopwright.recommend.shelf import Shelf

__all__ = ["Ruled"]

CANDIDATES = 300
FOUND = "found"  # under which a shelf keeps where the products of the last recommender stand


@dataclass(frozen=True, eq=False)
class Ruled:
    """Rules for the products of a recommender.

    Attributes:
        rules: what the merchant wants.
        shelf: what is known of the products.
        rows: the product's row on the shelf, shape (n,); −1 where it is not there, and is not shown.
        places: the other way round, shape (rows of the shelf,); −1 where the recommender does not know it.
    """

    rules: Rules
    shelf: Shelf
    rows: np.ndarray
    places: np.ndarray

    @classmethod
    def of(cls, rules: Rules, shelf: Shelf, skus: pl.Series) -> Ruled:
        """Find the products of the recommender on the shelf.

        Raises:
            UsageError: what was passed is no shelf.
        """
        if not isinstance(shelf, Shelf):
            raise wrong.no_shelf(shelf)
        kept = shelf.ruled.get(FOUND)
        if kept is None or kept[0] is not skus:
            rows = np.array([shelf.row.get(sku, -1) for sku in skus], np.int64)
            places = np.full(len(shelf.skus), -1, np.int64)
            known = np.flatnonzero(rows >= 0)
            places[rows[known]] = known
            kept = shelf.ruled[FOUND] = (skus, rows, places)
        _, rows, places = kept
        return cls(rules, shelf, rows, places)

    def looked_at(self, k: int) -> int:
        """How many of the best by score the rules choose from."""
        return max(CANDIDATES, 10 * k)

    def best(
        self, places: np.ndarray, chances: np.ndarray, k: int, history: Histories
    ) -> tuple[np.ndarray, np.ndarray, tuple[Text, ...]]:
        """One list: places of the products, their scores under the rules, and what has to be said of it.

        Args:
            places: the best products by score, best first.
            chances: their scores as chances, shape (len(places),).
            k: most products.
            history: what the customer bought.
        """
        there = self.rows[places] >= 0
        # equal chances keep the order of the scores
        worth = np.maximum(chances[there], 0.0) + 1e-9 * np.arange(len(places), 0, -1)[there]
        bought, first = np.unique(history.items[::-1], return_index=True)
        on_shelf = self.rows[bought] >= 0
        days = history.days_ago[::-1][first][on_shelf].astype(float)
        made = rerank(
            self.rows[places[there]],
            worth,
            self.shelf,
            self.rules,
            k,
            bought=Bought(self.rows[bought[on_shelf]], days),
        )
        found = self.places[made.rows]
        known = found >= 0
        if len(found) and not known.any():
            return found[:0], made.scores[:0], (t("none of the products on the shelf was there to learn from"),)
        return found[known], made.scores[known], made.notes
