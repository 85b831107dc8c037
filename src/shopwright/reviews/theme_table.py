"""Themes counted: how many texts, how many of them complain."""

from __future__ import annotations

import polars as pl

from shopwright.reviews.sentences import ROW, SENTENCE

__all__ = ["COMPLAINT", "MIXED", "POLARITY", "PRAISE", "THEME", "counted"]

THEME, POLARITY = "theme", "polarity"
PRAISE, COMPLAINT, MIXED = "praise", "complaint", "mixed"
# A theme leans to a side where its share of complaints is this many times that of all sentences, or one in so many,
# and where chance would hardly give that: so many standard errors.
LEAN, BEYOND = 1.25, 3.0


def counted(
    assigned: pl.DataFrame, names: tuple[str, ...], words: tuple[tuple[str, ...], ...], n_known: int
) -> pl.DataFrame:
    """One row for each theme; see `Themes.table`.

    Args:
        assigned: sentences with row, sentence, polarity, theme, closeness.
        names: of the themes.
        words: their terms.
        n_known: the first so many themes were known before.
    """
    is_bad, is_good = pl.col(POLARITY) < 0, pl.col(POLARITY) > 0
    counts = (
        assigned.drop_nulls(THEME)
        .group_by(THEME)
        .agg(
            pl.col(ROW).n_unique().cast(pl.Int64).alias("n"),
            pl.len().cast(pl.Int64).alias("n_sentences"),
            pl.col(ROW).filter(is_good).n_unique().cast(pl.Int64).alias("n_praise"),
            pl.col(ROW).filter(is_bad).n_unique().cast(pl.Int64).alias("n_complaints"),
            pl.col(POLARITY).mean(),
            is_bad.mean().alias("share"),
            pl.col(SENTENCE).sort_by(-pl.col("closeness"), pl.col(ROW)).first().alias("quote"),
        )
    )
    usual = assigned.select(is_bad.mean()).item() if assigned.height else None
    mean = usual or 0.0
    beyond = (pl.col("share") - mean).abs() > BEYOND * (mean * (1 - mean) / pl.col("n_sentences")).sqrt()
    kind = (
        pl.when(pl.col(POLARITY).is_null() | pl.lit(usual is None))
        .then(None)
        .when(beyond & (pl.col("share") > LEAN * mean))
        .then(pl.lit(COMPLAINT))
        .when(beyond & (pl.col("share") < mean / LEAN))
        .then(pl.lit(PRAISE))
        .otherwise(pl.lit(MIXED))
    )
    listed = pl.DataFrame(
        {THEME: range(len(names)), "name": names, "words": [list(each) for each in words]},
        schema={THEME: pl.Int64, "name": pl.String, "words": pl.List(pl.String)},
    )
    zero = pl.col("n", "n_sentences", "n_praise", "n_complaints").fill_null(0)
    return (
        listed.join(counts, on=THEME, how="left")
        .with_columns(zero, kind.alias("kind"), (pl.col(THEME) >= n_known).alias("is_new"))
        .sort("n", THEME, descending=[True, False])
        .select(
            *(
                THEME,
                "name",
                "words",
                "kind",
                "n",
                "n_sentences",
                "n_praise",
                "n_complaints",
                POLARITY,
                "is_new",
                "quote",
            )
        )
    )
