"""Names that people can read, from the words that stand out."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.reviews.terms import GROUP, salient, terms

__all__ = ["NAME", "WORDS", "named"]

NAME, WORDS = "name", "words"
IN_NAME, KEPT, READ = 3, 8, 60_000


def named(
    said: pl.Series, which: NDArray[np.int64], n: int, taken: Collection[str] = ()
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """A name of up to three terms for each theme, and more of its terms.

    Args:
        said: sentences.
        which: theme of each sentence, below zero for none.
        n: number of themes.
        taken: names that are in use.
    """
    at = np.arange(len(which)) if len(which) <= READ else np.linspace(0, len(which) - 1, READ).astype(np.int64)
    group = pl.Series(GROUP, which[at])
    read = said.gather(at)
    found = salient(terms(read), pl.select(pl.when(group >= 0).then(group)).to_series(), KEPT)
    names: list[str] = []
    words: list[tuple[str, ...]] = []
    for theme in range(n):
        mine = tuple(term for term, _ in found.get(theme, []))
        words.append(mine)
        names.append(_unused(mine, {*taken, *names}) or _shown(read, which[at] == theme, {*taken, *names}))
    return tuple(names), tuple(words)


def _unused(mine: tuple[str, ...], taken: Collection[str]) -> str:
    """The shortest name, of two or three terms if there are as many, that no other theme has."""
    for size in range(IN_NAME, KEPT + 1):
        name = ", ".join(mine[:size])
        if name and name not in taken:
            return name
    return ""


def _shown(said: pl.Series, of: NDArray[np.bool_], taken: Collection[str]) -> str:
    """A sentence in place of a name, where no term is said three times: the shortest one."""
    mine = sorted(set(said.filter(pl.Series(of)).to_list()), key=lambda text: (len(text), text))
    return next((text[:60] for text in mine if text[:60] not in taken), f"#{len(taken) + 1}")
