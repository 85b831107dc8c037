"""The stockroom: what sells of what is wanted, what is reordered, what comes back, day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shopwright.seeds import generator
from shopwright.shop.synthetic.calendar import Calendar, Floats, Ints
from shopwright.shop.synthetic.catalogue import Goods
from shopwright.shop.synthetic.demand import Demand
from shopwright.shop.synthetic.words import CATEGORIES

__all__ = ["DEFECT", "REASONS", "RESTOCKED", "Orders", "Stockroom", "run"]

REASONS = ("does not fit", "not as described", "changed mind", "arrived too late", "damaged", "defective")
RESTOCKED = REASONS[:4]  # what comes back damaged or defective is not sold again
DEFECT = REASONS.index("defective")
LONGEST = 21  # days after which nothing comes back
SMOOTHING = 0.06  # weight of the newest day in the buyer's idea of demand


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders to suppliers, one place per order and product: product, day of order, day promised, day it came, units."""

    sku: Ints
    ordered: Ints
    promised: Ints
    came: Ints
    units: Ints


@dataclass(frozen=True, slots=True)
class Stockroom:
    """What happened, by product and day with data.

    Attributes:
        sales: units sold.
        on_hand: units at the end of the day.
        returned: units sold that day that come back later.
        delay: days after which they do.
        reason: why, index into `REASONS`.
        orders: orders to suppliers.
        neglected: products that nobody reordered in the last weeks.
    """

    sales: npt.NDArray[np.int32]
    on_hand: npt.NDArray[np.int32]
    returned: npt.NDArray[np.int32]
    delay: npt.NDArray[np.int8]
    reason: npt.NDArray[np.int8]
    orders: Orders
    neglected: Ints


def run(goods: Goods, calendar: Calendar, demand: Demand, defects: dict[int, int], seed: int) -> Stockroom:
    """Live through the days.

    Args:
        goods: the products.
        calendar: the days.
        demand: what customers want.
        defects: product to the day from which units sold are faulty.
        seed: of the world.
    """
    n, n_days = len(goods), calendar.n_days
    buyer = _Buyer(goods, calendar, demand, set(defects), seed)
    sales, on_hand, returned = (np.zeros((n, n_days), np.int32) for _ in range(3))
    delay, reason = _returns_plan(goods, n_days, defects, seed)
    back = np.zeros((n, n_days + LONGEST + 1), np.int32)
    everyone = np.arange(n)
    for day in range(n_days):
        draw = generator(seed, "stockroom", day)
        there = buyer.receive(day) + back[:, day]
        if day:
            there += on_hand[:, day - 1]
        there[goods.phase_out < day] = 0
        sales[:, day] = np.minimum(demand.units[:, day], there)
        on_hand[:, day] = there - sales[:, day]
        share = goods.returned + 0.25 * (reason[:, day] == DEFECT)
        returned[:, day] = draw.binomial(sales[:, day], share)
        is_good = reason[:, day] < len(RESTOCKED)
        back[everyone, day + delay[:, day].astype(np.int64)] += np.where(is_good, returned[:, day], 0).astype(np.int32)
        buyer.learn(day, sales[:, day], on_hand[:, day])
        buyer.reorder(day, on_hand[:, day], draw)
    return Stockroom(sales, on_hand, returned, delay, reason, buyer.orders(), buyer.neglected)


