"""What lies on the shelves: by class, too much or dead, about to run out, and what to mark down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.i18n import Text, t
from shopwright.inventory.health import DEAD, LASTS_IN, OVER, RISK, STATES
from shopwright.shop.money import Figure, Money
from shopwright.shop.schema import names as c
from shopwright.strategy.page import Block, Cell, Col, Table, span

if TYPE_CHECKING:
    from datetime import date

    from shopwright.shop.demand import Period
    from shopwright.shop.proposal import Proposal
    from shopwright.strategy.stocktaking import Stocktaking

__all__ = ["state_blocks", "state_figures"]

SHOWN, MARKED = 15, 10


def state_figures(found: Stocktaking, currency: str, as_of: date) -> list[Figure]:
    """Money tied up and margin at risk."""
    tied = t(
        "units beyond what the whole forecast needs with a chance of 98 %, or that did not sell in a quarter, at cost"
    )
    risk = t("expected margin on sales missed before an order placed now arrives and the next one could")
    return [
        Figure(t("Tied up in too much or dead stock"), _sum(found.table, "tied", currency), "", as_of, tied),
        Figure(t("Margin at risk of running out"), _sum(found.table, "at_risk", currency), "", as_of, risk),
    ]


def state_blocks(found: Stocktaking, named: Mapping[str, str], currency: str) -> list[Block]:
    """Tables of classes, of overstock and dead stock, of what may run out, and of markdowns; empty ones left out."""
    table = found.table
    over = table.filter(pl.col("state").is_in([DEAD, OVER])).sort("tied", descending=True)
    risk = table.filter(pl.col("state") == RISK).sort("at_risk", descending=True)
    blocks: list[Block] = [_classes(found, currency)]
    if risk.height:
        blocks.append(_risk(risk, named, currency, found.period))
    if over.height:
        blocks.append(_over(over, named, currency, found.period))
    if found.markdowns:
        blocks.append(_markdowns(found.markdowns))
    return blocks


def _classes(found: Stocktaking, currency: str) -> Table:
    """One row for each ABC class, and how evenly its products sell."""
    rows: list[tuple[Cell, ...]] = []
    for grade in ("A", "B", "C"):
        own = found.table.filter(pl.col("abc") == grade)
        counts = tuple(own.filter(pl.col("xyz") == evenness).height for evenness in ("X", "Y", "Z"))
        money = tuple(_sum(own, name, currency) for name in ("value", "tied", "at_risk"))
        rows.append((grade, own.height, *counts, *money))
    even = t("X: sells evenly (coefficient of variation up to 0.5), Y: up to 1, Z: more, or too little to tell")
    most = (
        t("Stock by class. A: the products that make the first 80 % of units sold, B: up to 95 %, C: the rest.")
        if found.is_by_units
        else t("Stock by class. A: the products that bring the first 80 % of revenue, B: up to 95 %, C: the rest.")
    )
    caption = t("{most} {even}", most=most, even=even)
    columns = (
        Col(t("Class"), is_code=True),
        Col(t("Products"), is_number=True),
        Col(t("of them X"), is_number=True),
        Col(t("of them Y"), is_number=True),
        Col(t("of them Z"), is_number=True),
        Col(t("On the shelf, at cost"), is_number=True),
        Col(t("Too much or dead"), is_number=True),
        Col(t("Margin at risk"), is_number=True),
    )
    return Table(caption, columns, rows)


def _risk(rows: pl.DataFrame, named: Mapping[str, str], currency: str, period: Period) -> Table:
    cells = [
        (*_who(row, named), row[c.ON_HAND], _cover(row), f"{row['chance_out']:.0%}", Money(row["at_risk"], currency))
        for row in rows.head(SHOWN).iter_rows(named=True)
    ]
    columns = (
        *_WHO,
        Col(t("On hand"), is_number=True),
        Col(LASTS_IN[period], is_number=True, digits=1),
        Col(t("Chance of running out"), is_number=True),
        Col(t("Margin at risk"), is_number=True),
    )
    return Table(t("May run out before the next order could help, dearest first"), columns, cells, _more(rows))


def _over(rows: pl.DataFrame, named: Mapping[str, str], currency: str, period: Period) -> Table:
    cells = [
        (
            *_who(row, named),
            STATES[row["state"]],
            row[c.ON_HAND],
            _cover(row),
            row["surplus"],
            Money(row["tied"], currency),
        )
        for row in rows.head(SHOWN).iter_rows(named=True)
    ]
    columns = (
        *_WHO,
        Col(t("State")),
        Col(t("On hand"), is_number=True),
        Col(LASTS_IN[period], is_number=True, digits=1),
        Col(t("Too much"), is_number=True),
        Col(t("Money tied up"), is_number=True),
    )
    caption = t(
        "Dead, or more than the whole forecast needs, most money first; of what is dead nothing is ordered until it "
        "sells again"
    )
    return Table(caption, columns, cells, _more(rows))


def _markdowns(proposals: tuple[Proposal, ...]) -> Table:
    best = sorted(proposals, key=lambda proposal: -proposal.gain.mean)
    rows = [
        (
            item.title,
            Money(item.change["price"], item.gain.currency),
            item.evidence[0].figures[0].value,
            Money(item.gain.mean, item.gain.currency),
            span(item.gain),
        )
        for item in best[:MARKED]
    ]
    more = t("… and {n} more in plan.csv", n=len(best) - MARKED) if len(best) > MARKED else None
    caption = t("Markdowns of dead stock: what a lower price should bring over 8 weeks against letting it lie")
    columns = (
        Col(t("To do")),
        Col(t("New price"), is_number=True),
        Col(t("Money tied up"), is_number=True),
        Col(t("Expected gain"), is_number=True),
        Col(t("Range of the gain"), is_number=True),
    )
    return Table(caption, columns, rows, more)


_WHO = (Col(t("SKU"), is_code=True), Col(t("Title")), Col(t("Class"), is_code=True))


def _who(row: dict[str, object], named: Mapping[str, str]) -> tuple[Cell, ...]:
    sku = str(row[c.SKU])
    return (sku, named.get(sku, ""), f"{row['abc'] or '-'}{row['xyz'] or '-'}")


def _cover(row: Mapping[str, Any]) -> Cell:
    """Periods the stock lasts; what sells no more has none that would mean anything."""
    if row["state"] == DEAD:
        return None
    return "∞" if row["cover"] is None else float(row["cover"])


def _more(rows: pl.DataFrame) -> Text | None:
    if rows.height <= SHOWN:
        return None
    return t("all {n:,}: shopwright stock SHOP --csv stock.csv", n=rows.height)


def _sum(table: pl.DataFrame, column: str, currency: str) -> Money:
    return Money(float(table[column].sum()), currency)
