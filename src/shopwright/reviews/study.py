"""Products to look into for their stars, as proposals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from shopwright.i18n import Text, t
from shopwright.reviews.attributed import about
from shopwright.reviews.quotes import Quote, quotes
from shopwright.reviews.stars import IS_FALLING, RECENT_DAYS, SHRUNK, Stars, stars
from shopwright.shop.history import sold_lines
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted

__all__ = ["Worth", "study", "worths"]

# Luca, "Reviews, Reputation, and Revenue: The Case of Yelp.com", Harvard Business School working paper 12-016:
# one star more means 5 to 9 percent more revenue
PER_STAR = (0.05, 0.07, 0.09)
AHEAD_DAYS, JUDGED_DAYS = 28, 56


@dataclass(frozen=True, slots=True)
class Worth:
    """What a product's sales bring.

    Attributes:
        revenue: expected in the next 28 days.
        rate: margin as a share of it.
        is_assumed: whether the margin is an assumption.
    """

    revenue: float
    rate: float
    is_assumed: bool


def study(shop: Shop, found: Stars | None = None) -> Iterator[Proposal]:
    """A proposal for each product whose stars fell, or, where reviews are undated, lie below the shop's.

    Args:
        shop: the shop; without reviews there is nothing to propose.
        found: what `stars` found in it, where that is known already.
    """
    if not shop.has("reviews"):
        return
    found = found or stars(shop)
    falling, low = found.falling, found.low
    worth = worths(shop, [*falling[c.SKU], *low[c.SKU]])
    said = quotes(shop, falling[c.SKU].to_list(), found.as_of - timedelta(days=RECENT_DAYS))
    said |= quotes(shop, low[c.SKU].to_list())
    for row in [*falling.iter_rows(named=True), *low.iter_rows(named=True)]:
        yield _proposal(shop, found, row, worth.get(row[c.SKU]), said.get(row[c.SKU], []))


def _proposal(shop: Shop, found: Stars, row: dict[str, Any], worth: Worth | None, said: list[Quote]) -> Proposal:
    is_falling = row[IS_FALLING]
    gap = row["drop"] if is_falling else found.shop_mean - row[SHRUNK]
    base = worth.revenue * worth.rate * gap if worth else 0.0
    low, mean, high = (base * effect for effect in PER_STAR)
    return Proposal(
        domain="reviews",
        action="look_into",
        subject=row[c.SKU],
        title=_title(found, row),
        change={"sku": row[c.SKU], "stars": row["recent"] if is_falling else row["mean"], "stars_lost": gap},
        gain=Gain(low, mean, high, shop.currency),
        cost=Money(0.0, shop.currency),
        how=_how(shop, gap, worth),
        as_of=found.as_of,
        evidence=(_counts(shop, found, row), *_quoted(said)),
    )


def _title(found: Stars, row: dict[str, Any]) -> Text:
    if row[IS_FALLING]:
        return t(
            "Look into {product}: {before:.1f} → {after:.1f} stars",
            product=row[c.TITLE],
            before=row["before"],
            after=row["recent"],
        )
    return t(
        "Look into {product}: {stars:.1f} stars, the shop has {mean:.1f}",
        product=row[c.TITLE],
        stars=row["mean"],
        mean=found.shop_mean,
    )


def _how(shop: Shop, gap: float, worth: Worth | None) -> Text:
    if worth is None:
        if shop.has("order_lines"):
            return t("worth nothing at present: not sold in the last {days} days", days=JUDGED_DAYS)
        return t("cannot be valued without sales: the gain is set to zero")
    low, mean, high = PER_STAR
    return t(
        "revenue of {revenue} expected in {ahead} days (as in the last {judged}) × margin of {rate:.0%}{assumed}"
        " × {gap:.2f} stars × {mean:.0%} of revenue per star (range {low:.0%} to {high:.0%}: Luca, Reviews,"
        " Reputation, and Revenue: The Case of Yelp.com, Harvard Business School working paper 12-016),"
        " if the stars come back",
        revenue=Money(worth.revenue, shop.currency),
        ahead=AHEAD_DAYS,
        judged=JUDGED_DAYS,
        rate=worth.rate,
        assumed=t(" (its cost assumed from the settings)") if worth.is_assumed else Text.literal(""),
        gap=gap,
        mean=mean,
        low=low,
        high=high,
    )


def _counts(shop: Shop, found: Stars, row: dict[str, Any]) -> Evidence:
    day, how = found.as_of, found.how
    where = about(shop, row[c.SKU])
    if not row[IS_FALLING]:
        says = t(
            "{n:,} undated reviews, {stars:.2f} stars on average, {z:.1f} standard errors below the shop's {mean:.2f}",
            n=row["n"],
            stars=row["mean"],
            z=row["z_low"],
            mean=found.shop_mean,
        )
        shrunk = Figure(t("shrunk mean"), round(row[SHRUNK], 2), t("stars"), day, how)
        return Evidence(says, (Figure(t("reviews"), row["n"], "", day, how), shrunk), "reviews", where)
    says = t(
        "{after:.2f} stars in {n_after:,} reviews of the last {days} days, {before:.2f} in {n_before:,} reviews before;"
        " {z:.1f} standard errors apart",
        after=row["recent"],
        n_after=row["n_recent"],
        days=RECENT_DAYS,
        before=row["before"],
        n_before=row["n_before"],
        z=row["z"],
    )
    figures = (
        Figure(t("reviews of late"), row["n_recent"], "", day, how),
        Figure(t("reviews before"), row["n_before"], "", day, how),
        Figure(t("stars lost"), round(row["drop"], 2), t("stars"), day, how),
    )
    return Evidence(says, figures, "reviews", f"{where} AND {c.DAY} <= DATE '{day}'")


def _quoted(said: list[Quote]) -> Iterator[Evidence]:
    for quote in said:
        says = t("{stars:g} ★: “{quote}”", stars=quote.stars, quote=quote.words)
        yield Evidence(says, (), "reviews", f"{c.REVIEW} = {quoted(quote.review)}")


def worths(shop: Shop, skus: list[str]) -> dict[str, Worth]:
    """Revenue at the rate of the last eight weeks and margin of the products sold in them."""
    if not skus or not shop.has("order_lines"):
        return {}
    lines = sold_lines(shop)
    first = lines.select(pl.col(c.DAY).min()).collect(engine="streaming").item()
    days = JUDGED_DAYS if first is None else min(JUDGED_DAYS, (shop.day - first).days + 1)
    sold = (
        lines.filter(pl.col(c.SKU).is_in(skus), pl.col(c.DAY) > shop.day - timedelta(days=JUDGED_DAYS))
        .group_by(c.SKU)
        .agg(pl.col(c.REVENUE).sum() * AHEAD_DAYS / days)
        .collect(engine="streaming")
        .filter(pl.col(c.REVENUE) > 0)
    )
    margins = unit_margins(shop).filter(pl.col(c.PRICE) > 0)
    rates = margins.select(c.SKU, (pl.col(MARGIN) / pl.col(c.PRICE)).alias("rate"), IS_ASSUMED)
    known = sold.join(rates, on=c.SKU, how="left").with_columns(
        pl.col("rate").fill_null(shop.settings.money.margin_rate), pl.col(IS_ASSUMED).fill_null(value=True)
    )
    return {sku: Worth(*rest) for sku, *rest in known.select(c.SKU, c.REVENUE, "rate", IS_ASSUMED).iter_rows()}
