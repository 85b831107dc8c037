"""Reviews that cannot be placed in time."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import names as c

__all__ = ["undated"]

TABLE = "reviews"
FEW = 0.05


def undated(facts: Facts) -> Iterator[Finding]:
    """Reviews without a day: no warning counts them, and no trend."""
    if not facts.has(TABLE):
        return
    without = facts.table(TABLE).filter(pl.col(c.AT).is_null() & pl.col(c.DAY).is_null())
    n, total = without.select(pl.len()).collect().item(), facts.rows(TABLE)
    if not n:
        return
    share = n / total
    none = t("no review has a day: there are no warnings of faults that begin and no trends")
    some = t("{n:,} reviews ({share:.1%}) have no day: warnings and trends leave them out", n=n, share=share)
    yield Finding(
        "CHECK-REVIEW-UNDATED",
        "warning" if share > FEW else "info",
        none if n == total else some,
        TABLE,
        n,
        share,
        t("name the column with the date: shopwright import FILE --map at=THEIRS --to {shop}", shop=facts.place),
        t("reviews without a day over all reviews"),
        examples=examples(without, TABLE, (c.REVIEW, c.SKU, c.STARS)),
    )
