"""The season that all products of a shop share: how one week of the year, or day of the week, differs from another.

With two or three years of history a single product cannot tell its season from chance; all of them together can. Weeks
around a feast that moves say nothing of their place in the year: once it was seen twice, or once and plainly, they have
a season of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.feast_effects import are_own, effects
from shopwright.forecast.feasts import Feast, feasts_near, weeks_near
from shopwright.forecast.known import mean_known
from shopwright.shop.demand import Period
from shopwright.shop.history import History
from shopwright.shop.periods import DAYS_IN

__all__ = ["CYCLE", "NEEDED", "Season", "after_first", "factors_of", "slots"]

CYCLE: dict[Period, int] = {"D": 7, "W": 52, "M": 12}
NEEDED: dict[Period, int] = {"D": 28, "W": 60, "M": 15}
LOWEST, HIGHEST = 0.25, 4.0
FEW = 0.1  # share of the SKUs that must be known for a period to count
BESIDE: dict[Period, int] = {"D": 57, "W": 13}  # periods beside one by which it is told whether a feast moved it
AROUND: dict[Period, int] = {"D": 57, "W": 52}  # periods around one whose mean is what it would be without a feast


@dataclass(frozen=True, eq=False)
class Season:
    """How periods differ, by their place in the cycle and by the feasts near them.

    Attributes:
        period: length of a period.
        places: factor of each place in the cycle, mean 1, shape (cycle,).
        feasts: the moving feasts that weeks may be near to; none for other periods.
        near: what the three weeks around each feast are times their place in the year, shape (3 · feasts,).
    """

    period: Period
    places: NDArray[np.float64]
    feasts: tuple[Feast, ...] = ()
    near: NDArray[np.float64] = field(default_factory=lambda: np.ones(0))

    @classmethod
    def flat(cls, period: Period) -> Season:
        """None: every period is as any other."""
        return cls(period, np.ones(CYCLE[period]))

    @classmethod
    def learn(cls, known: History, country: str = "") -> Season:
        """From all that is known; flat where the history is too short.

        Each SKU is scaled by its own mean first, so that the season is not that of the bestsellers alone; the index is
        then divided by its mean over one cycle, averaged by place, and smoothed over neighbouring weeks.

        Args:
            known: units by SKU and period.
            country: ISO code whose moving feasts count; empty: Easter.
        """
        period, place = known.period, slots(known.days, known.period)
        feasts = feasts_near(known.days, country, times=1) if period in AROUND and len(place) >= NEEDED[period] else ()
        if not feasts:
            return cls(period, factors_of(known.units, place, CYCLE[period], NEEDED[period]))
        index, week = _shop_index(known.units), weeks_near(known.days, period, feasts)
        near = _over(index, _centred_mean(np.where(week >= 0, np.nan, index), BESIDE[period]))
        is_own = are_own(near, week, 7 // DAYS_IN[period])
        of_cycle = _over(index, _centred_mean(index, CYCLE[period]))
        places = _by_place(np.where(is_own, np.nan, of_cycle), place, CYCLE[period])
        even = index / places[place]
        ratio = _over(even, _centred_mean(np.where(is_own, np.nan, even), AROUND[period]))
        factors = effects(np.where((week >= 0) & ~is_own, np.nan, ratio), week, 3 * len(feasts), 7 // DAYS_IN[period])
        return cls(period, places, feasts, np.clip(factors, LOWEST, HIGHEST))

    @property
    def is_flat(self) -> bool:
        """Whether no period differs from another."""
        return not bool(np.ptp(self.places) > 0)

    def without_feasts(self) -> Season:
        """By the place in the cycle alone."""
        return Season(self.period, self.places)

    def of(self, days: Sequence[date]) -> NDArray[np.float64]:
        """Factor of each period, shape (len(days),)."""
        found = np.asarray(self.places[slots(days, self.period)], np.float64)
        if not self.feasts:
            return found
        week = weeks_near(days, self.period, self.feasts)
        return np.asarray(np.where(week >= 0, self.near[week], 1.0) * found, np.float64)


def slots(days: Sequence[date], period: Period) -> np.ndarray:
    """Place of each period in its cycle: weekday, week of the year (0 to 51) or month, shape (len(days),)."""
    if period == "D":
        return np.array([day.weekday() for day in days])
    if period == "M":
        return np.array([day.month - 1 for day in days])
    return np.array([min((day.timetuple().tm_yday - 1) // 7, 51) for day in days])


def factors_of(units: NDArray[np.float64], place: NDArray[np.int64], cycle: int, needed: int) -> NDArray[np.float64]:
    """Factor of each place in the cycle, mean 1, shape (cycle,), from plain arrays.

    Args:
        units: shape (n, T), NaN where unknown.
        place: of each period in the cycle, shape (T,).
        cycle: places in it.
        needed: periods below which all factors are 1.
    """
    if units.shape[1] < needed:
        return np.ones(cycle)
    index = _shop_index(units)
    return _by_place(_over(index, _centred_mean(index, cycle)), place, cycle)


def _over(index: NDArray[np.float64], level: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(index, level, out=np.full(len(index), np.nan), where=level > 0), np.float64)


def _by_place(ratio: NDArray[np.float64], place: NDArray[np.int64], cycle: int) -> NDArray[np.float64]:
    raw = np.array([_middle(ratio[place == at]) for at in range(cycle)])
    if cycle == CYCLE["W"]:
        raw = _smooth(_between(raw))
    raw = np.clip(np.nan_to_num(raw, nan=1.0), LOWEST, HIGHEST)
    return np.asarray(raw / raw.mean(), np.float64)


def after_first(units: np.ndarray) -> np.ndarray:
    """Units without each SKU's first known period, shape as given.

    A SKU is known from there on because it sold then, so that period always sold something: counted in, it makes
    every product that sold once look like one that sells.
    """
    later = units.copy()
    later[np.arange(len(units)), np.isfinite(units).argmax(axis=1)] = np.nan
    return later


def _shop_index(units: np.ndarray) -> np.ndarray:
    """Mean over SKUs of units scaled by the square root of the SKU's mean: between one vote each and one per unit.

    A SKU's first period is left out, or a young shop would see a season in its launches. Periods in which few SKUs
    were known say nothing: NaN.
    """
    later = after_first(units)
    mean = mean_known(later, axis=1, keepdims=True)
    root = np.sqrt(np.where(mean > 0, mean, np.nan))
    scaled = later / root
    index = mean_known(scaled, axis=0)
    n_known = np.isfinite(scaled).sum(axis=0)
    index[n_known < FEW * n_known.max(initial=0)] = np.nan
    return index


def _centred_mean(index: np.ndarray, cycle: int) -> np.ndarray:
    """Mean over the cycle around each period; at the ends, over the nearest whole cycle."""
    windows = np.lib.stride_tricks.sliding_window_view(index, min(cycle, len(index)))
    start = np.clip(np.arange(len(index)) - cycle // 2, 0, len(windows) - 1)
    return mean_known(windows, axis=1)[start]


def _middle(values: np.ndarray) -> float:
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else float("nan")


def _between(raw: np.ndarray) -> np.ndarray:
    """Weeks that nothing is known of as on a line between those before and after, round the year."""
    known = np.flatnonzero(np.isfinite(raw))
    return np.interp(np.arange(len(raw)), known, raw[known], period=len(raw)) if len(known) else raw


def _smooth(raw: np.ndarray) -> np.ndarray:
    """Each week with half the weight of its two neighbours; missing ones are left out."""
    around = np.stack([np.roll(raw, 1), raw, np.roll(raw, -1)])
    weights = np.array([[0.5], [1.0], [0.5]]) * np.isfinite(around)
    total = weights.sum(axis=0)
    smooth = np.full(len(raw), np.nan)
    np.divide((np.nan_to_num(around) * weights).sum(axis=0), total, out=smooth, where=total > 0)
    return smooth
