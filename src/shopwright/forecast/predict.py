"""From a shop, or from a plain table of sales, to demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import cast

import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.backtest import Score, earlier, horizon_of, score
from shopwright.forecast.moving import HORIZONS, moving_average
from shopwright.i18n import t
from shopwright.settings import DemandSection, Settings
from shopwright.shop.demand import Demand, Period
from shopwright.shop.history import History, history
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Forecast", "forecast", "forecast_shop", "reaching"]


@dataclass(frozen=True, eq=False)
class Forecast:
    """A shop's demand with what it was made from.

    Attributes:
        demand: the forecast.
        known: the history behind it.
        scores: how the same forecaster did on the latest windows, latest first; empty on a young shop.
        uses_season: whether the shared season was used, decided on the window before the one judged.
    """

    demand: Demand
    known: History
    scores: tuple[Score, ...]
    uses_season: bool


def forecast_shop(shop: Shop, horizon: int = 0) -> Forecast:
    """Demand of every product of a shop, with its accuracy on the latest window.

    The shared season is used only where it did better (by weighted quantile loss) on the window before the latest, so
    that the latest one judges the choice; a shop with one window behind it decides and judges on that one.

    Raises:
        TableError: there are no sales to count.
    """
    known = history(shop)
    horizon = horizon or horizon_of(shop, known)
    least = shop.settings.demand.min_periods
    windows = list(earlier(shop, known, horizon, 2))

    def judged(then: History, *, use_season: bool) -> Score:
        tried = moving_average(then, horizon, min_periods=least, use_season=use_season)
        return score(tried, then, known)

    uses_season = bool(windows) and (
        judged(windows[-1], use_season=True).wql < judged(windows[-1], use_season=False).wql
    )
    scores = [judged(then, use_season=uses_season) for then in windows[:1]]
    demand = moving_average(known, horizon, min_periods=least, use_season=uses_season)
    return Forecast(demand, known, tuple(scores), uses_season)


def reaching(shop: Shop, made: Forecast, horizon: int) -> Demand:
    """The same forecast, at least `horizon` periods ahead; nothing is judged anew."""
    if horizon <= made.demand.horizon:
        return made.demand
    least = shop.settings.demand.min_periods
    return moving_average(made.known, horizon, min_periods=least, use_season=made.uses_season)


def forecast(sales: pl.DataFrame, horizon: int = 0, *, freq: Period = "W", min_periods: int = 8) -> Demand:
    """Demand from a plain table of sales.

    Args:
        sales: sku, day (a date, or text such as 2024-03-01), units and, where known, in_stock (whether it
            could be bought that day).
        horizon: periods ahead; 0: 28 days, 8 weeks or 3 months.
        freq: length of a period: D, W or M; sales recorded by week or month are not split into shorter ones.
        min_periods: periods of its own a product needs for its own spread.

    Raises:
        UsageError: a column is missing or cannot be read, the horizon is negative, or `freq` is none of these.
        TableError: there are no sales to count.
    """
    missing = [name for name in (c.SKU, c.DAY, c.UNITS) if name not in sales.columns]
    if missing or horizon < 0 or freq not in HORIZONS:
        raise UsageError(
            t("these sales cannot be forecast"),
            why=t(
                "missing columns: {columns}; horizon: {horizon}; period: {freq}",
                columns=", ".join(missing) or "-",
                horizon=horizon,
                freq=freq,
            ),
            fix=t("give sku, day and units, a horizon of 1 or more, and D, W or M as period"),
            code="USAGE-07",
        )
    try:
        shop = _as_shop(sales, freq)
    except (pl.exceptions.InvalidOperationError, pl.exceptions.ComputeError) as error:
        raise UsageError(
            t("these sales cannot be read"),
            why=str(error).splitlines()[0],
            fix=t("make day a date, units a number and in_stock yes or no"),
            code="USAGE-22",
        ) from error
    known = history(shop)
    return moving_average(known, horizon or HORIZONS[known.period], min_periods=min_periods)


def _as_shop(sales: pl.DataFrame, freq: Period) -> Shop:
    is_text = sales.schema[c.DAY] == pl.String
    days = sales.select(pl.col(c.DAY).str.to_date() if is_text else pl.col(c.DAY).cast(pl.Date)).to_series()
    sales = sales.with_columns(days)
    noon = pl.col(c.DAY).dt.combine(time(12)).dt.replace_time_zone("UTC")
    lines = sales.select(
        pl.int_range(pl.len()).cast(pl.String).alias(c.ORDER),
        pl.lit("1").alias(c.LINE),
        pl.col(c.SKU).cast(pl.String),
        noon.alias(c.AT),
        pl.col(c.UNITS).cast(pl.Float64),
    )
    tables = {"order_lines": lines}
    if "in_stock" in sales.columns:
        tables["stock"] = sales.select(
            pl.col(c.SKU).cast(pl.String),
            c.DAY,
            pl.col("in_stock").cast(pl.Boolean).alias(c.IS_IN_STOCK),
        )
    last = cast("date", days.max() or datetime.now(UTC).date())
    return Shop.of(tables, Settings(demand=DemandSection(period=freq))).until(last)
