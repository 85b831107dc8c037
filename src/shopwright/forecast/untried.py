"""What is known ahead and no window tried had, as a sale of once a year.

A blend that was chosen on windows without it says nothing of those that know it. Forecasters that read no such thing
then tell of an ordinary time; what they tell is multiplied by what the linear model, fitted to all of the history, says
of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from shopwright.forecast.cast import Cast
from shopwright.forecast.given import inside
from shopwright.forecast.known import mean_known
from shopwright.forecast.linear import Linear
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.regressors import PART_OF
from shopwright.forecast.trials import Trial
from shopwright.shop.demand import Period

__all__ = ["added", "factors", "multiplied", "was_tried"]

MOST_MOVED = 4.0  # times its deviation in the windows that a covariate may lie off ahead and still be judged by them
MOST = 4.0  # factor
# Forecasters that read nothing of what is known ahead. By week the season of all products, and what sold a year ago,
# hold the sales of last year's event already.
BLIND: dict[Period, tuple[str, ...]] = {
    "D": ("seasonal naive", "moving averages", "seasonal moving averages", "ets", "theta", "croston", "tsb"),
    "W": ("moving averages", "croston", "tsb"),
    "M": ("moving averages", "croston", "tsb"),
}


def was_tried(values: Floats, first: int, n_periods: int) -> bool:
    """Whether a covariate moved in the windows, and lies not too far off ahead.

    Args:
        values: shape (n, T + H), or (n, T) for one that is known up to now.
        first: period that the first window begins with.
        n_periods: T.
    """
    tried, moved = _movements(values, first, n_periods)
    return tried > 0 and moved <= MOST_MOVED**2 * tried


def factors(panel: Panel, ends: Sequence[int], trials: Sequence[Trial]) -> dict[str, Floats]:
    """For each part that moves ahead and was not tried, what an ordinary time is to be multiplied by, shape (n, H)."""
    model = next((trial.model for trial in trials if isinstance(trial.model, Linear)), None)
    if model is None or not ends:
        return {}
    found = {}
    for name, values in panel.ahead.items():
        tried, moved = _movements(values, ends[0], panel.n_periods)
        if moved > MOST_MOVED**2 * tried:
            part = PART_OF.get(inside(name), inside(name))
            found[part] = np.clip(model.factor_of(part, ends[0]), 1 / MOST, MOST)
    return {part: factor for part, factor in found.items() if (factor != 1).any()}


def multiplied(trials: Sequence[Trial], by: Mapping[str, Floats], period: Period) -> list[Trial]:
    """The trials, those that read nothing of what is known ahead with it multiplied into their casts ahead."""
    factor = np.prod([*by.values()], axis=0) if by else 1.0
    return [
        replace(trial, ahead=Cast(trial.ahead.mean * factor, trial.ahead.quantiles * np.expand_dims(factor, -1)))
        if by and trial.name in BLIND[period]
        else trial
        for trial in trials
    ]


def added(
    trials: Sequence[Trial], weights: Mapping[str, float], by: Mapping[str, Floats], period: Period
) -> dict[str, Floats]:
    """Units that each part adds to the blend in this way over the horizon, shape (n,); together all of them."""
    found = {part: np.zeros(factor.shape[0]) for part, factor in by.items()}
    for trial in trials:
        if trial.name in BLIND[period]:
            mean = weights.get(trial.name, 0.0) * trial.ahead.mean
            for part, factor in by.items():
                found[part] += (mean * (factor - 1)).sum(axis=1)
                mean = mean * factor
    return found


def _movements(values: Floats, first: int, n_periods: int) -> tuple[float, float]:
    """Mean squares of how far a covariate lies from what it usually was in the windows: then, and ahead."""
    then, ahead = values[:, first:n_periods], values[:, n_periods:]
    usual = mean_known(then, axis=1, keepdims=True)
    tried, moved = (float(np.nan_to_num((part - usual) ** 2).mean()) if part.size else 0.0 for part in (then, ahead))
    return tried, moved
