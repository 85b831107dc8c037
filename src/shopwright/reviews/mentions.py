"""Which complaints each review makes."""

from __future__ import annotations

import polars as pl

from shopwright.reviews.given import LEVEL, PLACE
from shopwright.reviews.sentences import ROW, SENTENCE, sentences
from shopwright.reviews.severity import SEVERE
from shopwright.reviews.theme_words import ANY, WORDS
from shopwright.shop.schema import names as c

__all__ = ["IS_SEVERE", "THEME", "mentions"]

THEME, IS_SEVERE, SMALL = "theme", "is_severe", "small"
# A fault is a fault up to two stars; danger is danger up to four. A review without stars may be either.
BAD, GOOD = -0.25, 0.75
BEFORE = (
    r"(?:\b(?:no|not|never|without|isn't|wasn't|aren't|doesn't|didn't|don't|hasn't|free of|kein\w*|nicht|ohne|não|nao"
    r"|sem|nenhum\w*|sin|ningun\w*|ningún)\s+(?:[\w']+\s+){0,1}|(?:没有|没|无|不会|不)\p{Han}{0,1})"
)


def mentions(reviews: pl.DataFrame, *, whatever_stars: bool = False) -> pl.DataFrame:
    """The faults and dangers that bad reviews name, each once a review, and that they are bad at all.

    A sentence counts where it is of no good polarity, a fault that is denied ("no smell") does not.

    Args:
        reviews: as `given` makes them.
        whatever_stars: take every sentence, whatever stars stand beside it, and leave out bad reviews as such: for what
            explains stars and must not be chosen by them.

    Returns:
        place (row of the review), theme (key of `LABELS` or `SEVERE_LABELS`), is_severe, start, end, sentence (the
        first that names it; of a bad review as such its first).
    """
    if whatever_stars:
        reviews = reviews.with_columns(pl.lit(None, pl.Float64).alias(LEVEL))
    read = reviews.filter(pl.col(LEVEL).is_null() | (pl.col(LEVEL) < GOOD))
    said = sentences(read[c.TEXT].to_list())
    levels = read.select(PLACE, LEVEL).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    small = pl.col(SENTENCE).str.to_lowercase().str.replace_all("’", "'", literal=True).alias(SMALL)
    known = said.join(levels, on=ROW, how="left", maintain_order="left").with_columns(small)
    poor = known.filter(pl.col(LEVEL).is_null() | (pl.col(LEVEL) <= BAD))
    parts = [_named(poor, theme, *words, severe=False) for theme, words in WORDS.items()]
    parts += [_named(known, theme, *words, severe=True) for theme, words in SEVERE.items()]
    first = said.group_by(ROW, maintain_order=True).first()
    bad = levels.filter(pl.col(LEVEL) <= BAD).join(first, on=ROW, how="left", maintain_order="left")
    parts.append(bad.select(*_columns(ANY, severe=False)))
    return pl.concat(parts).unique([PLACE, THEME], keep="first", maintain_order=True).sort(PLACE, THEME)


def _named(said: pl.DataFrame, theme: str, latin: tuple[str, ...], han: str, *, severe: bool) -> pl.DataFrame:
    words = "|".join(latin)
    pattern = _quick(rf"(?:(?:^|[^\p{{L}}])(?:{words})|{han})")
    hits = said.filter(pl.col(SMALL).str.contains(pattern))
    asserted = pl.col(SMALL).str.replace_all(_quick(rf"{BEFORE}(?:{words}|{han})"), " ").str.contains(pattern)
    return hits.filter(asserted).select(*_columns(theme, severe=severe))


def _quick(pattern: str) -> str:
    """Boundaries as ASCII knows them: those of Unicode make Rust's engine many times slower."""
    return pattern.replace(r"\b", r"(?-u:\b)")


def _columns(theme: str, *, severe: bool) -> list[pl.Expr]:
    return [
        *(pl.col(PLACE), pl.lit(theme).alias(THEME), pl.lit(severe).alias(IS_SEVERE)),
        *(pl.col("start"), pl.col("end"), pl.col(SENTENCE)),
    ]
