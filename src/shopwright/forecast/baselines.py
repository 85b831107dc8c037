"""Forecasts that need no learning: they always run, and nothing that does not beat them is used."""

from __future__ import annotations

import numpy as np

from shopwright.forecast.columns import YEAR
from shopwright.forecast.feasts import periods_back
from shopwright.forecast.moving import levels
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.season import CYCLE, Season

__all__ = ["moving", "seasonal_naive"]


def seasonal_naive(panel: Panel) -> Floats:
    """Units of the same week day, week or month of the last cycle; the latest level where that is not known.

    A week near a moving feast is as the one that stood to it alike the time before, not as that of a year ago.
    """
    cycle = CYCLE[panel.period] if panel.period == "D" else YEAR[panel.period]
    t, horizon = panel.n_periods, panel.horizon
    level = levels(panel.known, np.ones(t))
    target = t + np.arange(horizon)
    source = target - cycle * (1 + (target - t) // cycle)
    if panel.period == "W":
        back = periods_back(panel.days, panel.period, panel.country)[t:]
        source = np.where((back > 0) & (target - back < t), target - back, source)
    known = np.where(source >= 0, panel.units[:, np.maximum(source, 0)], np.nan)
    return np.where(np.isfinite(known), known, level[:, None])


def moving(panel: Panel, *, use_season: bool) -> Floats:
    """Mean of moving averages over four windows, times the season that all products share."""
    known = panel.known
    season = Season.learn(known, panel.country) if use_season else Season.flat(panel.period)
    level = levels(known, season.of(known.days))
    return np.asarray(level[:, None] * season.of(known.next_days(panel.horizon))[None, :])
