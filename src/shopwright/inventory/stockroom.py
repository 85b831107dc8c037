"""A shop's stock, its suppliers' terms and its money, as orders take them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from shopwright.i18n import t
from shopwright.inventory.policy import Policy
from shopwright.inventory.terms import Terms, read_terms
from shopwright.shop.arguments import check_is
from shopwright.shop.demand import Demand
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["DAYS_IN", "Stockroom", "interval_of", "stockroom"]

DAYS_IN = {"D": 1.0, "W": 7.0, "M": 30.44}
DAYS_IN_YEAR = 365.25
OPEN_LONGER_THAN = 30


@dataclass(frozen=True, slots=True)
class Stockroom:
    """What is known of n forecast products with stock, in one order.

    Attributes:
        table: stock and terms as `reorder` takes them.
        terms: the same, checked.
        days: day of each one's last stock record.
        is_assumed: whether its unit cost is an assumption.
        is_priced: whether any price of it is known; without one, a unit counts as 1.
    """

    table: pl.DataFrame
    terms: Terms
    days: tuple[date, ...]
    is_assumed: tuple[bool, ...]
    is_priced: tuple[bool, ...]

    def __repr__(self) -> str:
        return f"<Stockroom: {len(self.terms):,} SKUs>"


def stockroom(shop: Shop, demand: Demand, *, budget: float | None = None) -> Stockroom:
    """Stock, terms and money of every forecast product with known stock.

    A product without any price is counted at 1 a unit: what to order depends on the ratio of margin to holding cost,
    not on the price; only the amounts of money do.

    Raises:
        UsageError: the budget is below zero, or a number of a product is not possible.
    """
    check_is(shop, Shop, "shop", t("a shop, as shopwright.open(folder) returns it"))
    check_is(demand, Demand, "demand", t("a Demand, as forecast returns it"))
    margins = {row[c.SKU]: row for row in unit_margins(shop).iter_rows(named=True)}
    found = _on_hand(shop).join(_supply(shop), on=c.SKU, how="left").join(_coming(shop, demand), on=c.SKU, how="left")
    rows = [row for row in found.iter_rows(named=True) if row[c.SKU] in demand.row]
    priced = [margins.get(row[c.SKU]) or _notional(shop) for row in rows]
    table = _stock(shop, demand, rows, priced)
    return Stockroom(
        table,
        read_terms(table, Policy(budget=budget)),
        tuple(row[c.DAY] for row in rows),
        tuple(margin[IS_ASSUMED] for margin in priced),
        tuple(row[c.SKU] in margins for row in rows),
    )


def interval_of(shop: Shop, period: str) -> int:
    """Most periods that any product's lead time and review span: how far ahead a forecast for ordering must reach."""
    terms = shop.table("supply").select(c.LEAD_DAYS, c.REVIEW_DAYS).collect()
    defaults = {c.LEAD_DAYS: shop.settings.supply.lead_days, c.REVIEW_DAYS: shop.settings.supply.review_days}
    rows = [defaults, *terms.iter_rows(named=True)]
    return max(_terms(row, defaults, period)[0] - 1 + _terms(row, defaults, period)[1] for row in rows)


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
        "shelf_life": [_life(row[c.SHELF_DAYS], days) for row in rows],
        **{
            f"due_{at + 1}": [max(units[at], 0.0) if at < len(units) else 0.0 for units in due] for at in range(periods)
        },
    }
    texts = {c.SKU: [row[c.SKU] for row in rows], c.SUPPLIER: [row[c.SUPPLIER] or "" for row in rows]}
    types = dict.fromkeys(numbers, pl.Float64) | dict.fromkeys(texts, pl.String)
    return pl.DataFrame({**texts, **numbers}, schema=types)


def _notional(shop: Shop) -> dict[str, Any]:
    rate = shop.settings.money.margin_rate
    return {c.PRICE: 1.0, c.COST: 1.0 - rate, MARGIN: rate, IS_ASSUMED: True}


def _terms(row: dict[str, float], defaults: dict[str, float], period: str) -> tuple[int, int]:
    """Lead time and review of a row, in whole periods as `Policy` counts them."""
    lead, review = (row.get(name) if row.get(name) is not None else defaults[name] for name in defaults)
    return math.ceil((lead or 0.0) / DAYS_IN[period]) + 1, max(1, math.ceil((review or 0.0) / DAYS_IN[period]))


def _life(shelf_days: float | None, days: float) -> float | None:
    """Whole periods that a product keeps, at least one; None where it is not known to perish."""
    return None if shelf_days is None else max(1.0, float(shelf_days // days))


def _on_hand(shop: Shop) -> pl.DataFrame:
    """Last stock record of each SKU, summed over locations: sku, on_hand, day."""
    known = shop.table("stock").filter(pl.col(c.ON_HAND).is_not_null())
    last = known.group_by(c.SKU, c.LOCATION).agg(pl.col(c.ON_HAND).sort_by(c.DAY).last(), pl.col(c.DAY).max())
    return (
        last.group_by(c.SKU).agg(pl.col(c.ON_HAND).sum(), pl.col(c.DAY).max()).sort(c.SKU).collect(engine="streaming")
    )


def _supply(shop: Shop) -> pl.DataFrame:
    """Terms of the fastest supplier of each SKU."""
    columns = (c.SUPPLIER, c.LEAD_DAYS, c.LEAD_DAYS_SD, c.REVIEW_DAYS, c.PACK_SIZE, c.MIN_UNITS, c.SHELF_DAYS)
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
