"""Levels of late and a year ago, told to the network outright: a small one cannot find them by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.season import CYCLE
from shopwright.forecast.t5.shape import MEANS
from shopwright.shop.demand import YEAR, Period

__all__ = ["Level", "grown", "level_of", "own_season", "same_place", "year_ago"]

Array = NDArray[np.float32]
LEAST_SPREAD = 0.02  # of the mean: a product that hardly moves is not blown up
DOUBT = 2.0  # periods' worth of the spread that is usual, of counts and of a tenth of the mean
AROUND: dict[Period, int] = {"D": 3, "W": 1, "M": 0}  # periods on either side averaged with the one a year ago
BEFORE: dict[Period, int] = {"D": 28, "W": 8, "M": 3}  # periods whose level growth is told against
OWN: dict[Period, tuple[int, int]] = {"D": (26, 0), "W": (5, 1), "M": (8, 0)}  # most cycles, and periods around
PLACES = 4  # latest periods of the same weekday averaged


class _Scaled(Protocol):
    @property
    def season(self) -> NDArray[np.float64]: ...
    @property
    def middle(self) -> NDArray[np.float64]: ...
    @property
    def spread(self) -> NDArray[np.float64]: ...


@dataclass(frozen=True, eq=False)
class Level:
    """Of n products, in units without the shared season.

    Attributes:
        middle, spread: mean, and standard deviation drawn to what is usual, shape (n, 1).
        means: of the latest known periods over four spans, in the network's scale, shape (n, 4); 0 where unknown.
        is_mean: whether the history is that long, shape (n, 4).
        usual: the mean of these means, in the network's scale, shape (n,).
    """

    middle: NDArray[np.float64]
    spread: NDArray[np.float64]
    means: Array
    is_mean: Array
    usual: Array


def level_of(units: NDArray[np.float64], season: NDArray[np.float64], period: Period) -> Level:
    """Levels of a history of shape (n, T), NaN where unknown."""
    is_known = np.isfinite(units)
    even = np.where(is_known, np.nan_to_num(units) / season, 0.0)
    n = is_known.sum(axis=1, keepdims=True)
    some = np.maximum(n, 1)
    middle = even.sum(axis=1, keepdims=True) / some
    squares = (np.where(is_known, even - middle, 0.0) ** 2).sum(axis=1, keepdims=True)
    usual = np.sqrt(np.abs(middle)) + 0.1 * np.abs(middle)
    spread = np.sqrt((squares + DOUBT * usual**2) / (n + DOUBT))  # a few periods alike do not make a sure thing
    spread = np.maximum(spread, LEAST_SPREAD * np.abs(middle))
    spread = np.where(spread > 0, spread, 1.0)
    late = np.cumsum(is_known[:, ::-1], axis=1)[:, ::-1]  # known periods from each on, so 1 is the latest
    means, is_mean = [], []
    for span in MEANS[period]:
        inside = is_known & (late <= span)
        count = inside.sum(axis=1)
        means.append(np.where(inside, even, 0.0).sum(axis=1) / np.maximum(count, 1))
        is_mean.append(count > span // 2)
    z = np.arcsinh((np.stack(means, axis=1) - middle) / spread)
    usual = np.arcsinh((np.stack(means[1:], axis=1).mean(axis=1) - middle[:, 0]) / spread[:, 0])
    return Level(middle, spread, z.astype(np.float32), np.stack(is_mean, axis=1).astype(np.float32),
                 usual.astype(np.float32))  # fmt: skip


def year_ago(
    units: NDArray[np.float64], scale: _Scaled, period: Period, start: int, end: int
) -> tuple[Array, NDArray[np.bool_]]:
    """Units around the same time a year earlier, in the network's scale, for periods from `start` to `end`.

    Returns:
        Shapes (n, end - start) both: 0 where unknown, and whether it is known.
    """
    sums, counts = _sums(units, scale.season)
    at = np.arange(start, end)
    back = YEAR[period] * np.maximum(-(-(at + 1 - units.shape[1]) // YEAR[period]), 1)
    mean, is_known = _around(sums, counts, at - back, AROUND[period])
    z = np.arcsinh((mean - scale.middle) / scale.spread)
    return np.where(is_known, z, 0.0).astype(np.float32), is_known


def grown(
    units: NDArray[np.float64], scale: _Scaled, period: Period, start: int, end: int, years: int
) -> tuple[Array, NDArray[np.bool_]]:
    """Logarithm of the units around a time so many years ago over those just before the same origin then.

    Returns:
        Shapes (n, end - start) both: 0 where unknown, and whether it is known.
    """
    sums, counts = _sums(units, scale.season)
    back = YEAR[period] * years
    at = np.arange(start, end) - back
    at = np.where(at < units.shape[1], at, -1 - AROUND[period])
    then, is_then = _around(sums, counts, at, AROUND[period])
    origin = start - back
    first, last = np.clip([origin - BEFORE[period], origin], 0, units.shape[1])
    n_before = counts[:, last] - counts[:, first]
    before = (sums[:, last] - sums[:, first]) / np.maximum(n_before, 1)
    little = (0.1 * scale.middle[:, 0] + 1e-9)[:, None]
    found = np.log((then + little) / (before[:, None] + little))
    is_known = is_then & (n_before > 0)[:, None]
    return np.where(is_known, np.clip(found, -4, 4), 0.0).astype(np.float32), is_known


def same_place(z: Array, is_known: NDArray[np.bool_], period: Period, horizon: int) -> tuple[Array, NDArray[np.bool_]]:
    """Mean of the latest periods at the same place of the short season, shapes (n, H): weekday, or month."""
    cycle = CYCLE[period]
    n, t = z.shape
    n_places = min(PLACES if period == "D" else 1, t // cycle)
    if not n_places:
        return np.zeros((n, horizon), np.float32), np.zeros((n, horizon), bool)
    shape = (n, n_places, cycle)
    late, seen = z[:, t - n_places * cycle :].reshape(shape), is_known[:, t - n_places * cycle :].reshape(shape)
    count = seen.sum(axis=1)
    mean = (late * seen).sum(axis=1) / np.maximum(count, 1)
    place = np.arange(horizon) % cycle
    return mean[:, place].astype(np.float32), (count > 0)[:, place]


def own_season(z: Array, is_known: NDArray[np.bool_], period: Period, horizon: int) -> tuple[Array, Array]:
    """How each place of a product's own season differed from the level around it, and over how many cycles.

    Returns:
        Shapes (n, H) both: in the network's scale, drawn to 0 where few cycles are known; the share of cycles known.
    """
    cycle, (most, around) = CYCLE[period], OWN[period]
    n, t = z.shape
    n_cycles = min(most, t // cycle)
    if n_cycles < 2:
        return np.zeros((n, horizon), np.float32), np.zeros((n, horizon), np.float32)
    sums, counts = _sums(np.where(is_known, z, np.nan).astype(np.float64), np.ones(t))
    level, _ = _around(sums, counts, np.arange(t), cycle // 2)
    span = slice(t - n_cycles * cycle, t)
    seen = is_known[:, span].reshape(n, n_cycles, cycle)
    away = np.where(is_known, z - level, 0.0)[:, span].reshape(n, n_cycles, cycle).sum(axis=1)
    count = seen.sum(axis=1).astype(np.float64)
    if around:  # neighbours help with half their weight
        away = away + 0.5 * (np.roll(away, 1, axis=1) + np.roll(away, -1, axis=1))
        count = count + 0.5 * (np.roll(count, 1, axis=1) + np.roll(count, -1, axis=1))
    place = np.arange(horizon) % cycle
    found = away / (count + 1.0)
    return found[:, place].astype(np.float32), (count / (count + 2.0))[:, place].astype(np.float32)


def _sums(units: NDArray[np.float64], season: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Running sums of units without season, and of known periods, both of shape (n, T + 1)."""
    is_known = np.isfinite(units)
    even = np.where(is_known, np.nan_to_num(units) / season[: units.shape[1]], 0.0)
    sums = np.zeros((len(units), units.shape[1] + 1))
    np.cumsum(even, axis=1, out=sums[:, 1:])
    counts = np.zeros(sums.shape, np.int64)
    np.cumsum(is_known, axis=1, out=counts[:, 1:])
    return sums, counts


def _around(
    sums: NDArray[np.float64], counts: NDArray[np.int64], at: NDArray[np.int64], width: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Mean of what is known within `width` of each place, and whether anything is."""
    most = sums.shape[1] - 1
    first, last = np.clip(at - width, 0, most), np.clip(at + width + 1, 0, most)
    count = counts[:, last] - counts[:, first]
    return (sums[:, last] - sums[:, first]) / np.maximum(count, 1), count > 0
