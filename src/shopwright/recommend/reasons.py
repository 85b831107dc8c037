"""Why a product is recommended, in words, from counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shopwright.i18n import Text, t
from shopwright.recommend.baskets import CoPurchases
from shopwright.recommend.events import PURCHASE, Events
from shopwright.recommend.histories import Histories
from shopwright.recommend.members import Links
from shopwright.recommend.wording import Wording

__all__ = ["NOTABLE_LIFT", "Reasons", "after", "lacking"]

NOTABLE_LIFT = 1.2
SPEAKERS, TRIED = 100, 3  # latest products of a history that are looked at; of those that speak most for a product
FEWEST = 2  # customers that make a reason


@dataclass(frozen=True, eq=False)
class Reasons:
    """Puts counts into words.

    Attributes:
        counts: what was bought with what.
        titles: title by SKU.
        wording: how they are put.
        events: what every customer did.
    """

    counts: CoPurchases
    titles: Mapping[str, str | None]
    wording: Wording
    events: Events

    def title(self, row: int) -> str:
        """Title of the product in a row, its SKU where it has none."""
        sku = str(self.counts.skus[row])
        return self.titles.get(sku) or sku

    def together(self, row: int, other: int) -> Text:
        """Bought with the product of `row`: how often, and how much more often than by chance."""
        n = self._in_both(row, other)
        lift = n * max(self.counts.n_baskets, 1) / max(int(self.counts.n_with[row]) * int(self.counts.n_with[other]), 1)
        return self.wording.together(self.title(row), n, lift)

    def popular(self, row: int) -> Text:
        """Bought often of late; or nothing better is left to show."""
        return self.wording.popular(int(self.counts.n_recent_with[row]))

    def of(self, history: Histories, places: np.ndarray, links: Sequence[Links], *, is_new: bool = True) -> list[Text]:
        """The reason for each of `places`: what of the history speaks most for it and can be counted, else popularity.

        Args:
            history: of one request.
            places: products that are recommended.
            links: what tells which product of the history speaks for what.
            is_new: whether products of the history stand in the list only where nothing else is left.
        """
        said = [self.popular(int(place)) for place in places]
        if len(history.items) == 0 or len(places) == 0:
            return said
        seen, speaks = _speaking(history, places, links)
        for at, place in enumerate(places):
            if place in history.items:
                said[at] = _again(history, place, is_new=is_new)
                continue
            best = seen[np.argsort(-speaks[:, at], kind="stable")[:TRIED]]
            found = (self._counted(int(one), int(place)) for one in best[: int((speaks[:, at] > 0).sum())])
            said[at] = next((why for why in found if why is not None), said[at])
        return said

    def _counted(self, row: int, other: int) -> Text | None:
        """How often both were bought, in one order or by one customer; None where it was too seldom to tell."""
        n = self._in_both(row, other)
        chance = self.counts.n_with[row] * self.counts.n_with[other] / max(self.counts.n_baskets, 1)
        if n > NOTABLE_LIFT * chance:
            return self.together(row, other)
        both = self._shared(row, other)
        if both < FEWEST:
            return self._alike(row, other)
        return self.wording.shared(self.title(row), both)

    def _in_both(self, row: int, other: int) -> int:
        """Baskets with both products; looked up by hand, for a sparse matrix takes longer to find one number."""
        found = self.counts.together
        start, end = int(found.indptr[row]), int(found.indptr[row + 1])
        near = found.indices[start:end]
        at = int(np.searchsorted(near, other))
        return int(found.data[start + at]) if at < len(near) and near[at] == other else 0

    def _alike(self, row: int, other: int) -> Text | None:
        """Words that both titles have, where nobody bought the product yet."""
        if self.events.n_customers and len(self._buyers(other)):
            return None
        theirs = {word for word in self.title(other).casefold().split() if len(word) > 1}
        words = [word for word in self.title(row).split() if len(word) > 1 and word.casefold() in theirs]
        if not words:
            return None
        return t("new; its title is like that of {title}: {words}", title=self.title(row), words=" ".join(words[:5]))

    def _shared(self, row: int, other: int) -> int:
        """Customers with both products."""
        few, many = sorted((self._buyers(row), self._buyers(other)), key=len)
        places = np.searchsorted(many, few)
        return int((many[np.minimum(places, len(many) - 1)] == few).sum()) if len(many) else 0

    def _buyers(self, row: int) -> np.ndarray:
        by_item, starts = self._customers
        return by_item[starts[row] : starts[row + 1]]

    @cached_property
    def _customers(self) -> tuple[np.ndarray, np.ndarray]:
        """Customers of each product, sorted, and where each product's start."""
        is_bought = self.events.weights >= PURCHASE
        found = (self.events.only(is_bought) if is_bought.any() else self.events).matrix().tocsc()
        found.sort_indices()
        return found.indices, found.indptr


def _speaking(history: Histories, places: np.ndarray, links: Sequence[Links]) -> tuple[np.ndarray, np.ndarray]:
    """Products of the history, and how much each speaks for each of the places, shape (products, places)."""
    latest = history.items[::-1]
    seen = latest[np.sort(np.unique(latest, return_index=True)[1])][:SPEAKERS]
    speaks = np.zeros((len(seen), len(places)))
    for each in links:
        known = each.known(history)
        for row, item in enumerate(seen):
            span = slice(each.weights.indptr[item], each.weights.indptr[item + 1])
            columns = each.weights.indices[span]
            if len(columns):
                at = np.minimum(np.searchsorted(columns, places), len(columns) - 1)
                speaks[row] += known.get(int(item), 0.0) * np.where(
                    columns[at] == places, each.weights.data[span][at], 0
                )
    return seen, speaks


def _again(history: Histories, place: int, *, is_new: bool) -> Text:
    mine = (history.items == place) & (history.weights >= PURCHASE)
    n = int(mine.sum())
    if n == 0:
        return t("looked at before")
    if is_new:
        return t("already bought, and nothing else is left to show")
    since = int(history.days_ago[mine].min())
    if since == 0:
        return t("bought before; times: {n:,}", n=n)
    return t("bought before; times: {n:,}, the last {days:,} days ago", n=n, days=since)


def lacking(what: Text | None, why: Text) -> Text:
    """A reason that begins with what is not known, where that is so."""
    return why if what is None else t("{what}; {why}", what=what, why=why)


def after(what: Sequence[Text], why: Text) -> Text:
    """A reason that begins with all that must be said first."""
    for each in reversed(what):
        why = lacking(each, why)
    return why
