"""In which language sentences are, as far as a name in one language needs it."""

from __future__ import annotations

import polars as pl

from shopwright.reviews.stop_words import ENGLISH, GERMAN, ROMANCE

__all__ = ["HAN", "LATIN", "tongues"]

HAN, LATIN = "han", "latin"
WORD = r"[\p{Latin}][\p{Latin}\p{Mn}'’]*"
SPOKEN = {"english": ENGLISH, "german": GERMAN, "romance": ROMANCE}


def tongues(said: pl.Series) -> pl.Series:
    """Language of each sentence: han, english, german, romance; latin where small words do not tell; null without.

    A sentence is in the language of which it has the most small words ("the", "der", "de").
    """
    words = pl.col("said").str.to_lowercase().str.extract_all(WORD)
    # words that several languages have tell nothing
    lists = {name: set(listed.split()) for name, listed in SPOKEN.items()}
    own = {name: sorted(mine - set().union(*(each for other, each in lists.items() if other != name)))
           for name, mine in lists.items()}  # fmt: skip
    counts = [
        words.list.eval(pl.element().is_in(mine)).list.sum().fill_null(0).alias(name) for name, mine in own.items()
    ]
    told = pl.DataFrame({"said": said}).select(
        "said", words.list.len().alias("n"), pl.col("said").str.count_matches(r"\p{Han}").alias(HAN), *counts
    )
    most = pl.max_horizontal(*SPOKEN)
    language = pl.coalesce(pl.when((pl.col(name) == most) & (most > 0)).then(pl.lit(name)) for name in SPOKEN)
    return told.select(
        pl.when(pl.col(HAN) > pl.col("n"))
        .then(pl.lit(HAN))
        .when(pl.col("n") > 0)
        .then(pl.coalesce(language, pl.lit(LATIN)))
        .alias("tongue")
    ).to_series()
