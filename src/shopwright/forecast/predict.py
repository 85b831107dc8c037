"""From a shop, or from a plain table of sales, to demand."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.asked import DECILES, check_shape
from shopwright.forecast.combine import Combined, combine
from shopwright.forecast.judged import Backtest, Score
from shopwright.forecast.judging import SHOWN, judge
from shopwright.forecast.kinds import check_without
from shopwright.forecast.members import MODELS, Way
from shopwright.forecast.moving import short_notes
from shopwright.forecast.named import is_named, ways_to_name
from shopwright.forecast.origins import earlier, horizon_of
from shopwright.forecast.shop_facts import shop_facts
from shopwright.forecast.shop_panel import Listen, shop_panel
from shopwright.forecast.table import panel_of
from shopwright.i18n import t
from shopwright.shop.arguments import check_executor, check_is, check_seed, listed
from shopwright.shop.demand import Demand, Period
from shopwright.shop.history import History, history
from shopwright.shop.shop import Shop

__all__ = ["DECILES", "Forecast", "check_asked", "check_run", "forecast", "forecast_shop", "judge_shop", "reaching"]


@dataclass(frozen=True, eq=False)
class Forecast:
    """A shop's demand with what it was made from.

    Attributes:
        demand: the forecast.
        known: the history behind it.
        tried: how the same forecaster did on the latest window; without scores on a young shop.
        uses_season: whether the yearly or weekly course of sales is part of it.
        made: forecasters, their weights and losses; None where the demand came from elsewhere.
        listen: what told more of the shop's products; see `forecast_shop`.
    """

    demand: Demand
    known: History
    tried: Backtest
    uses_season: bool
    made: Combined | None = None
    listen: Listen | None = None

    def __repr__(self) -> str:
        return f"<Forecast: {self.demand!r}, {self.tried!r}>"

    @property
    def scores(self) -> tuple[Score, ...]:
        """Scores of the windows tried, latest first."""
        return self.tried.scores


def forecast_shop(
    shop: Shop, horizon: int = 0, *, models: Sequence[str] = (), seed: int = 0, listen: Listen | None = None
) -> Forecast:
    """Demand of every product of a shop, with its accuracy on the latest window.

    That window was forecast by the same code from the shop as it was known before it.

    Args:
        shop: the shop.
        horizon: periods ahead; 0: the settings', else the usual one.
        models: forecasters to try beside the baselines; empty: all that suit.
        seed: of everything drawn.
        listen: tells what else is known of the products of a shop as it was on some evening, for instance by its
            reviews (`shopwright.strategy.foreseeing.listen`); the trees heed it where the windows tried speak for it.

    Raises:
        TableError: there are no sales to count.
        UsageError: it is no shop, or there is no such model.
    """
    check_asked(horizon, "W", DECILES, models)
    check_run(seed)
    known = history(shop)
    horizon = horizon or horizon_of(shop, known)
    made = combine(shop_panel(shop, known, horizon, listen), models=models, way=Way(seed, shop=shop.path))
    notes = {**short_notes(known, shop.settings.demand.min_periods), **made.demand.notes}
    tried = judge_shop(shop, known, horizon, 1, models=models, way=Way(seed), listen=listen)
    return Forecast(replace(made.demand, notes=notes), known, tried, made.uses_season, made, listen)


def judge_shop(  # noqa: PLR0913 - the arguments of `backtest`, by name
    shop: Shop,
    now: History,
    horizon: int,
    windows: int,
    *,
    models: Sequence[str] = (),
    shown: tuple[float, ...] = SHOWN,
    way: Way | None = None,
    executor: Executor | None = None,
    listen: Listen | None = None,
) -> Backtest:
    """A backtest of a shop's forecast on its latest windows; see `backtest`."""
    way = replace(way or Way(), shop=shop.path)
    made = (
        (combine(shop_panel(seen, then, horizon, listen), models=models, way=way, executor=executor), then)
        for seen, then in earlier(shop, now, horizon, windows)
    )
    facts = shop_facts(shop, now.period)
    return judge(made, now, horizon, facts, windows=windows, shown=shown, currency=shop.currency)


