"""Who buys, in segments, how they moved, came and went, what they will be worth and what they send back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from shopwright.charts.customers import segments_chart
from shopwright.i18n import t
from shopwright.shop.money import Figure, Money
from shopwright.strategy.page import Block, Chart, Col, Details, Note, Section, Table, folded
from shopwright.strategy.sections.customer_lists import in_order
from shopwright.strategy.sections.customers_ahead import ahead_blocks, ahead_figures
from shopwright.strategy.sections.customers_away import away_blocks
from shopwright.strategy.sections.customers_back import returning_blocks, returning_figures
from shopwright.strategy.sections.customers_returns import returns_blocks, returns_figures
from shopwright.strategy.sections.customers_ways import cohort_blocks, funnel_blocks, movement_blocks

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
    blocks: list[Block] = [
        _table(found),
        Chart(
            t(
                "Customers, revenue of the last 365 days and value expected by segment, {currency}",
                currency=found.currency,
            ),
            partial(_draw, work, found),
        ),
        *ahead_blocks(work),
        *away_blocks(work),
        *folded(t("How customers moved between segments"), movement_blocks(work)),
        *folded(t("New and returning customers"), returning_blocks(work)),
        *folded(t("Who comes back, by month of the first purchase"), cohort_blocks(work)),
        *folded(t("Visits and searches: where they end"), funnel_blocks(work)),
        *folded(t("What is sent back"), returns_blocks(work)),
        _rules(found),
        Note(t("The lists of customers by segment are in segments.csv.")),
    ]
    more = (*ahead_figures(work), *returning_figures(work), *returns_figures(work))
    return Section("customers", t("Customers"), tuple(blocks), (*figures, *more))


def _draw(work: Workup, found: Segments) -> object:
    worth = pl.DataFrame(schema={"segment": pl.String, "value": pl.Float64})
    if work.outlook is not None and work.outlook.total is not None:
        worth = work.outlook.table.group_by("segment").agg(pl.col("value").sum())
    rows = found.table.filter(pl.col("n_customers") > 0).join(worth, on="segment", how="left", maintain_order="left")
    return segments_chart(in_order(rows).select("name", "n_customers", "revenue", "value"), found.currency)


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
            Col(t("Orders each, 365 days"), is_number=True, digits=1),
            Col(t("Change in 28 days"), is_number=True),
        ),
        rows,
    )
