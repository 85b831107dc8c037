"""What to show beside what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from shopwright.i18n import t
from shopwright.shop.money import Figure, Money
from shopwright.shop.schema import names as c
from shopwright.strategy.page import Block, Col, Note, Section, Table

if TYPE_CHECKING:
    from shopwright.strategy.workup import Workup

__all__ = ["recommend_section"]

SHOWN = 15
WARNED = "show_is_defect_rising"


def recommend_section(work: Workup) -> Section | None:
    """The pairs worth most, with how often they were bought together."""
    found = work.pairs
    if found is None or found.table.is_empty():
        return None
    shown = found.table
    if WARNED in shown.columns:
        shown = shown.filter(~pl.col(WARNED).fill_null(value=False))
    rows = [
        (
            row[c.TITLE] or row[c.SKU],
            row["show_title"] or row["show"],
            row["n_together"],
            f"{row['lift']:,.1f} ×",
            f"{row['probability']:.1%}",
            Money(row["mean"], found.currency),
        )
        for row in shown.head(SHOWN).iter_rows(named=True)
    ]
    table = Table(
        t("Pairs worth showing together, best first"),
        (
            Col(t("Beside")),
            Col(t("Show")),
            Col(t("Bought together, orders"), is_number=True),
            Col(t("More often than chance"), is_number=True),
            Col(t("Chance in an order with the first"), is_number=True),
            Col(t("Expected gain"), is_number=True),
        ),
        rows,
        t("all pairs: recommendations.csv"),
    )
    counted = t("orders of the year to {day}", day=found.as_of.isoformat())
    figures = (
        Figure(t("Orders looked at"), float(found.n_orders), t("orders"), found.as_of, counted),
        Figure(t("Pairs found"), float(found.n_pairs), t("pairs"), found.as_of, found.how),
    )
    blocks: list[Block] = [table] if rows else []
    if n := found.table.height - shown.height:
        blocks.append(Note(t("Pairs not listed because reviews warn of a rising fault: {n:,}", n=n)))
    return Section("recommend", t("Recommendations"), tuple(blocks), figures)
