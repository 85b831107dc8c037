"""What customers will be worth, how many of them are leaving, and who is due to buy again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from shopwright.charts.customers import value_chart
from shopwright.charts.customers_ahead import due_chart
from shopwright.i18n import t
from shopwright.shop.money import Figure, Money
from shopwright.shop.schema import names as c
from shopwright.shop.titles import titles
from shopwright.strategy.page import Block, Chart, Col, Table
from shopwright.strategy.sections.customer_lists import SHOWN, left_over, masked

if TYPE_CHECKING:
    from shopwright.customers import Outlook
    from shopwright.strategy.workup import Workup

__all__ = ["ahead_blocks", "ahead_figures"]


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
            t(
                "who came more than once, the last time within 365 days, and will more likely not buy within {days}"
                " days",
                days=days,
            ),
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
    """Value and what is due, for a shop whose customers are known."""
    found = work.outlook
    if found is None:
        return []
    blocks: list[Block] = []
    if found.total is not None and found.total[1] > 0:
        caption = t("How the money expected within {days} days is spread over customers", days=found.days)
        blocks.append(Chart(caption, partial(value_chart, found.table["value"])))
    return [*blocks, *_due(work, found)]


def _due(work: Workup, found: Outlook) -> list[Block]:
    if found.due.is_empty():
        return []
    drawn = t(
        "Purchases that fall due within 14 days from {day}, by the day by which they are expected: customers and"
        " products bought on two days or more",
        day=found.as_of.isoformat(),
    )
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
        for row in masked(work, found.due.head(SHOWN)).iter_rows(named=True)
    ]
    columns = (
        Col(t("Customer"), is_code=True),
        Col(t("Title")),
        Col(t("Last bought"), is_code=True),
        Col(t("Usual days between"), is_number=True),
        Col(t("Chance"), is_number=True),
        Col(t("Expected by"), is_code=True),
    )
    listed = Table(t("Due to buy again within 14 days, the surest first"), columns, rows, left_over(found.due.height))
    return [Chart(drawn, partial(due_chart, found.due.select("expected", "chance"))), listed]
