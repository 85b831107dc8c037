"""Quantiles that keep their word: levels are moved to where outcomes really fell in windows tried before.

Split-conformal recalibration of the probability integral transform (Kuleshov et al. 2018; Czado et al. 2009 for
counts), per stretch of the horizon and class of volume; with few outcomes it is drawn towards no correction at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.panel import Floats
from shopwright.shop.demand import read_off

__all__ = ["Calibration", "chances"]

N_VOLUMES, N_STRETCHES = 3, 2
LOW, MIDDLE, HIGH = LEVELS.index(0.1), LEVELS.index(0.5), LEVELS.index(0.9)
FACTORS, FEWEST_STRAYED = (0.3, 4.0), 40
LEAST, PULL = 200, 20.0  # outcomes of a class to correct it by; those that "no correction" counts for
DRAWS = 5  # places tried inside the stretch of levels that one outcome covers
GRID = np.array([0.0, *LEVELS, 1.0])


@dataclass(frozen=True, eq=False)
class Calibration:
    """For each class how much wider to tell quantiles, and then at which level to read them off.

    Attributes:
        volumes: edges between classes of expected units, rising.
        below: factor on the distance from the median of what lies below it, shape (volumes + 1, stretches).
        above: the same above it (Romano, Patterson & Candès 2019, as a factor).
        read_at: levels to read off at `LEVELS`, shape (volumes + 1, stretches, levels).
    """

    volumes: Floats
    below: Floats
    above: Floats
    read_at: Floats

    @classmethod
    def learn(cls, casts: Sequence[Cast], truths: Sequence[Floats]) -> Calibration:
        """From windows, each of shape (n, H)."""
        told = Cast(np.concatenate([cast.mean for cast in casts]), np.concatenate([cast.quantiles for cast in casts]))
        truth = np.concatenate(list(truths))
        known = np.isfinite(truth)
        volumes = np.quantile(told.mean[known], np.arange(1, N_VOLUMES) / N_VOLUMES) if known.any() else np.zeros(0)
        shape = len(volumes) + 1, N_STRETCHES
        start = cls(volumes, np.ones(shape), np.ones(shape), np.broadcast_to(np.array(LEVELS), (*shape, len(LEVELS))))
        inside = start._classes(told, known)
        low = {at: _widening(told, truth, inside[at], LOW) for at in inside}
        high = {at: _widening(told, truth, inside[at], HIGH) for at in inside}
        wider = replace(start, below=_table(low, shape), above=_table(high, shape))
        chance = chances(wider._widened(told), truth)
        levels = {at: _levels(chance[rows].ravel(), int(rows.sum())) for at, rows in inside.items()}
        return replace(
            wider, read_at=np.array([[levels[row, at] for at in range(shape[1])] for row in range(shape[0])])
        )

    def apply(self, cast: Cast) -> Cast:
        """The cast with its quantiles widened, and read off at the corrected levels."""
        row, stretch = self._class_of(cast)
        told = read_off(self.read_at[row, stretch], LEVELS, self._widened(cast).quantiles[:, :, None, :])
        return Cast(cast.mean, np.maximum.accumulate(told, axis=2))

    def _class_of(self, cast: Cast) -> tuple[np.ndarray, np.ndarray]:
        stretch = np.arange(cast.mean.shape[1]) * N_STRETCHES // max(cast.mean.shape[1], 1)
        return np.searchsorted(self.volumes, cast.mean), np.broadcast_to(stretch, cast.mean.shape)

    def _classes(self, cast: Cast, known: np.ndarray) -> dict[tuple[int, int], np.ndarray]:
        """Which outcomes say something of each class: its own, or with few of them those of like volume, or all."""
        row, stretch = self._class_of(cast)
        found = {}
        for at in np.ndindex(self.below.shape):
            same = known & (row == at[0])
            own = same & (stretch == at[1])
            found[at[0], at[1]] = own if own.sum() >= LEAST else same if same.sum() >= LEAST else known
        return found

    def _widened(self, cast: Cast) -> Cast:
        row, stretch = self._class_of(cast)
        middle = cast.quantiles[:, :, MIDDLE : MIDDLE + 1]
        away = cast.quantiles - middle
        factor = np.where(away > 0, self.above[row, stretch][:, :, None], self.below[row, stretch][:, :, None])
        return Cast(cast.mean, np.maximum(middle + away * factor, 0.0))


def _table(found: dict[tuple[int, int], float], shape: tuple[int, int]) -> Floats:
    return np.array([[found[row, at] for at in range(shape[1])] for row in range(shape[0])])


def _widening(told: Cast, truth: Floats, rows: np.ndarray, level: int) -> float:
    """Factor on a quantile's distance from the median, so that outcomes lie beyond it as seldom as they should."""
    side = 1.0 if LEVELS[level] > 0.5 else -1.0
    reach = side * (told.quantiles[:, :, level] - told.quantiles[:, :, MIDDLE])
    strayed = side * (truth - told.quantiles[:, :, MIDDLE])
    usable = rows & (reach > 1e-9) & (strayed > 0)
    n = int(usable.sum())
    if n < FEWEST_STRAYED:
        return 1.0
    beyond = np.quantile(strayed[usable] / reach[usable], 1 - 2 * min(LEVELS[level], 1 - LEVELS[level]))
    return float(np.clip((beyond * n + PULL) / (n + PULL), *FACTORS))


def chances(cast: Cast, truth: Floats) -> Floats:
    """Where each outcome lies among its quantiles, `DRAWS` places spread evenly over the levels that it covers.

    An outcome of zero covers all levels whose quantile is zero. Shape (n, H, DRAWS), NaN where truth is.
    """
    knots = cast.quantiles
    below = (knots < truth[:, :, None] - 1e-9).sum(axis=2)
    upto = (knots <= truth[:, :, None] + 1e-9).sum(axis=2)
    covers = upto > below
    low = np.where(covers, GRID[below + 1] * (below > 0), _between(knots, truth, below))
    high = np.where(covers, np.where(upto == len(LEVELS), 1.0, GRID[upto]), low)
    places = (np.arange(DRAWS) + 0.5) / DRAWS
    found = low[:, :, None] + (high - low)[:, :, None] * places
    return np.where(np.isfinite(truth)[:, :, None], found, np.nan)


def _between(knots: Floats, truth: Floats, below: np.ndarray) -> Floats:
    """Level by straight lines between the quantiles on either side."""
    ends = np.concatenate([np.zeros_like(knots[:, :, :1]), knots, 1.5 * knots[:, :, -1:] + 1.0], axis=2)
    left = np.take_along_axis(ends, below[:, :, None], axis=2)[:, :, 0]
    right = np.take_along_axis(ends, below[:, :, None] + 1, axis=2)[:, :, 0]
    share = np.clip((truth - left) / np.maximum(right - left, 1e-9), 0, 1)
    return np.asarray(GRID[below] + share * np.diff(GRID)[below])


def _levels(chance: Floats, n: int) -> Floats:
    if not n:
        return np.array(LEVELS)
    found = np.quantile(chance, LEVELS)
    drawn = (found * n + np.array(LEVELS) * PULL) / (n + PULL)
    return np.asarray(np.clip(np.maximum.accumulate(drawn), 0.0005, 0.9995))
