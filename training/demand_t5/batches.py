"""Batches for the network: shops with one length of period and history, cut at the same place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from demand_t5.mix import mixed
from demand_t5.real import Sales
from demand_t5.shops import made_up
from demand_t5.world import World, log_uniform
from shopwright.forecast.t5.inputs import Histories
from shopwright.forecast.t5.lessons import Lesson, lesson, together
from shopwright.seeds import generator
from shopwright.shop.demand import Period

__all__ = ["batch", "cut"]

SHARES: dict[Period, float] = {"D": 0.25, "W": 0.45, "M": 0.3}
LENGTHS: dict[Period, tuple[int, int]] = {"D": (14, 1100), "W": (8, 260), "M": (6, 120)}
USUAL: dict[Period, tuple[int, int]] = {"D": (120, 900), "W": (52, 180), "M": (18, 72)}  # half of them lie here
HORIZONS: dict[Period, tuple[int, ...]] = {
    "D": (7, 14, 28, 28, 42, 56, 91),
    "W": (8, 8, 8, 13, 16, 26, 52),
    "M": (3, 6, 12, 12, 18, 24),
}
SIZES = (1, 4, 16, 64, 64, 128, 256)  # products of a shop
SHARE_REAL = 0.25
NO_TEXT = 0.5


def batch(seed: int, number: int, size: int, sets: Sequence[Sales]) -> Lesson:
    """The batch of that number under a seed, whoever draws it and whenever.

    Args:
        seed: of the training.
        number: of the batch.
        size: products in it, about.
        sets: real sales to mix from; may be empty.
    """
    rng = generator(seed, "batch", number)
    period: Period = rng.choice(list(SHARES), p=list(SHARES.values()))
    lengths = USUAL if rng.random() < 0.5 else LENGTHS
    history, horizon = int(log_uniform(rng, *lengths[period])), int(rng.choice(HORIZONS[period]))
    parts: list[Lesson] = []
    n = 0
    mine = [sales for sales in sets if sales.period == period and len(sales.days) >= history + horizon]
    while n < size:
        some = min(int(rng.choice(SIZES)), size - n)
        is_real = bool(mine) and rng.random() < SHARE_REAL
        world = mixed(rng, mine, some, history, horizon) if is_real else made_up(rng, period, some, history, horizon)
        found = cut(rng, world)
        if found is not None and world.horizon == horizon:
            parts.append(found)
            n += len(found.truth)
    return together(parts)


def cut(rng: np.random.Generator, world: World) -> Lesson | None:
    """One shop's products that were known before the horizon and have a truth in it; None where there are none."""
    known = world.units.shape[1] - world.horizon
    has_both = np.isfinite(world.units[:, :known]).any(axis=1) & np.isfinite(world.units[:, known:]).any(axis=1)
    if not has_both.any():
        return None
    text = world.text if world.text is not None and rng.random() >= NO_TEXT else None
    given = Histories(
        world.units[has_both, :known],
        world.days,
        world.period,
        world.ahead[has_both] if world.ahead.shape[1] else None,
        world.past[has_both, :, :known] if world.past.shape[1] else None,
        text[has_both] if text is not None else None,
    )
    return lesson(given, world.units[has_both, known:])
