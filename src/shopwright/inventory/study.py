"""What to reorder in a shop, from its stock, its suppliers' terms and a forecast of demand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from shopwright.i18n import Text, t
from shopwright.inventory.policy import Policy
from shopwright.inventory.terms import read_terms
from shopwright.inventory.orders import OrderLine, Orders, order
from shopwright.progress import step
from shopwright.shop.demand import Demand
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted
from shopwright.shop.titles import titles

__all__ = ["Restock", "interval_of", "restock", "restocked", "study"]

DAYS_IN = {"D": 1.0, "W": 7.0, "M": 30.44}
DAYS_IN_YEAR = 365.25
OPEN_LONGER_THAN = 30


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


def interval_of(shop: Shop, period: str) -> int:
    """Most periods that any product's lead time and review span: how far ahead a forecast for ordering must reach."""
    terms = shop.table("supply").select(c.LEAD_DAYS, c.REVIEW_DAYS).collect()
    defaults = {c.LEAD_DAYS: shop.settings.supply.lead_days, c.REVIEW_DAYS: shop.settings.supply.review_days}
    rows = [defaults, *terms.iter_rows(named=True)]
    return max(_terms(row, defaults, period)[0] - 1 + _terms(row, defaults, period)[1] for row in rows)


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
    margins = {row[c.SKU]: row for row in unit_margins(shop).iter_rows(named=True)}
    found = _on_hand(shop).join(_supply(shop), on=c.SKU, how="left").join(_coming(shop, demand), on=c.SKU, how="left")
    rows = [row for row in found.iter_rows(named=True) if row[c.SKU] in demand.row]
    priced = [margins.get(row[c.SKU]) or _notional(shop) for row in rows]
    with step(t("Deciding what to reorder")):
        orders = order(demand, read_terms(_stock(shop, demand, rows, priced), Policy(budget=budget)))
    lines = tuple(
        Restock(line, row[c.SUPPLIER] or "", margin[c.COST], margin[IS_ASSUMED], row[c.DAY], row[c.SKU] in margins)
        for line, row, margin in zip(orders.lines, rows, priced, strict=True)
    )
    return lines, orders


def _stock(shop: Shop, demand: Demand, rows: list[dict[str, Any]], priced: list[dict[str, Any]]) -> pl.DataFrame:
    """Stock and terms as `read_terms` takes them."""
    defaults = {c.LEAD_DAYS: shop.settings.supply.lead_days, c.REVIEW_DAYS: shop.settings.supply.review_days}
    days = DAYS_IN[demand.period]
    spans = [_terms(row, defaults, demand.period) for row in rows]
    holding = shop.settings.money.holding_rate * days / DAYS_IN_YEAR
    due = [row["due"] or [] for row in rows]
    periods = max((len(units) for units in due), default=0)
    numbers = {
        c.ON_HAND: [row[c.ON_HAND] for row in rows],
        "lead_time": [lead for lead, _ in spans],
        "review": [review for _, review in spans],
        "lead_time_sd": [(row[c.LEAD_DAYS_SD] or 0.0) / days for row in rows],
        "holding_cost": [margin[c.COST] * holding for margin in priced],
        "shortage_cost": [margin[MARGIN] for margin in priced],
        "unit_cost": [margin[c.COST] for margin in priced],
        "pack_size": [row[c.PACK_SIZE] or 1.0 for row in rows],
        "min_units": [row[c.MIN_UNITS] or 0.0 for row in rows],
        **{
            f"due_{at + 1}": [max(units[at], 0.0) if at < len(units) else 0.0 for units in due]
            for at in range(periods)
        },
    }
    texts = {c.SKU: [row[c.SKU] for row in rows], c.SUPPLIER: [row[c.SUPPLIER] or "" for row in rows]}
    types = dict.fromkeys(numbers, pl.Float64) | dict.fromkeys(texts, pl.String)
    return pl.DataFrame({**texts, **numbers}, schema=types)


def _notional(shop: Shop) -> dict[str, Any]:
    rate = shop.settings.money.margin_rate
    return {c.PRICE: 1.0, c.COST: 1.0 - rate, MARGIN: rate, IS_ASSUMED: True}


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


def _terms(row: dict[str, float], defaults: dict[str, float], period: str) -> tuple[int, int]:
    """Lead time and review of a row, in whole periods as `Policy` counts them."""
    lead, review = (row.get(name) if row.get(name) is not None else defaults[name] for name in defaults)
    return math.ceil((lead or 0.0) / DAYS_IN[period]) + 1, max(1, math.ceil((review or 0.0) / DAYS_IN[period]))


def _on_hand(shop: Shop) -> pl.DataFrame:
    """Last stock record of each SKU, summed over locations: sku, on_hand, day."""
    known = shop.table("stock").filter(pl.col(c.ON_HAND).is_not_null())
    last = known.group_by(c.SKU, c.LOCATION).agg(pl.col(c.ON_HAND).sort_by(c.DAY).last(), pl.col(c.DAY).max())
    return (
        last.group_by(c.SKU).agg(pl.col(c.ON_HAND).sum(), pl.col(c.DAY).max()).sort(c.SKU).collect(engine="streaming")
    )


def _supply(shop: Shop) -> pl.DataFrame:
    """Terms of the fastest supplier of each SKU."""
    columns = (c.SUPPLIER, c.LEAD_DAYS, c.LEAD_DAYS_SD, c.REVIEW_DAYS, c.PACK_SIZE, c.MIN_UNITS)
    terms = shop.table("supply").sort(c.SKU, c.LEAD_DAYS, c.SUPPLIER, nulls_last=True)
    return terms.group_by(c.SKU, maintain_order=True).agg(pl.col(name).first() for name in columns).collect()


def _coming(shop: Shop, demand: Demand) -> pl.DataFrame:
    """Units due at the start of each period ahead: sku, due (list). What is overdue by weeks is not counted on."""
    period = demand.period
    oldest = shop.day - timedelta(days=OPEN_LONGER_THAN)
    is_open = ~pl.col(c.IS_RECEIVED).fill_null(pl.col(c.DAY) <= shop.day)
    number = ((pl.col(c.DAY) - demand.days[0]).dt.total_days() / DAYS_IN[period]).floor().clip(lower_bound=0)
    coming = (
        shop.table("arrivals")
        .filter(is_open & (pl.col(c.DAY) > oldest))
        .with_columns(number.cast(pl.Int64).alias("period"))
        .group_by(c.SKU, "period")
        .agg(pl.col(c.UNITS).sum())
        .collect()
    )
    due: dict[str, list[float]] = {}
    for sku, at, units in coming.iter_rows():
        periods = due.setdefault(sku, [])
        periods.extend([0.0] * (at + 1 - len(periods)))
        periods[at] += units
    return pl.DataFrame(
        {c.SKU: list(due), "due": list(due.values())}, schema={c.SKU: pl.String, "due": pl.List(pl.Float64)}
    )
