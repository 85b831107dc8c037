"""What was sold, as lines and as a dense table of units by SKU and period, with the periods out of stock marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import cast

import numpy as np
import polars as pl

from shopwright.errors import TableError
from shopwright.i18n import Text, t
from shopwright.shop.arguments import check_is
from shopwright.shop.demand import Period
from shopwright.shop.hidden import Stretch, shown
from shopwright.shop.left_out import cleaned, without_hidden
from shopwright.shop.periods import DAYS_IN, number_of, recorded_by, shift, starts_of
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["History", "daily_units", "history", "period_of", "sold_lines", "sold_sql"]

MOSTLY_OUT = 0.5
ROW, NUMBER = "row", "number"  # place of a SKU and of a period in the dense tables


@dataclass(frozen=True, eq=False)
class History:
    """Units sold by SKU and period, complete periods only.

    Attributes:
        skus: the n SKUs, sorted.
        days: first day of each of the T periods, without gaps.
        period: their length.
        units: units sold, shape (n, T); NaN before a SKU's first sale, in periods mostly out of stock and where a
            number is a slip (`without_slips`); a period partly out of stock is scaled up to a full one.
        sold: units as they were sold, stock-outs and all but slips, shape (n, T).
        revenue: money taken, that of slips left out, shape (n, T).
        as_of: last day covered.
        n_masked: number of SKU-periods recorded to be out of stock and left out.
        notes: what was left out, by SKU.
        slips: first days of periods left out as slips, by SKU.
        hidden: stock-outs that no record tells of and that are over, by SKU; units are NaN there.
    """

    skus: tuple[str, ...]
    days: tuple[date, ...]
    period: Period
    units: np.ndarray
    sold: np.ndarray
    revenue: np.ndarray
    as_of: date
    n_masked: int
    notes: Mapping[str, Text] = field(default_factory=dict)
    slips: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    hidden: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<History: {len(self.skus):,} SKUs, {len(self.days):,} periods ({self.period}), as of {self.as_of}>"

    @property
    def is_slip(self) -> np.ndarray:
        """Which units are unknown because they were slips, shape (n, T)."""
        found = np.zeros(self.units.shape, bool)
        for sku, days in self.slips.items():
            if sku in self.skus:
                found[self.skus.index(sku), [self.days.index(day) for day in days if day in self.days]] = True
        return found

    @property
    def is_hidden(self) -> np.ndarray:
        """Which units are unknown because of stock-outs that no record tells of, shape (n, T)."""
        found = np.zeros(self.units.shape, bool)
        for row, sku in enumerate(self.skus):
            for each in self.hidden.get(sku, ()):
                found[row, each.begin : each.end] = True
        return found

    @property
    def n_hidden(self) -> int:
        """Number of SKU-periods left out as stock-outs that no record tells of."""
        return sum(each.end - each.begin for found in self.hidden.values() for each in found)

    def next_days(self, horizon: int) -> tuple[date, ...]:
        """First days of the periods ahead."""
        return tuple(shift(self.days[-1], self.period, at + 1) for at in range(horizon))

    def before(self, n_periods: int) -> History:
        """As it was after the first `n_periods`: what was not yet seen to be a stock-out had no sales."""
        units, hidden = shown(self.units[:, :n_periods], self.skus, self.hidden)
        return replace(
            self,
            days=self.days[:n_periods],
            units=units,
            hidden=hidden,
            sold=self.sold[:, :n_periods],
            revenue=self.revenue[:, :n_periods],
            as_of=shift(self.days[n_periods - 1], self.period, 1) - timedelta(days=1),
        )

    def some(self, rows: np.ndarray) -> History:
        """These SKUs only; `rows` are their numbers, rising."""
        skus = tuple(self.skus[row] for row in rows)
        return replace(
            self,
            skus=skus,
            hidden={sku: self.hidden[sku] for sku in skus if sku in self.hidden} if self.hidden else self.hidden,
            units=self.units[rows],
            sold=self.sold[rows],
            revenue=self.revenue[rows],
        )


def sold_lines(shop: Shop) -> pl.LazyFrame:
    """Order lines that are demand: products with units above zero, in orders neither cancelled nor taken back at once.

    A line that its customer sent back whole within a day is a slip of the keyboard, not demand.
    Columns: order, sku, customer, day, at, units, price, revenue.
    """
    lines = shop.table("order_lines").filter(
        (pl.col(c.KIND).is_null() | (pl.col(c.KIND) == "product")) & (pl.col(c.UNITS) > 0)
    )
    if "orders" in shop.frames:
        gone = shop.table("orders").filter(pl.col(c.STATUS) == "cancelled").select(c.ORDER)
        lines = lines.join(gone, on=c.ORDER, how="anti")
    if "products" in shop.frames:
        services = shop.table("products").filter(pl.col(c.KIND) == "service").select(c.SKU)
        lines = lines.join(services, on=c.SKU, how="anti")
    if "returns" in shop.frames:
        lines = lines.join(_taken_back(lines, shop), on=[c.ORDER, c.LINE], how="anti")
    return lines.select(c.ORDER, c.SKU, c.CUSTOMER, c.DAY, c.AT, c.UNITS, c.PRICE, c.REVENUE)


def sold_sql(shop: Shop) -> str:
    """The rule of `sold_lines` as a condition on order_lines, for the SQL that leads from a figure to its rows.

    Of several like lines that one return took back in part, it leaves out all.
    """
    order = f'"{c.ORDER}"'
    rules = [f"{c.UNITS} > 0", f"({c.KIND} IS NULL OR {c.KIND} = 'product')"]
    if shop.has("orders"):
        rules.append(f"{order} NOT IN (SELECT {order} FROM orders WHERE {c.STATUS} = 'cancelled')")
    if shop.has("products"):
        rules.append(f"{c.SKU} NOT IN (SELECT {c.SKU} FROM products WHERE {c.KIND} = 'service')")
    if shop.has("returns"):
        same = " AND ".join(f"back.{name} = order_lines.{name}" for name in (c.CUSTOMER, c.SKU, c.UNITS))
        soon = f'back."{c.AT}" BETWEEN order_lines."{c.AT}" AND order_lines."{c.AT}" + INTERVAL 1 DAY'
        named = f"(back.{order} IS NULL OR back.{order} = order_lines.{order})"
        rules.append(f"NOT EXISTS (SELECT 1 FROM returns AS back WHERE {same} AND {soon} AND {named})")
    return " AND ".join(rules)


def _taken_back(lines: pl.LazyFrame, shop: Shop) -> pl.LazyFrame:
    """Order and line of sales returned whole by the same customer within a day.

    A return takes back one line: of several alike, as many are taken back as there are returns, the latest first.
    One that names its order takes back a line of that order only.
    """
    same = [c.CUSTOMER, c.SKU, c.UNITS]
    back, sold = pl.struct("back_at", c.RETURN, "back_line"), pl.struct(c.AT, c.ORDER, c.LINE)
    returned = (
        shop.table("returns")
        .filter(pl.col(c.CUSTOMER).is_not_null())
        .select(
            *same,
            c.RETURN,
            pl.col(c.AT).alias("back_at"),
            pl.col(c.LINE).alias("back_line"),
            pl.col(c.ORDER).alias("back_order"),
        )
    )
    waited = pl.col("back_at") - pl.col(c.AT)
    return (
        lines.select(c.ORDER, c.LINE, c.AT, *same)
        .join(returned, on=same)
        .filter(waited.is_between(pl.duration(days=0), pl.duration(days=1)))
        .filter((pl.col("back_order") == pl.col(c.ORDER)).fill_null(value=True))
        .group_by(same)
        .agg(sold.unique().sort(descending=True).head(back.n_unique()).alias("slips"))
        .select(pl.col("slips").explode())
        .unnest("slips")
        .select(c.ORDER, c.LINE)
    )


def daily_units(shop: Shop) -> pl.LazyFrame:
    """Units and revenue by SKU and day with a sale: sku, day, units, revenue."""
    return sold_lines(shop).group_by(c.SKU, c.DAY).agg(pl.col(c.UNITS).sum(), pl.col(c.REVENUE).sum())


def period_of(shop: Shop, days: pl.Series) -> tuple[Period, Period]:
    """Length of a forecast period, and of the periods that the records themselves are dated by.

    Records all on one weekday are weekly, all on the first of a month monthly; anything else is daily. Daily records
    are forecast by weeks unless the settings say otherwise; no forecast is finer than its records.
    """
    wanted = shop.settings.demand.period
    distinct = days.unique().drop_nulls()
    recorded = recorded_by(distinct)
    if wanted == "auto":
        return ("W" if recorded == "D" else recorded), recorded
    return (wanted if DAYS_IN[wanted] > DAYS_IN[recorded] else recorded), recorded


def history(shop: Shop) -> History:
    """Units sold by SKU and period up to the shop's day.

    Raises:
        TableError: there are no sales to count, or none in a complete period.
        UsageError: it is no shop (USAGE-25).
    """
    check_is(shop, Shop, "shop", t("a shop, as shopwright.open(folder) returns it"))
    daily = daily_units(shop).collect(engine="streaming")
    if daily.is_empty():
        raise TableError(
            t("there are no sales to count"),
            why=t("order_lines holds no product sold with units above zero by {day}", day=_day_of(shop)),
            fix=t("import order lines: shopwright import orders.csv --to SHOP"),
            code="TABLE-04",
        )
    period, recorded = period_of(shop, daily[c.DAY])
    starts = starts_of(cast("date", daily[c.DAY].min()), shop.day, period, is_recorded=period == recorded)
    first = _first_sales(daily, starts, period)
    if (first >= len(starts)).all():
        raise TableError(
            t("there is no complete month of sales yet"),
            why=t("sales began on {day}; a month counts when it is over", day=str(daily[c.DAY].min())),
            fix=t("forecast by weeks: shopwright config SHOP demand.period W"),
            code="TABLE-08",
        )
    skus = daily[c.SKU].unique().sort()
    rows = pl.DataFrame({c.SKU: skus}).with_row_index(ROW)
    counted = _by_period(daily, starts, period).join(rows, on=c.SKU)
    sold = _dense(counted, skus.len(), len(starts), c.UNITS)
    out, is_there = _recorded(shop, rows, starts, period, recorded)
    units = np.where(out > MOSTLY_OUT, np.nan, sold / np.maximum(1 - out, MOSTLY_OUT))
    before = np.arange(len(starts))[None, :] < first[:, None]
    units[before] = np.nan
    known = History(
        tuple(skus),
        tuple(starts),
        period,
        units,
        sold,
        _dense(counted, skus.len(), len(starts), c.REVENUE),
        min(shift(starts[-1], period, 1) - timedelta(days=1), shop.day),  # records by week are dated by one day
        int(((out > MOSTLY_OUT) & ~before).sum()),
    )
    known = cleaned(known)
    return without_hidden(known, is_there) if shop.settings.demand.hidden_stock_outs else known


def _day_of(shop: Shop) -> str:
    return str(shop.day) if shop.is_dated else "-"


def _by_period(daily: pl.DataFrame, starts: list[date], period: Period) -> pl.DataFrame:
    """Sums by SKU and number of the period; days outside the complete periods are left out."""
    return (
        daily.with_columns(number_of(starts, period).alias(NUMBER))
        .filter(pl.col(NUMBER).is_between(0, len(starts) - 1))
        .group_by(c.SKU, NUMBER)
        .agg(pl.col(c.UNITS).sum(), pl.col(c.REVENUE).fill_null(0).sum())
    )


def _first_sales(daily: pl.DataFrame, starts: list[date], period: Period) -> np.ndarray:
    """Number of the period of each SKU's first sale, also where that period is not complete; shape (n,)."""
    first = daily.group_by(c.SKU).agg(pl.col(c.DAY).min()).sort(c.SKU)
    return first.select(number_of(starts, period)).to_series().to_numpy()


