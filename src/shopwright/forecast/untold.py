"""Periods of which a table says nothing: without a row, in a table that has rows of what did not sell."""

from __future__ import annotations

from datetime import date
from typing import cast

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.demand import YEAR, Period, periods_of
from shopwright.shop.periods import number_of, starts_of
from shopwright.shop.sales import IN_STOCK
from shopwright.shop.schema import names as c

__all__ = ["untold", "untold_notes"]

FROM, TO, IS_NONE, NONES = "__from", "__to", "__none", "__nones"
FEWEST = 3  # stretches of rows that tell of none sold, below which they are no habit of the table
SELDOM = 0.1  # stretches without a row for each of these, above which leaving a row out means that nothing sold
SAME = 0.5  # share of a stretch without a row in the same weeks of another year, from which on it is the season


def untold(rows: pl.DataFrame, recorded: Period) -> pl.DataFrame:
    """Periods without a row between those of a SKU, where a row is not left out for want of sales: sku, day.

    A table of what sold has no row of a day without sales, so that such a day counts as none sold. One that has those
    rows says nothing by leaving one out: the shop was being rebuilt, the product not listed, the record lost. A SKU's
    rows are of that kind, or all rows are, where at least three stretches of rows tell that nothing sold and stretches
    without a row are at most a tenth as many. What is left out every year at the same time is the season, and counts
    as none sold, as does what comes after a SKU's last row: it may be gone for good.

    Args:
        rows: sku, day, units and perhaps in_stock, as `read_sales` returns them.
        recorded: how they are dated.
    """
    if rows.is_empty() or not (rows[c.UNITS] == 0).any():
        return rows.select(c.SKU, c.DAY).clear()
    first, last = (cast("date", day) for day in (rows[c.DAY].min(), rows[c.DAY].max()))
    starts = starts_of(first, last, recorded, is_recorded=True)
    told = _told(rows.with_columns(number_of(starts, recorded).alias(TO)))
    gaps = told.filter(pl.col(FROM) < pl.col(TO)).select(c.SKU, FROM, TO)
    gaps = _without_seasons(gaps.join(_complete(told), on=c.SKU, how="semi"), YEAR[recorded])
    return (
        gaps.select(c.SKU, pl.int_ranges(FROM, TO).alias(TO))
        .explode(TO)
        .select(c.SKU, pl.lit(pl.Series(starts)).gather(pl.col(TO)).alias(c.DAY))
    )


def untold_notes(missing: pl.DataFrame, recorded: Period) -> dict[str, Text]:
    """What is said of SKUs with periods as `untold` finds them."""
    counts = missing.group_by(c.SKU).agg(pl.len(), pl.col(c.DAY).max())
    return {
        sku: t(
            "no row for {n} {unit}, the last of them {day}: not known, since the table has rows where nothing sold",
            n=n,
            unit=periods_of(n, recorded),
            day=str(day),
        )
        for sku, n, day in counts.iter_rows()
    }


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """A row for each SKU and period told, rising, with its number in `TO`.

    From `FROM` on nothing was told before it; `NONES` is whether a stretch of rows begins that tell of none sold.
    """
    is_none = pl.col(c.UNITS).is_not_null() & (pl.col(c.UNITS) == 0)
    if IN_STOCK in rows.columns:  # a row that says so is there for its own sake
        is_none &= pl.col(IN_STOCK).fill_null(value=True)
    told = rows.group_by(c.SKU, TO).agg(is_none.all().alias(IS_NONE)).sort(c.SKU, TO)
    goes_on = (pl.col(c.SKU) == pl.col(c.SKU).shift()).fill_null(value=False)
    return told.select(
        c.SKU,
        pl.when(goes_on).then(pl.col(TO).shift() + 1).otherwise(pl.col(TO)).alias(FROM),
        TO,
        (pl.col(IS_NONE) & ~(goes_on & pl.col(IS_NONE).shift().fill_null(value=False))).alias(NONES),
    )


def _complete(told: pl.DataFrame) -> pl.DataFrame:
    """SKUs whose rows are there also where nothing sold; all of them where the table as a whole is like that.

    But for those that leave out as many stretches as what sells now and then does: of them only sales are told.
    """
    gaps, nones = (pl.col(FROM) < pl.col(TO)).sum(), pl.col(NONES).sum()
    is_habit = (nones >= FEWEST) & (gaps <= SELDOM * nones)
    is_whole = told.select(is_habit).item()
    by_sku = told.group_by(c.SKU).agg(is_habit.alias(NONES), ((gaps <= 1) | (gaps <= SELDOM * pl.len())).alias(TO))
    return by_sku.filter(pl.col(NONES) | (pl.col(TO) & is_whole))


def _without_seasons(gaps: pl.DataFrame, year: int) -> pl.DataFrame:
    """Without stretches of which half lies in one of the same SKU's a year before or after."""
    end, begin = pl.col(f"{TO}_right"), pl.col(f"{FROM}_right")
    shared = [
        pl.min_horizontal(pl.col(TO), end + by) - pl.max_horizontal(pl.col(FROM), begin + by) for by in (-year, year)
    ]
    is_season = pl.max_horizontal(shared) >= SAME * (pl.col(TO) - pl.col(FROM))
    seasons = gaps.join(gaps, on=c.SKU).filter(is_season)
    return gaps.join(seasons, on=[c.SKU, FROM], how="anti")
