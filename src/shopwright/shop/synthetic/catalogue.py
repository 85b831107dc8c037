"""The products of the synthetic shop, with the demand, quality and supply terms planted in each."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from shopwright.seeds import generator
from shopwright.shop.synthetic.calendar import Bools, Floats, Ints
from shopwright.shop.synthetic.params import Params
from shopwright.shop.synthetic.words import CATEGORIES, COLOURS, NATURAL, SIZES, SUPPLIERS

__all__ = ["NEVER", "Goods", "catalogue"]

NEVER = 1_000_000  # a day number that never comes


@dataclass(frozen=True, slots=True)
class Goods:
    """All products, one place per product in every array.

    Attributes:
        skus: codes.
        titles: titles.
        nouns: what it is, for texts about it.
        attributes: JSON objects with colour, material and size.
        category: index into `CATEGORIES`.
        group: product group that customers' tastes are about: category and style (natural or bold colours).
        price: list price at the start, in cents.
        cost: unit cost, in cents.
        base: expected units a day before all effects (of a typical day).
        growth: trend, in log units a year.
        week: multipliers by weekday, shape (products, 7).
        amplitude: size of the yearly wave in log units.
        phase: where the wave peaks, in radians.
        public: multiplier on public holidays.
        black: multiplier from Black Friday to Cyber Monday.
        christmas: multiplier in mid December.
        elasticity: price elasticity.
        lift: multiplier of a promotion on top of what its lower price does.
        spread: variance of the multiplicative noise of a day's demand.
        quality: mean stars.
        returned: share of units that come back.
        per_line: chance that the next unit starts a new order line.
        launch: day number on which it can first be bought; below 0 for old products.
        phase_out: last day number on which it can be bought.
        supplier: index into `SUPPLIERS`.
        lead: mean lead time in days.
        lead_sd: its standard deviation.
        review: days between orders.
        pack: pack size.
        minimum: minimum order.
        care: factor on what the buyer keeps: below 1 careless, far above 1 overstocked.
    """

    skus: list[str]
    titles: list[str]
    nouns: list[str]
    attributes: list[str]
    category: Ints
    group: Ints
    price: Ints
    cost: Ints
    base: Floats
    growth: Floats
    week: Floats
    amplitude: Floats
    phase: Floats
    public: Floats
    black: Floats
    christmas: Floats
    elasticity: Floats
    lift: Floats
    spread: Floats
    quality: Floats
    returned: Floats
    per_line: Floats
    launch: Ints
    phase_out: Ints
    supplier: Ints
    lead: Ints
    lead_sd: Floats
    review: Ints
    pack: Ints
    minimum: Ints
    care: Floats

    def __len__(self) -> int:
        return len(self.skus)

    def popular(self, days: int) -> Ints:
        """Products on sale all the time, by falling base demand."""
        whole = (self.launch <= 0) & (self.phase_out >= days) & (self.growth > -0.5)
        order = np.lexsort((np.arange(len(self)), -self.base, ~whole))
        return order[: int(whole.sum())]


def catalogue(params: Params) -> Goods:
    """Draw the products of a world."""
    n, seed = params.n_skus, params.seed
    draw = generator(seed, "catalogue")
    category = np.arange(n) % len(CATEGORIES)
    names = _names(category, seed)
    typical = np.array([names.typical[at] for at in range(n)])
    price = np.round(typical * draw.lognormal(0.0, 0.22, n) - 0.9).clip(2) * 100 + 90
    cost = np.round(price * draw.uniform(0.34, 0.58, n))
    style = names.style
    of = _by_category(category)
    base = draw.lognormal(0.0, 1.05, n)
    old = draw.random(n)
    launch, phase_out = _life(params, n)
    fading = old < 0.05
    growth = np.where(fading, draw.normal(-1.1, 0.2, n), draw.normal(0.10, 0.14, n))
    noisy_week = of["week"] * draw.lognormal(0.0, 0.04, (n, 7))
    supplier = np.where(
        draw.random(n) < 0.25, len(SUPPLIERS) - 1, np.array([kind.maker for kind in CATEGORIES])[category]
    )
    lead_of = draw.choice([5, 7, 10, 14, 21, 28, 35], len(SUPPLIERS))
    lead = lead_of[supplier]
    units_a_day = base / base.sum() * params.orders * 3.1 / params.days
    pack, minimum = _packs(units_a_day, lead, draw)
    return Goods(
        names.skus,
        names.titles,
        names.nouns,
        names.attributes,
        category,
        category * 2 + style,
        price.astype(np.int64),
        cost.astype(np.int64),
        base,
        growth,
        noisy_week / noisy_week.mean(1, keepdims=True),
        of["amplitude"] * draw.uniform(0.8, 1.2, n),
        of["phase"] + draw.normal(0.0, 0.08, n),
        draw.uniform(0.6, 0.85, n),
        draw.uniform(1.5, 2.6, n),
        of["christmas"] * draw.uniform(0.85, 1.15, n),
        of["elasticity"] * draw.uniform(0.75, 1.25, n),
        draw.uniform(1.2, 1.9, n),
        draw.uniform(0.05, 0.25, n),
        draw.normal(4.3, 0.35, n).clip(3.0, 4.85),
        draw.uniform(0.02, 0.09, n),
        draw.choice([0.92, 0.85, 0.7], n, p=[0.5, 0.3, 0.2]),
        launch,
        phase_out,
        supplier,
        lead,
        np.round(lead * draw.uniform(0.08, 0.22, n), 1),
        np.where(draw.random(n) < 0.6, 7, 14),
        pack,
        minimum,
        np.where(fading, 2.5, draw.choice([1.0, 0.65, 2.6], n, p=[0.73, 0.20, 0.07])),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    skus: list[str]
    titles: list[str]
    nouns: list[str]
    attributes: list[str]
    typical: list[float]
    style: Ints


def _names(category: Ints, seed: int) -> _Names:
    """Every combination of material, noun, colour and size is used once before a model number tells them apart."""
    found = _Names(
        [""] * len(category), [""] * len(category), [""] * len(category), [""] * len(category), [], _zeros(category)
    )
    found.typical.extend([0.0] * len(category))
    for index, kind in enumerate(CATEGORIES):
        draw = generator(seed, "names", kind.code)
        shape = (len(SIZES), len(COLOURS), len(kind.materials), len(kind.nouns))
        combinations = int(np.prod(shape))
        plain = combinations // len(SIZES)
        # Titles without a size come first: a small catalogue reads better.
        order = np.concatenate([draw.permutation(plain), plain + draw.permutation(combinations - plain)])
        for place, at in enumerate(np.flatnonzero(category == index)):
            size, colour, material, noun = np.unravel_index(order[place % combinations], shape)
            model = place // combinations
            _name(found, int(at), place, (index, int(size), int(colour), int(material), int(noun), model))
    return found


def _name(found: _Names, at: int, place: int, words: tuple[int, ...]) -> None:
    kind = CATEGORIES[words[0]]
    size, colour, material = SIZES[words[1]], COLOURS[words[2]], kind.materials[words[3]]
    noun, typical = kind.nouns[words[4]]
    model = f" No. {words[5] + 1}" if words[5] else ""
    found.skus[at] = f"{kind.code}-{place + 1:04d}"
    found.titles[at] = ", ".join(part for part in (f"{material} {noun}{model}", colour, size) if part)
    found.nouns[at] = noun
    facts = {"colour": colour, "material": material.lower(), **({"size": size} if size else {})}
    found.attributes[at] = json.dumps(facts)
    found.typical[at] = typical * (0.8, 0.7, 1.0, 1.25)[words[1]] / 0.8
    found.style[at] = int(colour not in NATURAL)


def _by_category(category: Ints) -> dict[str, Floats]:
    return {
        "week": np.array([kind.week for kind in CATEGORIES])[category],
        "amplitude": np.array([kind.amplitude for kind in CATEGORIES])[category],
        "phase": np.array([2 * np.pi * kind.peak_day / 365.25 for kind in CATEGORIES])[category],
        "christmas": np.array([kind.christmas for kind in CATEGORIES])[category],
        "elasticity": np.array([kind.elasticity for kind in CATEGORIES])[category],
    }


def _life(params: Params, n: int) -> tuple[Ints, Ints]:
    """Nearly a fifth of the products came during the history, one in twenty-five left."""
    draw = generator(params.seed, "life")
    chance = draw.random(n)
    is_new: Bools = chance < 0.18
    is_gone: Bools = (chance >= 0.18) & (chance < 0.22)
    launch = np.where(is_new, draw.integers(20, params.days - 20, n), -draw.integers(1, 1200, n))
    phase_out = np.where(is_gone, draw.integers(params.days // 3, params.days - 10, n), NEVER)
    return launch, phase_out


def _packs(units_a_day: Floats, lead: Ints, draw: np.random.Generator) -> tuple[Ints, Ints]:
    """Pack sizes that fit what sells: about a week of sales at most."""
    sizes = np.array([1, 2, 4, 6, 12, 24, 48])
    largest = np.searchsorted(sizes, units_a_day * 7, side="right").clip(1) - 1
    pack = sizes[np.minimum(draw.integers(0, len(sizes), len(lead)), largest)]
    return pack, pack * draw.choice([1, 1, 2, 3], len(lead))


def _zeros(like: Ints) -> Ints:
    return np.zeros(len(like), np.int64)
