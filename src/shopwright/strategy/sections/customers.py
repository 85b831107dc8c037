"""Who buys, in segments, and how they moved."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from shopwright.charts.bars import bar_chart
from shopwright.i18n import t
from shopwright.shop.money import Figure, Money
from shopwright.strategy.page import Chart, Col, Details, Note, Section, Table

if TYPE_CHECKING:
    from shopwright.customers import Segments
    from shopwright.strategy.workup import Workup

__all__ = ["customers_section"]


def customers_section(work: Workup) -> Section | None:
    """Segments with their worth, and the share of revenue that comes from customers the shop can name."""
    found = work.segments
    if found is None or found.customers.is_empty():
        return None
    figures = (
        Figure(t("Customers"), float(found.customers.height), t("customers"), found.as_of, t("bought at least once")),
        Figure(
            t("Revenue from known customers"),
            f"{found.revenue_share_known:.0%}",
            "",
            found.as_of,
            t("of the last 365 days' revenue"),
        ),
    )
    chart = Chart(
        t("Revenue of the last 365 days by segment, {currency}", currency=found.currency), partial(_draw, found)
    )
    blocks = (_table(found), chart, _rules(found), Note(t("The lists of customers by segment are in segments.csv.")))
    return Section("customers", t("Customers"), blocks, figures)


def _draw(found: Segments) -> object:
    from shopwright.customers import label

    rows = found.table.filter(pl.col("n_customers") > 0).sort("revenue", descending=True)
    names = [str(label(segment)) for segment in rows["segment"]]
    return bar_chart(names, rows["revenue"].to_list(), str(t("Revenue, {currency}", currency=found.currency)))


def _rules(found: Segments) -> Details:
    from shopwright.customers import SEGMENTS

    rules = [t("{segment}: {rule}", segment=kind.label, rule=kind.rule) for kind in SEGMENTS.values()]
    return Details(t("How the segments are made"), (found.how, *rules))


def _table(found: Segments) -> Table:
    from shopwright.customers import label

    rows = [
        (
            label(row["segment"]),
            row["n_customers"],
            f"{row['share']:.1%}",
            Money(row["revenue"], found.currency),
            f"{row['revenue_share']:.1%}",
            None if row["recency"] is None else round(row["recency"]),
            row["orders"],
            f"{row['change']:+,}",
        )
        for row in found.table.iter_rows(named=True)
        if row["n_customers"] or row["n_before"]
    ]
    return Table(
        t("Customers by segment"),
        (
            Col(t("Segment")),
            Col(t("Customers"), is_number=True),
            Col(t("Share"), is_number=True),
            Col(t("Revenue, 365 days"), is_number=True),
            Col(t("Share of revenue"), is_number=True),
            Col(t("Days since last order"), is_number=True),
            Col(t("Orders each"), is_number=True, digits=1),
            Col(t("Change in 28 days"), is_number=True),
        ),
        rows,
    )
