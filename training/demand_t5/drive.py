"""What moves sales beside time: promotions and the dip after them, prices, days without trade; and what does not."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from demand_t5.world import Array, chance, log_uniform
from shopwright.shop.demand import Period

__all__ = ["Driven", "drive"]

LENGTH: dict[Period, tuple[int, int]] = {"D": (2, 15), "W": (1, 3), "M": (1, 2)}  # of a promotion, periods
EVERY: dict[Period, tuple[float, float]] = {"D": (14, 120), "W": (4, 26), "M": (4, 12)}  # periods between two
MOST = 4


@dataclass
class Driven:
    """Effects on the logarithm of the rate, shape (n, periods), and the covariates that tell of them."""

    effect: Array
    ahead: list[Array] = field(default_factory=list)
    past: list[Array] = field(default_factory=list)


def drive(rng: np.random.Generator, period: Period, n: int, periods: int, is_holiday: Array) -> Driven:
    """Draw what moves a shop's sales; some of it is told as covariates, some is not."""
    found = Driven(np.zeros((n, periods), np.float32))
    if chance(rng, 0.45):
        _promote(rng, period, found)
    if chance(rng, 0.35):
        _price(rng, period, found)
    if chance(rng, 0.15) and period != "M":
        _close(rng, found)
    if is_holiday.any() and chance(rng, 0.5):
        found.ahead.append(np.broadcast_to(is_holiday, (n, periods)).astype(np.float32))
    if chance(rng, 0.2):
        found.ahead.append(_junk(rng, n, periods))
    if chance(rng, 0.1):
        found.past.append(_junk(rng, n, periods))
    rng.shuffle(found.ahead)
    del found.ahead[MOST:]
    return found


def _promote(rng: np.random.Generator, period: Period, found: Driven) -> None:
    n, periods = found.effect.shape
    rows = 1 if chance(rng, 0.4) else n  # the whole shop, or product by product
    length = int(rng.integers(*LENGTH[period]))
    starts = rng.random((rows, periods), np.float32) < 1 / log_uniform(rng, *EVERY[period])
    flags, after = _spread(starts, 0, length), _spread(starts, length, 2 * length)
    usual = rng.uniform(0.05, 1.3)
    lift = np.clip(rng.normal(usual, usual * rng.uniform(0, 0.5), (n, 1)), -0.2, 2.5).astype(np.float32)
    dip = np.float32(rng.uniform(0, 0.35) * chance(rng, 0.5))
    found.effect += lift * flags - dip * lift * (after & ~flags)
    if chance(rng, 0.75):
        found.ahead.append(np.broadcast_to(flags, (n, periods)).astype(np.float32))


def _spread(starts: np.ndarray, first: int, last: int) -> np.ndarray:
    """True from `first` to before `last` periods after each start."""
    total = np.zeros((len(starts), starts.shape[1] + 1), np.int32)
    np.cumsum(starts, axis=1, out=total[:, 1:])
    at = np.arange(starts.shape[1])
    return np.asarray(total[:, np.maximum(at + 1 - first, 0)] > total[:, np.maximum(at + 1 - last, 0)])


def _price(rng: np.random.Generator, period: Period, found: Driven) -> None:
    n, periods = found.effect.shape
    changes = rng.random((n, periods), np.float32) < 1 / (2 * log_uniform(rng, *EVERY[period]))
    step = np.where(changes, rng.normal(0, rng.uniform(0.03, 0.25), (n, periods)), 0.0)
    price = np.clip(np.cumsum(step, axis=1), -0.7, 0.7).astype(np.float32)
    elasticity = np.clip(rng.normal(rng.uniform(0.3, 2.5), 0.4, (n, 1)), -0.3, 4).astype(np.float32)
    found.effect -= elasticity * price
    if chance(rng, 0.75):
        found.ahead.append(np.exp(price + rng.normal(2, 1, (n, 1))).astype(np.float32))


def _close(rng: np.random.Generator, found: Driven) -> None:
    n, periods = found.effect.shape
    closed = rng.random(periods) < rng.uniform(0.005, 0.05)
    found.effect += np.where(closed, np.float32(-9), np.float32(0))
    if chance(rng, 0.8):
        found.ahead.append(np.broadcast_to(~closed, (n, periods)).astype(np.float32))


def _junk(rng: np.random.Generator, n: int, periods: int) -> Array:
    """Columns that have nothing to do with sales."""
    if chance(rng, 0.5):
        return (rng.random((n, periods)) < rng.uniform(0.02, 0.5)).astype(np.float32)
    return np.cumsum(rng.standard_normal((n, periods), np.float32), axis=1)
