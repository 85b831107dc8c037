"""Means, spreads and other facts of the latest periods, for every SKU and period at once or for those asked for.

All of them come from running sums, so a window of any length costs the same; periods that are not known are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.panel import Floats

__all__ = ["Windows", "exponential", "running", "since"]

Singles = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Windows:
    """Running sums over units of shape (n, T); what is told of period t includes t itself."""

    units: Floats

    @cached_property
    def is_known(self) -> NDArray[np.bool_]:
        """Whether units are known, shape (n, T)."""
        return np.isfinite(self.units)

    @cached_property
    def filled(self) -> Floats:
        """Units with zero where unknown, shape (n, T)."""
        return np.where(self.is_known, self.units, 0.0)

    @cached_property
    def _counts(self) -> Floats:
        return running(self.is_known)

    @cached_property
    def _sums(self) -> Floats:
        return running(self.filled)

    @cached_property
    def _squares(self) -> Floats:
        return running(self.filled**2)

    @cached_property
    def _sales(self) -> Floats:
        return running(self.filled > 0)

    def count(self, window: int) -> Floats:
        """Known periods among the latest `window`, shape (n, T)."""
        return _latest(self._counts, window)

    def mean(self, window: int) -> Floats:
        """Mean of the known ones among the latest `window` periods, shape (n, T); NaN where there is none."""
        return _ratio(_latest(self._sums, window), self.count(window))

    def between(self, newest: Numbers, window: int, rows: Numbers) -> Floats:
        """Mean of the `window` periods up to period `newest` of each of `rows`; NaN where none is known.

        Args:
            newest: number of a period for each row asked for; periods before the first are not known.
            window: periods.
            rows: number of a SKU for each row asked for.
        """
        return _ratio(_over(self._sums, newest, window, rows), self.known(newest, window, rows))

    def known(self, newest: Numbers, window: int, rows: Numbers) -> Floats:
        """How many of those periods are known."""
        return _over(self._counts, newest, window, rows)

    def deviation(self, newest: Numbers, window: int, rows: Numbers) -> Floats:
        """Their standard deviation; NaN where none is known."""
        squares = _ratio(_over(self._squares, newest, window, rows), self.known(newest, window, rows))
        return np.asarray(np.sqrt(np.maximum(squares - self.between(newest, window, rows) ** 2, 0.0)))

    def share_sold(self, newest: Numbers, window: int, rows: Numbers) -> Floats:
        """Share of them with sales; NaN where none is known."""
        return _ratio(_over(self._sales, newest, window, rows), self.known(newest, window, rows))


def _over(sums: Floats, newest: Numbers, window: int, rows: Numbers) -> Floats:
    last = sums.shape[1] - 1
    return np.asarray(sums[rows, np.clip(newest + 1, 0, last)] - sums[rows, np.clip(newest + 1 - window, 0, last)])


def running(values: NDArray[np.float64] | NDArray[np.bool_]) -> Floats:
    """Sums of each row over the periods so far, shape (n, T + 1): none, then the first, then the first two."""
    sums = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums


def _latest(sums: Floats, window: int) -> Floats:
    found = sums[:, 1:].copy()
    if window < found.shape[1]:
        found[:, window:] -= sums[:, 1:-window]
    return found


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))


def exponential(units: Floats, share: float) -> Floats:
    """Exponentially weighted mean, the newest period with weight `share`, shape (n, T); NaN before the first."""
    found = np.full(units.shape, np.nan)
    level = np.full(len(units), np.nan)
    for at in range(units.shape[1]):
        new = units[:, at]
        is_new = np.isfinite(new)
        level = np.where(is_new, np.where(np.isfinite(level), level + share * (new - level), new), level)
        found[:, at] = level
    return found


def since(happened: NDArray[np.bool_]) -> Floats:
    """Periods since it last happened, 0 in that period, shape (n, T); NaN before the first time."""
    places = np.arange(happened.shape[1])[None, :]
    last = np.maximum.accumulate(np.where(happened, places, -1), axis=1)
    found: Floats = np.where(last >= 0, places - last, np.nan).astype(np.float64)
    return found
