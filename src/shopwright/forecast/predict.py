"""From a shop, or from a plain table of sales, to demand."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.backtest import Score, earlier, horizon_of, score
from shopwright.forecast.combine import Combined, combine
from shopwright.forecast.members import MODELS, Way
from shopwright.forecast.moving import HORIZONS, short_notes
from shopwright.forecast.shop_panel import shop_panel
from shopwright.forecast.table import panel_of
from shopwright.i18n import t
from shopwright.shop.demand import Demand, Period
from shopwright.shop.history import History, history
from shopwright.shop.shop import Shop

__all__ = ["DECILES", "Forecast", "forecast", "forecast_shop", "reaching"]

DECILES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, eq=False)
class Forecast:
    """A shop's demand with what it was made from.

    Attributes:
        demand: the forecast.
        known: the history behind it.
        scores: how the same forecaster did on the latest windows, latest first; empty on a young shop.
        uses_season: whether the yearly or weekly course of sales is part of it.
        made: forecasters, their weights and losses; None where the demand came from elsewhere.
    """

    demand: Demand
    known: History
    scores: tuple[Score, ...]
    uses_season: bool
    made: Combined | None = None


def forecast_shop(shop: Shop, horizon: int = 0, *, seed: int = 0) -> Forecast:
    """Demand of every product of a shop, with its accuracy on the latest window.

    That window was forecast by the same code from the shop as it was known before it.

    Raises:
        TableError: there are no sales to count.
    """
    known = history(shop)
    horizon = horizon or horizon_of(shop, known)
    made = combine(shop_panel(shop, known, horizon), way=Way(seed))
    notes = {**short_notes(known, shop.settings.demand.min_periods), **made.demand.notes}
    scores = []
    for then_shop, then in earlier(shop, known, horizon, 1):
        tried = combine(shop_panel(then_shop, then, horizon), way=Way(seed)).demand
        scores.append(score(tried, then, known))
    return Forecast(replace(made.demand, notes=notes), known, tuple(scores), made.uses_season, made)


def reaching(shop: Shop, made: Forecast, horizon: int) -> Demand:
    """The same forecast, at least `horizon` periods ahead; nothing is judged anew."""
    if horizon <= made.demand.horizon:
        return made.demand
    return combine(shop_panel(shop, made.known, horizon)).demand


def forecast(  # noqa: PLR0913 - tables, and how to forecast, by name
    history: pl.DataFrame,
    horizon: int = 0,
    freq: Period = "W",
    *,
    future: pl.DataFrame | None = None,
    static: pl.DataFrame | None = None,
    quantiles: Sequence[float] = DECILES,
    country: str = "",
    models: Sequence[str] = (),
    seed: int = 0,
    executor: Executor | None = None,
) -> Demand:
    """Demand from a plain table of sales.

    Args:
        history: sku, day (a date, or text such as 2024-03-01), units and, where known, in_stock (whether it could be
            bought that day); every other column is a covariate, such as price or promotion. A day without a row is
            one without sales; empty units are not known.
        horizon: periods ahead; 0: 28 days, 8 weeks or 3 months.
        freq: length of a period: D, W or M; sales recorded by week or month are not split into shorter ones.
        future: sku, day and the covariates that are known ahead; the others are used only for what they were. A SKU
            that is here alone is taken for a launch.
        static: sku and what does not change: category, brand, title …
        quantiles: levels that the demand's frame shows.
        country: ISO code whose public holidays count.
        models: forecasters to try beside the baselines; empty: all that suit.
        seed: of everything drawn; the same seed gives the same digits with any number of workers.
        executor: where forecasters run, any of `concurrent.futures` or of a cluster; None: here. Processes have to be
            spawned: forked ones wait for ever for the threads of LightGBM, if it ran here before.

    Raises:
        UsageError: a column is missing or cannot be read, the horizon is negative, a level lies outside (0, 1), or
            `freq` or a model is none of these.
        TableError: there are no sales to count.
    """
    _check(horizon, freq, quantiles, models)
    panel = panel_of(history, horizon, freq, future, static, country)
    shown = tuple(sorted(set(quantiles)))
    return combine(panel, models=models, shown=shown, way=Way(seed), executor=executor).demand


def _check(horizon: int, freq: str, quantiles: Sequence[float], models: Sequence[str]) -> None:
    if horizon < 0 or freq not in HORIZONS:
        raise UsageError(
            t("these sales cannot be forecast"),
            why=t("horizon: {horizon}; period: {freq}", horizon=horizon, freq=freq),
            fix=t("give a horizon of 1 or more, or 0 for the usual one, and D, W or M as period"),
            code="USAGE-07",
        )
    outside = [level for level in quantiles if not 0 < level < 1]
    if outside or not len(quantiles):
        raise UsageError(
            t("there is no quantile {q}", q=", ".join(f"{level:g}" for level in outside) or "-"),
            why=t("a level is a chance between 0 and 1, both left out"),
            fix=t("0.9 is the amount that is enough nine times out of ten"),
            code="USAGE-06",
        )
    unknown = [name for name in models if name not in MODELS]
    if unknown:
        raise UsageError(
            t("there is no forecaster {name}", name=repr(unknown[0])),
            why=t("there are: {names}", names=", ".join(MODELS)),
            fix=t("leave models out, or name some of these"),
            code="USAGE-44",
        )
