"""From plain tables of sales, of what is known ahead and of products, to a panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.errors import TableError
from shopwright.forecast.calendar import check_country
from shopwright.forecast.covariates import covariates
from shopwright.forecast.money import COSTS, costs_of, costs_told
from shopwright.forecast.moving import HORIZONS
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.reading import read_future
from shopwright.forecast.shut import was_shut
from shopwright.forecast.traits import traits, words_of
from shopwright.forecast.untold import untold, untold_notes
from shopwright.i18n import Text, t
from shopwright.shop.demand import Period
from shopwright.shop.history import History
from shopwright.shop.left_out import cleaned, without_hidden
from shopwright.shop.notes import joined
from shopwright.shop.periods import DAYS_IN, number_of, recorded_by, shift, starts_of
from shopwright.shop.sales import IN_STOCK, as_frame, read_sales
from shopwright.shop.schema import names as c

__all__ = ["panel_of"]

ROW, NUMBER = "__row", "__number"
OUT, EMPTY, HIDDEN, THERE = "__out", "__empty", "__hidden", "__there"
MOSTLY_OUT = 0.5  # share of a period without stock above which its sales say nothing about demand


def panel_of(
    sales: pl.DataFrame,
    horizon: int,
    freq: Period,
    future: pl.DataFrame | None = None,
    static: pl.DataFrame | None = None,
    country: str = "",
    *,
    until: date | None = None,
    recorded: Period | None = None,
) -> Panel:
    """A panel from tables; see `forecast` for what they hold. A horizon of 0 is the usual one for the period.

    Args:
        sales: rows of sales.
        horizon: periods ahead.
        freq: length of a period.
        future: what is known ahead.
        static: what does not change.
        country: ISO code whose holidays count.
        until: last day the sales tell of, a later one than their last row where nothing sold since; None: that row's.
        recorded: how rows are dated; None: as their days look.

    Raises:
        UsageError: a column is missing or cannot be read (USAGE-07, 22, 45), or there is no such
            country (USAGE-25, 46).
        TableError: there are no sales to count (TABLE-04, 08).
    """
    check_country(country)
    rows, read = read_sales(sales)
    if rows.is_empty():
        raise TableError(
            t("there are no sales to count"),
            why=t("the table has no row with a SKU and a day"),
            fix=t("give at least one row with sku, day and units"),
            code="TABLE-04",
        )
    recorded = recorded or recorded_by(rows[c.DAY].unique())
    period = freq if DAYS_IN[freq] >= DAYS_IN[recorded] else recorded
    first, last = cast("date", rows[c.DAY].min()), until or cast("date", rows[c.DAY].max())
    starts = starts_of(first, last, period, is_recorded=period == recorded)
    if starts[-1] < first and period == "M":
        raise TableError(
            t("there is no complete month of sales yet"),
            why=t("sales began on {day}; a month counts when it is over", day=str(first)),
            fix=t("forecast by weeks, freq='W'"),
            code="TABLE-08",
        )
    ahead = read_future(future)
    skus = sorted({*rows[c.SKU].unique(), *read, *(ahead[c.SKU].unique() if ahead is not None else [])})
    missing = untold(rows, recorded)
    counted = _counted(pl.concat([rows, missing], how="diagonal"), skus, starts, period, recorded)
    as_of = shift(starts[-1], period, 1) - timedelta(days=1)
    money_taken = np.zeros_like(counted.units)
    known = cleaned(
        History(
            tuple(skus), tuple(starts), period, counted.units, counted.sold, money_taken, as_of, counted.n_masked
        )
    )  # fmt: skip
    horizon = horizon or HORIZONS[period]
    days = [*starts, *known.next_days(horizon)]
    found = covariates(rows, ahead, skus, days, len(starts), period)
    told_of = as_frame(static, "static") if static is not None else None
    money = costs_told(told_of)
    costs = None if money is None else costs_of(money, known.skus)
    plain = told_of if told_of is None else told_of.drop(COSTS, strict=False)
    groups = traits(plain, skus)
    words = words_of(plain, skus)
    panel = Panel(known, horizon, found.ahead, found.past, groups, country, costs, {}, words, told=found.told)
    known = without_hidden(known, counted.is_there, was_shut(panel))
    notes = joined(read, untold_notes(missing, recorded), counted.notes, known.notes, found.notes, _scarce(known))
    return replace(panel, known=known, notes=notes)


@dataclass(frozen=True, eq=False)
class _Counted:
    units: Floats
    sold: Floats
    n_masked: int
    is_there: NDArray[np.bool_]
    notes: Mapping[str, Text]


def _counted(rows: pl.DataFrame, skus: list[str], starts: list[date], period: Period, recorded: Period) -> _Counted:
    """Units by SKU and period: unknown before a SKU's first sale, and where its days were mostly out of stock or empty.

    Days without a row are days without sales, but for those that `untold` adds without units; so the share of a period
    that is not known counts all of its days.
    """
    numbered = (
        rows.join(pl.DataFrame({c.SKU: skus}).with_row_index(ROW), on=c.SKU)
        .with_columns(number_of(starts, period).alias(NUMBER))
        .filter(pl.col(NUMBER).is_between(0, len(starts) - 1))
    )
    flag = pl.col(IN_STOCK) if IN_STOCK in rows.columns else pl.lit(None, pl.Boolean)
    by_day = numbered.group_by(ROW, NUMBER, c.DAY).agg(
        pl.col(c.UNITS).sum(),
        (~flag.fill_null(value=True)).all().alias(OUT),
        flag.fill_null(value=False).any().alias(THERE),
        pl.col(c.UNITS).is_null().all().alias(EMPTY),
    )
    hidden = pl.col(OUT) | pl.col(EMPTY)
    days = pl.len().clip(lower_bound=DAYS_IN[period]) if recorded == "D" else pl.len()
    sums = by_day.group_by(ROW, NUMBER).agg(
        pl.col(c.UNITS).sum(),
        (pl.col(OUT).sum() / days).alias(OUT),
        (hidden.sum() / days).alias(HIDDEN),
        pl.col(THERE).any(),
    )
    shape = len(skus), len(starts)
    sold = _dense(sums, c.UNITS, shape)
    out, hidden_share = _dense(sums, OUT, shape), _dense(sums, HIDDEN, shape)
    below = (sold < 0).any(axis=1)
    sold = np.maximum(sold, 0.0)
    units = np.where(hidden_share > MOSTLY_OUT, np.nan, sold / np.maximum(1 - hidden_share, MOSTLY_OUT))
    begun = np.cumsum(np.nan_to_num(units) > 0, axis=1) > 0
    units[~begun & begun.any(axis=1, keepdims=True)] = np.nan
    seen = np.zeros(len(skus), bool)
    seen[numbered[ROW].unique().to_numpy()] = True
    units[~seen] = np.nan
    returned = t("more came back than was sold in some periods: counted as none sold")
    notes = {skus[row]: returned for row in np.flatnonzero(below)}
    is_there = _dense(sums, THERE, shape) > 0
    return _Counted(units, sold, int(((out > MOSTLY_OUT) & begun).sum()), is_there, notes)


def _dense(sums: pl.DataFrame, column: str, shape: tuple[int, int]) -> NDArray[np.float64]:
    dense = np.zeros(shape)
    dense[sums[ROW].to_numpy(), sums[NUMBER].to_numpy()] = sums[column].cast(pl.Float64).to_numpy()
    return dense


def _scarce(known: History) -> dict[str, Text]:
    """What is said of SKUs that sold in one period or in none: there is nothing to learn a course from."""
    n_sold, n_known = (np.nan_to_num(known.units) > 0).sum(axis=1), np.isfinite(known.units).sum(axis=1)
    never = t("never sold in any period known: none expected")
    once = t("sold in one period only: little is known of it")
    return {sku: once if n_sold[at] else never for at, sku in enumerate(known.skus) if n_known[at] and n_sold[at] <= 1}
