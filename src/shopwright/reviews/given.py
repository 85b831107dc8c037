"""A table of reviews as it is handed in, made fit to count."""

from __future__ import annotations

from datetime import date

import polars as pl

from shopwright.errors import TableError
from shopwright.i18n import Text, t
from shopwright.reviews.scales import as_polarity, as_stars
from shopwright.shop.arguments import check_is, last_day
from shopwright.shop.schema import names as c

__all__ = ["LEVEL", "PLACE", "dated", "given", "sold_daily"]

PLACE, LEVEL = "place", "polarity"
NO_DAY = date(1970, 1, 1)


def given(
    reviews: pl.DataFrame | pl.LazyFrame, needs: tuple[str, ...] = (), until: date | None = None
) -> tuple[pl.DataFrame, tuple[Text, ...]]:
    """The reviews with every column that is counted, and what was changed to get there.

    Args:
        reviews: any of review, sku, day, stars, polarity (from −1 to 1; else that of the stars), title, text, customer.
        needs: columns that must be there.
        until: last day to read; even the scale of the stars is not told by later reviews. None: all.

    Returns:
        place (row in `reviews`), review, sku, day, stars (1 to 5, null without), polarity (null without both), title,
        text (empty without), customer; and notes.

    Raises:
        TableError: a column that is needed is missing (REVIEWS-47), polarity is no number from −1 to 1 (REVIEWS-48),
            or days are no dates (REVIEWS-57).
        UsageError: the stars are no ratings (REVIEWS-41, REVIEWS-42).
    """
    until = last_day(until)
    check_is(reviews, (pl.DataFrame, pl.LazyFrame), "reviews", t("a polars table of reviews"))
    table = reviews.lazy().collect().drop(PLACE, strict=False)
    missing = [name for name in needs if name not in table.columns]
    if missing:
        raise TableError(
            t("the reviews have no column {names}", names=", ".join(missing)),
            why=t("needed here; there are: {names}", names=", ".join(table.columns) or "-"),
            fix=t("rename the column that holds it, or make it"),
            code="REVIEWS-47",
        )
    texts = (c.REVIEW, c.SKU, c.TITLE, c.TEXT, c.CUSTOMER)
    absent = [pl.lit(None, pl.String).alias(name) for name in texts if name not in table.columns]
    table = table.with_columns(*absent).with_columns(pl.col(texts).cast(pl.String))
    table = dated(table.with_columns(pl.col(c.TEXT).fill_null("")).with_row_index(PLACE))
    if until is not None:
        table = table.filter(pl.col(c.DAY).is_null() | (pl.col(c.DAY) <= until))
    if c.STARS in table.columns and table[c.STARS].dtype.is_decimal():
        table = table.with_columns(pl.col(c.STARS).cast(pl.Float64))
    scaled = as_stars(table[c.STARS].to_list() if c.STARS in table.columns else [None] * table.height)
    stars = pl.Series(c.STARS, scaled.stars).fill_nan(None)
    level = pl.Series(LEVEL, as_polarity(scaled.stars)).fill_nan(None)
    if LEVEL in table.columns:
        level = pl.select(pl.coalesce(_polarity(table), level)).to_series()
    ready = table.with_columns(stars, level.alias(LEVEL))
    columns = (PLACE, c.REVIEW, c.SKU, c.DAY, c.STARS, LEVEL, c.TITLE, c.TEXT, c.CUSTOMER)
    return ready.select(columns), tuple(note for note in (scaled.note,) if note is not None)


def dated(table: pl.DataFrame) -> pl.DataFrame:
    """The table with its days as dates, null where it has none: 1970-01-01 and older stand for a day not known.

    Raises:
        TableError: they are something else than dates and times (REVIEWS-57).
    """
    if c.DAY not in table.columns or table[c.DAY].null_count() == table.height:
        return table.with_columns(pl.lit(None, pl.Date).alias(c.DAY))
    days = table[c.DAY]
    if isinstance(days.dtype, pl.Date | pl.Datetime):
        day = pl.col(c.DAY).dt.date()  # where it was; a cast would give Greenwich's
        return table.with_columns(pl.when(day > NO_DAY).then(day).alias(c.DAY))
    known = table.filter(pl.col(c.DAY).is_not_null())
    sku = known[c.SKU][0] if c.SKU in known.columns else None
    raise TableError(
        t("the days are no dates"),
        why=t(
            "column {column} is {kind}, such as {value} of {sku}",
            column=c.DAY,
            kind=str(days.dtype),
            value=repr(known[c.DAY][0]),
            sku=repr(sku),
        ),
        fix=t("turn them into dates first, for instance with str.to_date"),
        code="REVIEWS-57",
    )


def sold_daily(sales: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Units sold by SKU and day, returns left out.

    Raises:
        TableError: sku, day or units are missing (REVIEWS-49), or days are no dates (REVIEWS-57).
    """
    table = sales.lazy().collect()
    missing = [name for name in (c.SKU, c.DAY, c.UNITS) if name not in table.columns]
    if missing:
        raise TableError(
            t("the sales have no column {names}", names=", ".join(missing)),
            why=t("complaints are weighed against units sold, by sku and day"),
            fix=t("hand over sku, day and units, or no sales at all"),
            code="REVIEWS-49",
        )
    kept = dated(table).filter(pl.col(c.UNITS) > 0).drop_nulls([c.SKU, c.DAY])
    return (
        kept.group_by(pl.col(c.SKU).cast(pl.String), c.DAY)
        .agg(pl.col(c.UNITS).cast(pl.Float64).sum())
        .sort(c.SKU, c.DAY)
    )


def _polarity(table: pl.DataFrame) -> pl.Series:
    """What was told as polarity, also as numbers written as text; null where there is none.

    Raises:
        TableError: it is no number from −1 to 1 (REVIEWS-48).
    """
    told = table[LEVEL]
    if told.dtype == pl.String:
        told = told.str.strip_chars().replace("", None)
    if told.dtype.is_numeric() or told.dtype in (pl.String, pl.Boolean, pl.Null):
        values = told.cast(pl.Float64, strict=False)
        strange = (values.is_null() & told.is_not_null()) | (values.fill_nan(None).abs() > 1).fill_null(value=False)
    else:
        values, strange = told, told.is_not_null()
    if strange.any():
        at = strange.arg_max() or 0
        raise TableError(
            t("the polarity of reviews goes from −1 to 1"),
            why=t("{sku} has {value}", sku=repr(table[c.SKU][at]), value=repr(told[at])),
            fix=t("turn it into numbers, and divide these by the end of their scale"),
            code="REVIEWS-48",
        )
    return values.cast(pl.Float64).fill_nan(None)
