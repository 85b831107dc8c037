"""Defects and dangers that are starting: which product, which theme, since when, in whose words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.reviews.alarms import Watch, watched
from shopwright.reviews.exposure import Exposure, expected
from shopwright.reviews.given import LEVEL, PLACE, given, sold_daily
from shopwright.reviews.markup import readable
from shopwright.reviews.mentions import IS_SEVERE, THEME, mentions
from shopwright.reviews.narrated import says
from shopwright.reviews.reading import tell_nothing
from shopwright.reviews.sentences import SENTENCE
from shopwright.reviews.severity import SEVERE, SEVERE_LABELS
from shopwright.reviews.theme_words import ANY, LABELS, TASTE, WORDS
from shopwright.shop.arguments import last_day
from shopwright.shop.schema import names as c

__all__ = ["Hazards", "hazards", "label"]

FALSE_ALARMS = 12.0
# What a missed alarm costs against one about an ordinary fault of the goods.
SEVERITY, SOFT = 4.0, 0.3
THEMES = (ANY, *WORDS, *SEVERE)
QUOTES = 3
# Days without a further complaint after which an alarm is closed: what stands in the warehouse by then is another lot.
QUIET_DAYS = 180
WEIGHT = np.array([SEVERITY if name in SEVERE else SOFT if name in TASTE else 1.0 for name in THEMES])


@dataclass(frozen=True, eq=False)
class Hazards:
    """Alarms, and what to keep an eye on.

    Attributes:
        alarms: one row for each product and theme with more complaints than chance gives: sku, theme, is_severe,
            first_seen and last_seen (days of the first and the last of these complaints), alarm (day on which they were
            enough), n (since the first), expected (in that time), score (1: just an alarm; what is left of it at the
            end), peak, is_open (something is left, and the last complaint is no older than 180 days); open and severe
            ones first.
        watch: the same for dangers that were named without an alarm, alarm being null.
        quotes: sku, theme, review, day, stars, quote (verbatim but for HTML), start, end: up to three for each, the
            latest first.
        as_of: last day counted; None without dated reviews.
        n_reviews: reviews counted: with a product and a day.
        n_left_out: others.
        notes: what was changed in the ratings.
        how: how alarms were told from chance.
    """

    alarms: pl.DataFrame
    watch: pl.DataFrame
    quotes: pl.DataFrame
    as_of: date | None
    n_reviews: int
    n_left_out: int
    notes: tuple[Text, ...]
    how: Text


def label(theme: str) -> Text:
    """The name of a theme of `Hazards` for people."""
    return {**LABELS, **SEVERE_LABELS}[theme]


def hazards(
    reviews: pl.DataFrame | pl.LazyFrame,
    sales: pl.DataFrame | pl.LazyFrame | None = None,
    *,
    until: date | None = None,
    false_alarms: float = FALSE_ALARMS,
    every: pl.DataFrame | None = None,
) -> Hazards:
    """Watch complaints about each product and theme day by day, as if read on the evening of each day.

    Dangers count whatever the stars, faults in bad reviews. Where all stars are alike, and no polarity says more, they
    tell nothing, and a fault counts wherever it is named.

    What a day says does not depend on what comes later: not rates, not thresholds.

    Args:
        reviews: sku and day, and any of review, stars, polarity (from −1 to 1; else that of the stars), text.
        sales: sku, day, units; without them only the share of complaints among a product's reviews counts.
        until: last day to count; None: all.
        false_alarms: allowed in a year over all products and themes; dangers ring earlier.
        every: what `every_mention` found in these reviews, where that is known already.

    Raises:
        TableError: a column is missing or holds what it cannot (REVIEWS-47 to REVIEWS-49, REVIEWS-57).
        UsageError: stars are no ratings (REVIEWS-41, REVIEWS-42), or `false_alarms` is not above zero (REVIEWS-50).
    """
    if not false_alarms > 0:
        raise UsageError(
            t("{n} false alarms a year cannot be promised", n=false_alarms),
            why=t("chance alone gives any number of complaints now and then"),
            fix=t("use a number above zero, such as 1 or 0.2"),
            code="REVIEWS-50",
        )
    until = last_day(until)
    ready, notes = given(reviews, needs=(c.SKU, c.DAY), until=until)
    dated = _unless_alike(ready).drop_nulls([c.SKU, c.DAY]).sort(c.DAY, PLACE)
    named = mentions(dated, every=every)
    daily = None if sales is None else sold_daily(sales)
    if daily is not None and until is not None:
        daily = daily.filter(pl.col(c.DAY) <= until)
    how = t(
        "complaints by product and theme, counted against what sales and the shop's own rates let expect; alarms are"
        " set so that chance gives {n:g} a year in all, and dangers ring {weight:g} times as easily; one is closed by"
        " reviews without that complaint, or by {days} days without one",
        n=false_alarms,
        weight=SEVERITY,
        days=QUIET_DAYS,
    )
    left_out = ready.height - dated.height
    if dated.is_empty() or named.is_empty():
        none = _table(None, None, None, None)
        as_of = None if dated.is_empty() else until or dated[c.DAY].max()
        return Hazards(none, none, _quotes(dated, named, none), as_of, dated.height, left_out, notes, how)  # type: ignore[arg-type]
    book = _book(dated, named, daily, until)
    watch = watched(*book.pairs, *book.mentions, book.exposure, WEIGHT, false_alarms)
    table = _table(book, watch, dated, named)
    alarms = table.filter(pl.col("alarm").is_not_null())
    severe = table.filter(pl.col("alarm").is_null(), pl.col(IS_SEVERE))
    shown = pl.concat([alarms, severe])
    return Hazards(alarms, severe, _quotes(dated, named, shown), book.last, dated.height, left_out, notes, how)


def _unless_alike(ready: pl.DataFrame) -> pl.DataFrame:
    """The reviews without polarity where that is only what stars say that are all alike: each may be bad or good."""
    stars, level = ready[c.STARS], ready[LEVEL]
    if not tell_nothing(stars.fill_null(np.nan).to_numpy()) or level.n_unique() > 1:
        return ready
    return ready.with_columns(pl.lit(None, pl.Float64).alias(LEVEL))


@dataclass(frozen=True, eq=False)
class _Book:
    """Products, days and mentions as numbers: what `watched` takes."""

    skus: tuple[str, ...]
    first: date
    last: date
    pairs: tuple[np.ndarray, np.ndarray]
    mentions: tuple[np.ndarray, np.ndarray]
    exposure: Exposure


def _book(dated: pl.DataFrame, named: pl.DataFrame, daily: pl.DataFrame | None, until: date | None) -> _Book:
    first: date = dated[c.DAY].min()  # type: ignore[assignment]
    if daily is not None and daily.height:
        first = min(first, daily[c.DAY].min())  # type: ignore[type-var, assignment]
    last: date = until or dated[c.DAY].max()  # type: ignore[assignment]
    skus = tuple(dated[c.SKU].unique().sort())
    place = {sku: at for at, sku in enumerate(skus)}
    n_days = (last - first).days + 1
    of = dated[c.SKU].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    on = (dated[c.DAY] - first).dt.total_days().to_numpy()
    exposure = expected(of, on, len(skus), n_days, _units(daily, place, first, n_days))
    joined = named.join(
        dated.select(PLACE, pl.Series("of", of), pl.Series("on", on)), on=PLACE, how="left", maintain_order="left"
    ).sort("on", PLACE, THEME)
    theme = joined[THEME].replace_strict({name: at for at, name in enumerate(THEMES)}, return_dtype=pl.Int64).to_numpy()
    codes, pair = np.unique(joined["of"].to_numpy() * len(THEMES) + theme, return_inverse=True)
    return _Book(
        skus, first, last, (codes // len(THEMES), codes % len(THEMES)), (pair, joined["on"].to_numpy()), exposure
    )


def _units(daily: pl.DataFrame | None, place: dict[str, int], first: date, n_days: int) -> np.ndarray | None:
    """Units sold up to the last day, shape (products, days)."""
    if daily is None:
        return None
    mine = daily.filter(pl.col(c.SKU).is_in(list(place)))
    row = mine[c.SKU].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    on = (mine[c.DAY] - first).dt.total_days().to_numpy()
    fits = on < n_days
    units = np.zeros((len(place), n_days))
    np.add.at(units, (row[fits], on[fits]), mine[c.UNITS].to_numpy()[fits])
    return units


def _table(
    book: _Book | None, watch: Watch | None, dated: pl.DataFrame | None, named: pl.DataFrame | None
) -> pl.DataFrame:
    schema = {
        **{c.SKU: pl.String, THEME: pl.String, IS_SEVERE: pl.Boolean, "first_seen": pl.Date},
        **{"last_seen": pl.Date, "alarm": pl.Date},
        **{"n": pl.Int64, "expected": pl.Float64, "score": pl.Float64, "peak": pl.Float64, "is_open": pl.Boolean},
    }
    if book is None or watch is None or dated is None or named is None:
        return pl.DataFrame(schema=schema)
    sku, theme = book.pairs
    days = [None if at < 0 else book.first + timedelta(days=at) for at in watch.alarm.tolist()]
    pair, on = book.mentions
    n = np.bincount(pair[on >= watch.since[pair]], minlength=len(sku))
    latest = np.zeros(len(sku), np.int64)
    np.maximum.at(latest, pair, on)
    is_fresh = (book.last - book.first).days - latest <= QUIET_DAYS
    since = np.maximum(watch.since - 1, 0)
    gone = book.exposure.until[sku, -1] - np.where(watch.since > 0, book.exposure.until[sku, since], 0.0)
    table = pl.DataFrame(
        {
            c.SKU: [book.skus[at] for at in sku],
            THEME: [THEMES[at] for at in theme],
            IS_SEVERE: np.isin(theme, np.flatnonzero(WEIGHT > 1)),
            "first_seen": [book.first + timedelta(days=at) for at in watch.since.tolist()],
            "last_seen": [book.first + timedelta(days=at) for at in latest.tolist()],
            "alarm": days,
            "n": n,
            "expected": gone * watch.before,
            "score": watch.score,
            "peak": watch.peak,
            "is_open": (watch.alarm >= 0) & (watch.score > 0) & is_fresh,
        },
        schema=schema,
    )
    return table.sort(
        "is_open", IS_SEVERE, "score", "peak", c.SKU, THEME, descending=[True, True, True, True, False, False]
    )


def _quotes(dated: pl.DataFrame, named: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """The latest mentions of what is shown that say something bad, in the reviewers' words."""
    told = (
        named.join(dated, on=PLACE)
        .join(shown.select(c.SKU, THEME, "first_seen"), on=[c.SKU, THEME])
        .filter(pl.col(c.DAY) >= pl.col("first_seen"), pl.col("start").is_not_null())
        .filter(says(pl.col(SENTENCE), pl.lit(value=False)))
        .sort(c.SKU, THEME, c.DAY, PLACE, descending=[False, False, True, True])
        .group_by(c.SKU, THEME, maintain_order=True)
        .head(QUOTES)
    )
    size = (pl.col("end") - pl.col("start")).cast(pl.UInt32)
    words = told.select(pl.col(c.TEXT).str.slice(pl.col("start"), size)).to_series()
    quote = pl.Series("quote", [readable(each or "") for each in words], pl.String)
    return told.select(c.SKU, THEME, c.REVIEW, c.DAY, c.STARS, quote, "start", "end")
