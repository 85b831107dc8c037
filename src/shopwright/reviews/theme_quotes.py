"""Words of reviewers for each theme, fit to be shown."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from shopwright.reviews.minhash import OF_HAN
from shopwright.reviews.quotes import masked
from shopwright.reviews.sentences import END, ROW, SENTENCE, START
from shopwright.reviews.theme_table import POLARITY, THEME

__all__ = ["theme_quotes"]

MOST = 3
SHORTEST, LONGEST = 12, 160  # letters, a Chinese sign counting for three, and signs
WHOLE = "whole"  # polarity of the text a sentence stands in


def theme_quotes(assigned: pl.DataFrame, texts: Sequence[str], levels: pl.Series | None = None) -> pl.DataFrame:
    """Up to three quotes of praise and of blame for each theme, the clearest first, no sentence twice.

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
        .head(MOST)
        .sort(THEME, "is_praise", maintain_order=True)
    )
    words = [masked(texts[row][start:end]) for row, start, end in chosen.select(ROW, START, END).iter_rows()]
    return chosen.select(THEME, "is_praise", ROW, START, END, pl.Series("quote", words, pl.String))
