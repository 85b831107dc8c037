"""Runs of days without a sale that chance does not explain: the shelf was empty, and zero is not demand."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.demand import PERIODS, Period
from shopwright.shop.periods import recorded_by
from shopwright.shop.schema import names as c
from shopwright.shop.silence import log_silence

__all__ = ["hidden", "known"]

UNLIKELY = 1e-4
WINDOW = 28  # days with sales in the shop, on either side of a run, that tell how often the SKU sells
LEVEL = 0.6  # rates before and after a run, the lesser over the greater, from which they count as one level
LEAST = 3  # shortest run worth saying, in such days
LONGEST = 84  # days: beyond, a SKU is off season or no longer sold
GONE_DAYS = 7  # without a row in a stock table that goes on
LINES = "order_lines"
COUNTED: dict[Period, str] = {"D": "n_days", "W": "n_weeks", "M": "n_months"}


def hidden(facts: Facts) -> Iterator[Finding]:
    """Runs that no row of the stock table explains."""
    runs = _runs(facts.goods)
    runs = runs.join(_explained(facts, runs), on=[c.SKU, c.FROM_DAY], how="anti")
    if runs.is_empty():
        return
    skus, n = runs[c.SKU].n_unique(), int(runs["n_days"].sum())
    now = runs.filter("is_on")
    yield Finding(
        "CHECK-HIDDEN-STOCK-OUT",
        "warning",
        t("{runs:,} times one of {skus:,} SKUs that sell regularly sold nothing for days on end, and no stock record"
          " says why; {now:,} of these runs last until the end of the data", runs=runs.height, skus=skus,
          now=now.height),
        LINES,
        n,
        n / max(1, facts.goods.height + n),
        t("import stock by day, so that days without stock are known: shopwright import stock.csv --to {shop}; the"
          " forecast leaves out what it can tell from sales once it is over; runs that last until the end may also be"
          " SKUs you no longer sell", shop=facts.place),
        t("runs of {least} or more open days without a sale whose chance is under 1 in 10,000, for all runs of the SKU"
          " together: days with a sale among the {window} open days before and after, whichever speaks less for it,"
          " each day of the run weighed by what the whole shop sold on it; runs over {longest} days are left out as"
          " off season",
          least=LEAST, window=WINDOW, longest=LONGEST),
        counted=t("days"),
        examples=examples(
            runs.sort("n_days", descending=True), LINES, (c.SKU, c.FROM_DAY, c.TO_DAY, "n_days")
        ),
    )  # fmt: skip


def known(facts: Facts) -> Iterator[Finding]:
    """Days, weeks or months, as stock is recorded, on which the stock table itself says that a SKU was out."""
    out = facts.out_days
    if out.is_empty():
        return
    days = facts.table("stock").select(pl.col(c.DAY).unique()).collect(engine="streaming")[c.DAY]
    recorded = recorded_by(days.drop_nulls())
    periods, counted = PERIODS[recorded], COUNTED[recorded]
    n, skus = out.height, out[c.SKU].n_unique()
    share = n / facts.rows("stock")
    longest = out.group_by(c.SKU).agg(pl.len().alias(counted)).sort(counted, c.SKU, descending=[True, False])
    yield Finding(
        "CHECK-KNOWN-STOCK-OUT",
        "info",
        t("{skus:,} SKUs were out of stock on {n:,} recorded {periods} ({share:.1%})", skus=skus, n=n,
          periods=periods, share=share),
        "stock",
        n,
        share,
        t("nothing to do: this time is not counted as time without demand"),
        t("counted where every row of a SKU for that time says not in stock, or nothing on hand"),
        counted=periods,
        examples=examples(longest, "stock"),
    )  # fmt: skip


EMPTY = pl.DataFrame(
    schema={c.SKU: pl.String, c.FROM_DAY: pl.Date, c.TO_DAY: pl.Date, "n_days": pl.Int64, "is_on": pl.Boolean}
)


def _runs(goods: pl.DataFrame) -> pl.DataFrame:
    """Improbable runs: sku, from_day, to_day, n_days, is_on (lasts until the end of the data)."""
    regular = goods.filter(pl.len().over(c.SKU) >= WINDOW // 2).select(c.SKU, c.DAY)
    if regular.is_empty():
        return EMPTY
    open_days = goods.group_by(c.DAY).agg(pl.col("n_lines").sum()).sort(c.DAY).with_row_index("at")
    skus, keys, block = _timeline(regular, open_days)
    row, at = keys // block, keys % block - 2 * WINDOW
    is_last = np.append(row[1:] != row[:-1], True)
    following = np.where(is_last, open_days.height, np.append(at[1:], 0))
    wide = np.flatnonzero(following - at - 1 >= LEAST)
    row_, first, end, is_on = row[wide], at[wide] + 1, following[wide], is_last[wide]
    chance = _chance(keys, row_ * block + 2 * WINDOW, first, end, is_on, open_days["n_lines"].to_numpy())
    is_run = chance < math.log(UNLIKELY) - np.log(np.bincount(row)[row_])
    days = open_days[c.DAY]
    found = pl.DataFrame(
        {
            c.SKU: skus.gather(row_[is_run]),
            c.FROM_DAY: days.gather(first[is_run]),
            c.TO_DAY: days.gather(end[is_run] - 1),
            "is_on": is_on[is_run],
        }
    )
    n_days = (pl.col(c.TO_DAY) - pl.col(c.FROM_DAY)).dt.total_days() + 1
    return found.with_columns(n_days.alias("n_days")).filter(pl.col("n_days") <= LONGEST).select(EMPTY.columns)


def _timeline(sold: pl.DataFrame, open_days: pl.DataFrame) -> tuple[pl.Series, np.ndarray, int]:
    """The SKUs, one rising number for each day with a sale of each SKU, and the width of a SKU's block of numbers.

    A block is wider than all windows around it, so that a search for the days of one SKU never meets another's.
    """
    skus = sold[c.SKU].unique().sort()
    rank = pl.DataFrame({c.SKU: skus}).with_row_index("row")
    placed = sold.join(open_days.select(c.DAY, "at"), on=c.DAY).join(rank, on=c.SKU)
    block = open_days.height + 4 * WINDOW + 2
    return (
        skus,
        np.sort(placed["row"].to_numpy().astype(np.int64) * block + placed["at"].to_numpy() + 2 * WINDOW),
        block,
    )


def _chance(
    keys: np.ndarray, base: np.ndarray, first: np.ndarray, end: np.ndarray, is_on: np.ndarray, lines: np.ndarray
) -> np.ndarray:
    """Logarithm of the chance of each run from open day `first` to before `end`."""
    n_open = len(lines)
    before = _counted(keys, base, first - WINDOW, first, n_open)
    after = _counted(keys, base, end, end + WINDOW, n_open)
    long_before = _counted(keys, base, first - 2 * WINDOW, first, n_open)
    n, k = _speaking(before, after, long_before, is_on)
    # The run is as long as the days before it would have to be to see as much of the shop's trade: its own season.
    clock = np.concatenate([[0.0], np.cumsum(lines)])
    usual = (clock[first] - clock[np.maximum(first - WINDOW, 0)]) / np.maximum(np.minimum(first, WINDOW), 1)
    length = (clock[end] - clock[first]) / usual
    return log_silence(n, k, length)


Counts = tuple[np.ndarray, np.ndarray]  # open days, and those with a sale


def _counted(keys: np.ndarray, base: np.ndarray, low: np.ndarray, high: np.ndarray, n_open: int) -> Counts:
    """Open days `low` to `high` (not included), and how many of them have a sale; none where they are too few."""
    n = (np.minimum(high, n_open) - np.maximum(low, 0)).astype(float)
    k = (np.searchsorted(keys, base + high) - np.searchsorted(keys, base + low)).astype(float)
    return n, np.where(n >= WINDOW // 2, k, 0.0)


def _speaking(before: Counts, after: Counts, long_before: Counts, is_on: np.ndarray) -> Counts:
    """The days that tell how often a SKU sells around each run.

    Where it sold about as often before as after, both windows together; else the one with fewer sales. A run that
    lasts until the end has only the days before it, and is given twice as many.
    """
    (n1, k1), (n2, k2) = before, after
    is_level = np.minimum(k1 * n2, k2 * n1) >= LEVEL * np.maximum(k1 * n2, k2 * n1)
    is_first = k1 * n2 <= k2 * n1
    n = np.select([is_on, is_level, is_first], [long_before[0], n1 + n2, n1], n2)
    k = np.select([is_on, is_level, is_first], [long_before[1], k1 + k2, k1], k2)
    return n, k


def _explained(facts: Facts, runs: pl.DataFrame) -> pl.DataFrame:
    """Runs that the stock table explains: there was none, or the SKU was no longer kept. Columns: sku, from_day."""
    if runs.is_empty() or not facts.has("stock"):
        return runs.select(c.SKU, c.FROM_DAY).clear()
    within = facts.out_days.join(runs, on=c.SKU).filter(pl.col(c.DAY).is_between(c.FROM_DAY, c.TO_DAY))
    stock = facts.table("stock")
    end = stock.select(pl.col(c.DAY).max()).collect(engine="streaming").item()
    kept = stock.join(runs.lazy().filter("is_on").select(c.SKU), on=c.SKU, how="semi")
    last = kept.group_by(c.SKU).agg(pl.col(c.DAY).max().alias("_last")).collect(engine="streaming")
    # A table that goes on, but not for this SKU: it was taken out of the range.
    is_gone = (pl.col("_last") < pl.lit(end).dt.offset_by(f"-{GONE_DAYS}d")) & (pl.col("_last") <= pl.col(c.TO_DAY))
    gone = runs.filter("is_on").join(last, on=c.SKU).filter(is_gone)
    return pl.concat([within.select(c.SKU, c.FROM_DAY), gone.select(c.SKU, c.FROM_DAY)]).unique()
