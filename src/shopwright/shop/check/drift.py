"""Whether the last four weeks look like those before: mixes, price level, missing values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, column_label, examples
from shopwright.shop.schema import names as c

__all__ = ["missing_values", "mixes", "price_level", "stability"]

LINES = "order_lines"
RECENT_DAYS = 28
BEFORE_DAYS = 182  # half a year: long enough to be steady, short enough to be the same shop
LEAST_LINES = 200
SOME, MUCH = 0.1, 0.25  # thresholds of the index in credit scoring (Siddiqi 2006, ch. 10)
PRICE_SHIFT = math.log(1.15)
LEAST_SKUS = 20
MISSING_SHIFT = 0.1
UNITS_EDGES = (1, 2, 5, 11, 51)
LATE_COLUMNS = (c.CUSTOMER, c.PRICE, c.REVENUE, c.DISCOUNT, c.CURRENCY, c.CHANNEL, c.LOCATION, c.COUNTRY)


def mixes(facts: Facts) -> Iterator[Finding]:
    """Mixes that have moved: categories, units per line, channels, countries, locations."""
    lines = _marked(facts)
    if lines is None:
        return
    category = facts.products.select(c.SKU, pl.col(c.CATEGORY).str.split(" > ").list.first()).unique(c.SKU)
    sources = {
        c.CATEGORY: lines.join(category, on=c.SKU).with_columns(pl.col(c.CATEGORY).alias("_v")),
        c.UNITS: lines.with_columns(_bucket(pl.col(c.UNITS)).alias("_v")),
        **{name: lines.with_columns(pl.col(name).alias("_v")) for name in (c.CHANNEL, c.COUNTRY, c.LOCATION)},
    }
    asked = [
        source.filter(pl.col("_v").is_not_null()).group_by("_v").agg(
            pl.col("is_recent").sum().alias("recent"), pl.col("is_recent").not_().sum().alias("before")
        )
        for source in sources.values()
    ]  # fmt: skip
    for column, counts in zip(sources, pl.collect_all(asked, engine="streaming"), strict=True):
        index, noise = stability(counts)
        if index > SOME + noise:
            yield _moved(column, counts, index - noise)


def stability(counts: pl.DataFrame) -> tuple[float, float]:
    """Population stability index of two columns of counts, `recent` and `before`, and what chance alone makes of it.

    The index is the sum of (p - q) ln(p / q); under no change its mean is (k - 1)(1/n + 1/m) (Yurdakul 2018).
    """
    recent, before = int(counts["recent"].sum()), int(counts["before"].sum())
    if min(recent, before) < LEAST_LINES or counts.height < 2:
        return 0.0, 0.0
    p, q = (counts[side] + 0.5 for side in ("recent", "before"))
    p, q = p / p.sum(), q / q.sum()
    return float(((p - q) * (p / q).log()).sum()), 2 * (counts.height - 1) * (1 / recent + 1 / before)


def price_level(facts: Facts) -> Iterator[Finding]:
    """The same SKUs at other prices."""
    if facts.life is None:
        return
    start = facts.life[1] - timedelta(days=RECENT_DAYS - 1)
    near = facts.goods.filter(pl.col(c.DAY) >= start - timedelta(days=BEFORE_DAYS), pl.col("paid_units") > 0)
    side = pl.when(pl.col(c.DAY) >= start).then(pl.lit("after")).otherwise(pl.lit("before"))
    levels = near.group_by(c.SKU, side.alias("side")).agg(
        (pl.col("paid").sum() / pl.col("paid_units").sum()).alias("price"), pl.col("paid").sum()
    )
    both = levels.pivot("side", index=c.SKU, values=["price", "paid"])
    if not {"price_before", "price_after"} <= set(both.columns):
        return
    both = both.drop_nulls().with_columns((pl.col("price_after") / pl.col("price_before")).log().alias("shift"))
    if both.height < LEAST_SKUS:
        return
    # The middle SKU by money decides, so that one dear product does not.
    by_money = both.sort("shift").with_columns(pl.col("paid_before").cum_sum().alias("_cum"))
    shift = by_money.filter(pl.col("_cum") >= both["paid_before"].sum() / 2)["shift"][0]
    if abs(shift) < PRICE_SHIFT:
        return
    moved = both.filter(pl.col("shift") * math.copysign(1, shift) > PRICE_SHIFT / 2)
    shown = moved.sort("paid_before", descending=True).select(
        c.SKU, pl.col("price_before").alias("before"), pl.col("price_after").alias("after")
    )
    yield Finding(
        "CHECK-DRIFT-PRICE",
        "warning",
        t("prices of the same SKUs are {shift:+.0%} in the last {days} days against the half year before",
          shift=math.exp(shift) - 1, days=RECENT_DAYS),
        LINES,
        moved.height,
        moved.height / both.height,
        t("if you changed your prices, all is well; else look for a change of tax, currency or unit in the export"),
        t("mean price of each SKU sold in both spans; change of the SKU in the middle by revenue; said beyond ±15 %"),
        counted=t("SKUs"),
        examples=examples(shown, LINES),
    )  # fmt: skip


def missing_values(facts: Facts) -> Iterator[Finding]:
    """Columns that have begun, or ceased, to be filled."""
    lines = _marked(facts)
    if lines is None:
        return
    shares = lines.group_by("is_recent").agg(pl.col(LATE_COLUMNS).null_count() / pl.len(), pl.len().alias("n"))
    found = {row["is_recent"]: row for row in shares.collect(engine="streaming").iter_rows(named=True)}
    if set(found) != {True, False} or min(row["n"] for row in found.values()) < LEAST_LINES:
        return
    moved = [name for name in LATE_COLUMNS if abs(found[True][name] - found[False][name]) > MISSING_SHIFT]
    if not moved:
        return
    rows = pl.DataFrame(
        {
            "column": moved,
            "before": [found[False][name] for name in moved],
            "after": [found[True][name] for name in moved],
        }
    )
    worst = max(moved, key=lambda name: abs(found[True][name] - found[False][name]))
    n = round(found[True][worst] * found[True]["n"])
    yield Finding(
        "CHECK-DRIFT-MISSING",
        "warning",
        t("{n} columns are filled differently of late: {column} was empty in {before:.0%} of lines and is in"
          " {after:.0%}",
          n=len(moved), column=column_label(LINES, worst), before=found[False][worst], after=found[True][worst]),
        LINES,
        n,
        found[True][worst],
        t("see whether the export changed: a column renamed or left out; map it and import again"),
        t("share of empty values in the last {recent} days against the {before} days before; said beyond 10 points",
          recent=RECENT_DAYS, before=BEFORE_DAYS),
        examples=examples(rows, LINES),
    )  # fmt: skip


def _marked(facts: Facts) -> pl.LazyFrame | None:
    """Lines of the last weeks and the half year before, with `is_recent`; None where there are not enough weeks."""
    if facts.life is None:
        return None
    first, last = facts.life
    start = last - timedelta(days=RECENT_DAYS - 1)
    if (start - first).days < 2 * RECENT_DAYS:
        return None
    near = facts.sales.filter(pl.col(c.DAY).is_between(start - timedelta(days=BEFORE_DAYS), last))
    return near.with_columns((pl.col(c.DAY) >= start).alias("is_recent"))


def _bucket(units: pl.Expr) -> pl.Expr:
    """Units per line in a few classes, as words such as 2–4."""
    word: pl.Expr = pl.lit(f"{UNITS_EDGES[-1]}+")
    for low, high in zip(UNITS_EDGES[-2::-1], UNITS_EDGES[:0:-1], strict=True):
        word = pl.when(units < high).then(pl.lit(str(low) if low == high - 1 else f"{low}–{high - 1}")).otherwise(word)
    return word


def _moved(column: str, counts: pl.DataFrame, index: float) -> Finding:
    recent, before = counts["recent"].sum(), counts["before"].sum()
    shares = counts.select(
        pl.col("_v").alias(column if column != c.UNITS else "what"),
        (pl.col("before") / before).alias("before"),
        (pl.col("recent") / recent).alias("after"),
    )
    shown = shares.sort((pl.col("after") - pl.col("before")).abs(), descending=True)
    word: Text = t("has changed") if index > MUCH else t("has shifted somewhat")
    moved = float((shares["after"] - shares["before"]).abs().sum()) / 2
    return Finding(
        "CHECK-DRIFT-MIX",
        "warning" if index > MUCH else "info",
        t("the mix of lines by {column} {word} in the last {days} days (stability index {index:.2f})",
          column=column_label(LINES, column), word=word, days=RECENT_DAYS, index=index),
        LINES,
        round(moved * int(recent)),
        moved,
        t("if the season or the range explains it, all is well; else see whether a part of the shop is missing from"
          " the last export"),
        t("population stability index of the last {recent} days against the {before} days before, less what chance"
          " makes of it: from 0.1 somewhat, from 0.25 clearly; share is the part of lines that moved",
          recent=RECENT_DAYS, before=BEFORE_DAYS),
        counted=t("lines"),
        examples=examples(shown, LINES),
    )  # fmt: skip
