"""Letters to single customers: win back who is leaving, remind who is due; nobody gets two, as proposals with evidence.

Segments that are written to as a whole come first: their customers get that letter and no other. Of the rest, those of
segments that nobody proposes to write to included, who is leaving may be won back where what a letter adds is more than
it costs, and who is left may be reminded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl

from shopwright.customers.lifetime import VALUE
from shopwright.customers.next_purchase import CHANCE
from shopwright.customers.outlook import AT_STAKE, AWAY, DUE_DAYS, Outlook
from shopwright.customers.rfm import SEGMENT
from shopwright.customers.segment_letters import MOST_UPLIFT, to_segments, written_to
from shopwright.customers.segments import BACK_DAYS, MAY_WRITE
from shopwright.i18n import Text, t
from shopwright.shop.history import sold_lines
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["LETTER", "letters", "personal"]

LETTER = "letter"
WIN_BACK, REMIND = "win_back", "remind"


def letters(shop: Shop, outlook: Outlook, written: Collection[str] | None = None) -> pl.DataFrame:
    """Which letter each customer gets, one at most.

    Args:
        shop: the shop.
        outlook: what `look_ahead` found in it.
        written: segments that are written to as a whole, see `written_to`; None for those that `study` proposes.

    Returns:
        customer, letter (a segment's name, "win_back" or "remind"; null for none), worth (money at which the letter's
            effect is measured: expected in the next 28 days, or of what is due; null without a letter), in the order of
            `outlook.table`.
    """
    if written is None:
        written = written_to(to_segments(shop, outlook.segments))
    rate, _ = margin_rate(shop)
    soon = outlook.lifetime.predict(BACK_DAYS).select(c.CUSTOMER, pl.col(VALUE).alias("soon"))
    due = _due_worth(shop, outlook)
    leaving = outlook.leaving().select(c.CUSTOMER, pl.lit(value=True).alias("is_leaving"))
    pays = pl.col("soon") * rate * shop.settings.customers.message_uplift > shop.settings.money.message_cost
    letter = (
        pl.when(~pl.col(MAY_WRITE).fill_null(value=True))
        .then(None)
        .when(pl.col(SEGMENT).is_in(sorted(written)))
        .then(pl.col(SEGMENT))
        .when(pl.col("is_leaving").fill_null(value=False) & pays)
        .then(pl.lit(WIN_BACK))
        .when(pl.col("due") > 0)
        .then(pl.lit(REMIND))
    )
    found = outlook.table.select(c.CUSTOMER, SEGMENT, MAY_WRITE)
    for table in (soon, due, leaving):
        found = found.join(table, on=c.CUSTOMER, how="left", maintain_order="left")
    worth = pl.when(pl.col(LETTER) == REMIND).then("due").when(pl.col(LETTER).is_not_null()).then("soon")
    return found.with_columns(letter.alias(LETTER)).select(c.CUSTOMER, LETTER, worth.alias("worth"))


def personal(shop: Shop, outlook: Outlook, written: Collection[str]) -> Iterator[Proposal]:
    """Proposals for the letters that do not go to a whole segment; none where no amount or no price is known.

    Args:
        shop: the shop.
        outlook: what `look_ahead` found in it.
        written: segments that are written to as a whole.
    """
    told = letters(shop, outlook, written)
    for letter, make in ((WIN_BACK, _win_back), (REMIND, _remind)):
        to = told.filter(pl.col(LETTER) == letter)
        if to["worth"].sum() > 0:
            yield make(shop, outlook, to)


def margin_rate(shop: Shop) -> tuple[float, float]:
    """Margin over revenue of all that was sold, and the share of the revenue at assumed cost."""
    rate, assumed = pl.col(MARGIN) / pl.col(c.PRICE), shop.settings.money.margin_rate
    rates = unit_margins(shop).filter(pl.col(c.PRICE) > 0).select(c.SKU, rate.alias("rate"), IS_ASSUMED)
    money = pl.col(c.REVENUE)
    guessed = pl.col(IS_ASSUMED).fill_null(value=True)
    margin, unsure, whole = (
        sold_lines(shop)
        .drop_nulls(c.REVENUE)
        .group_by(c.SKU)
        .agg(money.sum().round(4))  # rounded: the order of adding would change the last digits
        .join(rates.lazy(), on=c.SKU, how="left")
        .sort(c.SKU)
        .select(
            (money * pl.col("rate").fill_null(assumed)).sum(),
            money.filter(guessed).sum().alias("unsure"),
            money.sum().alias("whole"),
        )
        .collect()
        .row(0)
    )
    return (margin / whole, unsure / whole) if whole else (assumed, 1.0)


def _due_worth(shop: Shop, outlook: Outlook) -> pl.DataFrame:
    """Money that is due from each customer: chances times what a line of the product brings."""
    lines = sold_lines(shop).drop_nulls(c.REVENUE).group_by(c.SKU).agg(pl.col(c.REVENUE).mean().round(4)).collect()
    return (
        outlook.due.join(lines, on=c.SKU)
        .sort(c.CUSTOMER, c.SKU)
        .group_by(c.CUSTOMER, maintain_order=True)
        .agg((pl.col(CHANCE) * pl.col(c.REVENUE)).sum().alias("due"))
    )


def _win_back(shop: Shop, outlook: Outlook, to: pl.DataFrame) -> Proposal:
    chosen = outlook.table[c.CUSTOMER].is_in(to[c.CUSTOMER].implode())
    rows = outlook.table.filter(chosen)
    told = outlook.lifetime.total_of(chosen.to_numpy(), BACK_DAYS) or (0.0, 0.0, 0.0)
    stake = float(rows[AT_STAKE].sum())
    title = t(
        "Win back {n:,} customers who are leaving: {stake} at stake in {days} days",
        n=rows.height,
        stake=Money(stake, outlook.currency),
        days=outlook.days,
    )
    figures = (
        Figure(t("Money at stake"), Money(stake, outlook.currency), "", outlook.as_of, _stake_how(outlook)),
        Figure(
            t("Mean chance to stay away"),
            f"{float(rows[AWAY].sum()) / rows.height:.0%}",
            "",
            outlook.as_of,
            t("by the lifetime model") if outlook.churn is None else outlook.churn.how,
        ),
    )
    says = t(
        "{n:,} customers who came more than once and within 365 days will more likely stay away for {days} days than"
        " not; none is in a segment that is written to anyway",
        n=rows.height,
        days=outlook.days,
    )
    evidence = [Evidence(says, figures, "order_lines", _where(outlook))]
    if outlook.churn is not None:
        evidence += [Evidence(text) for text in outlook.churn.words()[:2]]
    return _proposal(shop, outlook, WIN_BACK, title, told, rows.height, tuple(evidence))


def _remind(shop: Shop, outlook: Outlook, to: pl.DataFrame) -> Proposal:
    due = outlook.due.filter(pl.col(c.CUSTOMER).is_in(to[c.CUSTOMER].implode()))
    worth = float(to["worth"].sum())
    n_products = due[c.SKU].n_unique()
    title = t("Remind {n:,} customers of what they are due to buy again", n=to.height)
    how = t(
        "chance to buy the product within {days} days, by the customer's own gaps and those of all who buy it",
        days=DUE_DAYS,
    )
    figures = (
        Figure(t("Due to buy again"), float(due.height), t("customers and products"), outlook.as_of, how),
        Figure(t("Mean chance"), f"{float(due[CHANCE].sum()) / due.height:.0%}", "", outlook.as_of, how),
    )
    says = t(
        "{n:,} times a customer is due within {days} days for one of {products:,} products bought twice or more before",
        n=due.height,
        days=DUE_DAYS,
        products=n_products,
    )
    evidence = Evidence(says, figures, "order_lines", _where(outlook))
    return _proposal(shop, outlook, REMIND, title, (worth, worth, worth), to.height, (evidence,))


def _proposal(
    shop: Shop,
    outlook: Outlook,
    letter: str,
    title: Text,
    worth: tuple[float, float, float],
    n: int,
    evidence: tuple[Evidence, ...],
) -> Proposal:
    uplift, currency = shop.settings.customers.message_uplift, outlook.currency
    rate, guessed = margin_rate(shop)
    each = Money(shop.settings.money.message_cost, currency)
    cost = n * each.amount
    _, mean, high = (amount * uplift * rate for amount in worth)
    days = DUE_DAYS if letter == REMIND else BACK_DAYS
    return Proposal(
        domain="customers",
        action="write",
        subject=letter,
        title=title,
        change={"letter": letter, "customers": n},
        gain=Gain(-cost, mean - cost, high * MOST_UPLIFT - cost, currency),
        cost=Money(cost, currency),
        how=t(
            "{worth} that these {n:,} customers are expected to spend within {days} days by themselves ({low:,.0f} to"
            " {high:,.0f}) × {uplift:.0%} more of it after a message (assumed; range 0 to {most:.0%}) × margin of"
            " {rate:.0%} ({guessed:.0%} of the revenue at assumed cost) − {cost} a message; {consents}",
            worth=Money(worth[1], currency),
            low=worth[0],
            high=worth[2],
            n=n,
            days=days,
            uplift=uplift,
            most=uplift * MOST_UPLIFT,
            rate=rate,
            guessed=guessed,
            cost=each,
            consents=_consents(outlook),
        ),
        as_of=outlook.as_of,
        evidence=evidence,
    )


def _consents(outlook: Outlook) -> Text:
    if not outlook.segments.are_consents_known:
        return t("who agreed to e-mail is not known: write only to those who did")
    return t("only those who agreed to e-mail; the list is in customers.csv, column letter")


def _stake_how(outlook: Outlook) -> Text:
    return t(
        "what they would spend in {days} days at their pace of the last 365 days, less what is expected of them",
        days=outlook.days,
    )


def _where(outlook: Outlook) -> str:
    return f"{c.CUSTOMER} IS NOT NULL AND {c.UNITS} > 0 AND {c.DAY} <= DATE '{outlook.as_of}'"
