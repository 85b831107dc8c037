"""What reviews say, handed to recommendations: sentiment and rising faults by product, and pairs held back for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from shopwright.errors import ShopError
from shopwright.i18n import Text, t
from shopwright.progress import step
from shopwright.shop.history import sold_lines
from shopwright.shop.proposal import Proposal
from shopwright.shop.schema import names as c

if TYPE_CHECKING:
    from shopwright.recommend import Pairs
    from shopwright.shop.shop import Shop

__all__ = ["held_back", "review_columns", "to_columns", "with_columns"]

SENTIMENT, IS_DEFECT_RISING = "sentiment", "is_defect_rising"  # as `recommend.shelf` calls them
COLUMNS = pl.Schema({c.SKU: pl.String(), SENTIMENT: pl.Float64(), IS_DEFECT_RISING: pl.Boolean()})


def to_columns(signals: pl.DataFrame) -> pl.DataFrame:
    """Signals of reviews as rules read them: sku, sentiment, is_defect_rising."""
    return signals.select(c.SKU, SENTIMENT, pl.col("is_rising_defect").alias(IS_DEFECT_RISING))


def review_columns(shop: Shop, *, refit: bool = False) -> tuple[tuple[pl.DataFrame, ...], tuple[Text, ...]]:
    """The columns of a shop's reviews, and notes; none without reviews, or where they cannot be read.

    Stars say how pleased a review is; only those without are read, and no themes are sought. A shop in a folder keeps
    what was found there, and it is read again while reviews, sales and day stay the same.

    Args:
        shop: the shop.
        refit: read the reviews anew in any case.
    """
    from shopwright.strategy import heard

    if not shop.has("reviews"):
        return (), ()
    label = t("Looking for faults that reviews warn of")
    file = heard.place_of(shop)
    if file is not None and not refit and (told := heard.read(file, COLUMNS)) is not None:
        return (told[0],), told[1]
    try:
        with step(label):
            columns, notes = _found(shop)
    except ShopError as error:
        return (), (t("{part}: {problem}", part=label, problem=str(error)),)
    if file is not None:
        try:
            heard.write(file, columns, notes)
        except OSError as error:
            return (columns,), (*notes, t("what reviews tell is not kept for the next time: {why}", why=str(error)))
    return (columns,), notes


def _found(shop: Shop) -> tuple[pl.DataFrame, tuple[Text, ...]]:
    """The columns and notes, from the reviews themselves."""
    from shopwright.reviews import hazards, signals
    from shopwright.reviews.attributed import every_review

    reviews = _felt(every_review(shop))
    sales = sold_lines(shop).select(c.SKU, c.DAY, c.UNITS) if shop.has("order_lines") else None
    alarms = hazards(reviews, sales)
    return to_columns(signals(reviews, alarms, until=shop.day if shop.is_dated else None)), alarms.notes


def _felt(reviews: pl.DataFrame) -> pl.DataFrame:
    """With the polarity of texts without stars, where there are any."""
    from shopwright.reviews.given import given
    from shopwright.reviews.reading import polarity_of

    unrated = reviews.filter(pl.col(c.STARS).is_null(), pl.col(c.TEXT).str.strip_chars() != "")
    if unrated.is_empty():
        return reviews
    ready, _ = given(reviews)
    felt = polarity_of(ready[c.TEXT].to_list(), ready[c.STARS].fill_null(np.nan).to_numpy())
    return reviews.with_columns(pl.Series("polarity", felt.values).fill_nan(None))


def with_columns(found: Pairs, columns: pl.DataFrame) -> Pairs:
    """Pairs with what reviews say of the product shown: show_sentiment, show_is_defect_rising; null where nothing."""
    told = columns.rename({c.SKU: "show", SENTIMENT: f"show_{SENTIMENT}", IS_DEFECT_RISING: f"show_{IS_DEFECT_RISING}"})
    return replace(found, table=found.table.join(told, on="show", how="left", maintain_order="left"))


def held_back(proposals: Iterable[Proposal], columns: pl.DataFrame) -> dict[str, Text]:
    """Proposals to show a product of which reviews warn, by id, with the reason."""
    rising = set(columns.filter(IS_DEFECT_RISING)[c.SKU])
    why = t("reviews warn of a rising fault in the product it would show")
    shows = (each for each in proposals if each.domain == "recommend" and each.change.get("show") in rising)
    return {each.id: why for each in shows}
