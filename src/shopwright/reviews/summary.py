"""What buyers like and criticise about a product, counted and quoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from shopwright.i18n import Text, t
from shopwright.reviews.given import LEVEL, PLACE, given
from shopwright.reviews.narrated import says
from shopwright.reviews.quotes import masked
from shopwright.reviews.sentences import END, ROW, SENTENCE, START
from shopwright.reviews.theme_table import POLARITY, THEME
from shopwright.reviews.themes import Themes
from shopwright.shop.schema import names as c

__all__ = ["Point", "Summary", "summaries"]

MOST, QUOTES, LEAST = 3, 2, 2
LEAST_SIGNS = 12


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that is liked or criticised.

    Attributes:
        theme: number of the theme.
        name: its name.
        n: reviews that say so.
        quotes: their words, personal data masked, at most two.
        reviews: row of each quote in the reviews.
    """

    theme: int
    name: str
    n: int
    quotes: tuple[str, ...]
    reviews: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said about one product.

    Attributes:
        sku: the product.
        n: reviews of it.
        stars: mean, None without stars.
        pros: what is liked, by most reviews first.
        cons: what is criticised.
        note: why neither is known; None where they are.
    """

    sku: str
    n: int
    stars: float | None
    pros: tuple[Point, ...]
    cons: tuple[Point, ...]
    note: Text | None = None

    @property
    def text(self) -> Text:
        """The summary in a sentence or two, from a template."""
        if self.note is not None:
            if self.stars is None:
                return t("{n:,} reviews. {note}", n=self.n, note=self.note)
            return t("{n:,} reviews, {stars:.1f} stars on average. {note}", n=self.n, stars=self.stars, note=self.note)
        nothing = t("nothing that several say")
        liked = _listed(self.pros) if self.pros else nothing
        criticised = _listed(self.cons) if self.cons else nothing
        if self.stars is None:
            return t("{n:,} reviews. Liked: {liked}. Criticised: {cons}.", n=self.n, liked=liked, cons=criticised)
        return t(
            "{n:,} reviews, {stars:.1f} stars on average. Liked: {liked}. Criticised: {cons}.",
            n=self.n,
            stars=self.stars,
            liked=liked,
            cons=criticised,
        )

    @property
    def points(self) -> tuple[Point, ...]:
        """All points, what is liked first."""
        return self.pros + self.cons


def summaries(
    reviews: pl.DataFrame | pl.LazyFrame,
    themes: Themes,
    skus: Sequence[str] | None = None,
    *,
    until: date | None = None,
) -> Mapping[str, Summary]:
    """Pros and cons of each product.

    A theme is liked where the sentences about it are of good polarity, criticised where they are of bad polarity; what
    one review alone says is left out.

    Args:
        reviews: sku and text, and any of day, stars, polarity: the table that `themes` was made from, row by row.
        themes: of these texts.
        skus: products; None: all.
        until: last day to count; None: all. Names of themes are those that `themes` was given.

    Raises:
        TableError: a column is missing (REVIEWS-47), or days are no dates (REVIEWS-57).
    """
    ready, _ = given(reviews, needs=(c.SKU, c.TEXT), until=until)
    mine = ready.drop_nulls(c.SKU)
    if skus is not None:
        mine = mine.filter(pl.col(c.SKU).is_in(list(skus)))
    told = (
        themes.assigned.drop_nulls(THEME)
        .with_columns(pl.col(ROW).cast(pl.UInt32).alias(PLACE))
        .join(mine.select(PLACE, c.SKU, c.TEXT, pl.col(LEVEL).alias("level")), on=PLACE)
        .with_columns(pl.coalesce(POLARITY, "level").alias("felt"))
    )
    points = {
        is_good: _points(told.filter(pl.col("felt") > 0 if is_good else pl.col("felt") < 0), themes.names)
        for is_good in (True, False)
    }
    counted = mine.group_by(c.SKU).agg(pl.len(), pl.col(c.STARS).mean()).sort(c.SKU)
    return {
        sku: Summary(sku, n, stars, points[True].get(sku, ()), points[False].get(sku, ()), themes.note)
        for sku, n, stars in counted.iter_rows()
    }


def _points(told: pl.DataFrame, names: Sequence[str]) -> dict[str, tuple[Point, ...]]:
    size = pl.col(END) - pl.col(START)
    ranked = (
        told.with_columns(pl.col(PLACE).n_unique().over(c.SKU, THEME).alias("n"))
        .filter(pl.col("n") >= LEAST, says(pl.col(SENTENCE), pl.col("felt") > 0))
        # the clearest words first, neither a bare "fine" nor a whole letter
        .sort(
            size.is_between(LEAST_SIGNS, 160),
            pl.col("felt").abs() + pl.col("closeness"),
            PLACE,
            START,
            descending=[True, True, False, False],
        )
        .unique([c.SKU, THEME, PLACE], keep="first", maintain_order=True)
        .with_columns(pl.col(c.TEXT).str.slice(pl.col(START), size.cast(pl.UInt32)).alias("quotes"))
        .unique([c.SKU, THEME, "quotes"], keep="first", maintain_order=True)  # the same words twice show no more
        .group_by(c.SKU, THEME, maintain_order=True)
        .agg(pl.col("n").first(), pl.col(PLACE, "quotes").head(QUOTES))
        .sort(c.SKU, "n", THEME, descending=[False, True, False])
        .group_by(c.SKU, maintain_order=True)
        .head(MOST)
    )
    found: dict[str, tuple[Point, ...]] = {}
    for sku, theme, n, places, quotes in ranked.select(c.SKU, THEME, "n", PLACE, "quotes").iter_rows():
        point = Point(theme, names[theme], n, tuple(masked(quote) for quote in quotes), tuple(places))
        found[sku] = (*found.get(sku, ()), point)
    return found


def _listed(points: Sequence[Point]) -> Text:
    parts = [t("{name} ({n:,} ×: “{quote}”)", name=point.name, n=point.n, quote=point.quotes[0]) for point in points]
    joined = parts[0]
    for part in parts[1:]:
        joined = t("{first}; {then}", first=joined, then=part)
    return joined
