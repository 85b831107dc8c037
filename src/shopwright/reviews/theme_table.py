"""Themes counted: how many texts, how many of them complain."""

from __future__ import annotations

import polars as pl

from shopwright.reviews.sentences import ROW, SENTENCE

__all__ = ["COMPLAINT", "LEAN", "MIXED", "POLARITY", "PRAISE", "THEME", "blamed", "counted", "leaning"]

THEME, POLARITY = "theme", "polarity"
PRAISE, COMPLAINT, MIXED = "praise", "complaint", "mixed"
# A theme leans to a side where its share of complaints is this many times that of all sentences, or one in so many,
# and where chance would hardly give that: so many standard errors.
LEAN, BEYOND = 1.25, 3.0
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


def _closest(side: pl.Expr | None) -> pl.Expr:
    sentence, order = pl.col(SENTENCE), (-pl.col("closeness"), pl.col(ROW))
    if side is None:
        return sentence.sort_by(*order).first()
    return sentence.filter(side).sort_by(*(each.filter(side) for each in order)).first()


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
            *(_closest(side).alias(name) for name, side in ((COMPLAINT, is_bad), (PRAISE, is_good), (MIXED, None))),
        )
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
