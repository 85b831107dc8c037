"""Made-up shops: every product's sales and what is known of them, drawn in one go."""

from __future__ import annotations

import numpy as np

from demand_t5.course import holidays, levels, months, seasons, trends, weeks
from demand_t5.drive import drive
from demand_t5.kernels import courses
from demand_t5.sell import live, out_of_stock, rest, sell
from demand_t5.world import World, calendar_from, chance
from shopwright.shop.demand import Period

__all__ = ["made_up"]

SHARE_KERNELS = 0.12
SHARE_STEADY = 0.08  # of shops, some of whose products sell the same every period


def made_up(rng: np.random.Generator, period: Period, n: int, history: int, horizon: int) -> World:
    """One shop with n products.

    Args:
        rng: what is drawn from.
        period: length of a period.
        n: products.
        history: periods known, T.
        horizon: periods ahead, H.
    """
    periods = history + horizon
    days = calendar_from(rng, period, periods)
    celebrated, is_holiday = holidays(rng, days, period)
    driven = drive(rng, period, n, periods, is_holiday)
    if chance(rng, SHARE_KERNELS):
        course = courses(rng, period, n, periods)
    else:
        course = trends(rng, period, n, periods)
        if chance(rng, 0.85):
            course += seasons(rng, days, n)
        if period == "D" and chance(rng, 0.85):
            course += weeks(rng, days, n) + months(rng, days)
        course += celebrated * np.clip(rng.normal(1, 0.3, (n, 1)), 0, 2).astype(np.float32)
    course = np.clip(course, -12, 5) + driven.effect + levels(rng, n)[:, None]
    course, is_unborn = live(rng, course)
    units = sell(rng, course)
    if chance(rng, SHARE_STEADY):
        rows = rng.random(n) < rng.uniform(0.1, 0.9)
        units[rows] = np.maximum(np.rint(units[rows].mean(axis=1, keepdims=True)), 1.0)
    units[rest(rng, n, periods)] = 0.0
    units[is_unborn] = np.nan
    units = out_of_stock(rng, units)
    units[np.cumsum(np.nan_to_num(units) > 0, axis=1) == 0] = np.nan  # known from its first sale on
    return World(units, days, period, horizon, *(_stacked(found, n, periods) for found in (driven.ahead, driven.past)))


def _stacked(found: list[np.ndarray], n: int, periods: int) -> np.ndarray:
    return np.stack(found, axis=1) if found else np.zeros((n, 0, periods), np.float32)
