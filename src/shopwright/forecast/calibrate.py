"""Quantiles that keep their word: widened or narrowed until outcomes of windows tried before fall where they should.

Split-conformal scaling (Romano, Patterson & Candès 2019, as a factor on the distance from the median), per stretch of
the horizon and class of volume; with few outcomes it is drawn towards no correction at all. It never moves the median:
in few windows all products may have sold more, or less, than expected together, which says little of the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.panel import Floats
from shopwright.forecast.surprise import without_surprise

__all__ = ["Calibration", "chances"]

N_VOLUMES, N_STRETCHES = 3, 2
LOW, MIDDLE, HIGH = LEVELS.index(0.1), LEVELS.index(0.5), LEVELS.index(0.9)
FACTORS, FEWEST_STRAYED = (0.3, 4.0), 40
LEAST, PULL = 200, 20.0  # outcomes of a class to correct it by; those that "no correction" counts for
DRAWS = 5  # places tried inside the stretch of levels that one outcome covers
GRID = np.array([0.0, *LEVELS, 1.0])


@dataclass(frozen=True, eq=False)
class Calibration:
    """For each class how much wider to tell quantiles.

    Attributes:
        volumes: edges between classes of expected units, rising.
        wider: factor on the distance from the median, shape (volumes + 1, stretches).
    """

    volumes: Floats
    wider: Floats

    @classmethod
    def learn(cls, casts: Sequence[Cast], truths: Sequence[Floats]) -> Calibration:
        """From windows, each of shape (n, H): the middle one of what each asks for, where each has enough outcomes.

        One window in which all products were restless would else widen every range for good.
        """
        truths = without_surprise([cast.mean for cast in casts], truths)
        told = Cast(np.concatenate([cast.mean for cast in casts]), np.concatenate([cast.quantiles for cast in casts]))
        truth = np.concatenate(truths)
        known = np.isfinite(truth)
        volumes = np.quantile(told.mean[known], np.arange(1, N_VOLUMES) / N_VOLUMES) if known.any() else np.zeros(0)
        start = cls(volumes, np.ones((len(volumes) + 1, N_STRETCHES)))
        asked = [start._asked(told, truth)]
        if min(int(np.isfinite(each).sum()) for each in truths) >= LEAST:
            asked += [start._asked(cast, each) for cast, each in zip(casts, truths, strict=True)]
        return replace(start, wider=np.median(asked, axis=0))

    def _asked(self, told: Cast, truth: Floats) -> Floats:
        """The factors that outcomes ask for, shape of `wider`."""
        found = np.ones_like(self.wider)
        for at, rows in self._classes(told, np.isfinite(truth)).items():
            sides = [_widening(told, truth, rows, level) for level in (LOW, HIGH)]
            found[at] = np.mean([side for side in sides if side is not None] or [1.0])
        return found

    def apply(self, cast: Cast) -> Cast:
        """The cast with its quantiles at the corrected distance from their median."""
        row, stretch = self._class_of(cast)
        middle = cast.quantiles[:, :, MIDDLE : MIDDLE + 1]
        told = middle + (cast.quantiles - middle) * self.wider[row, stretch][:, :, None]
        return Cast(cast.mean, np.maximum(told, 0.0))

    def _class_of(self, cast: Cast) -> tuple[np.ndarray, np.ndarray]:
        stretch = np.arange(cast.mean.shape[1]) * N_STRETCHES // max(cast.mean.shape[1], 1)
        return np.searchsorted(self.volumes, cast.mean), np.broadcast_to(stretch, cast.mean.shape)

    def _classes(self, cast: Cast, known: np.ndarray) -> dict[tuple[int, int], np.ndarray]:
        """Which outcomes say something of each class: its own, or with few of them those of like volume, or all."""
        row, stretch = self._class_of(cast)
        found = {}
        for at in np.ndindex(self.wider.shape):
            same = known & (row == at[0])
            own = same & (stretch == at[1])
            found[at[0], at[1]] = own if own.sum() >= LEAST else same if same.sum() >= LEAST else known
        return found


def _widening(told: Cast, truth: Floats, rows: np.ndarray, level: int) -> float | None:
    """Factor on a quantile's distance from the median, so that outcomes lie beyond it as seldom as they should.

    Of all outcomes, those at the median counted: with 70 % zeros only three in ten lie above it. None where a side has
    too few to tell.
    """
    side = 1.0 if LEVELS[level] > 0.5 else -1.0
    reach = side * (told.quantiles[:, :, level] - told.quantiles[:, :, MIDDLE])
    strayed = side * (truth - told.quantiles[:, :, MIDDLE])
    told_of = rows & (reach > 1e-9)
    usable = told_of & (strayed > 0)
    n = int(usable.sum())
    if n < FEWEST_STRAYED:
        return None
    share = min(LEVELS[level], 1 - LEVELS[level]) * int(told_of.sum()) / n
    beyond = np.quantile(strayed[usable] / reach[usable], max(1 - share, 0.0))
    return float(np.clip((beyond * n + PULL) / (n + PULL), *FACTORS))


def chances(cast: Cast, truth: Floats, half: float = 0.0) -> Floats:
    """Where each outcome lies among its quantiles, `DRAWS` places spread evenly over the levels that it covers.

    A count stands for the half unit on either side of it; an outcome of zero covers all levels whose quantile is less
    than that. Shape (n, H, DRAWS), NaN where truth is.

    Args:
        cast: what was told.
        truth: outcomes, shape (n, H).
        half: 0.5 for counts, 0 for amounts.
    """
    knots = cast.quantiles
    below = (knots < (truth - half)[:, :, None] - 1e-9).sum(axis=2)
    upto = (knots <= (truth + half)[:, :, None] + 1e-9).sum(axis=2)
    low = np.where((below == 0) & (upto > 0), 0.0, _between(knots, truth - half, below))
    high = np.where((upto == len(LEVELS)) & (below < upto), 1.0, _between(knots, truth + half, upto))
    places = (np.arange(DRAWS) + 0.5) / DRAWS
    found = low[:, :, None] + np.maximum(high - low, 0.0)[:, :, None] * places
    return np.where(np.isfinite(truth)[:, :, None], found, np.nan)


def _between(knots: Floats, units: Floats, below: np.ndarray) -> Floats:
    """Level of units that lie above `below` of the quantiles, by straight lines between them."""
    ends = np.concatenate([np.zeros_like(knots[:, :, :1]), knots, 1.5 * knots[:, :, -1:] + 1.0], axis=2)
    left = np.take_along_axis(ends, below[:, :, None], axis=2)[:, :, 0]
    right = np.take_along_axis(ends, below[:, :, None] + 1, axis=2)[:, :, 0]
    share = np.clip((units - left) / np.maximum(right - left, 1e-9), 0, 1)
    return np.asarray(GRID[below] + share * np.diff(GRID)[below])
