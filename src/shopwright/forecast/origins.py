"""Where a backtest stands: a shop, or a table of sales, as it was known at the start of each window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl

from shopwright.errors import TableError
from shopwright.forecast.covariates import NOT_COVARIATES
from shopwright.forecast.money import costs_of
from shopwright.forecast.moving import HORIZONS
from shopwright.forecast.panel import Panel
from shopwright.forecast.table import panel_of
from shopwright.shop.history import History, history
from shopwright.shop.periods import recorded_by
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Sales", "earlier", "earlier_sales", "horizon_of"]

LEAST = 4  # periods that have to lie before a window, and twice its own length


def horizon_of(shop: Shop, now: History) -> int:
    """Periods ahead: the settings', else the usual one for their length."""
    return shop.settings.demand.horizon or HORIZONS[now.period]


def earlier(shop: Shop, now: History, horizon: int, windows: int) -> Iterator[tuple[Shop, History]]:
    """The shop and its history as a forecaster had them at the start of each window, latest first."""
    for cut in _cuts(now, horizon, windows):
        try:
            seen = shop.until(now.days[cut] - timedelta(days=1))
            then = history(seen)
        except TableError:  # nothing was sold before: the shop is younger than that
            return
        if then.period != now.period or then.next_days(1)[0] != now.days[cut]:
            return  # with few sales behind it, the shop counted otherwise then
        yield seen, then


@dataclass(frozen=True, eq=False)
class Sales:
    """A table of sales with what goes with it, as `forecast` takes them; days are dates.

    Attributes:
        rows: sku, day, units and further columns.
        future: sku, day and the columns that are known ahead; rows of past days, where it has them, say what was known
            of days that have no sales.
        static: what does not change.
        country: ISO code whose holidays count.
        costs: sku, holding_cost, shortage_cost, as `read_costs` reads them; None where no money is known.
    """

    rows: pl.DataFrame
    future: pl.DataFrame | None
    static: pl.DataFrame | None
    country: str
    costs: pl.DataFrame | None = None


def earlier_sales(sales: Sales, now: History, horizon: int, windows: int) -> Iterator[Panel]:
    """Panels out of the rows before each window, latest first.

    Of the window itself only the columns known ahead are seen, of products sold before.
    """
    for cut in _cuts(now, horizon, windows):
        try:
            panel = _seen(sales, now, cut, horizon)
        except TableError:  # nothing was sold before
            return
        if panel.period != now.period or panel.known.days[-1] != now.days[cut - 1]:
            return
        yield panel


def _cuts(now: History, horizon: int, windows: int) -> Iterator[int]:
    """Periods known before each window."""
    for window in range(1, windows + 1):
        cut = len(now.days) - window * horizon
        if cut < max(2 * horizon, LEAST):
            return
        yield cut


def _seen(sales: Sales, now: History, cut: int, horizon: int) -> Panel:
    first = now.days[cut]
    end = now.days[cut + horizon] if cut + horizon < len(now.days) else now.next_days(1)[0]
    before = sales.rows.filter(pl.col(c.DAY) < first)  # a recorded week is of the month that it begins in
    future = None
    if sales.future is not None:
        told = [c.SKU, c.DAY, *(name for name in sales.future.columns if name not in NOT_COVARIATES)]
        both = pl.concat([sales.rows.select(told), sales.future.select(told)], how="vertical_relaxed")
        window = both.filter(pl.col(c.DAY).is_between(first, end, closed="left"))
        future = _ahead(window, before[c.SKU].unique().to_list(), told[2:])
    panel = panel_of(
        before, horizon, now.period, future, sales.static, sales.country,
        until=first - timedelta(days=1), recorded=recorded_by(sales.rows[c.DAY].unique()),
    )  # fmt: skip
    return panel if sales.costs is None else replace(panel, costs=costs_of(sales.costs, panel.skus))


def _ahead(window: pl.DataFrame, skus: list[str], told: Sequence[str]) -> pl.DataFrame:
    """What was known of the window, for each product and day, also where it has no row because nothing sold.

    Flags and words that are missing are those of most other products that day: were they left out, they would tell
    which days sold. Amounts stay missing, and so as they were last.
    """
    days = window[c.DAY].unique().sort()
    grid = pl.DataFrame({c.SKU: sorted(skus)}).join(days.to_frame(), how="cross")
    known = window.select(c.SKU, c.DAY, *told).unique([c.SKU, c.DAY], keep="last", maintain_order=True)
    whole = grid.join(known, on=[c.SKU, c.DAY], how="left", maintain_order="left")
    usual = [name for name in told if _is_flag(window[name])]
    return whole.with_columns(
        pl.col(name).fill_null(pl.col(name).drop_nulls().mode(maintain_order=True).first().over(c.DAY))
        for name in usual
    )


def _is_flag(values: pl.Series) -> bool:
    """Whether it holds words, or only yes and no."""
    if values.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Boolean):
        return True
    return bool(values.drop_nulls().cast(pl.Float64).is_in([0.0, 1.0]).all())
