"""Where a backtest stands: a shop, or a table of sales, as it was known at the start of each window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import cast

import polars as pl

from shopwright.errors import TableError
from shopwright.forecast.covariates import NOT_COVARIATES
from shopwright.forecast.money import costs_of
from shopwright.forecast.moving import HORIZONS
from shopwright.forecast.panel import Panel
from shopwright.forecast.table import panel_of
from shopwright.forecast.told_ahead import ToldAhead, as_usual, own_flags, told_ahead
from shopwright.shop.demand import Period
from shopwright.shop.history import History, history
from shopwright.shop.periods import DAYS_IN, recorded_by
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Sales", "earlier", "earlier_sales", "horizon_of", "untold_flags"]

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

    @cached_property
    def recorded(self) -> Period:
        """How the rows are dated."""
        return recorded_by(self.rows[c.DAY].unique())

    def ahead(self, now: History, cut: int, horizon: int) -> ToldAhead | None:
        """What was known ahead of the window after `cut` periods, of products sold before; None without `future`."""
        if self._both is None:
            return None
        first = now.days[cut]
        end = now.days[cut + horizon] if cut + horizon < len(now.days) else now.next_days(1)[0]
        skus = self.rows.filter(pl.col(c.DAY) < first)[c.SKU].unique().to_list()
        window = self._both.filter(pl.col(c.DAY).is_between(first, end, closed="left"), pl.col(c.SKU).is_in(skus))
        told = told_ahead(window, skus, self._own, (end - first).days // DAYS_IN[self.recorded])
        return replace(told, rows=pl.concat([self._told_before(first, skus), told.rows], how="vertical_relaxed"))

    def _told_before(self, first: date, skus: list[str]) -> pl.DataFrame:
        """Rows of `future` of days before the window: what was known of days that have no row of their own."""
        told = cast("pl.DataFrame", self.future)
        told = told.select(name for name in told.columns if name in (c.SKU, c.DAY) or name not in NOT_COVARIATES)
        return told.select(c.SKU, c.DAY, pl.exclude(c.SKU, c.DAY)).filter(
            pl.col(c.DAY) < first, pl.col(c.SKU).is_in(skus)
        )

    @cached_property
    def _both(self) -> pl.DataFrame | None:
        """What both tables tell of the columns known ahead."""
        if self.future is None:
            return None
        told = [c.SKU, c.DAY, *(name for name in self.future.columns if name not in NOT_COVARIATES)]
        return pl.concat([self.rows.select(told), self.future.select(told)], how="vertical_relaxed")

    @cached_property
    def _own(self) -> dict[str, bool]:
        return {} if self._both is None else own_flags(self._both, self._both.columns[2:])


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


def untold_flags(sales: Sales, now: History, horizon: int, windows: int) -> list[str]:
    """Columns known ahead that some window leaves out for products that lack rows of its days; see `told_ahead`."""
    found = [sales.ahead(now, cut, horizon) for cut in _cuts(now, horizon, windows)]
    return sorted({name for each in found if each is not None for name in each.untold})


def _seen(sales: Sales, now: History, cut: int, horizon: int) -> Panel:
    first = now.days[cut]
    before = sales.rows.filter(pl.col(c.DAY) < first)  # a recorded week is of the month that it begins in
    told = sales.ahead(now, cut, horizon)
    panel = panel_of(
        before, horizon, now.period, None if told is None else told.rows, sales.static, sales.country,
        until=first - timedelta(days=1), recorded=sales.recorded,
    )  # fmt: skip
    panel = panel if told is None else as_usual(panel, told.untold)
    return panel if sales.costs is None else replace(panel, costs=costs_of(sales.costs, panel.skus))
