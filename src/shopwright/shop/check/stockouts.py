"""Runs of days without a sale that chance does not explain: the shelf was empty, and zero is not demand."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import names as c

__all__ = ["hidden", "known"]

UNLIKELY = 1e-4
WINDOW = 28  # days with sales in the shop, on either side of a run, that tell how often the SKU sells
LEAST = 3  # shortest run worth saying, in such days
LONGEST = 84  # days: beyond, a SKU is off season or no longer sold
LINES = "order_lines"


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
        t("import stock by day, so that these days do not count as days without demand: shopwright import stock.csv"
          " --to {shop}", shop=facts.place),
        t("runs of {least} or more open days without a sale whose chance is under 1 in 10,000, for all runs of the SKU"
          " together: share of days with a sale in the {window} open days before and after, the lesser of the two,"
          " each day weighed by what the whole shop sold on it; runs over {longest} days are left out as off season",
          least=LEAST, window=WINDOW, longest=LONGEST),
        counted=t("days"),
        examples=examples(
            runs.sort("n_days", descending=True), LINES, (c.SKU, c.FROM_DAY, c.TO_DAY, "n_days")
        ),
    )  # fmt: skip


def known(facts: Facts) -> Iterator[Finding]:
    """Days on which the stock table itself says that a SKU was out."""
    if not facts.has("stock"):
        return
    is_out = pl.coalesce(pl.col(c.IS_IN_STOCK), pl.col(c.ON_HAND) > 0).not_()
    days = facts.shop.table("stock").group_by(c.SKU, c.DAY).agg(is_out.all().alias("is_out"))
    counted = days.select(pl.len().alias("n"), pl.col("is_out").sum(), pl.col(c.SKU).filter("is_out").n_unique().alias("skus"))
    total, n, skus = counted.collect(engine="streaming").row(0)
    if not n:
        return
    longest = days.filter("is_out").group_by(c.SKU).agg(pl.len().alias("n_days")).sort("n_days", descending=True)
    yield Finding(
        "CHECK-KNOWN-STOCK-OUT",
        "info",
        t("{skus:,} SKUs were out of stock on {n:,} recorded days ({share:.1%})", skus=skus, n=n, share=n / total),
        "stock",
        n,
        n / total,
        t("nothing to do: these days are not counted as days without demand"),
        t("days on which every row of a SKU says not in stock, or nothing on hand"),
        counted=t("days"),
        examples=examples(longest, "stock"),
    )


def _runs(goods: pl.DataFrame) -> pl.DataFrame:
    """Improbable runs: sku, from_day, to_day, n_days, is_on (lasts until the end of the data)."""
    sold = goods.filter(pl.col("n_lines").sum().over(c.SKU) > LEAST * 2).select(c.SKU, c.DAY)
    empty = pl.DataFrame(
        schema={c.SKU: pl.String, c.FROM_DAY: pl.Date, c.TO_DAY: pl.Date, "n_days": pl.Int64, "is_on": pl.Boolean}
    )
    if sold.is_empty():
        return empty
    open_days = goods.group_by(c.DAY).agg(pl.col("n_lines").sum()).sort(c.DAY).with_row_index("at")
    n_open = open_days.height
    weight = open_days["n_lines"].to_numpy() / open_days["n_lines"].mean()
    clock = np.concatenate([[0.0], np.cumsum(weight)])
    names = sold[c.SKU].unique().sort()
    rank = pl.DataFrame({c.SKU: names}).with_row_index("row")
    placed = sold.join(open_days.select(c.DAY, "at"), on=c.DAY).join(rank, on=c.SKU).select("row", "at")
    # One rising number for each sale day of each SKU; the SKU's block is wider than any window.
    block = n_open + 2 * WINDOW + 2
    keys = np.sort(placed["row"].to_numpy().astype(np.int64) * block + placed["at"].to_numpy() + WINDOW)
    row, at = keys // block, keys % block - WINDOW
    is_last = np.append(row[1:] != row[:-1], True)
    nxt = np.where(is_last, n_open, np.append(at[1:], n_open))
    n_runs = np.bincount(row, minlength=names.len())
    wide = np.flatnonzero(nxt - at - 1 >= LEAST)
    first, end, r = at[wide] + 1, nxt[wide], row[wide]
    before = _rate(keys, r * block + WINDOW, first - WINDOW, first, n_open)
    after = np.where(is_last[wide], 1.0, _rate(keys, r * block + WINDOW, end, end + WINDOW, n_open))
    # Weight of the run's days against those of the window before it: the shop's own season.
    ahead = clock[first] - clock[np.maximum(first - WINDOW, 0)]
    usual = ahead / np.maximum(np.minimum(first, WINDOW), 1)
    effective = (clock[end] - clock[first]) / np.maximum(usual, 1e-9)
    chance = effective * np.log1p(-np.minimum(before, after))
    is_run = chance < math.log(UNLIKELY) - np.log(n_runs[r])
    if not is_run.any():
        return empty
    days = open_days[c.DAY]
    found = pl.DataFrame(
        {
            c.SKU: names.gather(r[is_run]),
            c.FROM_DAY: days.gather(first[is_run]),
            c.TO_DAY: days.gather(end[is_run] - 1),
            "is_on": is_last[wide][is_run],
        }
    )
    length = (pl.col(c.TO_DAY) - pl.col(c.FROM_DAY)).dt.total_days() + 1
    return found.with_columns(length.alias("n_days")).filter(pl.col("n_days") <= LONGEST).select(empty.columns)


def _rate(keys: np.ndarray, base: np.ndarray, low: np.ndarray, high: np.ndarray, n_open: int) -> np.ndarray:
    """Share of open days `low` to `high` (not included) with a sale, drawn towards what few days can tell."""
    n_days = np.minimum(high, n_open) - np.maximum(low, 0)
    n_sold = np.searchsorted(keys, base + high) - np.searchsorted(keys, base + low)
    rate: np.ndarray = np.where(n_days >= WINDOW // 2, n_sold / (n_days + 1.0), 0.0)
    return rate


def _explained(facts: Facts, runs: pl.DataFrame) -> pl.DataFrame:
    """Runs during which the stock table says that there was none: sku, from_day."""
    if runs.is_empty() or not facts.has("stock"):
        return runs.select(c.SKU, c.FROM_DAY).clear()
    is_out = pl.coalesce(pl.col(c.IS_IN_STOCK), pl.col(c.ON_HAND) > 0).not_()
    out = (
        facts.shop.table("stock")
        .join(runs.lazy().select(c.SKU).unique(), on=c.SKU, how="semi")
        .group_by(c.SKU, c.DAY)
        .agg(is_out.all().alias("is_out"))
        .filter("is_out")
        .select(c.SKU, c.DAY)
    )
    within = out.join(runs.lazy(), on=c.SKU).filter(pl.col(c.DAY).is_between(c.FROM_DAY, c.TO_DAY))
    return within.select(c.SKU, c.FROM_DAY).unique().collect(engine="streaming")
