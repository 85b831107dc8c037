"""How good the forecast would have been: the same code on the shop as it was known earlier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from shopwright.errors import TableError
from shopwright.forecast.combine import combine
from shopwright.forecast.members import Way
from shopwright.forecast.moving import HORIZONS
from shopwright.forecast.shop_panel import shop_panel
from shopwright.shop.demand import Demand
from shopwright.shop.history import History, history
from shopwright.shop.shop import Shop

__all__ = ["Score", "backtest", "earlier", "horizon_of", "score"]

DECILES = tuple(level / 10 for level in range(1, 10))


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy over one window, summed over SKUs and periods.

    Attributes:
        first: first day judged.
        n_periods: periods judged.
        wape: sum of absolute errors over units sold (0.5: off by half).
        wape_naive: the same for repeating the last period.
        bias: sum of errors over units sold; above zero means too high.
        wql: mean over deciles of twice the pinball loss over units sold (weighted quantile loss).
        coverage: share of outcomes inside the 80 % interval.
    """

    first: date
    n_periods: int
    wape: float
    wape_naive: float
    bias: float
    wql: float
    coverage: float


def backtest(
    shop: Shop, horizon: int = 0, *, windows: int = 1, now: History | None = None, seed: int = 0
) -> list[Score]:
    """Forecast from earlier days and compare with what was sold since, latest window first.

    Args:
        shop: the shop; each window uses `shop.until` of its own first day, so nothing later is seen.
        horizon: periods in a window; 0 takes the settings' or the usual one.
        windows: how many windows, one behind the other.
        now: the shop's history where the caller has it already.
        seed: of the forecasts.

    Returns:
        One score for each window that has enough history behind it; fewer than asked for on a young shop.
    """
    now = now or history(shop)
    horizon = horizon or horizon_of(shop, now)
    return [
        score(combine(shop_panel(seen, then, horizon), way=Way(seed)).demand, then, now)
        for seen, then in earlier(shop, now, horizon, windows)
    ]


def horizon_of(shop: Shop, now: History) -> int:
    """Periods ahead: the settings', else the usual one for their length."""
    return shop.settings.demand.horizon or HORIZONS[now.period]


def earlier(shop: Shop, now: History, horizon: int, windows: int) -> Iterator[tuple[Shop, History]]:
    """The shop and its history as a forecaster had them at the start of each window, latest first."""
    for window in range(1, windows + 1):
        cut = len(now.days) - window * horizon
        if cut < max(2 * horizon, 4):
            return
        try:
            seen = shop.until(now.days[cut] - timedelta(days=1))
            then = history(seen)
        except TableError:  # nothing was sold before: the shop is younger than that
            return
        if then.period != now.period or then.next_days(1)[0] != now.days[cut]:
            return  # with few sales behind it, the shop counted otherwise then
        yield seen, then


def score(demand: Demand, then: History, now: History) -> Score:
    """Accuracy of a forecast made from `then`, judged by `now`; periods out of stock are not judged."""
    cut = now.days.index(demand.days[0])
    span = slice(cut, cut + demand.horizon)
    truth = np.full((len(demand.skus), len(now.days[span])), np.nan)
    judged, rows = _shared(demand, now)
    truth[judged] = np.where(np.isnan(now.units[rows, span]), np.nan, now.sold[rows, span])
    total = float(np.nansum(truth)) or 1.0
    error = demand.mean[:, : truth.shape[1]] - truth
    last = np.nan_to_num(then.sold[:, -1])[:, None] - truth
    return Score(
        demand.days[0],
        truth.shape[1],
        float(np.nansum(np.abs(error))) / total,
        float(np.nansum(np.abs(last))) / total,
        float(np.nansum(error)) / total,
        _quantile_loss(demand, truth) / total,
        _coverage(demand, truth),
    )


def _shared(demand: Demand, now: History) -> tuple[list[int], list[int]]:
    """Rows of the SKUs in both; sales that were cancelled or sent back since can leave a SKU without any."""
    place = {sku: at for at, sku in enumerate(now.skus)}
    both = [(at, place[sku]) for at, sku in enumerate(demand.skus) if sku in place]
    return [at for at, _ in both], [row for _, row in both]


def _quantile_loss(demand: Demand, truth: np.ndarray) -> float:
    """Mean over deciles of 2 · Σ pinball loss."""
    losses = []
    for level in DECILES:
        miss = truth - demand.quantile(level)[:, : truth.shape[1]]
        losses.append(2 * float(np.nansum(np.maximum(level * miss, (level - 1) * miss))))
    return float(np.mean(losses))


def _coverage(demand: Demand, truth: np.ndarray) -> float:
    """Expected share of outcomes inside the 80 % interval under the randomised PIT (Czado, Gneiting & Held 2009).

    An outcome on which quantiles lie, zero for most slow sellers, has a stretch of levels to itself, whose ends lie
    somewhere between those quantiles and the next: in the middle, or at 0 for an outcome of zero. The part of the
    stretch inside (0.1, 0.9) counts.
    """
    told = np.rint(demand.quantiles) if demand.whole else demand.quantiles
    known = told[:, : truth.shape[1], :]
    edges = np.array([0.0, *demand.levels, 1.0])
    middles = (edges[:-1] + edges[1:]) / 2
    below = (known < truth[:, :, None]).sum(axis=2)
    upto = (known <= truth[:, :, None]).sum(axis=2)
    is_on = upto > below
    start = np.where(is_on, np.where(truth == 0, 0.0, middles[below]), edges[below])
    end = np.where(is_on, middles[upto], edges[upto + 1])
    inside = np.clip(np.minimum(end, 0.9) - np.maximum(start, 0.1), 0.0, None) / (end - start)
    return float(inside[np.isfinite(truth)].mean()) if np.isfinite(truth).any() else 0.0
