"""What an analysis of reviews found, as the rows that terminal, report and proposals show."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from shopwright.i18n import Text, t
from shopwright.reviews.analysis import Analysis
from shopwright.reviews.given import PLACE
from shopwright.reviews.hazards import QUIET_DAYS, label
from shopwright.reviews.mentions import IS_SEVERE, THEME, mentions
from shopwright.reviews.quotes import masked
from shopwright.reviews.theme_table import COMPLAINT, PRAISE
from shopwright.reviews.theme_words import ANY
from shopwright.shop.schema import names as c

__all__ = [
    "QUOTES",
    "few",
    "named_themes",
    "none_warned",
    "sayings",
    "sized",
    "suspects",
    "suspicions",
    "to_fix",
    "warned",
]

QUOTES = "quotes"
REASONS = ("is_duplicate", "is_burst", "is_incentivised")


def named_themes(found: Analysis) -> pl.DataFrame:
    """Themes, the one that most reviews complain of first.

    Columns: theme, name, kind, n, n_praise, n_complaints, those of `trends`, praise and complaint (lists of quotes).
    """
    if found.themes is None:
        return pl.DataFrame(schema={THEME: pl.Int64, "name": pl.String, "kind": pl.String, "n": pl.Int64})
    sides = ((found.quotes.filter("is_praise"), PRAISE), (found.quotes.filter(~pl.col("is_praise")), COMPLAINT))
    quotes = [said.group_by(THEME, maintain_order=True).agg(pl.col("quote").alias(name)) for said, name in sides]
    table = found.themes.table.select(THEME, "name", "kind", "n", "n_praise", "n_complaints")
    for part in (found.trends, *quotes):
        table = table.join(part, on=THEME, how="left")
    empty = pl.lit([], pl.List(pl.String))
    return table.with_columns(pl.col(PRAISE).fill_null(empty), pl.col(COMPLAINT).fill_null(empty)).sort(
        "n_complaints", "n", THEME, descending=[True, True, False]
    )


def warned(found: Analysis) -> pl.DataFrame:
    """Open alarms, then dangers named of late without one: the columns of `Hazards.alarms`, and quotes."""
    if found.hazards is None:
        return pl.DataFrame(schema={c.SKU: pl.String, THEME: pl.String, QUOTES: pl.List(pl.String)})
    as_of = found.hazards.as_of
    late = found.hazards.watch.filter(pl.col("last_seen") >= (as_of or date.max) - timedelta(days=QUIET_DAYS))
    # bad reviews of any kind are told where nothing says of what kind they are
    ringing = found.hazards.alarms.filter("is_open")
    is_told = (pl.col(THEME) == ANY) & (pl.col(THEME) != ANY).any().over(c.SKU)
    rows = pl.concat([ringing.filter(~is_told), late])
    said = found.hazards.quotes.with_columns(
        pl.Series("quote", [masked(quote) for quote in found.hazards.quotes["quote"]], pl.String)
    )
    said = said.unique([c.SKU, THEME, "quote"], keep="first", maintain_order=True)
    quotes = said.group_by(c.SKU, THEME, maintain_order=True).agg(pl.col("quote").alias(QUOTES))
    joined = rows.join(quotes, on=[c.SKU, THEME], how="left", maintain_order="left")
    return joined.with_columns(pl.col(QUOTES).fill_null(pl.lit([], pl.List(pl.String))))


def few(expected: float) -> str:
    """How many complaints were to be expected: two digits; what is less but not none is said so."""
    return "<0.01" if 0 < expected < 0.005 else f"{expected:,.2f}"


def none_warned(found: Analysis, sku: str | None = None) -> Text:
    """What is to be said where there is no warning, of one product or all: that all is well, or it cannot be told."""
    if found.hazards is not None and found.hazards.n_reviews:
        return t("No fault is beginning beyond chance, and no danger is named.")
    mine = found.reviews if sku is None else found.reviews.filter(pl.col(c.SKU) == sku)
    said = mentions(mine, every=found.mentions).filter(IS_SEVERE).group_by(THEME).len("n")
    undated = t("The reviews have no dates or no products, so it cannot be told whether a fault is beginning.")
    if said.is_empty():
        return t("{undated} No danger is named.", undated=undated)
    told: Text | None = None
    for theme, n in said.sort("n", THEME, descending=[True, False]).iter_rows():
        part = t("{theme} ({n:,})", theme=label(theme), n=n)
        told = part if told is None else t("{first}, {then}", first=told, then=part)
    return t("{undated} Reviews that name a danger: {dangers}.", undated=undated, dangers=told)


def to_fix(found: Analysis) -> pl.DataFrame:
    """Faults that surely go along with fewer stars, the dearest first; columns of `Costs.themes`.

    Surely: the whole interval of 90 % lies below zero. Bad reviews as such are no fault one could mend.
    """
    if found.costs is None:
        return pl.DataFrame(schema={THEME: pl.String, c.STARS: pl.Float64})
    return found.costs.themes.filter(pl.col(f"{c.STARS}_high") < 0)


def sized(found: Analysis) -> pl.DataFrame:
    """Products that run small or large: sku, size_advice, n_small, n_large, n_true; most opinions first."""
    if found.signals is None:
        return pl.DataFrame(schema={c.SKU: pl.String, "size_advice": pl.String})
    chosen = found.signals.filter(pl.col("size_advice").is_in(["small", "large"]))
    columns = (c.SKU, "size_advice", "n_small", "n_large", "n_true")
    return chosen.select(columns).sort(pl.max_horizontal("n_small", "n_large"), c.SKU, descending=[True, False])


def suspects(found: Analysis) -> pl.DataFrame:
    """Suspicious reviews, the latest first: review, sku, day, stars, text and why (is_duplicate, is_burst, …)."""
    if "is_suspicious" not in found.reviews.columns:
        return pl.DataFrame(schema={c.REVIEW: pl.String})
    columns = (PLACE, c.REVIEW, c.SKU, c.DAY, c.STARS, c.TEXT, *REASONS, "duplicate_of")
    return found.reviews.filter("is_suspicious").select(columns).sort(c.DAY, PLACE, descending=True, nulls_last=True)


def suspicions(found: Analysis) -> dict[str, int]:
    """How many reviews are suspicious for each reason."""
    if "is_suspicious" not in found.reviews.columns:
        return {}
    return {reason: int(found.reviews[reason].sum()) for reason in REASONS}


def sayings(found: Analysis, sku: str, theme: str, *, bad_only: bool = True) -> pl.DataFrame:
    """Reviews of a product that name a fault, the fewest stars and then the latest first.

    Args:
        found: the analysis.
        sku: the product.
        theme: key of the fault or danger.
        bad_only: only those that alarms count: of bad reviews.

    Returns:
        place, review, day, stars, quote.
    """
    told = mentions(found.reviews, whatever_stars=not bad_only, every=found.mentions).filter(pl.col(THEME) == theme)
    mine = told.select(PLACE, "start", "end", IS_SEVERE).join(
        found.reviews.filter(pl.col(c.SKU) == sku).select(PLACE, c.REVIEW, c.DAY, c.STARS, c.TEXT), on=PLACE
    )
    size = (pl.col("end") - pl.col("start")).cast(pl.UInt32)
    words = mine.select(pl.col(c.TEXT).str.slice(pl.col("start"), size)).to_series().fill_null("")
    quoted = mine.with_columns(pl.Series("quote", [masked(each) for each in words], pl.String))
    return quoted.select(PLACE, c.REVIEW, c.DAY, c.STARS, "quote").sort(
        c.STARS, c.DAY, PLACE, descending=[False, True, False], nulls_last=True
    )
