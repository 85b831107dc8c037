"""Prices that jump by the factors that units and currencies differ by: pence and pounds, singles and packs."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import names as c

__all__ = ["FACTORS", "price_jumps"]

FACTORS = (6, 10, 12, 20, 24, 50, 100, 144, 1000)
LEAST_RATIO = FACTORS[0] * 0.95
EXACT = 0.04  # how near a ratio must come to a factor, as a logarithm
STEADY = 4  # selling weeks that must agree on either side
WIDTH = 0.25  # how far they may differ, as a logarithm
BAD_SHARE = 0.2  # of revenue: beyond it every figure in money is wrong


def price_jumps(facts: Facts) -> Iterator[Finding]:
    """SKUs whose price level changes from one week to the next by one of the factors, and stays there."""
    ratio = pl.col(c.PRICE).max() / pl.col(c.PRICE).min()
    wide = facts.sku_prices.group_by(c.SKU).agg(ratio.alias("ratio")).filter(pl.col("ratio") > LEAST_RATIO)
    jumps = _jumps(facts.goods.filter(pl.col(c.SKU).is_in(wide[c.SKU].implode())))
    if jumps.is_empty():
        return
    skus = jumps.unique(c.SKU, keep="first", maintain_order=True)
    touched = facts.skus.filter(pl.col(c.SKU).is_in(skus[c.SKU].implode()))
    share = float(touched["n_lines"].sum()) / max(1.0, float(facts.skus["n_lines"].sum()))
    money = float(touched["paid"].sum()) / max(1e-9, float(facts.skus["paid"].sum()))
    factors = ", ".join(f"×{factor}" for factor in skus["factor"].value_counts(sort=True)["factor"].head(3))
    shown = skus.select(c.SKU, c.DAY, "before", "after")
    yield Finding(
        "CHECK-PRICE-JUMP",
        "blocking" if money > BAD_SHARE else "warning",
        t("the price level of {n:,} SKUs jumps by {factors} from one week to the next: another unit or currency?",
          n=skus.height, factors=factors),
        "order_lines",
        skus.height,
        share,
        t("bring both parts to one unit (all pounds or all pence, all singles or all packs) and import again"),
        t("median weekly price over {weeks} selling weeks before and after, steady on both sides, ratio within 4 %"
          " of 6, 10, 12, 20, 24, 50, 100, 144 or 1000; blocking above 20 % of revenue", weeks=STEADY),
        counted=t("SKUs"),
        examples=examples(shown, "order_lines"),
    )  # fmt: skip


def _jumps(goods: pl.DataFrame) -> pl.DataFrame:
    """The jumps: sku, day (of the first week after), before, after, factor; the most units first."""
    weekly = (
        goods.filter(pl.col("paid_units") > 0)
        .group_by(c.SKU, pl.col(c.DAY).dt.truncate("1w"))
        .agg((pl.col("paid").sum() / pl.col("paid_units").sum()).log().alias("level"), pl.col(c.UNITS).sum())
        .sort(c.SKU, c.DAY)
    )
    before = [pl.col("level").shift(back).over(c.SKU) for back in range(1, STEADY + 1)]
    after = [pl.col("level").shift(-ahead).over(c.SKU) for ahead in range(STEADY)]
    sides = weekly.with_columns(
        _middle(before).alias("_before"), _middle(after).alias("_after"), _width(before).alias("_wb"),
        _width(after).alias("_wa"),
    )  # fmt: skip
    step = (pl.col("_after") - pl.col("_before")).abs()
    factor = pl.coalesce(*(pl.when((step - pl.lit(float(f)).log()).abs() < EXACT).then(pl.lit(f)) for f in FACTORS))
    is_steady = (pl.col("_wb") < WIDTH) & (pl.col("_wa") < WIDTH)
    found = sides.with_columns(factor.alias("factor")).filter(is_steady & pl.col("factor").is_not_null())
    return found.sort(c.UNITS, descending=True).select(
        c.SKU, c.DAY, pl.col("_before").exp().alias("before"), pl.col("_after").exp().alias("after"), "factor"
    )


def _middle(levels: list[pl.Expr]) -> pl.Expr:
    """Median; null unless all the weeks are there."""
    there = pl.all_horizontal(level.is_not_null() for level in levels)
    return pl.when(there).then(pl.concat_list(levels).list.median())


def _width(levels: list[pl.Expr]) -> pl.Expr:
    return pl.max_horizontal(levels) - pl.min_horizontal(levels)
