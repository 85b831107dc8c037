"""What an analysis of reviews is made from: the reviews as they were known on a day, sales, and what sales bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from shopwright.i18n import Text, t
from shopwright.reviews.attributed import as_of, every_review, later_note
from shopwright.reviews.given import dated, given, sold_daily
from shopwright.reviews.worth import Worth, worths
from shopwright.shop.arguments import check_is, last_day
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.titles import titles

__all__ = ["Material", "material"]


@dataclass(frozen=True, eq=False)
class Material:
    """What is there to read.

    Attributes:
        reviews: as `given` makes them, the title standing in for a text that lacks.
        sales: sku, day and units sold; None where they are not known.
        worth: what each reviewed product's sales bring; None where that is not known.
        returned: whether what a review is about was sent back, one for each review, null where unknown.
        titles: of the products.
        subjects: title and category of the product of each review, null where unknown.
        currency: of money; empty without a shop.
        as_of: last day that counts; None where nothing is dated.
        notes: what was changed in the ratings.
    """

    reviews: pl.DataFrame
    sales: pl.DataFrame | None
    worth: Mapping[str, Worth] | None
    returned: pl.Series | None
    titles: Mapping[str, str]
    subjects: pl.Series
    currency: str
    as_of: date | None
    notes: tuple[Text, ...]


def material(
    source: Shop | pl.DataFrame | pl.LazyFrame,
    sales: pl.DataFrame | pl.LazyFrame | None = None,
    until: date | None = None,
) -> Material:
    """Gather it from a shop, or from a table of reviews.

    Args:
        source: a shop; or any of review, sku, day, stars, title, text, customer, polarity.
        sales: sku, day and units, where the source is no shop.
        until: last day that counts; None: the shop's day, or all.

    Raises:
        TableError: a column holds what it cannot (REVIEWS-48, REVIEWS-49, REVIEWS-57).
        UsageError: the stars are no ratings (REVIEWS-41, REVIEWS-42).
    """
    until = last_day(until)
    if isinstance(source, Shop):
        return _of_shop(source if until is None else source.until(until.isoformat()))
    check_is(source, (pl.DataFrame, pl.LazyFrame), "source", t("a shop or a polars table of reviews"))
    table = dated(source.lazy().collect())
    daily = None if sales is None else sold_daily(sales)
    if until is not None:
        table = table.filter(pl.col(c.DAY).is_null() | (pl.col(c.DAY) <= until))
        daily = None if daily is None else daily.filter(pl.col(c.DAY) <= until)
    found, notes = given(table)
    last: date | None = until or found[c.DAY].max()  # type: ignore[assignment]
    subjects = pl.Series([None] * found.height, dtype=pl.String)
    return Material(_spoken(found), daily, None, None, {}, subjects, "", last, notes)


def _of_shop(shop: Shop) -> Material:
    found = every_review(shop)
    kept, notes = given(found)
    ready = _spoken(kept)
    has_sales = shop.has("order_lines")
    daily = sold_daily(sold_lines(shop).select(c.SKU, c.DAY, c.UNITS)) if has_sales else None
    skus = ready[c.SKU].drop_nulls().unique().sort().to_list()
    worth = worths(shop, skus) if has_sales else None
    returned = _returned(shop, found) if shop.has("returns") else None
    subjects = _subjects(shop, ready)
    later = later_note(shop)
    notes = notes if later is None else (*notes, later)
    return Material(ready, daily, worth, returned, titles(shop), subjects, shop.currency, as_of(shop), notes)


def _subjects(shop: Shop, reviews: pl.DataFrame) -> pl.Series:
    """What the product of each review is called, with its category."""
    both = pl.concat_str(c.TITLE, c.CATEGORY, separator=" ", ignore_nulls=True).replace("", None).alias("subject")
    named = shop.table("products").select(c.SKU, both).unique(c.SKU, keep="last", maintain_order=True).collect()
    return reviews.select(c.SKU).join(named, on=c.SKU, how="left", maintain_order="left")["subject"]


def _spoken(reviews: pl.DataFrame) -> pl.DataFrame:
    """With the title where there is no text."""
    text = pl.when(pl.col(c.TEXT).str.strip_chars().str.len_chars() > 0).then(c.TEXT)
    return reviews.with_columns(pl.coalesce(text, c.TITLE, pl.lit("")).alias(c.TEXT))


def _returned(shop: Shop, reviews: pl.DataFrame) -> pl.Series:
    """Whether the review's order sent its product back by the shop's day; null where the order is not known."""
    # a part of the price paid back is no return
    came = (pl.col(c.UNITS) != 0).fill_null(value=True)
    back = shop.table("returns").filter(came).select(c.ORDER, c.SKU).drop_nulls().unique().collect()
    found = reviews.select(c.ORDER, c.SKU).join(
        back.with_columns(back=pl.lit(1.0)), on=[c.ORDER, c.SKU], how="left", maintain_order="left"
    )
    is_known = found[c.ORDER].is_not_null() & found[c.SKU].is_not_null()
    return pl.select(pl.when(is_known).then(found["back"].fill_null(0.0))).to_series()
