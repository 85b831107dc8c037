"""How customers moved between segments since an earlier day: from which, to which, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from shopwright.customers.checked import check_days
from shopwright.customers.rfm import SEGMENT, SEGMENTS, scores
from shopwright.customers.segments import BACK_DAYS, NOT_YET, Segments, label
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Movement", "movement"]

# from the best to the worst; who is new stands above those who were never seen again
WORTH = {
    name: place
    for place, name in enumerate(
        ("lost", "at_risk", "needs_attention", "new", "promising", "loyal", "champions"), start=1
    )
} | {NOT_YET: 0}


@dataclass(frozen=True, eq=False)
class Movement:
    """Customers by segment on two days.

    Attributes:
        table: before (segment then; `not_yet` had not bought), now, n_customers, share (of those who were in `before`),
            revenue (of the last 365 days, of these customers), turn ("came", "rose", "stayed", "fell").
        days: days between the two.
        as_of: the later day.
        currency: of the revenue.
    """

    table: pl.DataFrame
    days: int
    as_of: date
    currency: str

    def counted(self, turn: str) -> int:
        """Customers who came, rose, stayed or fell."""
        return int(self.table.filter(pl.col("turn") == turn)["n_customers"].sum())

    def matrix(self) -> pl.DataFrame:
        """Customers by segment then (rows, `before`) and now (a column each), 0 where nobody moved that way."""
        return (
            self.table.pivot("now", index="before", values="n_customers", sort_columns=False)
            .select("before", *(pl.col(name) for name in SEGMENTS if name in set(self.table["now"])))
            .fill_null(0)
        )

    def words(self) -> list[Text]:
        """The falls that took most revenue along, in words."""
        fell = self.table.filter(pl.col("turn") == "fell").sort("revenue", "n_customers", descending=True)
        return [
            t(
                "{n:,} customers fell from {before} to {now}; they brought {revenue:,.0f} {currency} in 365 days",
                n=row["n_customers"],
                before=label(row["before"]),
                now=label(row["now"]),
                revenue=row["revenue"],
                currency=self.currency,
            )
            for row in fell.head(3).iter_rows(named=True)
        ]


def movement(shop: Shop, days: int = BACK_DAYS, found: Segments | None = None) -> Movement:
    """Who moved from which segment to which within `days` days.

    Args:
        shop: the shop.
        days: how far back the earlier day lies.
        found: what `segments` found in it, where that is known already.

    Raises:
        UsageError: days is out of range (CUSTOMERS-06).
    """
    days = check_days(days)
    now = scores(shop) if found is None else found.customers
    before = found.before if found is not None and days == BACK_DAYS else scores(shop.back(days))
    order = pl.Enum([NOT_YET, *SEGMENTS])
    then, since = pl.col("before").replace_strict(WORTH), pl.col("now").replace_strict(WORTH)
    turn = (
        pl.when(pl.col("before") == NOT_YET)
        .then(pl.lit("came"))
        .when(since > then)
        .then(pl.lit("rose"))
        .when(since < then)
        .then(pl.lit("fell"))
        .otherwise(pl.lit("stayed"))
    )
    table = (
        now.select(c.CUSTOMER, c.REVENUE, pl.col(SEGMENT).alias("now"))
        .join(before.select(c.CUSTOMER, pl.col(SEGMENT).alias("before")), on=c.CUSTOMER, how="left")
        .with_columns(pl.col("before").fill_null(NOT_YET))
        .group_by("before", "now")
        .agg(pl.len().cast(pl.Int64).alias("n_customers"), pl.col(c.REVENUE).sum().round(4))
        .with_columns((pl.col("n_customers") / pl.col("n_customers").sum().over("before")).alias("share"))
        .select("before", "now", "n_customers", "share", c.REVENUE, turn.alias("turn"))
        .sort(pl.col("before").cast(order), pl.col("now").cast(order))
    )
    return Movement(table, days, shop.day, shop.currency)
