"""Forecasters of the `classical` extra, from statsforecast: each product fitted for itself.

Exponential smoothing in state-space form (Hyndman et al. 2008), the dynamic optimised theta method (Fiorucci et al.
2016), and for sales now and then Croston's method (1972) and its variant for products that fade out (Teunter,
Syntetos & Babai 2011). They cannot skip a period, so one that says nothing of demand is filled by the level around it.
A product that cannot be fitted is told by the baseline that did best for it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import ExtraMissing
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.season import CYCLE, Season
from shopwright.forecast.windows import Windows
from shopwright.i18n import Text, t
from shopwright.shop.demand import Period

__all__ = ["CLASSICAL", "is_installed", "suited", "told", "why_not"]

LIBRARY, EXTRA = "statsforecast", "classical"
FEWEST = 8  # known periods without which nothing is fitted
LATEST: dict[Period, int] = {"D": 182, "W": 156, "M": 96}  # periods fitted to: longer ago says little and costs much
AROUND = 8  # known periods on either side that fill one that is not
HIGHEST = 4.0  # times the most a product ever sold in a period: beyond it a fit has run away
MOST_WORK = 400_000  # products x periods fitted to, over all fits of one: half a minute of one core
SPARSE = 0.5  # share of periods with sales below which products sell now and then
N_CYCLES = 2  # of a season that a product must show before it is told a season of its own


def _smoothing(season: int) -> Any:
    from statsforecast.models import AutoETS

    return AutoETS(season_length=season, model="ZNZ")  # no trend: as good, in a quarter of the time


def _theta(season: int) -> Any:
    from statsforecast.models import DynamicOptimizedTheta

    return DynamicOptimizedTheta(season_length=season)


def _croston(season: int) -> Any:
    from statsforecast.models import CrostonOptimized

    return CrostonOptimized()


def _fading(season: int) -> Any:
    from statsforecast.models import TSB

    return TSB(alpha_d=0.1, alpha_p=0.1)


CLASSICAL: Mapping[str, Callable[[int], Any]] = {
    "ets": _smoothing,
    "theta": _theta,
    "croston": _croston,
    "tsb": _fading,
}

UNASKED = ("ets", "theta")


def is_installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec(LIBRARY) is not None


def suited(panel: Panel, n_fits: int) -> tuple[str, ...]:
    """Those worth their time unasked: none without the extra, nor where `n_fits` fits of each product take long.

    Croston's method and TSB run only by name: on earlier windows of real spare parts a blend with them told too much.
    Where most periods are without sales the others tell no more than a moving average.
    """
    if not is_installed():
        return ()
    sold, known = np.nan_to_num(panel.units) > 0, np.isfinite(panel.units)
    sells = float(sold.sum()) / max(float(known.sum()), 1.0)
    work = len(panel.skus) * min(panel.n_periods, LATEST[panel.period]) * n_fits
    return UNASKED if sells >= SPARSE and work <= MOST_WORK else ()


def told(name: str, panel: Panel) -> tuple[Floats, NDArray[np.bool_]]:
    """Expected units of the H periods ahead, shape (n, H), and which products could be fitted, shape (n,).

    The rows of the others say only why, see `why_not`.

    Raises:
        ExtraMissing: the extra is not installed.
    """
    if not is_installed():
        raise ExtraMissing.of(LIBRARY, EXTRA)
    known = panel.known
    season = Season.learn(known, panel.country)
    here, ahead = season.of(known.days), season.of(known.next_days(panel.horizon))
    level = without_gaps(panel.units / here)
    most = np.nanmax(panel.units, axis=1, initial=1.0, where=np.isfinite(panel.units))
    mean = np.zeros((len(panel.skus), panel.horizon))
    for row, own in enumerate(level):
        mean[row] = _fitted(name, own[np.isfinite(own)][-LATEST[panel.period] :], panel) * ahead
    is_fitted = np.isfinite(mean).all(axis=1) & (np.nan_to_num(mean).max(axis=1, initial=0.0) <= HIGHEST * most)
    return np.maximum(np.nan_to_num(mean), 0.0), is_fitted


def why_not(panel: Panel, mean: Floats, row: int) -> Text:
    """Why a product could not be fitted, from what `told` says of it: a short history, a fit that ran away, or none."""
    units = panel.units[row]
    known = np.flatnonzero(np.isfinite(units))
    if not len(known) or len(units) - known[0] < FEWEST:
        return t("fewer than {n} periods since its first", n=FEWEST)
    most = max(float(np.nanmax(units)), 1.0)
    if mean[row].max(initial=0.0) > HIGHEST * most:
        return t(
            "it ran away, up to {peak:,.0f} a period where no more than {most:,.0f} ever sold",
            peak=float(mean[row].max()),
            most=most,
        )
    return t("its fit found no numbers")


def without_gaps(units: Floats) -> Floats:
    """Units with each gap filled by the mean level on its two sides; NaN before a product's first known period.

    Args:
        units: without season, shape (n, T), NaN where unknown.
    """
    before = Windows(units).mean(AROUND)
    after = Windows(units[:, ::-1]).mean(AROUND)[:, ::-1]
    usual = Windows(units).mean(units.shape[1])  # a gap longer than `AROUND`: the mean so far
    before = np.where(np.isfinite(before), before, usual)
    level = np.where(np.isfinite(after), (before + after) / 2, before)
    return np.asarray(np.where(np.isfinite(units), units, np.where(np.isfinite(usual), level, np.nan)))


def _fitted(name: str, units: Floats, panel: Panel) -> Floats:
    """What one product's model tells, shape (H,); NaN where it cannot be fitted."""
    nothing = np.full(panel.horizon, np.nan)
    if len(units) < FEWEST:
        return nothing
    cycle = CYCLE[panel.period] if panel.period != "W" else 1  # no model tells 52 weeks from a few years
    season = cycle if len(units) >= N_CYCLES * cycle + FEWEST else 1
    try:
        with np.errstate(all="ignore"):  # what it divides by zero is seen in what it tells
            return np.asarray(CLASSICAL[name](season).forecast(y=units, h=panel.horizon)["mean"], np.float64)
    except Exception:  # noqa: BLE001 - it raises nothing narrower for a series that it cannot fit; the caller says so
        return nothing
