"""Everything that reviews say, found out in one go: each text is read, cut and turned into vectors once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import numpy as np
import polars as pl

from shopwright.errors import ShopError
from shopwright.i18n import Text, t
from shopwright.progress import step
from shopwright.reviews.aspect_counts import aspect_counts
from shopwright.reviews.costs import Costs, costs
from shopwright.reviews.fakes import fakes
from shopwright.reviews.given import LEVEL
from shopwright.reviews.hazards import Hazards, hazards
from shopwright.reviews.material import Material, material
from shopwright.reviews.mentions import every_mention, mentions
from shopwright.reviews.reading import Polarity, polarity_of
from shopwright.reviews.sentences import sentences
from shopwright.reviews.signals import signals
from shopwright.reviews.summary import Summary, summaries
from shopwright.reviews.theme_quotes import theme_quotes
from shopwright.reviews.theme_table import POLARITY, THEME
from shopwright.reviews.themes import Themes, themes_of
from shopwright.reviews.trends import months, moved
from shopwright.shop.arguments import check_seed
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Analysis", "analyse"]

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Analysis:
    """What reviews say. A part that could not be done is None, and a note says why.

    Attributes:
        reviews: place, review, sku, day, stars, polarity (of the stars, else read from the text), title, text,
            customer, is_read (polarity was read), and the columns of `fakes`.
        themes: what is praised and complained of; its sentences are all the sentences there are.
        trends: theme, n_recent, n_before, share_recent, share_before, z, trend: of complaints, see `moved`.
        months: theme, month, n, n_complaints, n_reviews.
        quotes: theme, is_praise, row, start, end, quote.
        aspects: sku, topic, n (reviews), n_positive, n_neutral, n_negative.
        mentions: faults and dangers that reviews name, whatever their stars; see `every_mention`.
        hazards: alarms, with sales where they are known.
        summaries: of each product.
        costs: what each fault goes along with, in stars, returns and money.
        signals: a row for each product, for the other areas.
        titles: of the products.
        currency: of money; empty where none is known.
        as_of: last day counted; None without dated reviews.
        notes: what a reader should know.
        seconds: that each part took.
    """

    reviews: pl.DataFrame
    themes: Themes | None
    trends: pl.DataFrame
    months: pl.DataFrame
    quotes: pl.DataFrame
    aspects: pl.DataFrame | None
    mentions: pl.DataFrame
    hazards: Hazards | None
    summaries: Mapping[str, Summary]
    costs: Costs | None
    signals: pl.DataFrame | None
    titles: Mapping[str, str]
    currency: str
    as_of: date | None
    notes: tuple[Text, ...]
    seconds: Mapping[str, float]

    def title(self, sku: str) -> str:
        """What people call a product; its SKU where it has no name."""
        return self.titles.get(sku) or sku


def analyse(
    source: Shop | pl.DataFrame | pl.LazyFrame,
    seed: int = 0,
    *,
    sales: pl.DataFrame | pl.LazyFrame | None = None,
    until: date | None = None,
) -> Analysis:
    """Read all reviews that were known on a day.

    Args:
        source: a shop, or a table with any of review, sku, day, stars, title, text, customer.
        seed: which reviews are held out, and which sentences themes are learned from where there are very many.
        sales: sku, day, units: what complaints are weighed against where the source is a table.
        until: last day to count; nothing after it is seen.

    Raises:
        TableError: a column holds what it cannot (REVIEWS-48, REVIEWS-49).
        UsageError: the stars are no ratings (REVIEWS-41, REVIEWS-42), or the seed is no whole number (USAGE-25).
    """
    check_seed(seed)
    with step(t("Gathering the reviews")):
        read = material(source, sales, until)
    parts = _Parts(list(read.notes))
    texts = read.reviews[c.TEXT].to_list()
    polarity = parts.do("sentiment", t("Reading how pleased customers are"), lambda: _felt(read, seed))
    if polarity is not None:
        parts.notes += polarity.notes
    reviews = _judged(read.reviews, polarity)
    said = parts.do("sentences", t("Cutting reviews into sentences"), lambda: _said(texts, polarity))
    cut = sentences([]).with_columns(pl.lit(None, pl.Float64).alias(POLARITY)) if said is None else said
    themes = parts.do(
        "themes", t("Finding themes"), lambda: themes_of(cut, len(texts), seed, subjects=read.subjects.to_list())
    )
    every = parts.do("mentions", t("Looking for faults and dangers"), lambda: every_mention(reviews, cut))
    aspects = parts.do("aspects", t("Sorting praise and blame by topic"), lambda: aspect_counts(reviews, texts, every))
    heard = _heard(reviews, polarity)
    alarms = parts.do("hazards", t("Watching for faults that begin"), lambda: hazards(heard, read.sales, every=every))
    points = parts.do(
        "summaries",
        t("Summing up each product"),
        lambda: {} if themes is None else summaries(reviews, themes, until=read.as_of),
    )
    priced = parts.do("costs", t("Weighing what complaints cost"), lambda: _cost(read, reviews, every))
    columns = parts.do("signals", t("Levels, trends and sizes"), lambda: signals(reviews, alarms, until=read.as_of))
    flags = parts.do("fakes", t("Looking for repeated and paid reviews"), lambda: fakes(reviews, until=read.as_of))
    assigned = cut.with_columns(pl.lit(None, pl.Int64).alias(THEME)) if themes is None else themes.assigned
    placed = assigned if "closeness" in assigned.columns else assigned.with_columns(closeness=pl.lit(0.0))
    days = reviews[c.DAY]
    return Analysis(
        reviews if flags is None else pl.concat([reviews, flags.drop(c.REVIEW)], how="horizontal"),
        themes,
        moved(placed, days, read.as_of),
        months(placed, days),
        theme_quotes(placed, texts, reviews[LEVEL]),
        aspects,
        every_mention(reviews.clear(), sentences([])) if every is None else every,
        alarms,
        points or {},
        priced,
        columns,
        read.titles,
        read.currency,
        read.as_of,
        tuple(parts.notes),
        parts.seconds,
    )


@dataclass(eq=False)
class _Parts:
    """Parts of the work, each timed and shown; what one cannot do becomes a note."""

    notes: list[Text]
    seconds: dict[str, float] = field(default_factory=dict)

    def do(self, name: str, label: Text, work: Callable[[], T]) -> T | None:
        began = time.perf_counter()
        try:
            with step(label):
                return work()
        except ShopError as error:
            self.notes.append(t("{part}: {problem}", part=label, problem=str(error)))
            return None
        finally:
            self.seconds[name] = round(time.perf_counter() - began, 3)


def _felt(read: Material, seed: int) -> Polarity:
    stars = read.reviews[c.STARS].fill_null(np.nan).to_numpy()
    return polarity_of(read.reviews[c.TEXT].to_list(), stars, seed)


def _judged(reviews: pl.DataFrame, polarity: Polarity | None) -> pl.DataFrame:
    """The reviews with polarity as it was told or read."""
    if polarity is None:
        return reviews.with_columns(is_read=pl.lit(value=False))
    told = pl.Series(LEVEL, polarity.values).fill_nan(None)
    is_read = pl.Series("is_read", polarity.is_read) & reviews[LEVEL].is_null()
    return reviews.with_columns(pl.coalesce(LEVEL, told).alias(LEVEL), is_read.alias("is_read"))


def _heard(reviews: pl.DataFrame, polarity: Polarity | None) -> pl.DataFrame:
    """The reviews with polarity as their texts tell it where all stars are alike: for what must not be missed."""
    if polarity is None:
        return reviews
    return reviews.with_columns(pl.coalesce(pl.Series(LEVEL, polarity.by_words).fill_nan(None), LEVEL).alias(LEVEL))


def _said(texts: list[str], polarity: Polarity | None) -> pl.DataFrame:
    cut = sentences(texts)
    felt = pl.Series([None] * cut.height, dtype=pl.Float64) if polarity is None else polarity.of(cut)
    return cut.with_columns(felt.alias(POLARITY))


def _cost(read: Material, reviews: pl.DataFrame, every: pl.DataFrame | None) -> Costs:
    told = None if every is None else mentions(reviews, whatever_stars=True, every=every)
    return costs(reviews, read.worth, read.returned, told, until=read.as_of)
