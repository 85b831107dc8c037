"""State of a shop's stock, and its ordering replayed on the weeks just past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast import forecast
from shopwright.i18n import Text, t
from shopwright.inventory import Policy, Replay, Rule, Span, classes, clear, health, simulate, stockroom
from shopwright.inventory.rules import BaseStock, Cover, FixedLot, Foresight, MinMax, Newsvendor
from shopwright.shop.demand import Demand, Period
from shopwright.shop.history import History
from shopwright.shop.proposal import Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.strategy.restocking import demand_for_orders

__all__ = ["Stocktaking", "replay_shop", "replayed", "take_stock", "taken"]

HIDDEN = "__hidden"


@dataclass(frozen=True, slots=True)
class Stocktaking:
    """What is wrong with a stock, and what could be done about it.

    Attributes:
        table: the table of `health`, with each product's ABC and XYZ class.
        markdowns: proposals for what is dead.
        period: length of the periods that `cover` counts.
        n_unpriced: products of which no price is known, so that a unit counts as 1.
        is_by_units: whether ABC grades by units, since no revenue is known.
    """

    table: pl.DataFrame
    markdowns: tuple[Proposal, ...]
    period: Period = "W"
    n_unpriced: int = 0
    is_by_units: bool = False


def take_stock(shop: Shop) -> Stocktaking:
    """Dead stock, too much of it, and what may run out, with money and classes.

    Raises:
        TableError: the shop has no stock table, or no sales.
    """
    known, demand = demand_for_orders(shop)
    return taken(shop, known, demand)


def taken(shop: Shop, known: History, demand: Demand) -> Stocktaking:
    """The same, for who has the forecast already."""
    room = stockroom(shop, demand)
    state = health(demand, room.terms, known)
    graded = state.join(classes(known).select(c.SKU, "abc", "xyz"), on=c.SKU, how="left", maintain_order="left")
    unpriced = len(room.is_priced) - sum(room.is_priced)
    return Stocktaking(graded, tuple(clear(shop, state, known)), demand.period, unpriced, not known.revenue.any())


def replay_shop(shop: Shop, periods: int = 8) -> list[tuple[Text, Replay]]:
    """Rules of ordering replayed on the latest periods of a shop's own history, each from the same opening stock.

    Args:
        shop: the shop.
        periods: how many periods count; as many as the longest lead time are played before.

    Raises:
        TableError: the shop has no stock table, or no sales.
        UsageError: the history is too short for it, or is by months.
    """
    known, demand = demand_for_orders(shop)
    table, room = replayed(known), stockroom(shop, demand)
    skip = int(room.terms.lead.max(initial=1)) - 1
    first = len(known.days) - periods - skip
    if first < 1 or known.period == "M":
        raise UsageError(
            t("{n} periods cannot be replayed on this history", n=periods),
            why=t(
                "{needed} periods are played, lead times included; there are {there}, and months are too long for it",
                needed=periods + skip,
                there=len(known.days),
            ),
            fix=t("replay fewer periods: shopwright simulate SHOP --periods N"),
            code="USAGE-66",
        )
    opening = room.table.drop(name for name in room.table.columns if name.startswith("due_"))
    opening = opening.with_columns(_usual_stock(known, first, room.terms.skus, room.terms.lead + room.terms.review))
    is_floor = Foresight.is_floor(room.terms)
    rules: dict[Text, Rule] = {
        t("ours: forecast and reorder"): Newsvendor(forecast),
        t("order up to four periods of demand"): Cover(4, is_seasonal=known.period == "W"),
        t("base stock, 95 %"): BaseStock(0.95),
        t("minimum and maximum (s, S)"): MinMax(0.95),
        t("fixed lots (R, Q)"): FixedLot(0.95),
        t("perfect foresight: the floor") if is_floor else t("perfect foresight"): Foresight(table, known.period),
    }
    start = known.days[first]
    return [
        (name, simulate(table, rule, Policy(), start=start, stock=opening, freq=known.period, span=Span(skip=skip)))
        for name, rule in rules.items()
    ]


def replayed(known: History) -> pl.DataFrame:
    """What sold, as `simulate` takes it; a forecaster is to find hidden stock-outs by itself, once it may know."""
    n, in_stock = len(known.days), np.isfinite(known.units)
    return pl.DataFrame(
        {
            c.SKU: np.repeat(np.array(known.skus, dtype=object), n),
            c.DAY: pl.Series(list(known.days) * len(known.skus), dtype=pl.Date),
            c.UNITS: known.sold.reshape(-1),
            "in_stock": (in_stock | known.is_hidden).reshape(-1),
            HIDDEN: known.is_hidden.reshape(-1),
        },
        schema_overrides={c.SKU: pl.String},
    ).select(c.SKU, c.DAY, c.UNITS, pl.when(~pl.col(HIDDEN)).then("in_stock"))


def _usual_stock(known: History, first: int, skus: tuple[str, ...], periods: np.ndarray) -> pl.Series:
    """Mean demand of the last quarter before the replay for as long as each product's interval."""
    row = {sku: at for at, sku in enumerate(known.skus)}
    recent = np.nan_to_num(known.units[[row[sku] for sku in skus], max(0, first - 13) : first])
    return pl.Series(c.ON_HAND, np.rint(recent.mean(axis=1) * (periods - 1)))
