"""List prices that change now and then, and promotions that are decided on ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.seeds import generator
from shopwright.shop.synthetic.calendar import Calendar, Floats, Ints, black_friday
from shopwright.shop.synthetic.catalogue import Goods
from shopwright.shop.synthetic.words import CATEGORIES

__all__ = ["Offer", "Offers", "Prices", "set_prices"]

SLOT = 28  # a product has at most one promotion of its own in each slot, so none overlap


@dataclass(frozen=True, slots=True)
class Offer:
    """A sale of a whole category."""

    category: int
    start: int
    stop: int
    discount: float
    title: str
    announced: int


@dataclass(frozen=True, slots=True)
class Offers:
    """Promotions of single products, one place each: product, first and last day, discount, day of decision."""

    sku: Ints
    start: Ints
    stop: Ints
    discount: Floats
    announced: Ints


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of every product on every day, in cents, shape (products, days and those ahead).

    Attributes:
        listed: price without promotions.
        charged: price as charged.
        offers: promotions of single products.
        sales: promotions of categories.
    """

    listed: np.ndarray[tuple[int, int], np.dtype[np.int32]]
    charged: np.ndarray[tuple[int, int], np.dtype[np.int32]]
    offers: Offers
    sales: tuple[Offer, ...]


def set_prices(goods: Goods, calendar: Calendar, seed: int) -> Prices:
    """Draw list prices and promotions."""
    listed = _listed(goods, calendar, seed)
    sales = _sales(calendar)
    offers = _offers(goods, calendar, seed, sales)
    discount = np.zeros(listed.shape, np.float32)
    for sale in sales:
        discount[goods.category == sale.category, sale.start : sale.stop + 1] = sale.discount
    for length in range(int((offers.stop - offers.start).max(initial=-1)) + 1):
        running = offers.start + length <= offers.stop
        day = offers.start + length
        inside = running & (day >= 0) & (day < calendar.n_all)
        discount[offers.sku[inside], day[inside]] = offers.discount[inside]
    # Discounts are whole percents, so cents come out the same on every machine.
    percent = np.round(discount * 100).astype(np.int32)
    charged = (listed * (100 - percent) + 50) // 100
    return Prices(listed, charged, offers, sales)


def _listed(goods: Goods, calendar: Calendar, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """About one change of the list price in eight months, by 5 to 12 %, kept to ten cents."""
    draw = generator(seed, "prices")
    n = len(goods)
    steps = np.ones((n, calendar.n_all), np.float32)
    for _ in range(4):
        changes = draw.random(n) < calendar.n_days / 4 / 180
        factor = draw.choice(np.array([0.88, 0.92, 0.95, 1.05, 1.08, 1.12], np.float32), n)
        day = draw.integers(1, calendar.n_days, n)
        steps[np.flatnonzero(changes), day[changes]] = factor[changes]
    level = np.cumprod(steps, axis=1, dtype=np.float64)
    ten_cents = np.round(level * goods.price[:, None] / 10)
    return (ten_cents.clip(10) * 10).astype(np.int32)


def _offers(goods: Goods, calendar: Calendar, seed: int, sales: tuple[Offer, ...]) -> Offers:
    draw = generator(seed, "promotions")
    slots = calendar.n_all // SLOT
    keen = draw.uniform(0.02, 0.16, len(goods))
    sku, slot = np.nonzero(draw.random((len(goods), slots)) < keen[:, None])
    start = slot * SLOT + draw.integers(0, 14, len(sku))
    stop = start + draw.integers(4, 13, len(sku))
    discount = draw.choice([0.10, 0.15, 0.20, 0.25, 0.30], len(sku), p=[0.25, 0.2, 0.3, 0.15, 0.1])
    announced = start - draw.integers(14, 50, len(sku))
    # What is not decided by the last day is not part of the truth, or the future would be unknowable.
    kept = (announced < calendar.n_days) & (start >= goods.launch[sku] + 30) & (stop <= goods.phase_out[sku])
    for sale in sales:
        kept &= ~((goods.category[sku] == sale.category) & (start <= sale.stop) & (stop >= sale.start))
    return Offers(sku[kept], start[kept], stop[kept], discount[kept], announced[kept])


def _sales(calendar: Calendar) -> tuple[Offer, ...]:
    """Black Friday for every other category, a January sale of bedding and light, a summer sale of garden tools."""
    found = []
    for year in range(calendar.first.year, calendar.day(calendar.n_all - 1).year + 1):
        black = calendar.number(black_friday(year))
        january = calendar.number(black_friday(year).replace(month=1, day=3))
        july = calendar.number(black_friday(year).replace(month=7, day=6))
        for category in range(len(CATEGORIES)):
            if category % 2 == 0:
                found.append(Offer(category, black, black + 3, 0.20, f"Black Friday {year}", black - 40))
            if CATEGORIES[category].code in ("HB", "HL"):
                found.append(Offer(category, january, january + 13, 0.25, f"January sale {year}", january - 30))
            if CATEGORIES[category].code == "GT":
                found.append(Offer(category, july, july + 13, 0.20, f"Summer sale {year}", july - 30))
    last = calendar.n_all - 1
    return tuple(
        offer for offer in found if offer.start >= 0 and offer.stop <= last and offer.announced < calendar.n_days
    )
