"""Batches for the network: shops with one length of period and history, cut at the same place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from demand_t5.mix import mixed
from demand_t5.real import Sales
from demand_t5.shops import made_up
from demand_t5.world import Array, World, log_uniform
from shopwright.forecast.t5.inputs import Histories, Inputs, inputs
from shopwright.forecast.t5.shape import PATCH, SLOTS
from shopwright.seeds import generator
from shopwright.shop.demand import Period

__all__ = ["Batch", "batch", "cut"]

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


@dataclass(frozen=True, eq=False)
class Batch:
    """What the network reads, and what it should have told.

    Attributes:
        given: shape by shape as `Inputs` says, over all products.
        truth: in the network's scale, shape (n, patches ahead * slots), 0 where unknown.
        weight: of each period, shape as the truth, 0 where it is unknown.
    """

    given: tuple[Array, ...]
    truth: Array
    weight: Array


def batch(seed: int, number: int, size: int, sets: Sequence[Sales]) -> Batch:
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
    parts, n = [], 0
    mine = [sales for sales in sets if sales.period == period and len(sales.days) >= history + horizon]
    while n < size:
        some = min(int(rng.choice(SIZES)), size - n)
        is_real = bool(mine) and rng.random() < SHARE_REAL
        world = mixed(rng, mine, some, history, horizon) if is_real else made_up(rng, period, some, history, horizon)
        found = cut(rng, world)
        if world.horizon == horizon and len(found.truth):
            parts.append(found)
            n += len(found.truth)
    return Batch(
        tuple(np.concatenate([part.given[at] for part in parts]) for at in range(6)),
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.weight for part in parts]),
    )


def cut(rng: np.random.Generator, world: World) -> Batch:
    """One shop's products that were known before the horizon and have a truth in it."""
    known = world.units.shape[1] - world.horizon
    has_both = np.isfinite(world.units[:, :known]).any(axis=1) & np.isfinite(world.units[:, known:]).any(axis=1)
    text = world.text if world.text is not None and rng.random() >= NO_TEXT else None
    made = inputs(
        Histories(
            world.units[has_both, :known],
            world.days,
            world.period,
            world.ahead[has_both] if world.ahead.shape[1] else None,
            world.past[has_both, :, :known] if world.past.shape[1] else None,
            text[has_both] if text is not None else None,
        )
    ) if has_both.any() else None  # fmt: skip
    if made is None:
        return Batch((), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
    truth = world.units[has_both, known:]
    z = np.clip(made.scale.told(np.nan_to_num(truth), known), -8, 8)
    weight = np.isfinite(truth) * _importance(made)[:, None]
    return Batch(_arrays(made), _slotted(np.where(weight > 0, z, 0.0), world.period), _slotted(weight, world.period))


def _arrays(made: Inputs) -> tuple[Array, ...]:
    return made.past, made.is_read, made.ahead, made.facts, made.text, made.base


def _importance(made: Inputs) -> Array:
    """Products with more at stake count more, as in the loss over all units of a shop, but not in full."""
    spread = np.sqrt(made.scale.spread[:, 0])
    return np.asarray(np.clip(spread / spread.mean(), 0.3, 3.0), np.float32)


def _slotted(values: np.ndarray, period: Period) -> Array:
    """Values of shape (n, H) in the places of patches, shape (n, patches * slots)."""
    n, horizon = values.shape
    size = PATCH[period]
    n_patches = -(-horizon // size)
    whole = np.zeros((n, n_patches * size), np.float32)
    whole[:, :horizon] = values
    patches = np.zeros((n, n_patches, SLOTS), np.float32)
    patches[:, :, :size] = whole.reshape(n, n_patches, size)
    return patches.reshape(n, n_patches * SLOTS)
