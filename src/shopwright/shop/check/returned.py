"""Returns and the sales they take back."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import names as c

__all__ = ["unmatched"]

TABLE = "returns"
MANY = 0.2


def unmatched(facts: Facts) -> Iterator[Finding]:
    """Returns without an earlier sale of the same order, or the same customer, and SKU."""
    if not facts.has(TABLE):
        return
    returns = facts.table(TABLE).with_row_index("_row").collect()
    n_all = returns.height
    left, sold = returns, facts.lines.filter(pl.col(c.UNITS) > 0)
    for by in (c.ORDER, c.CUSTOMER):
        left = left.join(_matched(sold, left, by), on="_row", how="anti")
    if left.is_empty():
        return
    n, nobody = left.height, left.select((pl.col(c.ORDER).is_null() & pl.col(c.CUSTOMER).is_null()).sum()).item()
    first = left.filter(pl.col(c.DAY) < pl.lit(facts.life[0]).dt.offset_by("60d")).height if facts.life else 0
    yield Finding(
        "CHECK-RETURN-UNMATCHED",
        "warning" if n / n_all > MANY else "info",
        t("{n:,} of {total:,} returns match no earlier sale ({nobody:,} name neither order nor customer, {first:,} are"
          " from the first 60 days, before which sales are not known); {matched:,} match",
          n=n, total=n_all, nobody=nobody, first=first, matched=n_all - n),
        TABLE,
        n,
        n / n_all,
        t("return rates by product count all of them; import older sales, or returns with the number of the order, to"
          " match more"),
        t("a return matches when the same order, or the same customer, bought the same SKU on the same day or before"),
        examples=examples(
            left.sort(c.UNITS, descending=True), TABLE, (c.RETURN, c.ORDER, c.SKU, c.DAY, c.UNITS, c.CUSTOMER)
        ),
    )  # fmt: skip


def _matched(sold: pl.LazyFrame, returns: pl.DataFrame, by: str) -> pl.DataFrame:
    """Rows of returns with an earlier sale of the same SKU and `by`."""
    asked = returns.lazy().filter(pl.col(by).is_not_null()).select("_row", by, c.SKU, pl.col(c.DAY).alias("_back"))
    sales = sold.select(by, c.SKU, c.DAY).join(asked.select(by).unique(), on=by, how="semi")
    first = sales.group_by(by, c.SKU).agg(pl.col(c.DAY).min())
    found = asked.join(first, on=[by, c.SKU]).filter(pl.col(c.DAY) <= pl.col("_back"))
    return found.select("_row").collect(engine="streaming")
