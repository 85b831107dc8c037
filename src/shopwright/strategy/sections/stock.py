"""What to order, and what will run out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from shopwright.charts.stock import cover_chart
from shopwright.i18n import t
from shopwright.inventory import unpriced
from shopwright.shop.money import Figure, Money
from shopwright.shop.titles import titles
from shopwright.strategy.page import Block, Chart, Col, Section, Table
from shopwright.strategy.sections.shelves import state_blocks, state_figures

if TYPE_CHECKING:
    from shopwright.inventory import Restock
    from shopwright.strategy.workup import Workup

__all__ = ["stock_section"]

SHOWN, DRAWN = 20, 10


def stock_section(work: Workup) -> Section | None:
    """The order lines worth most, what all of them cost, and the money that lies wrong."""
    if not work.restock:
        return None
    currency, named = work.shop.currency, titles(work.shop)
    ordered = sorted((found for found in work.restock if found.line.units > 0), key=lambda found: -found.line.gains[1])
    suppliers = any(found.supplier for found in ordered)
    rows = [
        (
            found.line.sku,
            named.get(found.line.sku, ""),
            found.line.on_hand,
            found.line.due,
            round(found.line.demand),
            found.line.units,
            Money(found.line.units * found.unit_cost, currency),
            Money(found.line.gains[1], currency),
            *((found.supplier,) if suppliers else ()),
        )
        for found in ordered[:SHOWN]
    ]
    table = Table(
        t(
            "Order lines, best first: enough to last until the next order, at the level that costs least; expected "
            "demand is that until the next order can be sold"
        ),
        (
            Col(t("SKU"), is_code=True),
            Col(t("Title")),
            Col(t("On hand"), is_number=True),
            Col(t("On the way"), is_number=True),
            Col(t("Expected demand"), is_number=True),
            Col(t("Order"), is_number=True),
            Col(t("Cost"), is_number=True),
            Col(t("Expected gain"), is_number=True),
            *((Col(t("Supplier")),) if suppliers else ()),
        ),
        rows,
        t("all {n:,} lines: orders.csv", n=len(ordered)) if len(ordered) > SHOWN else None,
    )
    blocks: list[Block] = [_cover(ordered[:DRAWN], named), table] if ordered else [table]
    figures = list(_figures(work))
    if work.stock is not None:
        figures += state_figures(work.stock, currency, work.as_of)
        blocks += state_blocks(work.stock, named, currency)
    n_unpriced = sum(not found.is_priced for found in work.restock)
    lead = unpriced(n_unpriced, currency) if n_unpriced else None
    return Section("stock", t("Stock"), tuple(blocks), tuple(figures), lead)


def _cover(ordered: Sequence[Restock], named: Mapping[str, str]) -> Chart:
    """The order lines worth most, beside what is there and what is expected to be asked for."""
    lines = [found.line for found in ordered]
    names = [f"{line.sku} · {named[line.sku]}" if named.get(line.sku) else line.sku for line in lines]
    units = {
        "on_hand": [line.on_hand for line in lines],
        "due": [line.due for line in lines],
        "order": [line.units for line in lines],
        "demand": [line.demand for line in lines],
    }
    caption = t(
        "What is on hand, on the way and to be ordered of the products whose orders bring most; the stroke is the "
        "demand expected until the next order can be sold, what lies beyond it is safety"
    )
    return Chart(caption, partial(cover_chart, names, units))


def _figures(work: Workup) -> tuple[Figure, ...]:
    shop, restock = work.shop, work.restock
    day = max(found.stock_day for found in restock)
    value = sum(max(found.line.on_hand, 0.0) * found.unit_cost for found in restock)
    out = sum(found.line.on_hand <= 0 for found in restock)
    to_order = sum(found.line.units * found.unit_cost for found in restock)
    how = t("units on hand × unit cost, products with a forecast")
    orders = t("newsvendor over lead time and review period, whole packs")
    return (
        Figure(t("Stock on hand at cost"), Money(value, shop.currency), "", day, how),
        Figure(t("Products out of stock"), float(out), t("of {n:,}", n=len(restock)), day, t("nothing on hand")),
        Figure(t("Worth ordering now"), Money(to_order, shop.currency), "", work.as_of, orders),
    )
