"""How customers are shown on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.cli.customer_ways import Ways, show_returning, show_searches
from shopwright.cli.show import say, show_table
from shopwright.cli.wrapping import TITLE, shortened
from shopwright.customers import SEGMENTS, driver_words, label
from shopwright.i18n import Text, t
from shopwright.shop.money import Money
from shopwright.shop.schema import names as c
from shopwright.shop.titles import titles

if TYPE_CHECKING:
    from shopwright.customers import Masks, Movement, Outlook, Returns
    from shopwright.shop.shop import Shop

__all__ = ["show_all", "show_due"]


def show_all(shop: Shop, found: Outlook, ways: Ways, masks: Masks, top: int) -> None:
    """Segments, worth, who is leaving, what is due, who came back, what was searched for in vain, what comes back."""
    _show_segments(found)
    _tell_movement(ways.moved)
    _show_best(found, masks, top)
    _show_leaving(found, masks, top)
    if found.due.height:
        show_due(shop, masks.of(found.due), top)
    show_returning(ways.returning)
    if ways.funnel is not None:
        show_searches(ways.funnel)
    _tell_returns(ways.back, masks, top)
    say(found.segments.how)
    for note in found.notes:
        say(note)
    if masks.is_masking:
        say(t("customers stand under pseudonyms; --real-ids shows their own"))


def _show_segments(found: Outlook) -> None:
    worth = dict(found.table.group_by("segment").agg(pl.col("value").sum()).iter_rows())
    columns = (
        (t("Segment"), False),
        (t("Customers"), True),
        (t("Change in 28 days"), True),
        (t("Revenue, 365 days"), True),
        (t("Expected, {days} days", days=found.days), True),
        (t("Days since last order"), True),
    )
    rows = (
        (
            str(SEGMENTS[row["segment"]].label),
            f"{row['n_customers']:,}",
            f"{row['change']:+,}",
            f"{row[c.REVENUE]:,.0f}",
            "-" if found.total is None else f"{worth.get(row['segment'], 0.0):,.0f}",
            "-" if row["recency"] is None else f"{row['recency']:,.0f}",
        )
        for row in found.segments.table.iter_rows(named=True)
    )
    show_table(t("{n:,} customers as of {day}", n=found.table.height, day=found.as_of.isoformat()), columns, rows)


def _tell_movement(moved: Movement) -> None:
    say(
        t(
            "in {days} days {came:,} customers came, {rose:,} rose to a better segment, {fell:,} fell to a worse one",
            days=moved.days,
            came=moved.counted("came"),
            rose=moved.counted("rose"),
            fell=moved.counted("fell"),
        )
    )
    for text in moved.words():
        say(text)


def _show_best(found: Outlook, masks: Masks, top: int) -> None:
    columns = (
        (t("Customer"), False),
        (t("Segment"), False),
        (t("Days since last order"), True),
        (t("Orders ever"), True),
        (t("Purchases expected"), True),
        (t("Value expected"), True),
        (t("Range"), True),
    )
    rows = (
        (
            row[c.CUSTOMER],
            str(label(row["segment"])),
            f"{row['recency']:,}",
            f"{row['n_orders_ever']:,}",
            f"{row['purchases']:.1f}",
            _amount(row["value"]),
            _range(row),
        )
        for row in masks.of(found.best().head(top)).iter_rows(named=True)
    )
    show_table(_worth(found), columns, rows)


def _worth(found: Outlook) -> Text:
    if found.total is None:
        return t("The customers who will buy most often in the next {days} days", days=found.days)
    low, mean, high = found.total
    return t(
        "All customers are expected to spend {mean} in the next {days} days ({low:,.0f} to {high:,.0f}); those of most"
        " value",
        mean=Money(mean, found.currency),
        low=low,
        high=high,
        days=found.days,
    )


def _show_leaving(found: Outlook, masks: Masks, top: int) -> None:
    leaving = found.leaving()
    columns = (
        (t("Customer"), False),
        (t("Segment"), False),
        (t("Days since last order"), True),
        (t("Chance to stay away"), True),
        (t("At stake"), True),
        (t("What speaks for it"), False),
    )
    rows = (
        (
            row[c.CUSTOMER],
            str(label(row["segment"])),
            f"{row['recency']:,}",
            f"{row['chance_away']:.0%}",
            f"{row['at_stake']:,.2f}",
            str(driver_words(row) or "-"),
        )
        for row in masks.of(leaving.head(top)).iter_rows(named=True)
    )
    title = t(
        "{n:,} customers who came more than once and within 365 days will more likely stay away for {days} days than"
        " not; most at stake",
        n=leaving.height,
        days=found.days,
    )
    show_table(title, columns, rows)
    if found.churn is not None:
        for text in found.churn.words():
            say(text)
        say(found.churn.how)


def show_due(shop: Shop, due: pl.DataFrame, top: int | None) -> None:
    """Who is due to buy what again, the surest first."""
    if due.is_empty():
        say(t("nothing is due to be bought again within 14 days"))
        return
    columns = (
        (t("Customer"), False),
        (t("SKU"), False),
        (t("Title"), False),
        (t("Last bought"), False),
        (t("Usual days between"), True),
        (t("Chance"), True),
        (t("Expected by"), False),
    )
    rows = ((row[c.CUSTOMER], *cells) for row, cells in _due_cells(shop, due if top is None else due.head(top)))
    show_table(t("Due to buy again within 14 days: {n:,} customers and products", n=due.height), columns, rows)


def _due_cells(shop: Shop, due: pl.DataFrame) -> Iterator[tuple[Mapping[str, Any], tuple[str, ...]]]:
    named = titles(shop)
    for row in due.iter_rows(named=True):
        yield (
            row,
            (
                row[c.SKU],
                shortened(named.get(row[c.SKU], ""), TITLE),
                row["last"].isoformat(),
                f"{row['usual_days']:,.0f}",
                f"{row['chance']:.0%}",
                row["expected"].isoformat(),
            ),
        )


def _tell_returns(back: Returns, masks: Masks, top: int) -> None:
    if back.share is None:
        say(t("what comes back is not known: there is no table of returns"))
        return
    serial = masks.of(back.serial)
    say(
        t(
            "{share:.1%} of the lines bought come back; {n:,} customers send back at least twice as much for sure",
            share=back.share,
            n=serial.height,
        )
    )
    for row in serial.head(min(top, 3)).iter_rows(named=True):
        say(
            t(
                "{customer}: {returned:,} of {bought:,} lines came back",
                customer=row[c.CUSTOMER],
                returned=row["n_returned"],
                bought=row["n_bought"],
            )
        )


def _amount(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"


def _range(row: Mapping[str, Any]) -> str:
    return "-" if row["low"] is None else f"{row['low']:,.0f} … {row['high']:,.0f}"
