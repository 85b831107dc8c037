"""Letters to whole segments, as proposals: what their customers did by themselves, and what an order brought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from shopwright.customers.rfm import N_ORDERS, SEGMENT, SEGMENTS, WINDOW_DAYS, scores
from shopwright.customers.segments import BACK_DAYS, Segments
from shopwright.i18n import Text, t
from shopwright.shop.history import sold_lines
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["MOST_UPLIFT", "to_segments", "written_to"]

COHORTS = 3
MOST_UPLIFT = 2.5


@dataclass(frozen=True, slots=True)
class Past:
    """What customers of a segment did by themselves, pooled over 28, 56 and 84 days ago.

    Attributes:
        n_customers: customers who were in the segment on one of these days; one who was on two counts twice.
        n_bought: those of them who bought in the 28 days that followed.
    """

    n_customers: int
    n_bought: int

    @property
    def share(self) -> float:
        """Share who bought by themselves."""
        return self.n_bought / self.n_customers


def to_segments(shop: Shop, found: Segments) -> Iterator[Proposal]:
    """A proposal for each segment worth writing to whose customers' past and orders say what to expect."""
    past = _past(shop, found)
    margins = _margins(shop, found.customers)
    for row in found.table.iter_rows(named=True):
        segment, n = row[SEGMENT], len(found.members(row[SEGMENT]))
        if SEGMENTS[segment].is_worth_writing and n > 0 and segment in past and segment in margins:
            yield _proposal(shop, found, segment, n, past[segment], margins[segment])


def written_to(proposals: Iterable[Proposal]) -> frozenset[str]:
    """Segments that these proposals write to as a whole, at a gain: no plan takes the others."""
    return frozenset(
        one.subject for one in proposals if one.domain == "customers" and one.subject in SEGMENTS and one.gain.mean > 0
    )


def _past(shop: Shop, found: Segments) -> dict[str, Past]:
    bought = sold_lines(shop).select(c.CUSTOMER, c.DAY).drop_nulls()
    cohorts = []
    for back in range(1, COHORTS + 1):
        start = shop.day - timedelta(days=BACK_DAYS * back)
        was = found.before if back == 1 else scores(shop.until(start)).select(c.CUSTOMER, SEGMENT)
        within = pl.col(c.DAY).is_between(start + timedelta(days=1), start + timedelta(days=BACK_DAYS))
        again = bought.filter(within).select(c.CUSTOMER).unique().collect(engine="streaming")
        cohorts.append(was.with_columns(pl.col(c.CUSTOMER).is_in(again[c.CUSTOMER].implode()).alias("again")))
    counted = pl.concat(cohorts).group_by(SEGMENT).agg(pl.len(), pl.col("again").sum().alias("n_again"))
    return {segment: Past(n, again) for segment, n, again in counted.iter_rows()}


def _margins(shop: Shop, customers: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """Margin of a mean order of each segment in the last 365 days, and the share of its revenue at assumed cost."""
    rate, assumed = pl.col(MARGIN) / pl.col(c.PRICE), pl.lit(shop.settings.money.margin_rate)
    rates = unit_margins(shop).filter(pl.col(c.PRICE) > 0).select(c.SKU, rate.alias("rate"), IS_ASSUMED)
    lines = (
        sold_lines(shop)
        .filter((pl.lit(shop.day) - pl.col(c.DAY)).dt.total_days() < WINDOW_DAYS)
        .drop_nulls([c.CUSTOMER, c.REVENUE])
        .join(rates.lazy(), on=c.SKU, how="left")
        .group_by(c.CUSTOMER)
        .agg(
            (pl.col(c.REVENUE) * pl.coalesce("rate", assumed)).sum().alias(MARGIN),
            pl.col(c.REVENUE).filter(pl.col(IS_ASSUMED).fill_null(value=True)).sum().alias("guessed"),
        )
        .collect(engine="streaming")
    )
    summed = (
        customers.join(lines, on=c.CUSTOMER)
        .group_by(SEGMENT)
        .agg(pl.col(MARGIN).sum(), pl.col(N_ORDERS).sum(), pl.col("guessed").sum(), pl.col(c.REVENUE).sum())
        .filter(pl.col(N_ORDERS) > 0, pl.col(MARGIN) > 0)
    )
    return {
        segment: (margin / orders, guessed / revenue)
        for segment, margin, orders, guessed, revenue in summed.iter_rows()
    }


def _proposal(
    shop: Shop, found: Segments, segment: str, n: int, past: Past, order_margin: tuple[float, float]
) -> Proposal:
    uplift, (margin, guessed) = shop.settings.customers.message_uplift, order_margin
    expected, cost = n * past.share * uplift * margin, n * shop.settings.money.message_cost
    return Proposal(
        domain="customers",
        action="write",
        subject=segment,
        title=t("Write to {n:,} customers: {segment}", n=n, segment=SEGMENTS[segment].label),
        change={"segment": segment, "customers": n},
        gain=Gain(-cost, expected - cost, expected * MOST_UPLIFT - cost, found.currency),
        cost=Money(cost, found.currency),
        how=t(
            "{n:,} customers × {share:.1%} who order within {days} days by themselves × {uplift:.0%} more of these"
            " after a message (assumed; range 0 to {most:.0%}) × margin of {margin} an order ({guessed:.0%} of the"
            " revenue at assumed cost) − {cost} a message; {consents}",
            n=n,
            share=past.share,
            days=BACK_DAYS,
            uplift=uplift,
            most=uplift * MOST_UPLIFT,
            margin=Money(margin, found.currency),
            guessed=guessed,
            cost=Money(shop.settings.money.message_cost, found.currency),
            consents=_consents(found, segment, n),
        ),
        as_of=found.as_of,
        evidence=(_evidence(found, segment, past),),
    )


def _consents(found: Segments, segment: str, n: int) -> Text:
    if not found.are_consents_known:
        return t("who agreed to e-mail is not known: write only to those who did")
    left_out = len(found.members(segment, may_write=False)) - n
    return t("{n:,} more did not agree to e-mail and are left out", n=left_out)


def _evidence(found: Segments, segment: str, past: Past) -> Evidence:
    how = t(
        "customers who were in this segment {first}, {second} and {third} days ago, and those of them who ordered"
        " within the {days} days that followed",
        first=BACK_DAYS,
        second=2 * BACK_DAYS,
        third=3 * BACK_DAYS,
        days=BACK_DAYS,
    )
    return Evidence(
        t(
            "{rule}; of {n:,} such customers in the past, {bought:,} ordered within {days} days",
            rule=SEGMENTS[segment].rule,
            n=past.n_customers,
            bought=past.n_bought,
            days=BACK_DAYS,
        ),
        (
            Figure(t("such customers in the past"), past.n_customers, t("customers"), found.as_of, how),
            Figure(t("ordered by themselves"), past.n_bought, t("customers"), found.as_of, how),
        ),
        "order_lines",
        f"{c.CUSTOMER} IS NOT NULL AND {c.UNITS} > 0 AND {c.DAY} <= DATE '{found.as_of}'",
    )
