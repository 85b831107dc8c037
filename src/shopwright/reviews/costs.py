"""What to mend first: the stars, returns and money that go along with each complaint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from scipy.special import ndtri

from shopwright.i18n import Text, t
from shopwright.reviews.effects import Effects, effects
from shopwright.reviews.given import PLACE, given
from shopwright.reviews.mentions import IS_SEVERE, THEME, mentions
from shopwright.reviews.worth import PER_STAR, Worth
from shopwright.shop.schema import names as c

__all__ = ["Costs", "costs"]

LEAST, BORROWED = 10, 10
MONEY = ("money_low", "money", "money_high")
NARROWED = float(ndtri(0.9) / ndtri(0.95))  # half the width of 80 % for that of 90 %, errors being normal


@dataclass(frozen=True, eq=False)
class Costs:
    """What complaints go along with.

    Attributes:
        themes: theme, is_severe, n (reviews that name it), share (of all), stars (difference it makes), stars_low,
            stars_high (90 % interval), returned, returned_low, returned_high (the same for the share sent back; null
            where it is not known), money_low, money, money_high (lost in 28 days over all products, with ends of 80 %
            that hold the stars' interval and that of revenue per star; null without sales); the dearest first, without
            money the most stars lost in all first.
        products: sku, theme, n, share (drawn towards the shop's), stars_lost (share × difference), money_low, money,
            money_high.
        n_reviews: reviews with stars and a product.
        how: how it was computed.
    """

    themes: pl.DataFrame
    products: pl.DataFrame
    n_reviews: int
    how: Text


def costs(
    reviews: pl.DataFrame | pl.LazyFrame,
    worth: Mapping[str, Worth] | None = None,
    returned: pl.Series | None = None,
    named: pl.DataFrame | None = None,
    *,
    until: date | None = None,
) -> Costs:
    """Stars, returns and money that go along with each theme.

    Themes are looked for in every review, whatever its stars, since they are to explain them. The difference is an
    association within products: who writes of a torn seam gives so many fewer stars than others who bought the same.

    Args:
        reviews: sku, text and stars, and any of review, day.
        worth: what each product's sales bring, by SKU, as `worths` says; without it nothing is told in money.
        returned: whether what each review is about was sent back, one for each row of `reviews`, null where unknown.
        named: place (row) and theme of other themes, such as those of `themes`; None: the faults of the word lists.
        until: last day to count; None: all. What sales bring and what was sent back is as it was known then only if
            it was handed over so.

    Raises:
        TableError: a column is missing (REVIEWS-47), or days are no dates (REVIEWS-57).
        UsageError: the stars are no ratings (REVIEWS-41, REVIEWS-42).
    """
    ready, _ = given(reviews, needs=(c.SKU, c.TEXT, c.STARS), until=until)
    nothing = pl.Series("back", [None] * ready.height, pl.Float64)
    back = nothing if returned is None else returned.cast(pl.Float64).gather(ready[PLACE]).alias("back")
    rated = ready.with_columns(back).drop_nulls([c.SKU, c.STARS])
    told = mentions(rated, whatever_stars=True) if named is None else named
    if IS_SEVERE not in told.columns:
        told = told.with_columns(pl.lit(value=False).alias(IS_SEVERE))
    told = told.with_columns(pl.col(PLACE).cast(pl.UInt32), pl.col(THEME).cast(pl.String)).unique([PLACE, THEME])
    told = told.join(rated.select(PLACE, c.SKU), on=PLACE)
    often = told.group_by(THEME, IS_SEVERE).len("n").filter(pl.col("n") >= LEAST).sort(THEME)
    listed = often[THEME].to_list()
    flags = _flags(rated, told, listed)
    product = rated[c.SKU].rank("dense").to_numpy().astype(np.int64)
    on_stars = effects(flags, rated[c.STARS].to_numpy(), product)
    known = rated["back"].is_not_null().to_numpy()
    on_returns = effects(flags[known], rated["back"].drop_nulls().to_numpy(), product[known])
    table = often.with_columns(
        (pl.col("n") / max(rated.height, 1)).alias("share"),
        *_columns(c.STARS, on_stars),
        *_columns("returned", on_returns),
    )
    products = _products(rated, told, table, worth)
    return Costs(_with_money(table, products, worth), products, rated.height, _how(worth))


def _flags(rated: pl.DataFrame, told: pl.DataFrame, listed: list[str]) -> np.ndarray:
    at = {place: row for row, place in enumerate(rated[PLACE].to_list())}
    column = {theme: number for number, theme in enumerate(listed)}
    flags = np.zeros((rated.height, len(listed)))
    for place, theme in told.filter(pl.col(THEME).is_in(listed)).select(PLACE, THEME).iter_rows():
        flags[at[place], column[theme]] = 1.0
    return flags


def _columns(name: str, found: Effects) -> list[pl.Series]:
    parts = {name: found.effect, f"{name}_low": found.low, f"{name}_high": found.high}
    return [pl.Series(part, values, pl.Float64).fill_nan(None) for part, values in parts.items()]


def _products(
    rated: pl.DataFrame, told: pl.DataFrame, table: pl.DataFrame, worth: Mapping[str, Worth] | None
) -> pl.DataFrame:
    """Stars and money lost by product and theme; a theme that takes no stars costs none."""
    reviewed = rated.group_by(c.SKU).len("reviewed")
    frame = (
        told.group_by(c.SKU, THEME)
        .len("n")
        .join(_per_share(table), on=THEME)
        .join(reviewed, on=c.SKU)
        # one review of one is no share of all: the shop's own counts as ten more reviews
        .with_columns(((pl.col("n") + BORROWED * pl.col("usual")) / (pl.col("reviewed") + BORROWED)).alias("share"))
        .with_columns((pl.col("share") * pl.col("lost")).alias("stars_lost"))
    )
    base = {sku: each.revenue * each.rate for sku, each in (worth or {}).items()}
    earned = pl.DataFrame(
        {c.SKU: list(base), "base": list(base.values())}, schema={c.SKU: pl.String, "base": pl.Float64}
    )
    money = [(pl.col("base") * pl.col("share") * pl.col(f"each_{name}")).alias(name) for name in MONEY]
    return (
        frame.join(earned, on=c.SKU, how="left")
        .with_columns(money)
        .select(c.SKU, THEME, "n", "share", "stars_lost", *MONEY)
        .sort("money", "stars_lost", c.SKU, THEME, descending=[True, True, False, False], nulls_last=True)
    )


def _per_share(table: pl.DataFrame) -> pl.DataFrame:
    """What a theme takes where every review names it: theme, usual (share), lost (stars), each_… (part of the margin).

    Stars and revenue per star are both uncertain, each by itself: the errors of their product add up in squares. The
    interval of the stars is drawn in from 90 % to the 80 % of gains.
    """
    low, mean, high = PER_STAR
    stars = -table[c.STARS].to_numpy()
    doubt = (table[f"{c.STARS}_high"] - table[f"{c.STARS}_low"]).to_numpy() / 2 * NARROWED
    worth = {"money": mean * stars}
    for name, off in (("money_low", low - mean), ("money_high", high - mean)):
        worth[name] = mean * stars + np.sign(off) * np.hypot(off * stars, mean * doubt)
    return table.select(
        THEME,
        pl.col("share").alias("usual"),
        pl.Series("lost", np.maximum(stars, 0.0)).fill_nan(None),
        *(pl.Series(f"each_{name}", np.maximum(worth[name], 0.0)).fill_nan(None) for name in MONEY),
    )


def _with_money(table: pl.DataFrame, products: pl.DataFrame, worth: Mapping[str, Worth] | None) -> pl.DataFrame:
    # rounded: the order in which threads add would change the last digits
    sums = products.group_by(THEME).agg(pl.col(MONEY).sum().round(4))
    joined = table.join(sums, on=THEME, how="left")
    if worth is None:
        joined = joined.with_columns(pl.lit(None, pl.Float64).alias(name) for name in MONEY)
    return joined.sort(
        "money", pl.col("share") * pl.col(c.STARS), THEME, descending=[True, False, False], nulls_last=True
    )


def _how(worth: Mapping[str, Worth] | None) -> Text:
    how = t(
        "difference in stars between reviews of one product that name the theme and those that do not, other themes"
        " being the same (least squares within products, intervals of 90 % clustered by product); an association"
    )
    if worth is None:
        return how
    low, mean, high = PER_STAR
    return t(
        "{how}; in money: share of reviews × stars × {mean:.0%} of 28 days' revenue per star (range {low:.0%} to"
        " {high:.0%}: Luca, working paper 12-016) × margin; its range holds both the stars' interval and this one",
        how=how,
        mean=mean,
        low=low,
        high=high,
    )
