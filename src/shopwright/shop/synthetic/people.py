"""The customers of the synthetic shop: tastes, how often they buy, when they came, when they stopped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.seeds import generator
from shopwright.shop.synthetic.calendar import BLOCK, Bools, Calendar, Floats, Ints
from shopwright.shop.synthetic.catalogue import NEVER, Goods
from shopwright.shop.synthetic.demand import Demand
from shopwright.shop.synthetic.words import CATEGORIES

__all__ = ["LANGUAGES", "SEGMENTS", "TASTES", "People", "Tastes", "people", "tastes"]

TASTES = ("cooks", "hosts", "nesters", "gardeners", "givers", "minimalists")
SEGMENTS = ("search", "ads", "friend", "fair", "marketplace")  # how a customer came to the shop
LANGUAGES = ("en", "de", "zh")
PER_ORDER = 0.30  # customers per order
AT_RISK = 0.02  # share of good customers who fell silent lately


@dataclass(frozen=True, slots=True)
class Tastes:
    """Who likes what.

    Attributes:
        weight: how much more a taste buys of a product group than others do, shape (tastes, groups).
        share: share of order lines of each taste.
        chance: chance that a line of a group is bought by each taste, cumulated, shape (groups, tastes).
        pairs: products that go well together, shape (pairs, 2).
        strength: chance that the second is bought with the first on a day on which both are.
    """

    weight: Floats
    share: Floats
    chance: Floats
    pairs: Ints
    strength: Floats


@dataclass(frozen=True, slots=True)
class People:
    """All customers, one place per customer.

    Attributes:
        taste: index into `TASTES`.
        segment: index into `SEGMENTS`; decides what e-mails do to them.
        rate: how often they buy, in any unit.
        joined: day number, below 0 for old customers.
        left: day number of the last day on which they may buy.
        language: index into `LANGUAGES`.
        may_mail: consent to e-mail.
        may_text: consent to text messages.
        may_profile: consent to profiling.
        is_at_risk: a good customer who fell silent in the last months.
    """

    taste: Ints
    segment: Ints
    rate: Floats
    joined: Ints
    left: Ints
    language: Ints
    may_mail: Bools
    may_text: Bools
    may_profile: Bools
    is_at_risk: Bools

    def __len__(self) -> int:
        return len(self.taste)

    def buying(self, block: int) -> Bools:
        """Who may buy in a block of days."""
        first = block * BLOCK
        return (self.joined <= first) & (self.left >= first + BLOCK)


def tastes(goods: Goods, demand: Demand, seed: int) -> Tastes:
    """Tastes and pairs; every taste has two or three categories it is fond of, and a style."""
    draw = generator(seed, "tastes")
    fond = {"cooks": "KT KC", "hosts": "TC KT", "nesters": "HB HL BC", "gardeners": "GT TC", "givers": "OP BC"}
    codes = [kind.code for kind in CATEGORIES]
    weight = np.ones((len(TASTES), 2 * len(CATEGORIES)))
    for row, name in enumerate(TASTES):
        for code in fond.get(name, "").split():
            weight[row, [2 * codes.index(code), 2 * codes.index(code) + 1]] = 7.0
        # Odd groups hold bold colours: hosts and givers like them, minimalists keep to the natural ones.
        weight[row, 1::2] *= {"hosts": 2.0, "givers": 2.0, "minimalists": 0.25}.get(name, 1.0)
    size = np.array([0.2, 0.17, 0.2, 0.15, 0.13, 0.15])
    mixed = size[:, None] * weight
    by_group = np.bincount(goods.group, demand.expected.sum(1), minlength=weight.shape[1])
    chance = mixed / mixed.sum(0)
    share = np.round((chance * by_group).sum(1) / by_group.sum(), 9)
    popular = goods.popular(NEVER)[: max(8, len(goods) // 3)]
    # Neighbours in popularity meet on more days; a shuffle within small windows mixes the categories.
    near = np.concatenate([draw.permutation(popular[at : at + 12]) for at in range(0, len(popular), 12)])
    pairs = near[: len(near) // 4 * 2].reshape(-1, 2)
    strength = np.round(draw.uniform(0.35, 0.7, len(pairs)), 2)
    return Tastes(weight, share, np.round(chance.cumsum(0).T, 9), pairs, strength)


def people(likes: Tastes, calendar: Calendar, orders: int, seed: int) -> People:
    """Draw the customers."""
    n = max(60, round(orders * PER_ORDER))
    draw = generator(seed, "people")
    days = calendar.n_days
    taste = np.searchsorted(np.cumsum(likes.share), draw.random(n)).clip(0, len(TASTES) - 1)
    rate = draw.gamma(0.9, 1.1, n) + 0.08
    joined = np.where(draw.random(n) < 0.35, -draw.integers(1, 900, n), draw.integers(0, days, n))
    left = joined.clip(0) + np.round(draw.exponential(900, n)).astype(np.int64)
    good = np.flatnonzero((rate > 1.3) & (joined < days - 300))
    at_risk = np.sort(draw.permutation(good)[: max(3, round(n * AT_RISK))])
    is_at_risk = np.zeros(n, np.bool_)
    is_at_risk[at_risk] = True
    rate[is_at_risk] *= 1.3
    left = np.where(is_at_risk, days - draw.integers(70, 115, n), left)
    return People(
        taste,
        draw.choice(len(SEGMENTS), n, p=[0.34, 0.22, 0.16, 0.14, 0.14]),
        rate,
        joined,
        left,
        draw.choice(len(LANGUAGES), n, p=[0.74, 0.18, 0.08]),
        draw.random(n) < 0.62,
        draw.random(n) < 0.21,
        draw.random(n) < 0.55,
        is_at_risk,
    )
