"""Themes counted: how many texts, how many of them complain."""

from __future__ import annotations

import polars as pl

from shopwright.reviews.narrated import is_narrated, says
from shopwright.reviews.sentences import ROW, SENTENCE

__all__ = ["COMPLAINT", "LEAN", "MIXED", "POLARITY", "PRAISE", "THEME", "blamed", "counted", "leaning"]

THEME, POLARITY = "theme", "polarity"
PRAISE, COMPLAINT, MIXED = "praise", "complaint", "mixed"
# A theme leans to a side where its share of complaints is this many times that of all sentences, or one in so many,
# and where chance would hardly give that: so many standard errors.
LEAN, BEYOND = 1.25, 3.0
LOOKED_AT = 100  # sentences of a theme, for the one that is shown
# Of sentences that praise or blame; from this share of blame on it is a complaint, however usual blame is in the shop.
MOSTLY = 2 / 3


def blamed() -> pl.Expr:
    """Share of blame among the sentences of a group that praise or blame; null without any."""
    bad, good = ((pl.col(POLARITY) < 0).sum(), (pl.col(POLARITY) > 0).sum())
    return pl.when(bad + good > 0).then(bad / (bad + good))


def leaning(share: pl.Expr, n: pl.Expr, usual: float | None, blame: pl.Expr) -> pl.Expr:
    """Whether sentences are mostly complaints or praise against what is usual in the shop: complaint, praise or mixed.

    Two thirds of blame are a complaint in every shop. Praise has no such bound: most of nearly every theme is praise.

    Args:
        share: of complaints among them; null where that is not known.
        n: how many they are.
        usual: share of complaints among all sentences; None where that is not known.
        blame: as `blamed`.
    """
    mean = usual or 0.0
    beyond = (share - mean).abs() > BEYOND * (mean * (1 - mean) / n).sqrt()
    return (
        pl.when(share.is_null() | pl.lit(usual is None))
        .then(None)
        .when((blame >= MOSTLY) | (beyond & (share > LEAN * mean)))
        .then(pl.lit(COMPLAINT))
        .when(beyond & (share < mean / LEAN))
        .then(pl.lit(PRAISE))
        .otherwise(pl.lit(MIXED))
    )


def _shown(assigned: pl.DataFrame) -> pl.DataFrame:
    """Theme, and its closest sentence of blame, of praise and of all, those first that say so.

    Of each only the closest few are looked at.
    """
    sentence = pl.col(SENTENCE)
    sides = (
        (COMPLAINT, pl.col(POLARITY) < 0, says(sentence, pl.lit(value=False))),
        (PRAISE, pl.col(POLARITY) > 0, says(sentence, pl.lit(value=True))),
        (MIXED, pl.lit(value=True), ~is_narrated(sentence.str.to_lowercase())),
    )
    order = (pl.col("closeness"), pl.col(ROW))
    found = assigned.select(THEME).unique()
    for name, side, tells in sides:
        near = assigned.filter(side).sort(*order, descending=[True, False]).group_by(THEME, maintain_order=True)
        told = near.head(LOOKED_AT).with_columns(tells.alias("tells"))
        best = told.sort("tells", *order, descending=[True, True, False]).unique(
            THEME, keep="first", maintain_order=True
        )
        found = found.join(best.select(THEME, sentence.alias(name)), on=THEME, how="left")
    return found


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
            blamed().alias("blame"),
        )
        .join(_shown(assigned.drop_nulls(THEME)), on=THEME, how="left")
    )
    usual = assigned.select(is_bad.mean()).item() if assigned.height else None
    kind = leaning(pl.col("share"), pl.col("n_sentences"), usual, pl.col("blame"))
    listed = pl.DataFrame(
        {THEME: range(len(names)), "name": names, "words": [list(each) for each in words]},
        schema={THEME: pl.Int64, "name": pl.String, "words": pl.List(pl.String)},
    )
    # the sentence that is shown is of the theme's mood
    quote = pl.when(kind == COMPLAINT).then(COMPLAINT).when(kind == PRAISE).then(PRAISE)
    zero = pl.col("n", "n_sentences", "n_praise", "n_complaints").fill_null(0)
    return (
        listed.join(counts, on=THEME, how="left")
        .with_columns(
            zero,
            kind.alias("kind"),
            (pl.col(THEME) >= n_known).alias("is_new"),
            pl.coalesce(quote, MIXED).alias("quote"),
        )
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
