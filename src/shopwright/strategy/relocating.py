"""Goods to move between a shop's locations: what each sells, what lies there, and where it is worth more."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from shopwright.errors import TableError, UsageError
from shopwright.forecast.combine import combine
from shopwright.forecast.members import Way
from shopwright.forecast.shop_panel import shop_panel
from shopwright.i18n import t
from shopwright.inventory import Policy, stockroom, transfer
from shopwright.inventory.stockroom import DAYS_IN
from shopwright.shop.demand import Demand
from shopwright.shop.history import History, history
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Relocation", "relocate_shop"]


@dataclass(frozen=True, eq=False)
class Relocation:
    """What to move between locations.

    Attributes:
        moves: sku, from, to, units, gain, reason, as `transfer` gives them.
        locations: where stock of the shop lies.
    """

    moves: pl.DataFrame
    locations: tuple[str, ...]


def relocate_shop(shop: Shop, *, move_days: float = 2.0, unit_cost: float = 0.0, seed: int = 0) -> Relocation:
    """What to move between the locations of a shop, each forecast from its own sales.

    A location that holds a product and never sold it, as a warehouse, is one where it will not sell: all of it may go.
    Orders without a location are left out.

    Args:
        shop: the shop.
        move_days: days from the decision until what was moved can be sold.
        unit_cost: money for moving one unit.
        seed: of the forecasts and of the simulated futures.

    Raises:
        TableError: the shop has no stock table (TABLE-24) or no sales, no order of a shop with several locations has
            one (TABLE-22), or a location's sales are dated more coarsely than the shop's periods (TABLE-23).
        UsageError: the days or the cost are below zero (USAGE-97, USAGE-65).
    """
    if not 0 <= move_days < math.inf:
        raise UsageError(
            t("goods cannot be moved in {days} days", days=move_days),
            why=t("it is the time until what was moved can be sold"),
            fix=t("give a number from zero on"),
            code="USAGE-97",
        )
    places = _places(shop)
    if len(places) < 2:
        return Relocation(transfer({}, _no_stock(), Policy(), unit_cost=unit_cost), places)
    whole = history(shop)
    _check_told(shop)
    lead = math.ceil(move_days / DAYS_IN[whole.period]) + 1
    demand: dict[str, Demand] = {}
    stock = []
    for place in places:
        here = _only(shop, place, "stock", "arrivals")
        demand[place] = _demand(shop, here, place, whole, lead, seed)
        stock.append(stockroom(here, demand[place]).table.with_columns(pl.lit(place).alias(c.LOCATION)))
    moved = pl.lit(float(lead)).alias("lead_time"), pl.lit(0.0).alias("lead_time_sd")
    table = pl.concat(stock, how="diagonal").with_columns(moved)
    return Relocation(transfer(demand, table, Policy(), unit_cost=unit_cost, seed=seed), places)


def _places(shop: Shop) -> tuple[str, ...]:
    if not shop.has("stock"):
        raise TableError(
            t("what to move cannot be said"),
            why=t("this shop has no stock table, so it is not known what is on hand"),
            fix=t("import one with the columns sku, location, day, on_hand: shopwright import stock.csv --to SHOP"),
            code="TABLE-24",
        )
    told = shop.table("stock").filter(pl.col(c.ON_HAND).is_not_null()).select(c.LOCATION).unique().collect()
    return tuple(sorted(told[c.LOCATION].drop_nulls().to_list()))


def _no_stock() -> pl.DataFrame:
    return pl.DataFrame(schema={c.SKU: pl.String, c.LOCATION: pl.String, c.ON_HAND: pl.Float64})


def _check_told(shop: Shop) -> None:
    """Refuse orders none of which says where it was served from: every location would seem to sell nothing."""
    if shop.table("order_lines").filter(pl.col(c.LOCATION).is_not_null()).head(1).collect().is_empty():
        raise TableError(
            t("what to move cannot be said"),
            why=t("stock lies in several locations, but no order says from which of them it was served"),
            fix=t("import orders with a column location: shopwright import orders.csv --to SHOP"),
            code="TABLE-22",
        )


def _only(shop: Shop, place: str, *tables: str) -> Shop:
    """The shop with these tables' rows of one location."""
    frames = {name: shop.table(name).filter(pl.col(c.LOCATION) == place) for name in tables if name in shop.frames}
    return replace(shop, cutoff=shop.day, frames={**shop.frames, **frames})


def _demand(shop: Shop, here: Shop, place: str, whole: History, lead: int, seed: int) -> Demand:
    """Demand of a location for every product that it sold or holds, as far ahead as a move has to cover."""
    known = _with_rest(_sold_at(shop, place, whole), set(here.table("stock").select(c.SKU).collect()[c.SKU]))
    review = shop.table("supply").select(pl.col(c.REVIEW_DAYS).max()).collect().item()
    days = max(review or 0.0, shop.settings.supply.review_days)
    horizon = lead - 1 + max(1, math.ceil(days / DAYS_IN[whole.period]))
    return combine(shop_panel(shop, known, horizon), way=Way(seed, shop=shop.path)).demand


def _sold_at(shop: Shop, place: str, whole: History) -> History:
    """What a location sold, in the shop's periods; nothing where it has no sales."""
    settings = shop.settings
    alike = settings.model_copy(update={"demand": settings.demand.model_copy(update={"period": whole.period})})
    seen = replace(_only(shop, place, "order_lines", "stock"), settings=alike)
    try:
        known = history(seen)
    except TableError:  # nothing was sold there, or not in any complete period
        nothing = np.zeros((0, len(whole.days)))
        return replace(whole, skus=(), units=nothing, sold=nothing, revenue=nothing)
    if known.period != whole.period:
        raise TableError(
            t("what to move cannot be said"),
            why=t("the sales of {place} are dated more coarsely than those of the whole shop", place=repr(place)),
            fix=t("forecast by weeks: shopwright config SHOP demand.period W"),
            code="TABLE-23",
        )
    return known


def _with_rest(known: History, held: set[str]) -> History:
    """With the products that lie there and never sold there: none sold in any period."""
    skus = sorted({*known.skus, *held})
    place = {sku: at for at, sku in enumerate(known.skus)}
    rows = np.array([place.get(sku, -1) for sku in skus], int)

    def grown(values: np.ndarray) -> np.ndarray:
        return np.asarray(np.concatenate([values, np.zeros((1, values.shape[1]))])[rows])

    return replace(
        known,
        skus=tuple(skus),
        units=grown(known.units),
        sold=grown(known.sold),
        revenue=grown(known.revenue),
    )