def reaching(shop: Shop, made: Forecast, horizon: int) -> Demand:
    """The same forecast, at least `horizon` periods ahead; nothing is judged anew."""
    check_is(made, Forecast, "made", t("a Forecast, as forecast_shop returns it"))
    if horizon <= made.demand.horizon:
        return made.demand
    return farther(shop, made.known, horizon, made.listen)


def farther(shop: Shop, known: History, horizon: int, listen: Listen | None = None) -> Demand:
    """Demand of a shop `horizon` periods ahead, for orders that take longer than its forecast reaches; not judged.

    Args:
        shop: the shop.
        known: its history.
        horizon: periods ahead.
        listen: as in `forecast_shop`.
    """
    return combine(shop_panel(shop, known, horizon, listen), way=Way(shop=shop.path)).demand


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
    without: Sequence[str] = (),
    seed: int = 0,
    executor: Executor | None = None,
) -> Demand:
    """Demand from a plain table of sales.

    Args:
        history: sku, day (a date, or text such as 2024-03-01), units and, where known, in_stock (whether it could be
            bought that day); every other column is a covariate, such as price or promotion. A day without a row is
            one without sales, but not known in a table that has rows of days without sales (`untold`); empty units are
            not known, and units far beyond all others of a SKU are left out; both are told in its notes.
        horizon: periods ahead; 0: 28 days, 8 weeks or 3 months.
        freq: length of a period: D, W or M; sales recorded by week or month are not split into shorter ones.
        future: sku, day and the covariates that are known ahead; the others are used only for what they were. A SKU
            that is here alone is taken for a launch.
        static: sku and what does not change: category, brand, title … With holding_cost (a unit left over, for one
            period) and shortage_cost (a unit missing), in money, forecasters are chosen by what ordering by them would
            have cost, else by their quantile loss.
        quantiles: levels that the demand's frame shows.
        country: ISO code whose public holidays count.
        models: forecasters to try beside the baselines; empty: all that suit.
        without: kinds of knowledge that the trees do without, as `ablation` names them.
        seed: of everything drawn; the same seed gives the same digits with any number of workers.
        executor: where forecasters run, any of `concurrent.futures` or of a cluster; None: here. Processes have to be
            spawned: forked ones wait for ever for the threads of LightGBM, if it ran here before.

    Raises:
        UsageError: a column is missing or cannot be read, the horizon is negative, a level lies outside (0, 1), `freq`,
            a model or a kind of knowledge is none of these, or an argument is of another kind.
        TableError: there are no sales to count.
    """
    check_asked(horizon, freq, quantiles, models)
    check_run(seed, executor)
    panel = panel_of(history, horizon, freq, future, static, country)
    check_without(panel, without)
    shown, way = tuple(sorted(set(quantiles))), Way(seed, without=frozenset(without))
    return combine(panel, models=models, shown=shown, way=way, executor=executor).demand


def check_asked(horizon: int, freq: str, quantiles: Sequence[float], models: Sequence[str]) -> None:
    """Refuse what cannot be forecast.

    Raises:
        UsageError: the horizon, the period, a level or a model is not possible (USAGE-06, 07, 25, 44).
    """
    check_shape(horizon, freq, quantiles)
    asked = listed(models, "models", t("names of forecasters, such as ('linear', 'boosted')"))
    unknown = [name for name in asked if name not in MODELS and not (isinstance(name, str) and is_named(name))]
    if unknown:
        raise UsageError(
            t("there is no forecaster {name}", name=repr(unknown[0])),
            why=t("there are: {names}", names=", ".join((*MODELS, *ways_to_name()))),
            fix=t("leave models out, or name some of these"),
            code="USAGE-44",
        )


def check_run(seed: int, executor: Executor | None = None) -> None:
    """Refuse a seed or an executor that cannot be (USAGE-25)."""
    check_seed(seed)
    check_executor(executor)
