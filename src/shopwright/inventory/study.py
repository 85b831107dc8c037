"""What to reorder in a shop, from its stock, its suppliers' terms and a forecast of demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shopwright.i18n import Text, t
from shopwright.inventory.orders import OrderLine, Orders, order
from shopwright.inventory.stockroom import stockroom
from shopwright.progress import step
from shopwright.shop.demand import Demand
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted
from shopwright.shop.titles import titles

__all__ = ["Restock", "restock", "restocked", "study"]


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
    """

    line: OrderLine
    supplier: str
    unit_cost: float
    is_assumed: bool
    stock_day: date
    is_priced: bool = True


def restock(shop: Shop, demand: Demand, *, budget: float | None = None) -> list[Restock]:
    """An order line for every forecast product with known stock, also those that need none.

    A product without any price is counted at 1 a unit: what to order depends on the ratio of margin to holding cost,
    not on the price; only the amounts of money do.

    Args:
        shop: the shop.
        demand: its forecast.
        budget: money for all orders together; None: no limit.
    """
    return list(restocked(shop, demand, budget=budget)[0])


def restocked(shop: Shop, demand: Demand, *, budget: float | None = None) -> tuple[tuple[Restock, ...], Orders]:
    """The lines of `restock` with what is true of all orders together: money, gap, what the limits forgo."""
    room = stockroom(shop, demand, budget=budget)
    with step(t("Deciding what to reorder")):
        orders = order(demand, room.terms)
    costs = room.terms["unit_cost"]
    lines = tuple(
        Restock(line, room.terms.supplier[at], float(costs[at]), room.is_assumed[at], room.days[at], room.is_priced[at])
        for at, line in enumerate(orders.lines)
    )
    return lines, orders


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
