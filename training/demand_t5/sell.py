"""From the rate of sales to what is sold: counts and amounts, packs, products that rest, stock-outs, slips, returns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from demand_t5.world import Array, chance, log_uniform

__all__ = ["live", "out_of_stock", "rest", "sell"]

HIGHEST_RATE = 1e6
SURELY_MANY = 50.0  # from this rate on a count is drawn as a rounded normal: quicker, and no different


def sell(rng: np.random.Generator, log_rate: Array) -> NDArray[np.float64]:
    """Units sold at this rate, shape as given."""
    n = len(log_rate)
    rate = np.minimum(np.exp(np.minimum(log_rate, 14)), HIGHEST_RATE)
    if chance(rng, 0.2):
        spread = log_uniform(rng, 0.02, 0.5, n)[:, None]
        amount = rate * np.exp(spread * rng.standard_normal(rate.shape, np.float32) - spread**2 / 2)
        return np.asarray(np.rint(amount) if chance(rng, 0.5) else amount, np.float64)
    tight = np.clip(np.exp(rng.normal(rng.uniform(-1.2, 4), 0.5, n)), 0.15, 200).astype(np.float32)[:, None]
    many = rate * rng.standard_gamma(np.broadcast_to(tight, rate.shape), dtype=np.float32) / tight
    packs = rng.choice([2, 3, 6, 12, 24], n)[:, None] if chance(rng, 0.12) else np.ones((n, 1))
    packs = np.where(rng.random((n, 1)) < 0.5, packs, 1)
    units = _counts(rng, many / packs) * packs
    if chance(rng, 0.2):  # single large orders
        hit = rng.random(units.shape, np.float32) < rng.uniform(0.001, 0.02)
        units = np.where(hit, np.rint((units + 1) * log_uniform(rng, 2, 30, units.shape)), units)
    if chance(rng, 0.1):  # more comes back than is sold, at times: never below none sold
        units = np.maximum(units - _counts(rng, rate * np.float32(rng.uniform(0, 0.15))), 0)
    return units


def _counts(rng: np.random.Generator, rate: Array) -> NDArray[np.float64]:
    few = rate < SURELY_MANY
    found = np.maximum(np.rint(rate + np.sqrt(rate) * rng.standard_normal(rate.shape, np.float32)), 0).astype(
        np.float64
    )
    found[few] = rng.poisson(rate[few])
    return found


def rest(rng: np.random.Generator, n: int, periods: int) -> NDArray[np.bool_]:
    """Periods in which a product is not asked for at all: a chain with on and off, shape (n, periods)."""
    if not chance(rng, 0.35):
        return np.zeros((n, periods), bool)
    keeps = float(rng.uniform(0, 0.97))
    course = lfilter([np.sqrt(1 - keeps**2)], [1.0, -keeps], rng.standard_normal((n, periods), np.float32), axis=1)
    share = rng.beta(*rng.choice([[1, 3], [2, 2], [4, 1.5]]), n) * (rng.random(n) < rng.uniform(0.3, 1))
    edge = np.quantile(rng.standard_normal(2000), np.clip(share, 0, 0.97))
    return np.asarray(course < np.where(share > 0.01, edge, -99)[:, None])


def live(rng: np.random.Generator, log_rate: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Launches, with a rise or a rush, and phase-outs: the rate, and where a product was not there yet."""
    n, periods = log_rate.shape
    at = np.arange(periods)
    is_new = rng.random(n) < rng.choice([0.0, 0.15, 0.5])
    birth = np.where(is_new, rng.integers(0, max(periods - 2, 1), n), 0)
    age = at - birth[:, None]
    ramp = rng.normal(0, 0.7, n) * is_new
    changed = log_rate + (ramp[:, None] * np.exp(-np.maximum(age, 0) / 10)).astype(np.float32)
    ends = rng.random(n) < rng.choice([0.0, 0.05, 0.2])
    end = rng.integers(periods // 3, periods + 1, n)
    falls = np.where(rng.random(n) < 0.4, 9.0, log_uniform(rng, 0.01, 0.5, n))
    changed -= np.where(ends[:, None], np.maximum(at - end[:, None], 0) * falls[:, None], 0.0).astype(np.float32)
    return changed, np.asarray(age < 0)


def out_of_stock(rng: np.random.Generator, units: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same with stock-outs, unknown in some shops and zero in others, and with gaps in what was recorded."""
    found = units.copy()
    if chance(rng, 0.35):
        length = int(rng.integers(1, 9))
        starts = rng.random(units.shape, np.float32) < rng.uniform(0.002, 0.08)
        total = np.cumsum(starts, axis=1)
        before = np.zeros_like(total)
        before[:, length:] = total[:, :-length] if length < units.shape[1] else 0
        found[total > before] = np.nan if chance(rng, 0.65) else 0.0
    if chance(rng, 0.05):
        found[rng.random(units.shape, np.float32) < rng.uniform(0, 0.2)] = np.nan
    return found
