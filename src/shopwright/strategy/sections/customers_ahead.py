"""What customers will be worth, who of them is leaving, and who is due to buy again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from shopwright.charts.customers import value_chart
from shopwright.errors import ShopError
from shopwright.i18n import Text, t
from shopwright.shop.money import Figure, Money
from shopwright.shop.schema import names as c
from shopwright.shop.titles import titles
from shopwright.strategy.page import Block, Chart, Col, Details, Table

if TYPE_CHECKING:
    from shopwright.customers import Outlook
    from shopwright.strategy.workup import Workup

__all__ = ["ahead_blocks", "ahead_figures"]

SHOWN = 10


def ahead_figures(work: Workup) -> tuple[Figure, ...]:
    """What all customers are expected to spend, and how many are leaving."""
    found = work.outlook
    if found is None:
        return ()
    n_leaving = found.leaving().height
    days = found.days
    figures = [
        Figure(
            t("More likely to stay away than not"),
            float(n_leaving),
            t("customers"),
            found.as_of,
            t("who came more than once and will more likely not buy within {days} days", days=days),
        )
    ]
    if found.total is not None:
        low, mean, high = found.total
        how = t(
            "revenue before returns that known customers are expected to bring in {days} days; eight times out of ten"
            " between {low} and {high}",
            days=days,
            low=Money(low, found.currency),
            high=Money(high, found.currency),
        )
        name = t("Expected of known customers, {days} days", days=days)
        figures.insert(0, Figure(name, Money(mean, found.currency), "", found.as_of, how))
    return tuple(figures)


def ahead_blocks(work: Workup) -> list[Block]:
    """Value, leaving and due, for a shop whose customers are known."""
    found = work.outlook
    if found is None:
        return []
    blocks: list[Block] = []
    if found.total is not None and found.total[1] > 0:
        caption = t("How the money expected within {days} days is spread over customers", days=found.days)
        blocks.append(Chart(caption, partial(value_chart, found.table["value"], found.currency)))
    blocks += _leaving(work, found)
    blocks += _due(work, found)
    points = [*found.notes]
    if found.churn is not None:
        points += [found.churn.how, *found.churn.words()]
    if points:
        blocks.append(Details(t("What is known of who stays away, and what this rests on"), tuple(points)))
    return blocks


def _named(work: Workup, table: pl.DataFrame) -> pl.DataFrame:
    """Customers under their pseudonyms; where the shop's folder cannot keep a key, under numbers of the list."""
    from shopwright.customers import masks_of

    numbers = table.with_columns(pl.format("#{}", pl.int_range(1, pl.len() + 1)).alias(c.CUSTOMER))
    if work.shop.path is None:
        return numbers
    try:
        return masks_of(work.shop).of(table)
    except ShopError:
        return numbers


def _leaving(work: Workup, found: Outlook) -> list[Block]:
    from shopwright.customers import driver_label, label

    leaving = found.leaving()
    writable = leaving.filter(pl.col("may_write").fill_null(value=True))
    if writable.is_empty():
        return []
    rows = [
        (
            row[c.CUSTOMER],
            label(row["segment"]),
            row["recency"],
            row["n_orders_ever"],
            f"{row['chance_away']:.0%}",
            Money(row["at_stake"], found.currency),
            None if row["driver"] is None else driver_label(row["driver"]),
        )
        for row in _named(work, writable.head(SHOWN)).iter_rows(named=True)
    ]
    caption = t(
        "Customers worth writing to because they are leaving, most money at stake first: what they would spend in"
        " {days} days at their pace of the last 365 days, less what is expected",
        days=found.days,
    )
    columns = (
        Col(t("Customer"), is_code=True),
        Col(t("Segment")),
        Col(t("Days since last order"), is_number=True),
        Col(t("Orders ever"), is_number=True),
        Col(t("Chance to stay away"), is_number=True),
        Col(t("At stake"), is_number=True),
        Col(t("What speaks for it")),
    )
    return [Table(caption, columns, rows, _more(writable.height))]


def _due(work: Workup, found: Outlook) -> list[Block]:
    if found.due.is_empty():
        return []
    named = titles(work.shop)
    rows = [
        (
            row[c.CUSTOMER],
            named.get(row[c.SKU], row[c.SKU]),
            row["last"].isoformat(),
            round(row["usual_days"]),
            f"{row['chance']:.0%}",
            row["expected"].isoformat(),
        )
        for row in _named(work, found.due.head(SHOWN)).iter_rows(named=True)
    ]
    columns = (
        Col(t("Customer"), is_code=True),
        Col(t("Title")),
        Col(t("Last bought"), is_code=True),
        Col(t("Usual days between"), is_number=True),
        Col(t("Chance"), is_number=True),
        Col(t("Expected by"), is_code=True),
    )
    return [Table(t("Due to buy again within 14 days, the surest first"), columns, rows, _more(found.due.height))]


def _more(n: int) -> Text | None:
    if n <= SHOWN:
        return None
    return t("{n:,} more: shopwright customers SHOP, and customers.csv", n=n - SHOWN)
