"""Products that serve instead of another: of its category, or with a title like its own, close in price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from shopwright.i18n import Text, t
from shopwright.recommend.text import words

__all__ = ["Alike"]

LEAST = 0.25  # likeness of titles that have little in common but a filler word
Found = tuple[int, float, Text]


@dataclass(frozen=True, eq=False)
class Alike:
    """Likeness of titles, as the cosine of the TF-IDF of their words.

    Attributes:
        titles: of the n products, empty where there is none.
        prices: of the n products, NaN where it is not known, shape (n,).
    """

    titles: tuple[str, ...]
    prices: np.ndarray

    def of(self, row: int) -> Iterator[Found]:
        """Row, likeness × nearness in price (smaller ÷ larger), reason; best first, never one of the same title."""
        if self._table is None or not self.titles[row].strip():
            return
        shared = self._table[row] @ self._by_word  # of products with a word in common, not of all
        some, near = shared.indices[shared.data >= LEAST], shared.data[shared.data >= LEAST]
        ratio = self.prices[some] / self.prices[row]
        with np.errstate(divide="ignore", invalid="ignore"):
            price = np.nan_to_num(np.minimum(ratio, 1 / ratio), nan=1.0, posinf=1.0, neginf=1.0)
        own = self.titles[row].casefold().split()
        worth = near * np.sqrt(np.maximum(price, 0.01))
        for place in np.lexsort((some, -worth)):
            at = int(some[place])
            if at != row and self.titles[at].casefold().split() != own:
                yield at, float(worth[place]), _reason(self.titles[row], self.titles[at])

    def among(self, rows: list[int]) -> np.ndarray:
        """Likeness of each of some products with each other, shape (len(rows), len(rows))."""
        if self._table is None:
            return np.zeros((len(rows), len(rows)))
        some = self._table[rows]
        return np.asarray((some @ some.T).toarray())

    @cached_property
    def _table(self) -> Any:
        from sklearn.feature_extraction.text import TfidfVectorizer

        try:
            return TfidfVectorizer(analyzer=words, sublinear_tf=True, dtype=np.float32).fit_transform(self.titles)
        except ValueError:  # no title holds a word
            return None

    @cached_property
    def _by_word(self) -> Any:
        """The table by word: which products have it."""
        return self._table.T.tocsr()


def _reason(title: str, other: str) -> Text:
    theirs = set(other.casefold().split())
    common = " ".join([word for word in title.split() if word.casefold() in theirs][:6])
    if not common:  # scripts without spaces
        return t("its title is like {title}", title=title)
    return t("its title is like {title}: {words}", title=title, words=common)
