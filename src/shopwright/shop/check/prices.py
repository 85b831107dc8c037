"""Prices that are missing, below zero, zero, at odds with revenue, or in several currencies."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import names as c

__all__ = ["currencies", "missing", "not_positive", "other_revenue"]

TABLE = "order_lines"
SHOWN = (c.ORDER, c.SKU, c.DAY, c.UNITS, c.PRICE, c.REVENUE)
TOO_MANY_WITHOUT_PRICE = 0.2
MANY_OTHER_REVENUE = 0.05


def missing(facts: Facts) -> Iterator[Finding]:
    """Neither price nor revenue, nor a price in the catalogue: the line counts as units but brings no money."""
    if not facts.totals["n_without_price"]:
        return
    listed = facts.products.filter(pl.col(c.PRICE).is_not_null()).select(c.SKU)
    rows = facts.lines.filter(facts.is_product & pl.col(c.PRICE).is_null() & pl.col(c.REVENUE).is_null())
    rows = rows.join(listed, on=c.SKU, how="anti")
    n, total = rows.select(pl.len()).collect(engine="streaming").item(), facts.rows(TABLE)
    if not n:
        return
    share = n / total
    none = t("no order line has a price: the plan can speak of units, but not of money")
    some = t("{n:,} product lines ({share:.1%}) have neither price nor revenue", n=n, share=share)
    yield Finding(
        "CHECK-NO-PRICE",
        "blocking" if TOO_MANY_WITHOUT_PRICE < share < 1 else "warning",
        none if share == 1 else some,
        TABLE,
        n,
        share,
        t("map the column that holds the price: shopwright import FILE --map price=THEIR_COLUMN --to {shop}; or import"
          " a file with the columns sku and price", shop=facts.place),
        t("product lines where price and revenue are both empty and the catalogue has no price; blocking above 20 % of"
          " all lines, unless none has one"),
        examples=examples(rows, TABLE, SHOWN),
    )  # fmt: skip


def not_positive(facts: Facts) -> Iterator[Finding]:
    """Products sold at less than nothing, or for nothing."""
    negative, zero = facts.totals["n_negative_price"], facts.totals["n_zero_price"]
    if negative:
        yield Finding(
            "CHECK-NEGATIVE-PRICE",
            "warning",
            t("{n:,} product lines have a price below zero: corrections booked as sales", n=negative),
            TABLE,
            negative,
            negative / facts.rows(TABLE),
            t("mark these SKUs as services, or leave the lines out of the export"),
            t("lines of kind product with a price below zero"),
            examples=examples(facts.lines.filter(facts.is_product & (pl.col(c.PRICE) < 0)), TABLE, SHOWN),
        )
    if zero:
        rows = facts.lines.filter(facts.is_product & (pl.col(c.PRICE) == 0) & (pl.col(c.UNITS) > 0))
        yield Finding(
            "CHECK-ZERO-PRICE",
            "warning",
            t("{n:,} product lines were sold at price zero: gifts, replacements or stock corrections", n=zero),
            TABLE,
            zero,
            zero / facts.rows(TABLE),
            t("if they are gifts or corrections, export them with kind gift or adjustment; as they are, their units"
              " count as demand"),
            t("lines of kind product with units above zero and price zero"),
            examples=examples(rows, TABLE, SHOWN),
        )  # fmt: skip


def other_revenue(facts: Facts) -> Iterator[Finding]:
    """Revenue that units times price does not explain: the price may be that of the whole line, or before tax."""
    n, total = facts.totals["n_other_revenue"], max(1, facts.totals["n_product"])
    share = n / total
    if share <= MANY_OTHER_REVENUE:
        return
    gross = pl.col(c.UNITS) * pl.col(c.PRICE) - pl.col(c.DISCOUNT).fill_null(0)
    off = (gross - pl.col(c.REVENUE)).abs() > 0.02 + 0.01 * gross.abs()
    shown = (*SHOWN[:-1], c.DISCOUNT, c.REVENUE)
    yield Finding(
        "CHECK-REVENUE-MISMATCH",
        "warning",
        t("for {n:,} product lines ({share:.1%}) revenue is not units × price less discount", n=n, share=share),
        TABLE,
        n,
        share,
        t("see whether the price is that of the whole line, or one of them includes tax; map the right columns"),
        t("product lines that differ by more than 1 %; said when they are over 5 % of them"),
        examples=examples(facts.lines.filter(facts.is_product & off), TABLE, shown),
    )


def currencies(facts: Facts) -> Iterator[Finding]:
    """Money of several currencies added up as if it were one."""
    code = pl.col(c.CURRENCY).fill_null(facts.shop.currency)
    counts = (
        facts.lines.group_by(code).agg(pl.len().alias("n_lines")).sort("n_lines", descending=True)
        .collect(engine="streaming")
    )  # fmt: skip
    if counts.height < 2:
        yield from _of_others(facts, counts)
        return
    main = counts[c.CURRENCY][0]
    n = int(counts["n_lines"][1:].sum())
    named = ", ".join(f"{row[0]} {row[1]:,}" for row in counts.head(5).iter_rows())
    yield Finding(
        "CHECK-CURRENCY-MIX",
        "blocking",
        t("order lines are in {n} currencies ({named}) and would be added up as one", n=counts.height, named=named),
        TABLE,
        n,
        n / facts.rows(TABLE),
        t("convert the amounts to {main} before the import, or import each currency into a shop of its own", main=main),
        t("order lines by currency, empty ones counted as the shop's {currency}", currency=facts.shop.currency),
        examples=examples(facts.lines.filter(code != main), TABLE, (*SHOWN, c.CURRENCY)),
    )


def _of_others(facts: Facts, counts: pl.DataFrame) -> Iterator[Finding]:
    """Money that is all in one currency, but shown as another."""
    shop = facts.shop
    if counts.is_empty() or counts[c.CURRENCY][0] == shop.currency:
        return
    main = counts[c.CURRENCY][0]
    yield Finding(
        "CHECK-CURRENCY-OTHER",
        "blocking",
        t("order lines are in {main}, and their money is shown as {currency}", main=main, currency=shop.currency),
        TABLE,
        facts.rows(TABLE),
        1.0,
        t(
            "set the shop's currency: shopwright config {shop} shop.currency {main}",
            shop=str(shop.path or "SHOP"),
            main=main,
        ),
        t("order lines by currency, empty ones counted as the shop's {currency}", currency=shop.currency),
    )
