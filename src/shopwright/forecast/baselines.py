"""Forecasts that need no learning: they always run, and nothing that does not beat them is used."""

from __future__ import annotations

import numpy as np

from shopwright.forecast.columns import YEAR
from shopwright.forecast.moving import levels
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.season import CYCLE, factors, slots

__all__ = ["moving", "seasonal_naive"]


def seasonal_naive(panel: Panel) -> Floats:
    """Units of the same week day, week or month of the last cycle; the latest level where that is not known."""
    cycle = CYCLE[panel.period] if panel.period == "D" else YEAR[panel.period]
    t, horizon = panel.n_periods, panel.horizon
    level = levels(panel.known, np.ones(t))
    target = t + np.arange(horizon)
    source = target - cycle * (1 + (target - t) // cycle)
    known = np.where(source >= 0, panel.units[:, np.maximum(source, 0)], np.nan)
    return np.where(np.isfinite(known), known, level[:, None])


def moving(panel: Panel, *, use_season: bool) -> Floats:
    """Mean of moving averages over four windows, times the season that all products share."""
    known = panel.known
    season = factors(known) if use_season else np.ones(CYCLE[panel.period])
    level = levels(known, season[slots(known.days, panel.period)])
    return np.asarray(level[:, None] * season[slots(known.next_days(panel.horizon), panel.period)][None, :])
