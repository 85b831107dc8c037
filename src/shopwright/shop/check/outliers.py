"""Single lines whose price or units are far from what is usual for their SKU."""

from __future__ import annotations

import math
from collections.abc import Iterator

import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import EXAMPLES, Finding, examples
from shopwright.shop.check.robust import spread
from shopwright.shop.schema import names as c

__all__ = ["prices", "units"]

TABLE = "order_lines"
ENOUGH = 10  # lines of a SKU from which "usual" means something
FAR = 6.0  # robust standard deviations
PRICE_FACTOR = 5.0  # a wholesale price is half a retail price; five times is no such thing
LEAST_PRICE_SD = 0.1
RARE = 0.02  # share of a SKU's lines: more of them are a second price list
UNITS_FACTOR = 50.0
LEAST_UNITS_SD = 0.5
UNITS_SHARE = 0.2  # of all units of the SKU: a line below it moves no forecast


def prices(facts: Facts) -> Iterator[Finding]:
    """Prices over five times, or under a fifth of, the SKU's usual one."""
    usual = facts.price_spread.filter(pl.col("n_lines") >= ENOUGH).drop("n_lines")
    away = _away(facts.sku_prices.join(usual, on=c.SKU), c.PRICE, PRICE_FACTOR, LEAST_PRICE_SD)
    lines = pl.col("n_lines").sum().over(c.SKU)
    is_rare = lines <= pl.max_horizontal(pl.lit(2), pl.col("_lines") * RARE)
    away = away.join(facts.price_spread.select(c.SKU, pl.col("n_lines").alias("_lines")), on=c.SKU).filter(is_rare)
    away = away.filter(~pl.col(c.SKU).is_in(facts.suspects[c.SKU].implode())).sort("_far", descending=True)
    if away.is_empty():
        return
    n = int(away["n_lines"].sum())
    yield Finding(
        "CHECK-PRICE-OUTLIER",
        "warning",
        t("{n:,} lines of {skus:,} SKUs have a price over {factor:g} times, or under 1/{factor:g} of, the usual one",
          n=n, skus=away[c.SKU].n_unique(), factor=PRICE_FACTOR),
        TABLE,
        n,
        n / facts.rows(TABLE),
        t("look whether the price is that of a pack, a typing error or a correction; these lines distort revenue and"
          " the effect of prices, not units"),
        t("distance of the logarithm of the price from the SKU's median, over {far:g} robust standard deviations"
          " (median absolute deviation); SKUs with at least {enough} lines; prices on over {rare:.0%} of a SKU's"
          " lines are taken for a second price list", far=FAR, enough=ENOUGH, rare=RARE),
        examples=_examples(facts, away, c.PRICE, "usual_price"),
    )  # fmt: skip


def units(facts: Facts) -> Iterator[Finding]:
    """One line that makes up a good part of all that a SKU ever sold."""
    usual = spread(facts.sku_units, c.UNITS).filter(pl.col("n_lines") >= ENOUGH).drop("n_lines")
    total = facts.skus.select(c.SKU, pl.col(c.UNITS).alias("_total"))
    away = _away(facts.sku_units.join(usual, on=c.SKU), c.UNITS, UNITS_FACTOR, LEAST_UNITS_SD).join(total, on=c.SKU)
    away = away.filter(pl.col(c.UNITS) > pl.max_horizontal("median", pl.col("_total") * UNITS_SHARE))
    away = away.filter(~pl.col(c.SKU).is_in(facts.suspects[c.SKU].implode())).sort(c.UNITS, descending=True)
    if away.is_empty():
        return
    n, taken_back = int(away["n_lines"].sum()), _taken_back(facts, away)
    yield Finding(
        "CHECK-UNITS-OUTLIER",
        "warning",
        t("{n:,} lines hold {factor:g} times the usual units and over {share:.0%} of all their SKU ever sold;"
          " {back:,} of them were returned in full", n=n, factor=UNITS_FACTOR, share=UNITS_SHARE, back=taken_back),
        TABLE,
        n,
        n / facts.rows(TABLE),
        t("if it was a mistake or a cancelled order, give it the kind adjustment, or the order the status cancelled,"
          " and import again: as it is, it counts as demand where it is within 100 times every other period"),
        t("distance of the logarithm of units from the SKU's median, over {far:g} robust standard deviations"
          " (median absolute deviation); SKUs with at least {enough} lines", far=FAR, enough=ENOUGH),
        examples=_examples(facts, away, c.UNITS, "usual_units"),
    )  # fmt: skip


def _away(frame: pl.DataFrame, value: str, factor: float, least_sd: float) -> pl.DataFrame:
    """Values at least `factor` times away from the median and over FAR robust deviations, the furthest first."""
    distance = (pl.col(value).log() - pl.col("median").log()).abs()
    sd = pl.max_horizontal(pl.col("log_sd"), pl.lit(least_sd))
    is_away = (distance >= math.log(factor) - 1e-9) & (distance / sd > FAR)
    return frame.with_columns(distance.alias("_far")).filter(is_away).sort("_far", descending=True)


def _lines(facts: Facts, away: pl.DataFrame, value: str) -> pl.LazyFrame:
    return facts.sales.join(away.lazy().select(c.SKU, value, "median"), on=[c.SKU, value])


def _examples(facts: Facts, away: pl.DataFrame, value: str, usual: str) -> tuple[dict[str, object], ...]:
    columns = (c.ORDER, c.SKU, c.DAY, c.UNITS, c.PRICE, usual)
    worst = _lines(facts, away.head(EXAMPLES), value).rename({"median": usual})
    order = pl.col(value) if value == c.UNITS else (pl.col(value).log() - pl.col(usual).log()).abs()
    return examples(worst.sort(order, descending=True), TABLE, columns)


def _taken_back(facts: Facts, away: pl.DataFrame) -> int:
    """How many of the lines a return of the same customer, SKU and units follows."""
    if not facts.has("returns"):
        return 0
    back = facts.table("returns").select(c.CUSTOMER, c.SKU, c.UNITS, pl.col(c.AT).alias("_back"))
    pairs = (
        _lines(facts, away, c.UNITS).join(back, on=[c.CUSTOMER, c.SKU, c.UNITS]).filter(pl.col("_back") >= pl.col(c.AT))
    )
    return int(pairs.select(c.ORDER, c.LINE).unique().select(pl.len()).collect(engine="streaming").item())