def _returns_plan(
    goods: Goods, n_days: int, defects: dict[int, int], seed: int
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    """When and why units sold on a day come back, drawn for every product and day whether or not any do."""
    draw = generator(seed, "returns")
    shape = (len(goods), n_days)
    delay = draw.integers(4, LONGEST, shape, dtype=np.int8)
    weights = np.cumsum([0.32, 0.22, 0.24, 0.08, 0.14])
    reason = np.searchsorted(weights, draw.random(shape, dtype=np.float32)).clip(0, len(weights) - 1).astype(np.int8)
    for sku, first in defects.items():
        reason[sku, max(0, first) :] = DEFECT
    return delay, reason


class _Buyer:
    """Reorders up to a level: expected demand over lead time and review period, and some safety.

    Knows the season of a category, smooths what sold on days with stock; a careless share keeps too little and some
    far too much, suppliers are sometimes late. So stock-outs and overstock happen as they do in shops.
    """

    def __init__(self, goods: Goods, calendar: Calendar, demand: Demand, cherished: set[int], seed: int) -> None:
        n, self.n_days = len(goods), calendar.n_days
        draw = generator(seed, "buyer")
        self.goods, self.seed = goods, seed
        self.season = np.stack(
            [_season(kind.amplitude, kind.peak_day, kind.christmas, calendar) for kind in CATEGORIES]
        )
        self.ahead = np.cumsum(np.pad(self.season, ((0, 0), (1, 120)), mode="edge"), axis=1)
        start = goods.launch.clip(0, calendar.n_days - 1)
        window = np.stack(
            [demand.expected[np.arange(n), (start + 14 + step).clip(0, calendar.n_all - 1)] for step in range(28)]
        )
        self.level = (window.mean(0) / self.season[goods.category, (start + 28)]) * draw.uniform(0.8, 1.25, n)
        self.care = goods.care.copy()
        self.care[sorted(cherished)] = 1.8
        self.offset = draw.integers(0, 14, n)
        self.due = np.zeros((n, calendar.n_days + 200), np.int32)
        self.on_order = np.zeros(n, np.int64)
        self.book: list[tuple[Ints, Ints, Ints, Ints, Ints]] = []
        popular = goods.popular(calendar.n_days)
        fair = popular[(goods.lead[popular] <= 21) & (self.care[popular] == 1.0)]
        self.neglected = np.sort(fair[len(fair) // 20 :][: max(3, min(40, len(goods) // 50))])
        self.stop_day = np.full(n, calendar.n_days + 1)
        self.stop_day[self.neglected] = calendar.n_days - goods.lead[self.neglected] - goods.review[self.neglected] - 20
        self._open(start)

    def _open(self, start: Ints) -> None:
        """The first filling: on day 0 for old products, on the launch day for new ones."""
        expected = self._expected(start, self.goods.lead + self.goods.review + 10)
        units = self._packs(np.maximum(expected * np.maximum(self.care, 1), 2))
        everyone = np.arange(len(units))
        lead = self.goods.lead
        self.due[everyone, start] = units
        self.on_order += units
        self._note(everyone, start - lead, start, start, units)

    def receive(self, day: int) -> npt.NDArray[np.int32]:
        """Units that came in the morning."""
        came = self.due[:, day]
        self.on_order -= came
        return came.copy()

    def learn(self, day: int, sales: npt.NDArray[np.int32], on_hand: npt.NDArray[np.int32]) -> None:
        """Take in a day's sales, unless the product was out of stock or not yet there."""
        is_told = (on_hand > 0) & (self.goods.launch <= day)
        seen = sales / self.season[self.goods.category, day]
        self.level = np.where(is_told, (1 - SMOOTHING) * self.level + SMOOTHING * seen, self.level)

    def reorder(self, day: int, on_hand: npt.NDArray[np.int32], draw: np.random.Generator) -> None:
        """Order what is short, for the products whose turn it is."""
        goods = self.goods
        turn = ((day + self.offset) % goods.review == 0) & (goods.launch <= day) & (goods.phase_out > day + goods.lead)
        turn &= day < self.stop_day
        at = np.flatnonzero(turn)
        expected = self._expected(np.full(len(goods), day + 1), goods.lead + goods.review)[at]
        least = expected * self.care[at] + 1.5 * np.sqrt(expected + (0.35 * expected) ** 2) * (self.care[at] >= 1) + 1
        more = self.level[at] * self.season[goods.category[at], day] * 7 * np.maximum(self.care[at], 1)
        position = on_hand[at] + self.on_order[at]
        units = self._packs(least + more - position, at)
        late = np.where(draw.random(len(at)) < 0.06, draw.integers(8, 26, len(at)), 0)
        lead = np.maximum(np.round(draw.normal(goods.lead[at], goods.lead_sd[at])), 1).astype(np.int64) + late
        short = position < least
        at, units, lead = at[short], units[short], lead[short]
        self.due[at, day + lead] += units.astype(np.int32)
        self.on_order[at] += units
        self._note(at, np.full(len(at), day), day + goods.lead[at], day + lead, units)

    def orders(self) -> Orders:
        """All orders, by day and product."""
        sku, ordered, promised, came, units = (np.concatenate(part) for part in zip(*self.book, strict=True))
        by = np.lexsort((sku, ordered))
        return Orders(sku[by], ordered[by], promised[by], came[by], units[by])

    def _note(self, sku: Ints, ordered: Ints, promised: Ints, came: Ints, units: Ints) -> None:
        self.book.append((sku, ordered, promised, came, units))

    def _expected(self, first: Ints, length: Ints) -> Floats:
        """Demand that the buyer expects in `length` days from day `first`."""
        stop = np.minimum(first + length, self.ahead.shape[1] - 1)
        kind = self.goods.category
        found: Floats = self.level * (self.ahead[kind, stop] - self.ahead[kind, first])
        return found

    def _packs(self, units: Floats, at: Ints | slice = slice(None)) -> Ints:
        pack = self.goods.pack[at]
        whole = np.ceil(np.maximum(units, self.goods.minimum[at]) / pack) * pack
        return whole.astype(np.int64)


def _season(amplitude: float, peak_day: int, christmas: float, calendar: Calendar) -> Floats:
    wave = amplitude * np.cos(calendar.angle - 2 * np.pi * peak_day / 365.25)
    found: Floats = np.round(np.exp(wave + 0.85 * np.log(christmas) * calendar.christmas + 0.5 * calendar.black), 6)
    return found