def _dense(counted: pl.DataFrame, n_skus: int, n_periods: int, column: str) -> np.ndarray:
    dense = np.zeros((n_skus, n_periods))
    dense[counted[ROW].to_numpy(), counted[NUMBER].to_numpy()] = counted[column].to_numpy()
    return dense


def _recorded(
    shop: Shop, rows: pl.DataFrame, starts: list[date], period: Period, recorded: Period
) -> tuple[np.ndarray, np.ndarray]:
    """Share of each SKU's period that it was out of stock at every location; whether it was in stock at all: (n, T)."""
    out, there = np.zeros((rows.height, len(starts))), np.zeros((rows.height, len(starts)), bool)
    if "stock" not in shop.frames:
        return out, there
    is_there = pl.coalesce(c.IS_IN_STOCK, pl.col(c.ON_HAND) > 0)
    told = (
        shop.table("stock")
        .filter(pl.col(c.DAY).is_between(starts[0], shop.day))
        .group_by(c.SKU, c.DAY)
        .agg(is_there.fill_null(value=True).any().alias("may_be_there"), is_there.any().alias("is_there"))
        .with_columns(number_of(starts, period).alias(NUMBER))
        .group_by(c.SKU, NUMBER)
        .agg((~pl.col("may_be_there")).sum().alias("n_out"), pl.col("is_there").any())
        .filter(pl.col(NUMBER) < len(starts))
        .collect(engine="streaming")
        .join(rows, on=c.SKU)
    )
    at = told[ROW].to_numpy(), told[NUMBER].to_numpy()
    out[at] = np.minimum(told["n_out"].to_numpy() * DAYS_IN[recorded] / DAYS_IN[period], 1.0)
    there[at] = told["is_there"].to_numpy()
    return out, there
