"""From units sold to orders: lines, baskets with tastes and pairs, and who bought them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.seeds import generator
from shopwright.shop.synthetic.calendar import BLOCK, Bools, Calendar, Ints
from shopwright.shop.synthetic.catalogue import Goods
from shopwright.shop.synthetic.mail import Mailing
from shopwright.shop.synthetic.people import People, Tastes
from shopwright.shop.synthetic.stockroom import Stockroom

__all__ = ["CHUNK", "GUEST", "LINES_PER_ORDER", "Baskets", "assign", "fill"]

CHUNK = 4 * BLOCK  # days handled at a time
LINES_PER_ORDER = 2.55  # before two lines of one product in an order become one
LINES_PER_TASTE = 5  # and day, at least: with fewer, fewer tastes come that day
GUEST = -1
GUESTS = 0.04  # share of orders without a customer
# Orders by hour, from 7 to 23 o'clock.
HOURS = np.array([2, 4, 6, 7, 7, 8, 7, 6, 6, 6, 7, 8, 10, 12, 11, 8, 4]) / 119


@dataclass(frozen=True, slots=True)
class Baskets:
    """Orders of some days; lines are sorted by order.

    Attributes:
        first_order: number of the first order among all orders.
        day: day of each order, rising.
        at: instant of each order, microseconds since 1970 in UTC, rising.
        customer: customer of each order, `GUEST` for none.
        order: order of each line, counted from 0 here.
        sku: product of each line.
        units: units of each line.
        returned: units of each line that come back.
    """

    first_order: int
    day: Ints
    at: Ints
    customer: Ints
    order: Ints
    sku: Ints
    units: Ints
    returned: Ints


@dataclass(slots=True)
class _Lines:
    day: Ints
    sku: Ints
    units: Ints
    returned: Ints
    taste: Ints
    key: Ints
    is_second: Bools


def fill(
    chunk: int, first_order: int, goods: Goods, room: Stockroom, calendar: Calendar, likes: Tastes, seed: int
) -> tuple[Baskets, Ints]:
    """Baskets of one chunk of days, still without customers, and the taste of each order.

    Every unit sold is in exactly one line.
    """
    draw = generator(seed, "baskets", chunk)
    lines = _lines(chunk, goods, room, likes, draw)
    _pair_up(lines, likes, draw)
    by = np.lexsort((lines.is_second, lines.key, lines.taste, lines.day))
    for name in lines.__slots__:
        setattr(lines, name, getattr(lines, name)[by])
    order = np.cumsum(_starts(lines, draw)) - 1
    n = int(order[-1]) + 1 if len(order) else 0
    first_line = np.searchsorted(order, np.arange(n))
    day, taste = lines.day[first_line], lines.taste[first_line]
    hour = 7 + np.searchsorted(np.cumsum(HOURS), draw.random(n)).clip(0, len(HOURS) - 1)
    at = calendar.instants(day, hour * 3600 + draw.integers(0, 3600, n))
    by_time = np.argsort(at, kind="stable")
    place = np.empty(n, np.int64)
    place[by_time] = np.arange(n)
    order, sku, units, returned = _merge(place[order], lines.sku, lines.units, lines.returned)
    nobody = np.full(n, GUEST)
    return Baskets(first_order, day[by_time], at[by_time], nobody, order, sku, units, returned), taste[by_time]


def assign(
    baskets: Baskets, taste: Ints, crowd: People, by_taste: list[Ints], campaigns: dict[int, Mailing], seed: int
) -> None:
    """Give the orders customers of the right taste; those in a campaign buy or not as it was drawn for them."""
    for block in np.unique(baskets.day // BLOCK):
        draw = generator(seed, "customers", int(block))
        here = baskets.day // BLOCK == block
        mailing = campaigns.get(int(block))
        weight = crowd.rate * crowd.buying(int(block))
        if mailing is not None:
            weight[mailing.who] = 0
        for kind, members in enumerate(by_taste):
            orders = draw.permutation(np.flatnonzero(here & (taste == kind)))
            sure = (
                mailing.who[mailing.buys & (crowd.taste[mailing.who] == kind)] if mailing is not None else members[:0]
            )
            sure = draw.permutation(sure)
            baskets.customer[orders[: len(sure)]] = sure[: len(orders)]
            if mailing is not None and len(sure) > len(orders):
                mailing.buys[np.isin(mailing.who, sure[len(orders) :])] = False
            baskets.customer[orders[len(sure) :]] = _pick(members, weight, len(orders) - len(sure), draw)


def _pick(
    members: Ints, weight: np.ndarray[tuple[int], np.dtype[np.float64]], n: int, draw: np.random.Generator
) -> Ints:
    """`n` members by weight, a few guests among them; all guests where nobody may buy."""
    total = np.cumsum(weight[members])
    chance, is_guest = draw.random(max(0, n)), draw.random(max(0, n)) < GUESTS
    if not len(total) or total[-1] <= 0:
        return np.full(max(0, n), GUEST)
    found = members[np.searchsorted(total, chance * total[-1], side="right").clip(0, len(members) - 1)]
    return np.where(is_guest, GUEST, found)


def _lines(chunk: int, goods: Goods, room: Stockroom, likes: Tastes, draw: np.random.Generator) -> _Lines:
    """Split units sold by product and day into lines, and spread over them what comes back."""
    days = slice(chunk * CHUNK, (chunk + 1) * CHUNK)
    sku, day = np.nonzero(room.sales[:, days])
    sold, back = room.sales[:, days][sku, day].astype(np.int64), room.returned[:, days][sku, day]
    cell = np.repeat(np.arange(len(sku)), sold)
    first_unit = np.cumsum(sold) - sold
    starts = draw.random(len(cell)) < goods.per_line[sku[cell]]
    starts[first_unit] = True
    first = np.flatnonzero(starts)
    units = np.diff(np.append(first, len(cell)))
    of = cell[first]
    returned = (back[of] - (first - first_unit[of])).clip(0, units)
    taste = _taste(day[of], goods.group[sku[of]], likes, draw)
    key = draw.integers(0, 1 << 62, len(of))
    second = np.zeros(len(of), np.bool_)
    return _Lines(day[of] + days.start, sku[of], units, returned, taste, key, second)


def _taste(day: Ints, group: Ints, likes: Tastes, draw: np.random.Generator) -> Ints:
    """Taste of the buyer of each line; on quiet days only some tastes come, or every line would be its own order."""
    n = len(likes.share)
    lines = np.bincount(day, minlength=CHUNK)
    guests = np.round(lines / LINES_PER_TASTE).clip(1, n)
    # The smallest of exponential waits belongs to each taste with the chance of its share.
    waits = draw.exponential(1.0, (len(lines), n)) / likes.share
    comes = waits.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable") < guests[:, None]
    single = np.diff(likes.chance, axis=1, prepend=0.0)[group] * comes[day]
    total = single.cumsum(axis=1)
    found: Ints = (draw.random(len(day))[:, None] * total[:, -1:] >= total[:, :-1]).sum(1)
    return found


def _pair_up(lines: _Lines, likes: Tastes, draw: np.random.Generator) -> None:
    """Move the second product of a pair into the basket of the first."""
    n_skus = int(max(lines.sku.max(initial=0), likes.pairs.max(initial=0))) + 1
    pair = np.full(n_skus, -1)
    pair[likes.pairs.T] = np.arange(len(likes.pairs))
    is_other = np.zeros(n_skus, np.bool_)
    is_other[likes.pairs[:, 1]] = True
    at = np.flatnonzero(pair[lines.sku] >= 0)
    coin = draw.random(len(at))
    place = (lines.day[at] * len(likes.pairs) + pair[lines.sku[at]]) * 2 + is_other[lines.sku[at]]
    by = np.lexsort((lines.key[at], place))
    at, place, coin = at[by], place[by], coin[by]
    rank = np.arange(len(at)) - np.searchsorted(place, place)
    slot = (place // 2) * (1 << 20) + rank
    one, other = np.flatnonzero(place % 2 == 0), np.flatnonzero(place % 2 == 1)
    _, left, right = np.intersect1d(slot[one], slot[other], assume_unique=True, return_indices=True)
    wanted = coin[one[left]] < likes.strength[pair[lines.sku[at[one[left]]]]]
    first, second = at[one[left[wanted]]], at[other[right[wanted]]]
    lines.key[second], lines.taste[second] = lines.key[first], lines.taste[first]
    lines.is_second[second] = True


def _starts(lines: _Lines, draw: np.random.Generator) -> Bools:
    """Where a new order begins, so that orders have `LINES_PER_ORDER` lines in the mean."""
    cell = lines.day * 64 + lines.taste
    is_first = np.append(True, cell[1:] != cell[:-1]) if len(cell) else np.zeros(0, np.bool_)
    number = np.cumsum(is_first) - 1
    free = np.bincount(number, ~is_first & ~lines.is_second) if len(cell) else np.zeros(0)
    # Shares of orders that the first line of a cell already makes are taken off the rest.
    wanted = np.bincount(number) / LINES_PER_ORDER if len(cell) else free
    chance = ((wanted - 1) / np.maximum(free, 1)).clip(0, 1)
    found: Bools = is_first | ((draw.random(len(cell)) < chance[number]) & ~lines.is_second)
    return found


def _merge(order: Ints, sku: Ints, units: Ints, returned: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Lines sorted by order and product, those of one product in one order put together."""
    if not len(order):
        return order, sku, units, returned
    by = np.lexsort((sku, order))
    order, sku = order[by], sku[by]
    first = np.flatnonzero(np.append(True, (order[1:] != order[:-1]) | (sku[1:] != sku[:-1])))
    return order[first], sku[first], np.add.reduceat(units[by], first), np.add.reduceat(returned[by], first)
