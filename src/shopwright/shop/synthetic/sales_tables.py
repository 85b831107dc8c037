"""Tables about sales: orders, order lines, returns; and what other tables are made from along the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from shopwright.seeds import generator
from shopwright.shop.schema import names as c
from shopwright.shop.synthetic.baskets import Baskets
from shopwright.shop.synthetic.calendar import Calendar, Ints
from shopwright.shop.synthetic.catalogue import Goods
from shopwright.shop.synthetic.frames import CURRENCY, LOCATION, codes, days, finish, instants, pick
from shopwright.shop.synthetic.prices import Prices
from shopwright.shop.synthetic.stockroom import REASONS, Stockroom

__all__ = ["COUNTRIES", "Sold", "order_lines", "orders", "returns", "sold"]

SECOND = 1_000_000
DAY = 86_400 * SECOND
COUNTRIES = ("DE", "AT", "NL", "FR")
CHANNELS = ("web", "app", "marketplace")
FREE_FROM, SHIPPING = 49_00, 4_90  # cents
VAT = 19


@dataclass(frozen=True, slots=True)
class Sold:
    """One chunk of baskets with its codes and money, shared by all tables made from it.

    Attributes:
        baskets: the orders.
        first_line: first line of each order.
        order: codes of the orders.
        customer: codes of the customers, null for guests.
        line: number of each line within its order, from 1.
        price: unit price of each line, in cents.
        revenue: revenue of each line, in cents.
        total: revenue of each order, in cents.
        channel: index into `CHANNELS`, by order.
        country: index into `COUNTRIES`, by order.
    """

    baskets: Baskets
    first_line: Ints
    order: pl.Series
    customer: pl.Series
    line: Ints
    price: Ints
    revenue: Ints
    total: Ints
    channel: Ints
    country: Ints


def sold(chunk: int, baskets: Baskets, prices: Prices, names: pl.Series, seed: int) -> Sold:
    """Put a price on each line of a chunk; `names` are the codes of all customers."""
    draw = generator(seed, "orders", chunk)
    n = len(baskets.day)
    first = np.searchsorted(baskets.order, np.arange(n))
    price = prices.charged[baskets.sku, baskets.day[baskets.order]].astype(np.int64)
    revenue = price * baskets.units
    total = np.add.reduceat(revenue, first) if n else revenue
    guests = draw.choice(100, n)
    home = np.where(baskets.customer < 0, guests, country_number(baskets.customer))
    country = np.searchsorted([86, 94, 98], home, side="right")
    number = np.arange(len(baskets.order)) - first[baskets.order] + 1
    return Sold(
        baskets,
        first,
        codes("O", np.arange(n) + baskets.first_order + 1, 8),
        pick(names, baskets.customer),
        number,
        price,
        revenue,
        total,
        np.searchsorted([0.62, 0.88], draw.random(n)),
        country,
    )


def country_number(customer: Ints) -> Ints:
    """A number below 100 that tells where a customer lives."""
    return (customer * 7_919 + 13) % 100


def orders(chunk: int, chunk_sold: Sold, calendar: Calendar, seed: int, timezone: str) -> pl.DataFrame:
    """Orders with their way to the customer; a few are late, more in December."""
    draw = generator(seed, "parcels", chunk)
    b = chunk_sold.baskets
    n = len(b.day)
    late = draw.random(n) < 0.05 + 0.08 * calendar.christmas.clip(0)[b.day]
    transit = draw.integers(1, 5, n) + np.where(late, draw.integers(3, 9, n), 0)
    delivered = b.at + transit * DAY + draw.integers(-10_000, 10_000, n) * SECOND
    shipped = b.at + 20 * 3600 * SECOND
    now = calendar.midnight[calendar.n_days] - 1
    stage = (shipped <= now).astype(np.int64) + (delivered <= now)
    since = np.choose(stage, [b.at + 300 * SECOND, shipped, delivered])
    shipping = np.where(chunk_sold.total < FREE_FROM, SHIPPING, 0)
    paid = chunk_sold.total + shipping
    return finish(
        "orders",
        {
            c.ORDER: chunk_sold.order,
            c.AT: instants(b.at),
            c.DAY: days(calendar.first, b.day),
            c.CUSTOMER: chunk_sold.customer,
            c.STATUS: pick(("paid", "shipped", "delivered"), stage),
            c.STATUS_AT: instants(since),
            c.CHANNEL: pick(CHANNELS, chunk_sold.channel),
            c.COUNTRY: pick(COUNTRIES, chunk_sold.country),
            c.CURRENCY: pl.repeat(CURRENCY, n, eager=True),
            c.SHIPPING: shipping / 100,
            c.DISCOUNT: np.zeros(n),
            c.TAX: (paid * VAT * 2 + 100 + VAT) // (2 * (100 + VAT)) / 100,
            c.TOTAL: paid / 100,
            c.PROMISED_AT: instants(b.at + 5 * DAY),
            c.DELIVERED_AT: pick_instants(delivered, stage == 2),
        },
        timezone,
    )


def pick_instants(microseconds: Ints, there: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pl.Series:
    """Instants, null where they are not there yet."""
    return pl.select(pl.when(pl.Series("there", there)).then(instants(microseconds))).to_series()


def order_lines(chunk_sold: Sold, goods_names: pl.Series, calendar: Calendar, timezone: str) -> pl.DataFrame:
    """Order lines, sorted by order."""
    b = chunk_sold.baskets
    of, n = b.order, len(b.order)
    place = pl.Series("of", of)
    return finish(
        "order_lines",
        {
            c.ORDER: chunk_sold.order.gather(place),
            c.LINE: pl.Series("line", chunk_sold.line).cast(pl.String),
            c.SKU: pick(goods_names, b.sku),
            c.AT: instants(b.at[of]),
            c.DAY: days(calendar.first, b.day[of]),
            c.CUSTOMER: chunk_sold.customer.gather(place),
            c.UNITS: b.units.astype(np.float64),
            c.PRICE: chunk_sold.price / 100,
            c.DISCOUNT: np.zeros(n),
            c.REVENUE: chunk_sold.revenue / 100,
            c.CURRENCY: pl.repeat(CURRENCY, n, eager=True),
            c.KIND: pl.repeat("product", n, eager=True),
            c.CHANNEL: pick(CHANNELS, chunk_sold.channel[of]),
            c.LOCATION: pl.repeat(LOCATION, n, eager=True),
            c.COUNTRY: pick(COUNTRIES, chunk_sold.country[of]),
        },
        timezone,
    )


def returns(
    chunk: int, chunk_sold: Sold, room: Stockroom, goods: Goods, calendar: Calendar, seed: int, timezone: str
) -> pl.DataFrame:
    """What came back until the last day."""
    draw = generator(seed, "refunds", chunk)
    b = chunk_sold.baskets
    day = b.day[b.order]
    back = day + room.delay[b.sku, day]
    at = np.flatnonzero((b.returned > 0) & (back < calendar.n_days))
    seconds = draw.integers(8 * 3600, 18 * 3600, len(b.order))[at]
    order = chunk_sold.order.gather(pl.Series("at", b.order[at]))
    line = pl.Series("line", chunk_sold.line[at]).cast(pl.String)
    return finish(
        "returns",
        {
            c.RETURN: "R" + order.str.slice(1) + "-" + line,
            c.LINE: line,
            c.ORDER: order,
            c.SKU: pick(goods.skus, b.sku[at]),
            c.CUSTOMER: chunk_sold.customer.gather(pl.Series("at", b.order[at])),
            c.AT: instants(calendar.instants(back[at], seconds)),
            c.DAY: days(calendar.first, back[at]),
            c.UNITS: b.returned[at].astype(np.float64),
            c.REFUND: b.returned[at] * chunk_sold.price[at] / 100,
            c.CURRENCY: pl.repeat(CURRENCY, len(at), eager=True),
            c.REASON: pick(REASONS, room.reason[b.sku[at], day[at]].astype(np.int64)),
            c.COUNTRY: pick(COUNTRIES, chunk_sold.country[b.order[at]]),
        },
        timezone,
    )
