"""All that is known of one customer, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.cli.customer_tables import show_due
from shopwright.cli.show import say, show_table
from shopwright.customers import SEGMENTS, driver_words, next_purchases, orders_of
from shopwright.customers.of_shop import lines_of
from shopwright.i18n import Text, t
from shopwright.shop.money import Money
from shopwright.shop.schema import names as c

if TYPE_CHECKING:
    from shopwright.customers import Masks, Outlook, Returns
    from shopwright.shop.shop import Shop

__all__ = ["show_one"]

ORDERS = 10


def show_one(shop: Shop, found: Outlook, back: Returns, customer: str, masks: Masks) -> None:
    """Segment, orders, value with its range, chance to stay away, what is due, what was sent back."""
    is_them = pl.col(c.CUSTOMER) == customer
    row = masks.of(found.table.filter(is_them)).row(0, named=True)
    facts = [
        *_past(row, found),
        *_ahead(shop, row, found, customer),
        *_sent_back(back, customer, found.currency),
    ]
    if row["may_write"] is not None:
        facts.append((t("Agrees to e-mail"), str(t("yes") if row["may_write"] else t("no"))))
    title = t(
        "Customer {customer} as of {day}, {days} days ahead",
        customer=row[c.CUSTOMER],
        day=found.as_of.isoformat(),
        days=found.days,
    )
    show_table(title, ((t("What"), False), (t("Value"), False)), ((str(name), value) for name, value in facts))
    _show_orders(shop, customer, masks)
    show_due(shop, masks.of(found.due.filter(is_them)), None)
    if masks.is_masking:
        say(t("customers stand under pseudonyms; --real-ids shows their own"))


Fact = tuple[Text, str]


def _past(row: Mapping[str, Any], found: Outlook) -> Iterator[Fact]:
    kind = SEGMENTS[row["segment"]]
    yield t("Segment"), str(t("{segment}: {rule}", segment=kind.label, rule=kind.rule))
    yield t("Days since first order"), f"{row['known_days']:,}"
    yield t("Days since last order"), f"{row['recency']:,}"
    yield t("Orders ever"), f"{row['n_orders_ever']:,}"
    yield t("Revenue, 365 days"), _money(row[c.REVENUE], found.currency)


def _ahead(shop: Shop, row: Mapping[str, Any], found: Outlook, customer: str) -> Iterator[Fact]:
    ahead = next_purchases(lines_of(shop), shop.day).filter(pl.col(c.CUSTOMER) == customer).row(0, named=True)
    yield t("Purchases expected"), f"{row['purchases']:.1f}"
    yield t("Value expected"), _money(row["value"], found.currency)
    if row["low"] is not None:
        span = t("{low} to {high}", low=f"{row['low']:,.0f}", high=_money(row["high"], found.currency))
        yield t("Range, eight times out of ten"), str(span)
    yield t("Chance to stay away"), f"{row['chance_away']:.0%}"
    if row["driver"] is not None:
        yield t("What speaks most for it"), str(driver_words(row))
    yield t("At stake"), _money(row["at_stake"], found.currency)
    yield t("Next purchase expected by"), ahead["expected"].isoformat()
    if ahead["category"] is not None:
        yield t("Most likely category"), ahead["category"]


def _sent_back(back: Returns, customer: str, currency: str) -> Iterator[Fact]:
    if back.share is None:
        yield t("Lines sent back"), str(t("not known: there is no table of returns"))
        return
    for row in back.customers.filter(pl.col(c.CUSTOMER) == customer).iter_rows(named=True):
        told = t("{returned:,} of {bought:,} lines", returned=row["n_returned"], bought=row["n_bought"])
        yield t("Lines sent back"), str(told)
        if row[c.REFUND] is not None:
            yield t("Refunded"), _money(row[c.REFUND], currency)
        if row["is_serial"]:
            yield t("Sends back"), str(t("surely more than twice the shop's share of {share:.1%}", share=back.share))


def _show_orders(shop: Shop, customer: str, masks: Masks) -> None:
    """The latest orders; without their ids where the customer is not to be known."""
    orders = orders_of(shop, customer)
    columns = [(t("Day"), False), (t("Lines"), True), (t("Units"), True), (t("Revenue"), True)]
    if not masks.is_masking:
        columns.insert(0, (t("Order id"), False))
    rows = (
        (
            *(() if masks.is_masking else (row[c.ORDER],)),
            row[c.DAY].isoformat(),
            f"{row['n_lines']:,}",
            f"{row[c.UNITS]:,.0f}",
            _money(row[c.REVENUE], shop.currency),
        )
        for row in orders.head(ORDERS).iter_rows(named=True)
    )
    show_table(t("{n:,} orders, the latest first", n=orders.height), columns, rows)
    if orders.height > ORDERS:
        say(t("{n:,} more: --json shows them", n=orders.height - ORDERS))


def _money(amount: float | None, currency: str) -> str:
    return "-" if amount is None else str(Money(amount, currency))
