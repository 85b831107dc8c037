"""How far sales stray from what was expected of them: quantiles for a forecaster that tells only a mean.

What matters is the ratio of sales to expectation. It is learned from windows in which the forecaster was tried, in
cells of products that are alike in volume and restlessness, and from each product's own last year; the two are mixed
by how much of its own a product has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.panel import Floats
from shopwright.shop.demand import Period

__all__ = ["Spread", "own_ratios"]

YEAR: dict[Period, int] = {"D": 182, "W": 52, "M": 24}
N_VOLUMES, N_RESTLESS = 8, 3
LEAST = 60  # ratios in a cell; cells with fewer are joined to the next
PULL = 40.0  # periods of its own after which a product's last year counts as much as its cell


@dataclass(frozen=True, eq=False)
class Spread:
    """Quantiles of sales over expectation, by cell.

    Attributes:
        volumes: edges between cells by expected units, rising.
        restless: edges by the product's own coefficient of variation, rising.
        ratios: quantiles at `LEVELS`, shape (volumes + 1, restless + 1, levels).
    """

    volumes: Floats
    restless: Floats
    ratios: Floats

    @classmethod
    def learn(cls, mean: Floats, truth: Floats, restless: Floats) -> Spread:
        """From windows in which the mean was told and the truth is known, all of shape (m,)."""
        known = np.isfinite(truth) & (mean > 0)
        mean, truth, restless = mean[known], truth[known], restless[known]
        n_volumes = int(np.clip(len(mean) // (LEAST * N_RESTLESS), 1, N_VOLUMES))
        n_restless = N_RESTLESS if len(mean) >= LEAST * N_RESTLESS else 1
        volumes = _edges(mean, n_volumes)
        unrest = _edges(restless, n_restless)
        rows, columns = np.searchsorted(volumes, mean), np.searchsorted(unrest, restless)
        found = np.empty((len(volumes) + 1, len(unrest) + 1, len(LEVELS)))
        for row, column in np.ndindex(found.shape[:2]):
            inside = (rows == row) & (columns == column)
            inside = inside if inside.sum() >= LEAST // 2 else rows == row
            inside = inside if inside.any() else np.ones(len(mean), bool)
            found[row, column] = _ratio_quantiles(mean[inside], truth[inside])
        return cls(volumes, unrest, found)

    @classmethod
    def usual(cls) -> Spread:
        """Where no window could be tried: sales of up to three times what was expected."""
        return cls(np.zeros(0), np.zeros(0), _ratio_quantiles(np.zeros(0), np.zeros(0))[None, None, :])

    def around(self, mean: Floats, restless: Floats, own: Floats, n_own: Floats) -> Cast:
        """Quantiles around a mean of shape (n, H).

        Args:
            mean: expected units.
            restless: each product's coefficient of variation, shape (n,).
            own: quantiles of each product's own ratios, shape (n, levels).
            n_own: periods they are from, shape (n,).
        """
        cell = self.ratios[np.searchsorted(self.volumes, mean), np.searchsorted(self.restless, restless)[:, None]]
        share = (n_own / (n_own + PULL))[:, None, None]
        ratios = share * own[:, None, :] + (1 - share) * cell
        return Cast(mean, np.maximum.accumulate(np.maximum(ratios, 0.0), axis=2) * mean[:, :, None])


def _edges(values: Floats, n: int) -> Floats:
    return np.asarray(np.unique(np.quantile(values, np.arange(1, n) / n)) if len(values) and n > 1 else np.zeros(0))


def _ratio_quantiles(mean: Floats, truth: Floats) -> Floats:
    if not len(mean):
        return np.asarray(np.interp(LEVELS, (0.0, 0.5, 1.0), (0.0, 1.0, 3.0)))
    return np.asarray(np.quantile(truth / mean, LEVELS))


def own_ratios(units: Floats, season: Floats, period: Period) -> tuple[Floats, Floats, Floats]:
    """Quantiles of each product's last year over its mean, without season; how many periods; how restless.

    Args:
        units: shape (n, T), NaN where unknown.
        season: factor of each of the T periods, shape (T,).
        period: their length.

    Returns:
        Shapes (n, levels), (n,) and (n,).
    """
    recent = (units / season)[:, -YEAR[period] :]
    n = np.isfinite(recent).sum(axis=1)
    total = np.nansum(recent, axis=1)
    mean = np.divide(total, n, out=np.ones(len(n)), where=total > 0)
    ratios = np.where(np.isfinite(recent) & (total > 0)[:, None], recent / mean[:, None], np.nan)
    square = np.nansum(ratios**2, axis=1) / np.maximum(n, 1)
    restless = np.sqrt(np.maximum(square - 1, 0.0))
    return _row_quantiles(ratios), np.where(total > 0, n, 0).astype(float), restless


def _row_quantiles(values: Floats) -> Floats:
    """Quantiles of the known values of each row, shape (n, levels): numpy's, all rows in one go; 1 where none is."""
    rising = np.sort(values, axis=1)
    n = np.isfinite(values).sum(axis=1)
    place = np.array(LEVELS)[None, :] * np.maximum(n - 1, 0)[:, None]
    below = place.astype(int)
    low = np.take_along_axis(rising, below, axis=1)
    high = np.take_along_axis(rising, np.minimum(below + 1, np.maximum(n - 1, 0)[:, None]), axis=1)
    return np.asarray(np.nan_to_num(low + (place - below) * (high - low), nan=1.0))
