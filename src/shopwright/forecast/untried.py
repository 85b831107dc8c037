"""What is known ahead and no window tried had, as a sale of once a year.

A blend that was chosen on windows without it says nothing of those that know it. Forecasters that read no such thing
then tell of an ordinary time; what they tell is multiplied by what the linear model, fitted to all of the history, says
of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.cast import Cast
from shopwright.forecast.given import inside
from shopwright.forecast.known import mean_known
from shopwright.forecast.linear import Linear
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.regressors import PART_OF, PROMOTIONS
from shopwright.forecast.season import Season
from shopwright.forecast.trials import Trial
from shopwright.shop.demand import Period

__all__ = ["Untried", "added", "multiplied", "untried", "was_tried"]

MOST_MOVED = 4.0  # times its deviation in the windows that a covariate may lie off ahead and still be judged by them
MOST = 4.0  # factor
LITTLE = 0.25  # units a period beside which what moves is told: of next to nothing, a multiple says nothing
# Forecasters that read nothing of what is known ahead. By week the season of all products, and what sold a year ago,
# hold the sales of last year's event already; by day only around feasts that move.
BLIND: dict[Period, tuple[str, ...]] = {
    "D": ("seasonal naive", "moving averages", "seasonal moving averages", "ets", "theta", "croston", "tsb"),
    "W": ("moving averages", "croston", "tsb"),
    "M": ("moving averages", "croston", "tsb"),
}
KNOW_FEASTS = ("seasonal moving averages", "ets", "theta")


@dataclass(frozen=True, eq=False)
class Untried:
    """What moves ahead and did not in the windows.

    Attributes:
        factor: what an ordinary time is to be multiplied by, shape (n, H).
        shares: of what is added so, by part, shape (n, H) each; they sum to one where something is.
        is_feast: periods in which the shared season goes by a feast, shape (H,).
    """

    factor: Floats
    shares: Mapping[str, Floats]
    is_feast: NDArray[np.bool_]

    def of(self, name: str) -> Floats:
        """The factor for a forecaster that is blind to it, shape (n, H): one where the season it knows holds it."""
        return np.where(self.is_feast & (name in KNOW_FEASTS), 1.0, self.factor)


def was_tried(values: Floats, first: int, n_periods: int) -> bool:
    """Whether a covariate moved in the windows, and lies not too far off ahead.

    Args:
        values: shape (n, T + H), or (n, T) for one that is known up to now.
        first: period that the first window begins with.
        n_periods: T.
    """
    tried, moved = (float(each.mean()) for each in _movements(values, first, n_periods))
    return tried > 0 and moved <= MOST_MOVED**2 * tried


def untried(panel: Panel, ends: Sequence[int], trials: Sequence[Trial]) -> Untried | None:
    """What moves ahead of a product and did not in the windows, as the linear model weighs it; None where nothing does.

    Args:
        panel: what is known.
        ends: periods known before each window.
        trials: of the forecasters, the linear model among them.
    """
    model = next((trial.model for trial in trials if isinstance(trial.model, Linear)), None)
    if model is None or not ends:
        return None
    moved: dict[str, Floats] = {}
    for name, values in panel.ahead.items():
        is_new = _is_new(values, ends[0], panel.n_periods) & np.isfinite(values[:, panel.n_periods :])
        if is_new.any():
            part = PART_OF.get(inside(name), inside(name))
            parts = {part, *PROMOTIONS} if name in PROMOTIONS else {part}
            moved[part] = moved.get(part, 0.0) + np.where(is_new, model.moved(parts, ends[0]), 0.0)
    total = np.asarray(sum(moved.values(), np.zeros((len(panel.skus), panel.horizon))))
    if not total.any():
        return None
    told, without = model.ahead(), model.ahead(total)
    factor = np.clip((told + LITTLE) / (without + LITTLE), 1 / MOST, MOST)
    shares = {part: np.divide(each, total, out=np.zeros_like(total), where=total != 0) for part, each in moved.items()}
    season, days = Season.learn(panel.known, panel.country), panel.days[panel.n_periods :]
    return Untried(np.where(total != 0, factor, 1.0), shares, season.of(days) != season.without_feasts().of(days))


def multiplied(trials: Sequence[Trial], by: Untried | None, period: Period) -> list[Trial]:
    """The trials, with that multiplied into the casts ahead of those that read nothing of it."""
    if by is None:
        return list(trials)
    return [_times(trial, by.of(trial.name)) if trial.name in BLIND[period] else trial for trial in trials]


def added(
    trials: Sequence[Trial], weights: Mapping[str, float], by: Untried | None, period: Period
) -> dict[str, Floats]:
    """Units that each part adds to the blend in this way over the horizon, shape (n,); together all of them."""
    if by is None:
        return {}
    blind = [trial for trial in trials if trial.name in BLIND[period]]
    more = sum(weights[each.name] * each.ahead.mean * (by.of(each.name) - 1) for each in blind)
    return {part: np.asarray((more * share).sum(axis=1)) for part, share in by.shares.items()}


def _times(trial: Trial, factor: Floats) -> Trial:
    return replace(trial, ahead=Cast(trial.ahead.mean * factor, trial.ahead.quantiles * factor[:, :, None]))


def _is_new(values: Floats, first: int, n_periods: int) -> NDArray[np.bool_]:
    """Products that a covariate will move by far more than it did in the windows, shape (n, 1)."""
    tried, moved = _movements(values, first, n_periods)
    return (moved > MOST_MOVED**2 * tried)[:, None]


def _movements(values: Floats, first: int, n_periods: int) -> tuple[Floats, Floats]:
    """Mean squares of how far a covariate lies from its mean in the windows, shape (n,): then, and ahead."""
    then, ahead = values[:, first:n_periods], values[:, n_periods:]
    usual = mean_known(then, axis=1, keepdims=True)
    tried, moved = (np.nan_to_num(mean_known((part - usual) ** 2, axis=1)) for part in (then, ahead))
    return tried, moved
