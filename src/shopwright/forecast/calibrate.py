"""Quantiles that keep their word: levels are moved to where outcomes really fell in windows tried before.

Split-conformal recalibration of the probability integral transform (Kuleshov et al. 2018; Czado et al. 2009 for
counts), per stretch of the horizon and class of volume; with few outcomes it is drawn towards no correction at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.panel import Floats

__all__ = ["Calibration", "chances"]

N_VOLUMES, N_STRETCHES = 3, 2
LEAST, PULL = 200, 100.0  # outcomes of a class to correct it by; those that "no correction" counts for
DRAWS = 5  # places tried inside the stretch of levels that one outcome covers
GRID = np.array([0.0, *LEVELS, 1.0])


@dataclass(frozen=True, eq=False)
class Calibration:
    """For each class the level at which to read off, so that outcomes lie below it as often as they should.

    Attributes:
        volumes: edges between classes of expected units, rising.
        read_at: levels to read off at `LEVELS`, shape (volumes + 1, stretches, levels).
    """

    volumes: Floats
    read_at: Floats

    @classmethod
    def learn(cls, casts: Sequence[Cast], truths: Sequence[Floats]) -> Calibration:
        """From windows, each of shape (n, H)."""
        mean = np.concatenate([cast.mean for cast in casts])
        chance = np.concatenate([chances(cast, truth) for cast, truth in zip(casts, truths, strict=True)])
        known = np.isfinite(chance).all(axis=2)
        volumes = (
            np.unique(np.quantile(mean[known], np.arange(1, N_VOLUMES) / N_VOLUMES)) if known.any() else np.zeros(0)
        )
        row = np.searchsorted(volumes, mean)
        stretch = np.broadcast_to(_stretches(mean.shape[1]), mean.shape)
        read_at = np.empty((len(volumes) + 1, N_STRETCHES, len(LEVELS)))
        for at in np.ndindex(read_at.shape[:2]):
            inside = known & (row == at[0]) & (stretch == at[1])
            inside = inside if inside.sum() >= LEAST else known & (row == at[0])
            read_at[at] = _levels(chance[inside].ravel(), int(inside.sum()))
        return cls(volumes, read_at)

    def apply(self, cast: Cast) -> Cast:
        """The cast with its quantiles read off at the corrected levels."""
        at = self.read_at[np.searchsorted(self.volumes, cast.mean), _stretches(cast.mean.shape[1])[None, :]]
        knots = _with_ends(cast.quantiles)
        left = np.clip(np.searchsorted(GRID, at, side="right") - 1, 0, len(GRID) - 2)
        share = (at - GRID[left]) / np.diff(GRID)[left]
        low, high = (np.take_along_axis(knots, left + by, axis=2) for by in (0, 1))
        return Cast(cast.mean, np.maximum.accumulate(low + share * (high - low), axis=2))


def chances(cast: Cast, truth: Floats) -> Floats:
    """Where each outcome lies among its quantiles, `DRAWS` places spread evenly over the levels that it covers.

    An outcome of zero covers all levels whose quantile is zero. Shape (n, H, DRAWS), NaN where truth is.
    """
    knots = _with_ends(cast.quantiles)[:, :, 1:-1]
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


def _with_ends(quantiles: Floats) -> Floats:
    """Quantiles with their ends at chances 0 and 1, as `Demand` reads them off."""
    top, bottom = quantiles[..., -1:], quantiles[..., :1]
    top = top + (top - quantiles[..., -2:-1]) / 2
    bottom = np.maximum(0.0, 2 * bottom - quantiles[..., 1:2])
    return np.concatenate([bottom, quantiles, top], axis=-1)


def _stretches(horizon: int) -> np.ndarray:
    """Number of the stretch each step of the horizon belongs to, near or far."""
    return np.arange(horizon) * N_STRETCHES // max(horizon, 1)


def _levels(chance: Floats, n: int) -> Floats:
    if not n:
        return np.array(LEVELS)
    found = np.quantile(chance, LEVELS)
    drawn = (found * n + np.array(LEVELS) * PULL) / (n + PULL)
    return np.asarray(np.clip(np.maximum.accumulate(drawn), 0.0005, 0.9995))
