"""Why a product is recommended, in words, from counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from shopwright.i18n import Text, t
from shopwright.recommend.baskets import RECENT_DAYS, CoPurchases

__all__ = ["NOTABLE_LIFT", "Reasons", "lacking"]

NOTABLE_LIFT = 1.2


@dataclass(frozen=True, eq=False)
class Reasons:
    """Puts counts into words.

    Attributes:
        counts: what was bought with what.
        titles: title by SKU.
        by_order: whether a basket is an order; else it is all that one customer bought.
    """

    counts: CoPurchases
    titles: Mapping[str, str | None]
    by_order: bool

    def title(self, row: int) -> str:
        """Title of the product in a row, its SKU where it has none."""
        sku = str(self.counts.skus[row])
        return self.titles.get(sku) or sku

    def together(self, row: int, other: int) -> Text:
        """Bought with the product of `row`: how often, and how much more often than by chance."""
        n, lift = int(self.counts.together[row, other]), float(self.counts.lift(row, np.array([other]))[0])
        if self.by_order:
            return t(
                "bought together with {title} {n:,} times, {lift:.1f} × as often as by chance",
                title=self.title(row),
                n=n,
                lift=lift,
            )
        return t(
            "{n:,} customers bought it and {title}, {lift:.1f} × as many as by chance",
            title=self.title(row),
            n=n,
            lift=lift,
        )

    def popular(self, row: int) -> Text:
        """Bought often of late; or nothing better is left to show."""
        n = int(self.counts.n_recent_with[row])
        if n == 0:
            return t("fills the list: not bought in the last {days} days", days=RECENT_DAYS)
        if self.by_order:
            return t("popular: in {n:,} orders of the last {days} days", n=n, days=RECENT_DAYS)
        return t("popular: {n:,} customers bought it in the last {days} days", n=n, days=RECENT_DAYS)

    def of(self, history: Any, places: np.ndarray, linked: Any) -> list[Text]:
        """The reason for each of `places`: the product of the history that speaks most for it, else popularity.

        Args:
            history: weights of the products in the history, sparse (1, n).
            places: products that are recommended.
            linked: the part of P(b | a) that comes from pairs, sparse (n, n).
        """
        seen = history.indices
        said = [self.popular(int(place)) for place in places]
        if len(seen) == 0 or len(places) == 0:
            return said
        speaks = linked[seen][:, places].toarray() * history.data[:, None]
        together = self.counts.together[seen][:, places].toarray()
        chance = np.outer(self.counts.n_with[seen], self.counts.n_with[places]) / max(self.counts.n_baskets, 1)
        speaks[together <= NOTABLE_LIFT * chance] = 0.0
        for at, (first, most) in enumerate(zip(speaks.argmax(axis=0), speaks.max(axis=0), strict=True)):
            if places[at] in seen:
                said[at] = t("already bought, and nothing else is left to show")
            elif most > 0:
                said[at] = self.together(int(seen[first]), int(places[at]))
        return said


def lacking(what: Text | None, why: Text) -> Text:
    """A reason that begins with what is not known, where that is so."""
    return why if what is None else t("{what}; {why}", what=what, why=why)
