"""The same line twice, the same order twice: exports joined by hand, imports that overlap."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import names as c

__all__ = ["lines", "orders"]

TABLE = "order_lines"
SAME_LINE = (c.ORDER, c.SKU, c.AT, c.CUSTOMER, c.UNITS, c.PRICE, c.DISCOUNT)
FEW = 0.005  # of all lines: so many a customer may send twice by mistake
MANY = 0.1  # of all lines: beyond it, demand is counted twice


def lines(facts: Facts) -> Iterator[Finding]:
    """Lines that agree in everything although the export does not number its lines.

    Where the export numbers them, the same SKU on two lines of an order is two pieces sold, and no mistake.
    """
    if not facts.has(TABLE):
        return
    is_numbered = pl.col(c.LINE).is_not_null() & ~pl.col(c.LINE).str.starts_with(pl.col(c.SKU))
    unnumbered = facts.lines.filter(~is_numbered)
    print_ = pl.struct(SAME_LINE).hash(seed=7).alias("_print")
    prints = unnumbered.select(print_).collect(engine="streaming").to_series().sort()
    again = prints.filter(prints == prints.shift(1))
    n = again.len()
    if not n:
        return
    repeated = unnumbered.with_columns(print_).filter(pl.col("_print").is_in(again.unique().head(50).implode()))
    shown = (
        repeated.group_by(SAME_LINE, maintain_order=True).agg(pl.len().alias("n_lines")).filter(pl.col("n_lines") > 1)
    )
    columns = (c.ORDER, c.SKU, c.DAY, c.UNITS, c.PRICE, "n_lines")
    yield Finding(
        "CHECK-DUPLICATE-LINES",
        "blocking" if n / facts.rows(TABLE) > MANY else "warning",
        t("{n:,} order lines repeat another line of the same order, to the last value", n=n),
        TABLE,
        n,
        n / facts.rows(TABLE),
        t("if your till writes one line for each piece, all is well; if the file was put together from parts that"
          " overlap, take the repeated rows out of it and import again"),
        t("order, SKU, time, customer, units, price and discount all equal, in exports that do not number their lines;"
          " the first of each counts as right"),
        examples=examples(shown.with_columns(pl.col(c.AT).dt.date().alias(c.DAY)), TABLE, columns),
    )  # fmt: skip


def orders(facts: Facts) -> Iterator[Finding]:
    """Orders with the same content at the same instant under two numbers: one export imported in two formats."""
    if not facts.has(TABLE):
        return
    content = pl.struct(c.SKU, c.UNITS, c.PRICE).hash(seed=11).sum().alias("content")
    baskets = facts.lines.group_by(pl.col(c.ORDER).hash(3).alias("id")).agg(
        content, pl.len().alias("n_lines"), pl.col(c.AT).min(), pl.col(c.CUSTOMER).min().hash(5).alias("buyer"),
        pl.col(c.CUSTOMER).count().alias("n_known"),
    )  # fmt: skip
    has_time = pl.col(c.AT) != pl.col(c.AT).dt.truncate("1h")
    # Without a time of day, or without a customer, small baskets are alike by chance.
    is_telling = (
        pl.when(has_time).then((pl.col("n_known") > 0) | (pl.col("n_lines") > 1)).otherwise(pl.col("n_lines") > 2)
    )
    same = ["content", "n_lines", c.AT, "buyer"]
    telling = baskets.filter(is_telling).collect(engine="streaming")
    twice = telling.filter(telling.select(pl.struct(same).is_duplicated()).to_series())
    extra = twice.height - twice.select(same).unique().height
    if not extra:
        return
    n = int(twice.unique(same, keep="last")["n_lines"].sum())
    pairs = _pairs(facts, twice.sort(c.AT).head(50))
    yield Finding(
        "CHECK-DUPLICATE-ORDERS",
        "blocking" if n / facts.rows(TABLE) > MANY else "warning" if n / facts.rows(TABLE) > FEW else "info",
        t("{n:,} orders have the same time, customer and lines as another order: sent twice by mistake, or imported"
          " twice under two numbers", n=extra),
        TABLE,
        extra,
        n / facts.rows(TABLE),
        t("if they were imported twice, take back the second import: shopwright import --undo --to {shop}; or leave the"
          " repeated orders out of the export", shop=facts.place),
        t("orders with equal first instant, customer and set of SKU, units and price; share is that of their lines"),
        counted=t("orders"),
        examples=pairs,
    )  # fmt: skip


def _pairs(facts: Facts, twice: pl.DataFrame) -> tuple[dict[str, object], ...]:
    named = (
        facts.lines.select(c.ORDER, c.DAY, pl.col(c.ORDER).hash(3).alias("id"))
        .filter(pl.col("id").is_in(twice["id"].implode()))
        .unique()
        .join(twice.lazy(), on="id")
        .group_by("content", "n_lines", c.AT, "buyer")
        .agg(pl.col(c.ORDER).min(), pl.col(c.ORDER).max().alias("same_as"), pl.col(c.DAY).min())
        .sort(c.AT)
    )
    return examples(named, TABLE, (c.ORDER, "same_as", c.DAY, "n_lines"))
