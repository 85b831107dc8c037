"""Tables about goods: products, supply, promotions, prices, stock, arrivals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from shopwright.shop.schema import INSTANT
from shopwright.shop.schema import names as c
from shopwright.shop.synthetic.calendar import Calendar, Ints
from shopwright.shop.synthetic.catalogue import Goods
from shopwright.shop.synthetic.frames import CURRENCY, LOCATION, days, finish, pick
from shopwright.shop.synthetic.prices import Prices
from shopwright.shop.synthetic.stockroom import Stockroom
from shopwright.shop.synthetic.words import CATEGORIES, SUPPLIERS

__all__ = ["arrivals", "prices_table", "products", "promotions", "stock", "supply"]

ROWS = 2_000_000  # of the stock table at a time
DAY_US = 86_400_000_000


def products(goods: Goods, prices: Prices, calendar: Calendar, timezone: str) -> pl.DataFrame:
    """The catalogue as it was known on the last day, with the list prices of that day."""
    known = np.flatnonzero(goods.launch < calendar.n_days)
    paths = [kind.path for kind in CATEGORIES]
    about = [f"{title}. Made by {SUPPLIERS[maker]}." for title, maker in zip(goods.titles, goods.supplier, strict=True)]
    return finish(
        "products",
        {
            c.SKU: pick(goods.skus, known),
            c.TITLE: pick(goods.titles, known),
            c.DESCRIPTION: pick(about, known),
            c.CATEGORY: pick(paths, goods.category[known]),
            c.BRAND: pick(SUPPLIERS, goods.supplier[known]),
            c.PRICE: prices.listed[known, calendar.n_days - 1] / 100,
            c.COST: goods.cost[known] / 100,
            c.CURRENCY: [CURRENCY] * len(known),
            c.ATTRIBUTES: pick(goods.attributes, known),
            c.KIND: ["product"] * len(known),
            c.LAUNCH_DAY: days(calendar.first, goods.launch[known]),
        },
        timezone,
    )


def supply(goods: Goods, timezone: str) -> pl.DataFrame:
    """Supply terms, one supplier for each product."""
    shelf = [CATEGORIES[at].shelf_days for at in goods.category]
    return finish(
        "supply",
        {
            c.SKU: goods.skus,
            c.SUPPLIER: pick(SUPPLIERS, goods.supplier),
            c.LEAD_DAYS: goods.lead,
            c.LEAD_DAYS_SD: goods.lead_sd,
            c.REVIEW_DAYS: goods.review,
            c.PACK_SIZE: goods.pack,
            c.MIN_UNITS: goods.minimum,
            c.COST: goods.cost / 100,
            c.CURRENCY: [CURRENCY] * len(goods),
            c.SHELF_DAYS: pl.Series("shelf", shelf, pl.Float64),
        },
        timezone,
    )


def promotions(goods: Goods, prices: Prices, calendar: Calendar, timezone: str) -> pl.DataFrame:
    """Promotions of products, then of categories, those ahead included once they are decided on."""
    offers, sales = prices.offers, prices.sales
    n, m = len(offers.sku), len(sales)
    numbers = [f"P{at + 1:05d}" for at in range(n)] + [f"S{at + 1:03d}" for at in range(m)]
    percent = np.round(offers.discount * 100).astype(np.int64)
    return finish(
        "promotions",
        {
            c.PROMOTION: numbers,
            c.SKU: pl.concat([pick(goods.skus, offers.sku), pl.Series("none", [None] * m, pl.String)]),
            c.CATEGORY: pl.Series("of", [None] * n + [CATEGORIES[sale.category].path for sale in sales], pl.String),
            c.FROM_DAY: days(calendar.first, np.append(offers.start, [sale.start for sale in sales]).astype(np.int64)),
            c.TO_DAY: days(calendar.first, np.append(offers.stop, [sale.stop for sale in sales]).astype(np.int64)),
            c.DISCOUNT: np.append(offers.discount, [sale.discount for sale in sales]),
            c.KIND: ["product"] * n + ["category"] * m,
            c.TITLE: [f"{value} % off" for value in percent] + [sale.title for sale in sales],
            c.ANNOUNCED_DAY: days(
                calendar.first, np.append(offers.announced, [sale.announced for sale in sales]).astype(np.int64)
            ),
        },
        timezone,
    )


def prices_table(goods: Goods, prices: Prices, calendar: Calendar, timezone: str) -> pl.DataFrame:
    """Prices on the first day and on each day on which they changed; they hold until the next row."""
    charged, listed = prices.charged[:, : calendar.n_days], prices.listed[:, : calendar.n_days]
    changed = np.ones(charged.shape, np.bool_)
    changed[:, 1:] = (charged[:, 1:] != charged[:, :-1]) | (listed[:, 1:] != listed[:, :-1])
    number = np.arange(calendar.n_days)
    changed &= number >= goods.launch[:, None]
    changed |= number == goods.launch[:, None]
    changed &= number <= goods.phase_out[:, None]
    sku, day = np.nonzero(changed)
    before = listed[sku, day] / 100
    now = charged[sku, day] / 100
    return finish(
        "prices",
        {
            c.SKU: pick(goods.skus, sku),
            c.DAY: days(calendar.first, day),
            c.PRICE: now,
            c.WAS_PRICE: pl.Series("was", np.where(now < before, before, np.nan)).fill_nan(None),
            c.CURRENCY: pl.repeat(CURRENCY, len(sku), eager=True),
        },
        timezone,
    )


def stock(goods: Goods, room: Stockroom, calendar: Calendar) -> Iterator[pl.DataFrame]:
    """Stock at the end of each day on which a product was sold, by product and day, some products at a time."""
    step = max(1, ROWS // calendar.n_days)
    number = np.arange(calendar.n_days)
    evening = np.append(calendar.midnight[1:], 0)[: calendar.n_days] - 1
    names = pl.Series("sku", goods.skus)
    for at in range(0, len(goods), step):
        launch, gone = goods.launch[at : at + step, None], goods.phase_out[at : at + step, None]
        sku, day = np.nonzero((number >= launch) & (number <= gone))
        on_hand = room.on_hand[at : at + step][sku, day]
        yield pl.DataFrame(
            {
                c.SKU: names.gather(pl.Series("at", sku + at)),
                c.LOCATION: pl.repeat(LOCATION, len(sku), eager=True),
                c.DAY: days(calendar.first, day),
                c.ON_HAND: on_hand.astype(np.float64),
                c.IS_IN_STOCK: on_hand > 0,
                c.KNOWN_AT: pl.Series("known", evening[day]).cast(INSTANT),
            }
        )


def arrivals(goods: Goods, room: Stockroom, calendar: Calendar) -> pl.DataFrame:
    """Orders to suppliers as they became known: with the day promised, a new day when late, the day they came."""
    orders = room.orders
    shipment, number = _shipments(goods, orders.ordered, orders.sku)
    is_late = orders.came > orders.promised
    every = np.full(len(number), True)
    versions = (
        (orders.ordered, orders.promised, False, every),
        (orders.promised, orders.came, False, is_late),
        (orders.came, orders.came, True, every),
    )
    frames = []
    for known, due, is_received, there in versions:
        kept = np.flatnonzero(there & (known < calendar.n_days))
        frames.append(
            pl.DataFrame(
                {
                    c.ARRIVAL: pick(shipment, number[kept]),
                    c.SKU: pick(goods.skus, orders.sku[kept]),
                    c.LOCATION: pl.repeat(LOCATION, len(kept), eager=True),
                    c.ORDERED_DAY: days(calendar.first, orders.ordered[kept]),
                    c.DAY: days(calendar.first, due[kept]),
                    c.UNITS: orders.units[kept].astype(np.float64),
                    c.IS_RECEIVED: np.full(len(kept), is_received),
                    c.SUPPLIER: pick(SUPPLIERS, goods.supplier[orders.sku[kept]]),
                    c.KNOWN_AT: pl.Series("known", _evening(calendar, known[kept])).cast(INSTANT),
                }
            )
        )
    return pl.concat(frames)


def _shipments(goods: Goods, ordered: Ints, sku: Ints) -> tuple[list[str], Ints]:
    """One shipment for all that was ordered from a supplier on a day."""
    day_and_maker = (ordered - ordered.min()) * len(SUPPLIERS) + goods.supplier[sku]
    distinct, number = np.unique(day_and_maker, return_inverse=True)
    return [f"PO{at + 1:06d}" for at in range(len(distinct))], number


def _evening(calendar: Calendar, day: Ints) -> Ints:
    """Last microsecond of a day, also of days before the first."""
    inside = calendar.midnight[(day + 1).clip(0)]
    found: Ints = np.where(day < -1, calendar.midnight[0] + (day + 1) * DAY_US, inside) - 1
    return found
