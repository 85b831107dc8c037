"""How the rate of sales goes on over time: level, trend, the seasons, holidays and pay days, as logarithms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from scipy.signal import lfilter

from demand_t5.world import YEAR, Array, chance, log_uniform
from shopwright.shop.demand import Period

__all__ = ["holidays", "levels", "months", "seasons", "trends", "weeks"]

HARMONICS = 4


def levels(rng: np.random.Generator, n: int) -> Array:
    """Logarithm of each product's usual rate: a shop's own middle and spread, over five decades in all."""
    middle, spread = rng.uniform(-0.7, 3.2), rng.uniform(0.15, 0.9)
    return (np.log(10) * np.clip(middle + spread * rng.standard_normal(n), -1.5, 5)).astype(np.float32)


def trends(rng: np.random.Generator, period: Period, n: int, periods: int) -> Array:
    """Slopes, walks, lasting and passing shifts, shape (n, periods)."""
    years = ((np.arange(periods) - periods) / YEAR[period]).astype(np.float32)
    slope = rng.normal(0, 0.1) + rng.normal(0, rng.uniform(0.02, 0.4), n)
    ends = np.where(rng.random(n) < 0.6, rng.uniform(years[0], 0.0, n), 9.0)[:, None]  # most trends end some day
    found = (np.clip(slope, -1.2, 1.2)[:, None] * np.minimum(years, ends)).astype(np.float32)
    if chance(rng, 0.6):
        size = log_uniform(rng, 0.1, 0.9, n) * (rng.random(n) < 0.7) / np.sqrt(YEAR[period])
        found += np.cumsum(rng.standard_normal((n, periods), np.float32), axis=1) * size[:, None].astype(np.float32)
    if chance(rng, 0.6):
        keeps = float(rng.uniform(0.2, 0.95))
        size = log_uniform(rng, 0.02, 0.5, n) * np.sqrt(1 - keeps**2)
        noise = rng.standard_normal((n, periods), np.float32)
        found += lfilter([1.0], [1.0, -keeps], noise, axis=1).astype(np.float32) * size[:, None].astype(np.float32)
    if chance(rng, 0.3):  # the whole shop rises and falls together
        found += np.cumsum(rng.standard_normal(periods, np.float32)) * np.float32(
            rng.uniform(0, 0.3) / YEAR[period] ** 0.5
        )
    shifts = rng.random(n) < rng.choice([0.0, 0.1, 0.3])
    when = rng.integers(0, periods, n)
    found += (shifts * rng.normal(0, 0.6, n))[:, None].astype(np.float32) * (np.arange(periods) >= when[:, None])
    return found


def seasons(rng: np.random.Generator, days: Sequence[date], n: int) -> Array:
    """Course over the year: the shop's, its groups' and each product's own, shape (n, periods)."""
    place = np.array([day.timetuple().tm_yday for day in days]) / 365.25
    amplitude = 0.7 * rng.random() ** 1.5
    shared = _waves(rng, place, 1, amplitude)[0] + _bumps(rng, place)
    n_groups = int(rng.integers(1, 7))
    groups = _waves(rng, place, n_groups, 0.5 * rng.random() ** 2)
    own_size = 0.4 * rng.random() ** 2
    own = _waves(rng, place, n, own_size) if chance(rng, 0.6) else np.zeros((n, len(place)), np.float32)
    follows = np.clip(rng.normal(1, rng.uniform(0, 0.6), n), -0.5, 2.5)[:, None].astype(np.float32)
    return np.clip(follows * shared + groups[rng.integers(0, n_groups, n)] + own, -3, 3).astype(np.float32)


def _waves(rng: np.random.Generator, place: np.ndarray, n: int, size: float) -> Array:
    order = np.arange(1, HARMONICS + 1)
    waves = np.concatenate([f(2 * np.pi * order[:, None] * place) for f in (np.sin, np.cos)]).astype(np.float32)
    weights = rng.standard_normal((n, 2 * HARMONICS)) * np.tile(size / order, 2)
    return np.asarray(weights.astype(np.float32) @ waves)


def _bumps(rng: np.random.Generator, place: np.ndarray) -> Array:
    """Weeks before Christmas, summer sales: some narrow rises or falls every year."""
    found = np.zeros(len(place))
    for _ in range(rng.integers(0, 4)):
        away = np.abs(place - rng.random())
        found += rng.normal(0.2, 0.6) * np.exp(-0.5 * (np.minimum(away, 1 - away) / rng.uniform(0.008, 0.06)) ** 2)
    return found.astype(np.float32)


def weeks(rng: np.random.Generator, days: Sequence[date], n: int) -> Array:
    """Course over the week of daily sales, with a day on which the shop is closed now and then, shape (n, periods)."""
    weekday = np.array([day.weekday() for day in days])
    shared, own = rng.normal(0, rng.uniform(0, 0.6), 7), rng.normal(0, 1, (n, 7)) * rng.uniform(0, 0.25)
    profile = shared + own
    if chance(rng, 0.15):
        profile[:, rng.integers(0, 7)] = -9.0
    return np.asarray(profile.astype(np.float32)[:, weekday])


def months(rng: np.random.Generator, days: Sequence[date]) -> Array:
    """Pay days: a rise at one or two times of the month, shape (periods,)."""
    day = np.array([day.day for day in days])
    found = np.zeros(len(days))
    if chance(rng, 0.3):
        for _ in range(rng.integers(1, 3)):
            since = (day - rng.integers(1, 29)) % 30
            found += rng.uniform(0, 0.5) * np.exp(-since / rng.uniform(0.5, 4))
    return found.astype(np.float32)


def holidays(rng: np.random.Generator, days: Sequence[date], period: Period) -> tuple[Array, Array]:
    """Effect of holidays, and where they are, both of shape (periods,); none in monthly sales."""
    found, is_one = np.zeros(len(days), np.float32), np.zeros(len(days), np.float32)
    if period == "M" or not chance(rng, 0.6):
        return found, is_one
    place = np.array([day.timetuple().tm_yday for day in days])
    for _ in range(rng.integers(1, 9)):
        when = rng.integers(1, 366)
        since = (place - when) % 365
        hit = since < (1 if period == "D" else 7)
        is_one[hit] = 1.0
        found[hit] += -9.0 if period == "D" and chance(rng, 0.25) else rng.normal(0, 0.7)
        before = (when - place) % 365
        length = rng.uniform(2, 15)
        found += np.float32(rng.normal(0, 0.3)) * np.exp(-before / length).astype(np.float32) * (before > 0)
    return found, is_one
