"""In which language sentences are, as far as a name in one language needs it."""

from __future__ import annotations

import polars as pl

from shopwright.reviews.stop_words import ENGLISH, GERMAN, ROMANCE

__all__ = ["HAN", "LATIN", "tongues", "tongues_in"]

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


def tongues_in(said: pl.Series, row: pl.Series | None = None) -> pl.Series:
    """As `tongues`, of sentences that stand together: where small words do not tell, others do.

    A sentence is then in the language of most of its review, else in that in whose sentences its words mostly stand
    ("Viel Platz innen").

    Args:
        said: sentences.
        row: review of each; None where that is not known.
    """
    rows = pl.Series(range(len(said)), dtype=pl.Int64) if row is None else row
    told = pl.DataFrame({"said": said, "row": rows, "tongue": tongues(said)}).with_row_index("place")
    known = pl.col("tongue").is_not_null() & (pl.col("tongue") != LATIN)
    most = pl.col("tongue").filter(known).mode().sort().first()
    told = _filled(told, told.group_by("row").agg(most.alias("by")), "row")
    words = (
        told.select("place", "tongue", pl.col("said").str.to_lowercase().str.extract_all(WORD).alias("word"))
        .explode("word")
        .drop_nulls("word")
    )
    usual = words.group_by("word").agg(most.alias("usual"))
    unknown = words.filter(pl.col("tongue") == LATIN).join(usual.drop_nulls(), on="word")
    votes = unknown.group_by("place").agg(pl.col("usual").mode().sort().first().alias("by"))
    return _filled(told, votes, "place")["tongue"]


def _filled(told: pl.DataFrame, found: pl.DataFrame, key: str) -> pl.DataFrame:
    """With the language found where none was told."""
    joined = told.join(found, on=key, how="left", maintain_order="left")
    better = pl.when(pl.col("tongue") == LATIN).then(pl.coalesce("by", "tongue")).otherwise("tongue")
    return joined.with_columns(better.alias("tongue")).drop("by")
