"""Names that people can read, from the words that stand out: of one language, and of the mood of what they stand on."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.reviews.opinion_words import mood_words
from shopwright.reviews.terms import GROUP, PLACE, TERM, salient, terms
from shopwright.reviews.theme_table import COMPLAINT, LEAN, POLARITY, PRAISE, blamed, leaning
from shopwright.reviews.tongues import HAN, LATIN, tongues_in

__all__ = ["NAME", "WORDS", "named"]

NAME, WORDS = "name", "words"
IN_NAME, KEPT, READ = 3, 8, 60_000
KIND, TONGUE, MOOD, SHARE = "kind", "tongue", "mood", "share"
# Of few sentences the usual share of complaints is taken as so many more.
USUAL = 2.0
# A word judges where its share of complaints is so many times the usual or one in so many, beyond chance (standard
# errors): "petite" may be praised and judges nothing.
JUDGES, SURE = 2.0, 2.0


def named(
    said: pl.Series,
    which: NDArray[np.int64],
    n: int,
    taken: Collection[str] = (),
    polarity: pl.Series | None = None,
    row: pl.Series | None = None,
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """A name of up to three terms for each theme, and more of its terms.

    A theme of complaints is named by words of its complaints that are no praise in the shop, one of praise the other
    way round, a mixed one by words that judge nothing; where there are none, by words of what most of it is.

    Args:
        said: sentences.
        which: theme of each sentence, below zero for none.
        n: number of themes.
        taken: names that are in use.
        polarity: of each sentence, from −1 to 1; None, and null, where it is not known.
        row: review of each sentence, for its language; None where that is not known.
    """
    at = np.arange(len(which)) if len(which) <= READ else np.linspace(0, len(which) - 1, READ).astype(np.int64)
    felt = pl.Series([None] * len(said), dtype=pl.Float64) if polarity is None else polarity
    read = _read(said.gather(at), which[at], felt.gather(at), None if row is None else row.gather(at))
    found = _judged(terms(read[NAME]), read)
    fits = found.filter(_is_plain(), _is_of_mood())
    strict, loose, any_term = (
        salient(each.select(PLACE, TERM, "length"), read[GROUP], KEPT)
        for each in (fits, found.filter(_is_plain(), pl.col(MOOD) * pl.col("side") >= 0), found.filter(_is_plain()))
    )
    names: list[str] = []
    words: list[tuple[str, ...]] = []
    for theme in range(n):
        mine = tuple(term for term, _ in strict.get(theme) or loose.get(theme) or any_term.get(theme, []))
        words.append(mine)
        names.append(_unused(mine, {*taken, *names}) or _shown(read, theme, {*taken, *names}))
    return tuple(names), tuple(words)


def _read(said: pl.Series, which: NDArray[np.int64], felt: pl.Series, row: pl.Series | None) -> pl.DataFrame:
    """The sentences with their theme, its kind and its language, and to which side most of it leans (−1, 0, 1)."""
    group, bad = pl.col(GROUP), pl.col(POLARITY) < 0
    table = pl.DataFrame({NAME: said, GROUP: which, POLARITY: felt, TONGUE: tongues_in(said, row)}).with_columns(
        pl.when(group >= 0).then(group), felt.is_not_null().alias("known")
    )
    usual = table.select(bad.mean()).item() if table.height else None
    of = table.group_by(GROUP).agg(
        bad.mean().alias(SHARE),
        blamed().alias("blame"),
        pl.len().alias("n"),
        pl.col(TONGUE).filter(pl.col(TONGUE) != LATIN).mode().sort().first().alias("spoken"),
    )
    side = pl.when(pl.col(SHARE) > (1 - pl.col(SHARE))).then(-1).otherwise(1)
    kind = leaning(pl.col(SHARE), pl.col("n"), usual, pl.col("blame"))
    kinds = of.select(GROUP, "spoken", side.alias("side"), kind.alias(KIND))
    sides = pl.when(pl.col(KIND) == COMPLAINT).then(-1).when(pl.col(KIND) == PRAISE).then(1).otherwise("side")
    kinds = kinds.with_columns(pl.when(pl.col(KIND).is_null()).then(0).otherwise(sides).alias("side"))
    return table.join(kinds, on=GROUP, how="left", nulls_equal=True, maintain_order="left").with_row_index(PLACE)


def _judged(found: pl.DataFrame, read: pl.DataFrame) -> pl.DataFrame:
    """Terms with what their sentences are, their share of complaints in the shop against the usual, and their mood."""
    bad = pl.col(POLARITY) < 0
    joined = found.join(read.drop(NAME), on=PLACE)
    mean = read.select(bad.mean()).item()
    mean = 0.5 if mean is None else min(max(mean, 1e-3), 1 - 1e-3)
    each = joined.group_by(TERM).agg(pl.len().alias("n"), bad.sum().alias("bad"), pl.col("known").sum())
    share = (pl.col("bad") + USUAL * mean) / (pl.col("known") + USUAL)
    z = (share - mean) * pl.col("known").sqrt() / (mean * (1 - mean)) ** 0.5
    learned = pl.when((z < -SURE) & (share < mean / JUDGES)).then(1).when((z > SURE) & (share > mean * JUDGES)).then(-1)
    told = each.with_columns(mood_words(each[TERM]).alias("told"), (share / mean).alias(SHARE), learned.alias(MOOD))
    mood = pl.when(pl.col("told") != 0).then("told").otherwise(pl.col(MOOD).fill_null(0))
    return joined.join(told.select(TERM, SHARE, mood.cast(pl.Int32).alias(MOOD)), on=TERM).sort(PLACE, TERM)


def _is_plain() -> pl.Expr:
    """Whether a term is of the language of its theme: in a sentence of it, and no "mp3" among Chinese."""
    spoken = pl.col("spoken").fill_null(LATIN)
    is_han = pl.col(TERM).str.contains(r"\p{Han}")
    return (is_han == (spoken == HAN)) & ((pl.col(TONGUE) == spoken) | (pl.col(TONGUE) == LATIN) | (spoken == LATIN))


def _is_of_mood() -> pl.Expr:
    """Whether a term may stand for the mood of its theme."""
    bad, mood, share = (pl.col(POLARITY) < 0).fill_null(value=False), pl.col(MOOD), pl.col(SHARE)
    return (
        pl.when(pl.col(KIND) == COMPLAINT)
        .then(bad & (mood <= 0) & (share >= 1))
        .when(pl.col(KIND) == PRAISE)
        .then(~bad & (mood >= 0) & (share <= LEAN))
        .when(pl.col(KIND).is_null())
        .then(pl.lit(value=True))
        .otherwise(mood == 0)
    )


def _unused(mine: tuple[str, ...], taken: Collection[str]) -> str:
    """The shortest name, of two or three terms if there are as many, that no other theme has."""
    for size in range(IN_NAME, KEPT + 1):
        name = ", ".join(mine[:size])
        if name and name not in taken:
            return name
    return ""


def _shown(read: pl.DataFrame, theme: int, taken: Collection[str]) -> str:
    """A sentence in place of a name, where no term is said three times: the shortest of the theme's side and tongue."""
    of = read.filter(pl.col(GROUP) == theme)
    against = (pl.col(POLARITY) * pl.col("side") < 0).fill_null(value=False)
    foreign = (pl.col(TONGUE) != pl.col("spoken")).fill_null(value=False)
    ranked = of.sort(against, foreign, pl.col(NAME).str.len_chars(), NAME)
    texts = dict.fromkeys(ranked[NAME].to_list())
    return next((text[:60] for text in texts if text[:60] not in taken), f"#{len(taken) + 1}")
