"""Products to look into for their stars, as proposals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from shopwright.i18n import Text, t
from shopwright.reviews.advice import advice
from shopwright.reviews.analysis import Analysis
from shopwright.reviews.attributed import about
from shopwright.reviews.quotes import Quote, quotes
from shopwright.reviews.scales import whole_stars
from shopwright.reviews.stars import IS_FALLING, RECENT_DAYS, SHRUNK, Stars, stars
from shopwright.reviews.worth import PER_STAR, Worth, how_in_money, worths
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted

__all__ = ["study"]


def study(shop: Shop, found: Stars | None = None, analysis: Analysis | None = None) -> Iterator[Proposal]:
    """A proposal for each product whose stars fell, or, where reviews are undated, lie below the shop's.

    With an analysis also for each product with an open alarm, which says more than its stars and takes their place, and
    for what would be worth most to mend.

    Args:
        shop: the shop; without reviews there is nothing to propose.
        found: what `stars` found in it, where that is known already.
        analysis: what `analyse` found in it; None leaves its proposals out.
    """
    if not shop.has("reviews"):
        return
    found = found or stars(shop)
    falling, low = found.falling, found.low
    worth = worths(shop, [*falling[c.SKU], *low[c.SKU]])
    said = quotes(shop, falling[c.SKU].to_list(), found.as_of - timedelta(days=RECENT_DAYS))
    said |= quotes(shop, low[c.SKU].to_list())
    advised = [] if analysis is None else list(advice(shop, analysis, {*falling[c.SKU], *low[c.SKU]}))
    alarmed = {proposal.subject for proposal in advised}
    for row in [*falling.iter_rows(named=True), *low.iter_rows(named=True)]:
        if row[c.SKU] not in alarmed:
            yield _proposal(shop, found, row, worth.get(row[c.SKU]), said.get(row[c.SKU], []))
    yield from advised


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
        return how_in_money(shop, worth)
    return t("{gap:.2f} stars, if they come back; {money}", gap=gap, money=how_in_money(shop, worth))


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
        says = t("{stars:g} ★: “{quote}”", stars=whole_stars(quote.stars), quote=quote.words)
        yield Evidence(says, (), "reviews", f"{c.REVIEW} = {quoted(quote.review)}")
