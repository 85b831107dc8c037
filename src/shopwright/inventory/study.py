"""What to reorder in a shop, from its stock, its suppliers' terms and a forecast of demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from shopwright.i18n import Text, t
from shopwright.inventory.health import is_dead
from shopwright.inventory.orders import OrderLine, Orders, order
from shopwright.inventory.stockroom import stockroom
from shopwright.progress import step
from shopwright.shop.demand import Demand
from shopwright.shop.history import History, history
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted
from shopwright.shop.titles import titles

__all__ = ["Restock", "restock", "restocked", "study", "unpriced"]


@dataclass(frozen=True, slots=True)
class Restock:
    """One SKU's order line with its money.

    Attributes:
        line: what to order and why.
        supplier: who delivers it; empty where not known.
        unit_cost: cost of one unit.
        is_assumed: whether that cost is an assumption.
        stock_day: day of the stock it starts from.
        is_priced: whether any price of it is known; without one, a unit counts as 1.
        is_dead: whether it sold nothing in a quarter though it was there, so that nothing is ordered of it.
    """

    line: OrderLine
    supplier: str
    unit_cost: float
    is_assumed: bool
    stock_day: date
    is_priced: bool = True
    is_dead: bool = False


def restock(shop: Shop, demand: Demand, *, budget: float | None = None, known: History | None = None) -> list[Restock]:
    """An order line for every forecast product with known stock, also those that need none.

    Of a product that lies dead (`is_dead`) nothing is ordered until it sells again: what is there serves who asks.

    A product without any price is counted at 1 a unit: what to order depends on the ratio of margin to holding cost,
    not on the price; only the amounts of money do.

    Args:
        shop: the shop.
        demand: its forecast.
        budget: money for all orders together; None: no limit.
        known: units sold, by which a product is dead; None: counted from the shop.
    """
    return list(restocked(shop, demand, budget=budget, known=known)[0])


def restocked(
    shop: Shop, demand: Demand, *, budget: float | None = None, known: History | None = None
) -> tuple[tuple[Restock, ...], Orders]:
    """The lines of `restock` with what is true of all orders together: money, gap, what the limits forgo."""
    room = stockroom(shop, demand, budget=budget)
    dead = is_dead(history(shop) if known is None else known, room.terms.skus, np.nan_to_num(room.terms.on_hand))
    with step(t("Deciding what to reorder")):
        orders = order(demand, room.terms.holding_back(dead))
    costs = room.terms["unit_cost"]
    lines = tuple(
        Restock(
            _told(line) if dead[at] else line,
            room.terms.supplier[at],
            float(costs[at]),
            room.is_assumed[at],
            room.days[at],
            room.is_priced[at],
            bool(dead[at]),
        )
        for at, line in enumerate(orders.lines)
    )
    return lines, orders


def _told(line: OrderLine) -> OrderLine:
    """The line of a dead product, with why nothing is ordered of it."""
    return replace(
        line,
        reason=t(
            "{on_hand:,.0f} on hand, {due:,.0f} on the way, and none sold in a quarter though it was there: "
            "nothing is ordered until it sells again",
            on_hand=line.on_hand,
            due=line.due,
        ),
    )


def unpriced(n: int, currency: str) -> Text:
    """What amounts of money are worth where no price of `n` products in stock is known."""
    return t(
        "products in stock of which no price is known: {n:,}; a unit counts as 1 {currency}; "
        "what to order does not depend on it, amounts of money do",
        n=n,
        currency=currency,
    )


def study(shop: Shop, demand: Demand, lines: list[Restock] | None = None) -> Iterator[Proposal]:
    """A proposal for every product worth ordering now."""
    named = titles(shop, distinct=True)
    for found in restock(shop, demand) if lines is None else lines:
        if found.line.units > 0 and found.line.gains[1] > 0:
            yield _proposal(shop, demand, found, named.get(found.line.sku) or found.line.sku)


def _proposal(shop: Shop, demand: Demand, found: Restock, title: str) -> Proposal:
    line, currency = found.line, shop.currency
    low, mean, high = line.gains
    assumed = Text.literal("")
    if not found.is_priced:
        assumed = t("; no price is known: a unit counts as 1")
    elif found.is_assumed:
        assumed = t("; the unit cost is assumed from the margin in the settings")
    return Proposal(
        domain="inventory",
        action="reorder",
        subject=line.sku,
        title=t("Order {units:,.0f} of {title}", units=line.units, title=title),
        change={"sku": line.sku, "units": line.units, "supplier": found.supplier},
        gain=Gain(low, mean, high, currency),
        cost=Money(line.units * found.unit_cost, currency),
        how=t(
            "margin saved less holding cost against ordering nothing now, over simulated futures of demand; "
            "{units:,.0f} × {cost} a unit{assumed}",
            units=line.units,
            cost=Money(found.unit_cost, currency),
            assumed=assumed,
        ),
        as_of=demand.as_of,
        evidence=(
            _stock_evidence(found, line),
            Evidence(line.reason, _figures(demand, line), "order_lines", _where(line.sku)),
        ),
    )


def _stock_evidence(found: Restock, line: OrderLine) -> Evidence:
    says = t("{units:,.0f} on hand on {day}", units=line.on_hand, day=found.stock_day.isoformat())
    how = t("last stock record, all locations")
    figure = Figure(t("on hand"), line.on_hand, t("units"), found.stock_day, how)
    return Evidence(says, (figure,), "stock", f"{_where(line.sku)} AND {c.DAY} = '{found.stock_day}'")


def _figures(demand: Demand, line: OrderLine) -> tuple[Figure, ...]:
    units: Text = t("units")
    safety = t("level of demand less its mean, over the time from arrival to the next order's")
    return (
        Figure(t("expected demand"), round(line.demand, 1), units, demand.as_of, demand.how),
        Figure(t("safety stock"), round(line.safety, 1), units, demand.as_of, safety),
    )


def _where(sku: str) -> str:
    return f"{c.SKU} = {quoted(sku)}"
