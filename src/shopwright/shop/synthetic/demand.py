"""True demand: a multiplicative curve for each product, and the units that customers would buy were there stock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.seeds import generator
from shopwright.shop.synthetic.calendar import Calendar, Floats, Ints
from shopwright.shop.synthetic.catalogue import NEVER, Goods
from shopwright.shop.synthetic.prices import Prices

__all__ = ["Demand", "Eaters", "draw_demand", "eaters"]

BLOCK = 1_000  # products at a time: keeps the temporaries small
LOST = 0.035  # share of demand that is typically lost to stock-outs; the orders asked for are those served


@dataclass(frozen=True, slots=True)
class Eaters:
    """Cannibalisation, one place per pair.

    Attributes:
        eater: product that takes demand.
        eaten: product of the same category that loses it.
        strength: share of its demand that it loses.
        is_launch: it loses it for good once the eater is launched; else while the eater is on promotion.
    """

    eater: Ints
    eaten: Ints
    strength: Floats
    is_launch: np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Demand:
    """Demand by product and day, the days ahead included.

    Attributes:
        expected: expected units.
        units: units that customers wanted.
        scale: what every product's base was multiplied by to reach the orders asked for.
    """

    expected: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    units: np.ndarray[tuple[int, int], np.dtype[np.int32]]
    scale: float


def eaters(goods: Goods, seed: int) -> Eaters:
    """Pairs of products of one category: every second launch eats an old one, and some promotions eat a neighbour."""
    draw = generator(seed, "cannibalisation")
    old = (goods.launch < 0) & (goods.phase_out == NEVER)
    launched = np.flatnonzero(goods.launch > 0)[::2]
    steady = draw.permutation(np.flatnonzero(old))[: max(1, len(goods) // 20)]
    found: list[tuple[int, int, bool]] = []
    taken: set[int] = set(steady.tolist())
    for eater, is_launch in [*((int(at), True) for at in launched), *((int(at), False) for at in steady)]:
        near = np.flatnonzero(old & (goods.category == goods.category[eater]))
        free = [
            int(at)
            for at in near[np.argsort(np.abs(np.log(goods.base[near] / goods.base[eater])), kind="stable")]
            if int(at) not in taken
        ]
        if free:
            taken.add(free[0])
            found.append((eater, free[0], is_launch))
    pairs = np.array([pair[:2] for pair in found], np.int64).reshape(-1, 2)
    strength = np.round(draw.uniform(0.2, 0.45, len(found)), 2)
    return Eaters(pairs[:, 0], pairs[:, 1], strength, np.array([pair[2] for pair in found], np.bool_))


def draw_demand(goods: Goods, calendar: Calendar, prices: Prices, pairs: Eaters, units: float, seed: int) -> Demand:
    """Expected and drawn demand.

    Args:
        goods: the products.
        calendar: the days.
        prices: prices and promotions.
        pairs: who eats whose demand.
        units: units to sell in the days with data.
        seed: of the world.
    """
    expected = np.concatenate(
        [_curve(goods, calendar, prices, slice(at, at + BLOCK)) for at in range(0, len(goods), BLOCK)]
    )
    _eat(expected, goods, calendar, prices, pairs)
    scale = units / (1 - LOST) / float(expected[:, : calendar.n_days].sum())
    # Rounded, so that the last bit of another machine's exp() does not change what is drawn.
    np.round(expected * scale, 6, out=expected)
    drawn = np.zeros((len(goods), calendar.n_all), np.int32)
    for at in range(0, len(goods), BLOCK):
        draw = generator(seed, "demand", at)
        spread = goods.spread[at : at + BLOCK, None]
        part = expected[at : at + BLOCK]
        drawn[at : at + BLOCK] = draw.poisson(part * draw.gamma(1 / spread, spread, part.shape))
    return Demand(expected, drawn, scale)


def _curve(goods: Goods, calendar: Calendar, prices: Prices, of: slice) -> Floats:
    day = np.arange(calendar.n_all)
    curve = goods.growth[of, None] * ((day - calendar.n_days / 2) / 365.25)
    curve += goods.amplitude[of, None] * np.cos(calendar.angle - goods.phase[of, None])
    curve += np.log(goods.week[of])[:, calendar.weekday]
    curve += np.log(goods.public[of, None]) * calendar.is_public
    curve += np.log(goods.black[of, None]) * calendar.black
    curve += np.log(goods.christmas[of, None]) * calendar.christmas
    curve += goods.elasticity[of, None] * np.log(prices.charged[of] / goods.price[of, None])
    curve += np.log(goods.lift[of, None]) * (prices.charged[of] < prices.listed[of])
    found: Floats = goods.base[of, None] * np.exp(curve)
    age = day - goods.launch[of, None]
    found *= np.where(age >= 0, 1 - np.exp(-(age + 3).clip(0) / 14), 0)
    found *= day <= goods.phase_out[of, None]
    return found


def _eat(expected: Floats, goods: Goods, calendar: Calendar, prices: Prices, pairs: Eaters) -> None:
    day = np.arange(calendar.n_all)
    for eater, eaten, strength, is_launch in zip(*(getattr(pairs, name) for name in pairs.__slots__), strict=True):
        at_work = day >= goods.launch[eater] if is_launch else prices.charged[eater] < prices.listed[eater]
        expected[eaten] *= 1 - strength * at_work
