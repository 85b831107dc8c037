"""What an analysis of reviews advises: look at a fault that begins, mend what costs most, each with its evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from shopwright.i18n import Text, enumerated, t
from shopwright.reviews.analysis import Analysis
from shopwright.reviews.attributed import about, as_of
from shopwright.reviews.findings import few, sayings, to_fix
from shopwright.reviews.hazards import label
from shopwright.reviews.mentions import IS_SEVERE, THEME
from shopwright.reviews.scales import whole_stars
from shopwright.reviews.theme_words import ANY
from shopwright.reviews.worth import PER_STAR, Worth, how_in_money, worths
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted

__all__ = ["advice"]

FIRST, LEAST, QUOTES, LISTED = 5, 3, 3, 200


def advice(shop: Shop, found: Analysis, taken: Collection[str] = ()) -> Iterator[Proposal]:
    """A proposal for each product with an open alarm, then for the five that cost most; one for each product.

    Args:
        shop: the shop that was analysed.
        found: what was found in it.
        taken: products whose faults are not to be mended, since something is proposed for them already.
    """
    alarms = None if found.hazards is None else found.hazards.alarms.filter("is_open")
    rows = [] if alarms is None else [row for row in alarms.iter_rows(named=True) if row[THEME] != ANY]
    worth = worths(shop, sorted({row[c.SKU] for row in rows}))
    warned: set[str] = set()
    for row in rows:
        if row[c.SKU] not in warned:
            warned.add(row[c.SKU])
            others = [each[THEME] for each in rows if each[c.SKU] == row[c.SKU] and each[THEME] != row[THEME]]
            yield _alarm(shop, found, row, worth.get(row[c.SKU]), others)
    yield from _fixes(shop, found, {*taken, *warned})


def _alarm(shop: Shop, found: Analysis, row: dict[str, Any], worth: Worth | None, others: Sequence[str]) -> Proposal:
    sku, since, name = row[c.SKU], row["first_seen"], label(row[THEME])
    said = sayings(found, sku, row[THEME]).filter(pl.col(c.DAY) >= since)
    lost, n_since = _stars_lost(found, row, said)
    base = worth.revenue * worth.rate * lost if worth else 0.0
    low, mean, high = (base * effect for effect in PER_STAR)
    how = t(
        "complaints beyond those expected, as a share of the reviews since {day}, × {fewer} stars fewer than the"
        " product's other reviews: {lost:.2f} stars; {money}",
        day=since.isoformat(),
        fewer=f"{lost * n_since / max(row['n'] - row['expected'], 1e-9):.2f}",
        lost=lost,
        money=how_in_money(shop, worth),
    )
    told = {"product": found.title(sku), "n": row["n"], "theme": name, "day": since.isoformat()}
    title = t("Check {product}: {theme}, complaints since {day}: {n:,}", **told)
    if row[IS_SEVERE]:
        title = t("Danger: check {product}: {theme}, complaints since {day}: {n:,}", **told)
    beside = () if not others else (_beside(others),)
    counts = _alarm_counts(shop, found, row, n_since)
    return Proposal(
        domain="reviews",
        action="check_defect",
        subject=sku,
        title=title,
        change={"sku": sku, "theme": row[THEME], "is_severe": row[IS_SEVERE], "since": since.isoformat()},
        gain=Gain(low, mean, high, shop.currency),
        cost=Money(0.0, shop.currency),
        how=how,
        as_of=_day(shop, found),
        evidence=(counts, *beside, *_quoted(said)),
        is_danger=row[IS_SEVERE],
    )


def _beside(themes: Sequence[str]) -> Evidence:
    """Other open alarms about the same product."""
    return Evidence(t("alarms are open about this product for {themes}, too", themes=enumerated(map(label, themes))))


def _stars_lost(found: Analysis, row: dict[str, Any], said: pl.DataFrame) -> tuple[float, int]:
    """Stars that the complaints beyond chance take off the product's mean, and its reviews since the first of them."""
    mine = found.reviews.filter(pl.col(c.SKU) == row[c.SKU])
    n_since = mine.filter(pl.col(c.DAY) >= row["first_seen"]).height
    others = mine.join(said.select("place"), on="place", how="anti")[c.STARS].mean()
    theirs = said[c.STARS].mean()
    if not isinstance(others, float) or not isinstance(theirs, float) or not n_since:
        return 0.0, n_since
    share = max(row["n"] - row["expected"], 0.0) / n_since
    return share * max(others - theirs, 0.0), n_since


