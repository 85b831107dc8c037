"""Words of reviewers for each theme, fit to be shown."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from shopwright.reviews.minhash import OF_HAN
from shopwright.reviews.narrated import says
from shopwright.reviews.opinion_words import is_blame, is_praise
from shopwright.reviews.quotes import masked
from shopwright.reviews.sentences import END, ROW, SENTENCE, START
from shopwright.reviews.theme_table import POLARITY, THEME

__all__ = ["theme_quotes"]

MOST, READ = 3, 60  # shown, and looked at more closely, of each theme and side
SHORTEST, LONGEST = 12, 160  # letters, a Chinese sign counting for three, and signs
WHOLE = "whole"  # polarity of the text a sentence stands in


def theme_quotes(assigned: pl.DataFrame, texts: Sequence[str], levels: pl.Series | None = None) -> pl.DataFrame:
    """Up to three quotes of praise and of blame for each theme, the clearest first, no sentence twice.

    One whose words say the contrary of its polarity ("离机场近,很方便" as blame) is none, nor is one that only its
    polarity sets against its text, nor one that judges nothing ("I ordered it in May").

    Args:
        assigned: sentences with their theme, as of `Themes`.
        texts: that they stand in.
        levels: polarity of each text, null where unknown; sentences against it come last, being misread often.

    Returns:
        theme, is_praise, row (of the text), start, end, quote (verbatim but for HTML, personal data masked, cut after
        160 signs).
    """
    size = pl.col(END) - pl.col(START)
    letters = size + (OF_HAN - 1) * pl.col(SENTENCE).str.count_matches(r"\p{Han}")
    told = [None] * len(texts) if levels is None else levels
    known = pl.DataFrame({WHOLE: pl.Series(told, dtype=pl.Float64)}).with_row_index(ROW).cast({ROW: pl.Int64})
    chosen = (
        assigned.drop_nulls([THEME, POLARITY])
        .filter(pl.col(POLARITY) != 0, letters >= SHORTEST)
        .with_columns((pl.col(POLARITY) > 0).alias("is_praise"))
        .join(known, on=ROW, how="left", maintain_order="left")
        .with_columns((pl.col(POLARITY) * pl.col(WHOLE) >= 0).fill_null(value=True).alias("agrees"))
        .sort(
            "agrees",
            size <= LONGEST,
            pl.col(POLARITY).abs() + pl.col("closeness"),
            ROW,
            START,
            descending=[True, True, True, False, False],
        )
        .unique([THEME, "is_praise", SENTENCE], keep="first", maintain_order=True)
        .unique([THEME, "is_praise", ROW], keep="first", maintain_order=True)
        .group_by(THEME, "is_praise", maintain_order=True)
        .head(READ)
        .pipe(_believed)
        .group_by(THEME, "is_praise", maintain_order=True)
        .head(MOST)
        .sort(THEME, "is_praise", maintain_order=True)
    )
    words = [masked(texts[row][start:end]) for row, start, end in chosen.select(ROW, START, END).iter_rows()]
    return chosen.select(THEME, "is_praise", ROW, START, END, pl.Series("quote", words, pl.String))


def _believed(candidates: pl.DataFrame) -> pl.DataFrame:
    """Those whose words do not contradict their polarity; such as say it in so many words first."""
    small = pl.col(SENTENCE).str.to_lowercase().str.replace_all("’", "'", literal=True)
    told = candidates.with_columns(is_praise(small).alias("praises"), is_blame(small).alias("blames"))
    own = pl.when("is_praise").then("praises").otherwise("blames")
    other = pl.when("is_praise").then("blames").otherwise("praises")
    return (
        told.with_columns(own.alias("own"), other.alias("other"))
        .filter(pl.col("own") | (~pl.col("other") & pl.col("agrees")), says(pl.col(SENTENCE), pl.col("is_praise")))
        .sort("agrees", "own", "other", descending=[True, True, False], maintain_order=True)
    )
