"""The season that the products of a shop share, and what covariates explain: told to the network beside the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.season import CYCLE, NEEDED, factors_of, slots
from shopwright.shop.demand import YEAR, Period

__all__ = ["calendar", "drivers", "shared_season"]

Array = NDArray[np.float32]
RIDGE = 4.0  # periods' worth of doubt that a covariate does anything
SHORTEST = 1.15  # years of days before a course over the year is told


def calendar(days: Sequence[date], period: Period) -> Array:
    """Place in the year, the week and the month as points on circles, shape (periods, 6)."""
    year = np.array([day.timetuple().tm_yday for day in days]) / 365.25
    found = np.zeros((len(days), 6), np.float32)
    found[:, 0], found[:, 1] = np.sin(2 * np.pi * year), np.cos(2 * np.pi * year)
    if period == "D":
        week = np.array([day.weekday() for day in days]) / 7
        month = np.array([day.day for day in days]) / 31
        found[:, 2], found[:, 3] = np.sin(2 * np.pi * week), np.cos(2 * np.pi * week)
        found[:, 4], found[:, 5] = np.sin(2 * np.pi * month), np.cos(2 * np.pi * month)
    return found


def shared_season(units: NDArray[np.float64], days: Sequence[date], period: Period) -> NDArray[np.float64]:
    """Factor of each of the T periods known and H ahead, shape (T + H,), from all products of the shop.

    Args:
        units: shape (n, T), NaN where unknown.
        days: first days of the T + H periods.
        period: their length.
    """
    n_known = units.shape[1]
    place = slots(tuple(days), period)
    found = np.asarray(factors_of(units, place[:n_known], CYCLE[period], NEEDED[period])[place])
    if period != "D" or n_known < SHORTEST * YEAR["D"]:
        return found
    n_weeks = n_known // 7
    start = n_known - 7 * n_weeks
    by_week = (units[:, start:] / found[start:n_known]).reshape(len(units), n_weeks, 7)
    n_seen = np.isfinite(by_week).sum(axis=2)
    sums = np.divide(np.nansum(by_week, axis=2), n_seen, out=np.full(n_seen.shape, np.nan), where=n_seen > 0)
    weeks = slots(tuple(days), "W")
    yearly = factors_of(sums, weeks[start + 3 : n_known : 7], CYCLE["W"], NEEDED["W"])
    return np.asarray(found * yearly[weeks])


def drivers(z: Array, known: NDArray[np.bool_], ahead: Array) -> tuple[Array, Array]:
    """What covariates known ahead explain of each product, by ridge regression, and the covariates filled and scaled.

    Args:
        z: history in the network's scale, shape (n, T).
        known: where it is known, shape (n, T).
        ahead: covariates of the T + H periods, shape (n, K, T + H), NaN where unknown.

    Returns:
        Their part in z, shape (n, T + H), with mean 0 over what is known; and the covariates with mean 0 and spread 1
        over the history, 0 where unknown or where they never changed.
    """
    t = z.shape[1]
    is_known = np.isfinite(ahead)
    n_seen = np.maximum(is_known[:, :, :t].sum(axis=2), 1)
    filled = np.where(is_known, ahead, 0.0)
    mean = filled[:, :, :t].sum(axis=2) / n_seen
    centred = np.where(is_known, ahead - mean[:, :, None], 0.0)
    spread = np.sqrt((centred[:, :, :t] ** 2).sum(axis=2) / n_seen)
    moves = spread > 1e-6 * (1 + np.abs(mean))
    scaled = np.where(moves[:, :, None], centred / np.where(moves, spread, 1.0)[:, :, None], 0.0)
    scaled = np.clip(scaled, -8, 8).astype(np.float32)
    weight = known.astype(np.float32)
    n_known = np.maximum(weight.sum(axis=1), 1)
    x = scaled[:, :, :t] * weight[:, None]
    x_mean = x.sum(axis=2) / n_known[:, None]
    z_mean = (z * weight).sum(axis=1) / n_known
    x = (scaled[:, :, :t] - x_mean[:, :, None]) * weight[:, None]
    gram = x @ x.transpose(0, 2, 1) + RIDGE * np.eye(ahead.shape[1], dtype=np.float32)
    moment = x @ ((z - z_mean[:, None]) * weight)[:, :, None]
    slopes = np.linalg.solve(gram, moment)
    part = ((scaled - x_mean[:, :, None]) * slopes).sum(axis=1)
    return part.astype(np.float32), scaled