def _alarm_counts(shop: Shop, found: Analysis, row: dict[str, Any], n_since: int) -> Evidence:
    day, since = _day(shop, found), row["first_seen"]
    how = found.hazards.how if found.hazards is not None else t("counted")
    says = t(
        "{n:,} complaints of {theme} in {reviews:,} reviews since {first}, {expected} expected; alarm on {alarm}",
        n=row["n"],
        theme=label(row[THEME]),
        reviews=n_since,
        first=since.isoformat(),
        expected=few(row["expected"]),
        alarm=row["alarm"].isoformat(),
    )
    figures = (
        Figure(t("complaints"), row["n"], "", day, how),
        Figure(t("complaints expected"), round(row["expected"], 2), "", day, how),
        Figure(t("reviews since then"), n_since, "", day, how),
    )
    return Evidence(says, figures, "reviews", f"{about(shop, row[c.SKU])} AND {c.DAY} >= DATE '{since}'")


def _fixes(shop: Shop, found: Analysis, taken: Collection[str]) -> Iterator[Proposal]:
    if found.costs is None:
        return
    sure: Mapping[str, dict[str, Any]] = {row[THEME]: row for row in to_fix(found).iter_rows(named=True)}
    rows = found.costs.products.filter(
        pl.col("money") > 0, pl.col("n") >= LEAST, pl.col(THEME).is_in(list(sure)), ~pl.col(c.SKU).is_in(list(taken))
    ).unique(c.SKU, keep="first", maintain_order=True)
    chosen = rows.head(FIRST)
    worth = worths(shop, chosen[c.SKU].to_list())
    for row in chosen.iter_rows(named=True):
        yield _fix(shop, found, row, sure[row[THEME]], worth.get(row[c.SKU]))


def _fix(shop: Shop, found: Analysis, row: dict[str, Any], effect: dict[str, Any], worth: Worth | None) -> Proposal:
    sku, name = row[c.SKU], label(row[THEME])
    said = sayings(found, sku, row[THEME], bad_only=False).drop_nulls(c.STARS)
    n_reviews = found.reviews.filter(pl.col(c.SKU) == sku).height
    title = t(
        "Mend what customers say of {product}: {theme}, in {n:,} of {reviews:,} reviews",
        product=found.title(sku),
        theme=name,
        n=row["n"],
        reviews=n_reviews,
    )
    how = t(
        "{share:.1%} of reviews (drawn towards the shop's share) × {stars:.2f} stars that reviews with this fault give"
        " less than others of the same product (90 % interval {low:.2f} to {high:.2f}, an association):"
        " {lost:.2f} stars; {money}; the range of the gain holds both intervals",
        share=row["share"],
        stars=-effect[c.STARS],
        low=-effect[f"{c.STARS}_high"],
        high=-effect[f"{c.STARS}_low"],
        lost=row["stars_lost"],
        money=how_in_money(shop, worth),
    )
    day = _day(shop, found)
    listed = ", ".join(quoted(review) for review in said[c.REVIEW].drop_nulls().head(LISTED))
    where = f"{c.REVIEW} IN ({listed})"
    says = t("{n:,} of {reviews:,} reviews name {theme}", n=row["n"], reviews=n_reviews, theme=name)
    figures = (Figure(t("reviews that name it"), row["n"], "", day, t("counted by lists of words")),)
    return Proposal(
        domain="reviews",
        action="mend",
        subject=sku,
        title=title,
        change={"sku": sku, "theme": row[THEME], "stars_lost": row["stars_lost"]},
        gain=Gain(row["money_low"], row["money"], row["money_high"], shop.currency),
        cost=Money(0.0, shop.currency),
        how=how,
        as_of=day,
        evidence=(Evidence(says, figures, "reviews", where), *_quoted(said)),
    )


def _quoted(said: pl.DataFrame) -> Iterator[Evidence]:
    shown = said.filter(pl.col("quote") != "", pl.col(c.REVIEW).is_not_null()).unique("quote", maintain_order=True)
    for row in shown.head(QUOTES).iter_rows(named=True):
        says: Text = t("“{quote}”", quote=row["quote"])
        if row[c.STARS] is not None:
            says = t("{stars:g} ★: “{quote}”", stars=whole_stars(row[c.STARS]), quote=row["quote"])
        yield Evidence(says, (), "reviews", f"{c.REVIEW} = {quoted(row[c.REVIEW])}")


def _day(shop: Shop, found: Analysis) -> date:
    return found.as_of or as_of(shop)
