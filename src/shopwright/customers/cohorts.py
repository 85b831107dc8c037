"""Customers by the month of their first purchase: how many come back in each month after it, and what they bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["AFTER", "COHORT", "Cohorts", "cohorts"]

COHORT, AFTER, N_CUSTOMERS, N_ACTIVE, N_ORDERS, RETENTION = (
    *("cohort", "after", "n_customers", "n_active"),
    *("n_orders", "retention"),
)


@dataclass(frozen=True, eq=False)
class Cohorts:
    """Cohorts over calendar months.

    Attributes:
        table: one row for each cohort and each number of months after it: cohort (first day of the month of the first
            purchase), after (0 is that month), n_customers (size of the cohort), n_active (of them, who bought in that
            month), retention (n_active / n_customers), n_orders, revenue. The last four are null in months that are not
            over: what was not seen yet is not zero.
        retention: how many of all customers come back in each month after their first, over the cohorts that saw it:
            after, n_customers, n_active, retention.
        repeated: share of all customers who came back on a later day; None without customers.
        as_of: last day counted.
        currency: of the revenue.
        how: how it was counted.
    """

    table: pl.DataFrame
    retention: pl.DataFrame
    repeated: float | None
    as_of: date
    currency: str
    how: Text

    def matrix(self, of: str = RETENTION) -> pl.DataFrame:
        """One row for each cohort, one column for each month after it, named by its number.

        Args:
            of: retention, n_active, n_orders or revenue.
        """
        return self.table.pivot(AFTER, index=[COHORT, N_CUSTOMERS], values=of, sort_columns=False)


def cohorts(shop: Shop) -> Cohorts:
    """Cohorts of a shop's customers as of its day; orders without a customer are left out."""
    orders = (
        sold_lines(shop)
        .drop_nulls([c.CUSTOMER, c.DAY])
        .group_by(c.CUSTOMER, c.ORDER)
        .agg(pl.col(c.DAY).min(), pl.col(c.REVENUE).sum())
        .collect(engine="streaming")
        .with_columns(pl.col(c.DAY).min().over(c.CUSTOMER).alias("first"))
        .with_columns(pl.col("first").dt.truncate("1mo").alias(COHORT), pl.col(c.DAY).dt.truncate("1mo").alias("month"))
    )
    seen = _seen(orders)
    table = _grid(orders, shop.day).join(seen, on=[COHORT, AFTER], how="left", maintain_order="left")
    is_over = pl.col("month").dt.month_end() <= shop.day
    counted = table.with_columns(
        pl.when(is_over).then(pl.col(name).fill_null(0)) for name in (N_ACTIVE, N_ORDERS, c.REVENUE)
    ).with_columns((pl.col(N_ACTIVE) / pl.col(N_CUSTOMERS)).alias(RETENTION))
    customers = orders.group_by(c.CUSTOMER).agg((pl.col(c.DAY) > pl.col("first")).any().alias("again"))
    return Cohorts(
        counted.select(COHORT, AFTER, N_CUSTOMERS, N_ACTIVE, RETENTION, N_ORDERS, c.REVENUE),
        _over_all(counted),
        None if customers.is_empty() else int(customers["again"].sum()) / customers.height,
        shop.day,
        shop.currency,
        t(
            "by calendar month; the first purchase is the first in the records, which begin on {first}: cohorts of"
            " their first months hold old customers, too; months not over on {day} are empty",
            first=str(orders[c.DAY].min() or "-"),
            day=shop.day.isoformat(),
        ),
    )


def _months_between(later: str, earlier: str) -> pl.Expr:
    years = pl.col(later).dt.year() - pl.col(earlier).dt.year()
    return (years * 12 + pl.col(later).dt.month() - pl.col(earlier).dt.month()).cast(pl.Int64)


def _seen(orders: pl.DataFrame) -> pl.DataFrame:
    return (
        orders.with_columns(_months_between("month", COHORT).alias(AFTER))
        .group_by(COHORT, AFTER)
        .agg(
            pl.col(c.CUSTOMER).n_unique().cast(pl.Int64).alias(N_ACTIVE),
            pl.len().cast(pl.Int64).alias(N_ORDERS),
            pl.col(c.REVENUE).sum().round(4),  # the order of adding tells no shops apart
        )
    )


def _grid(orders: pl.DataFrame, until: date) -> pl.DataFrame:
    """Every cohort with as many months as the oldest one could have been seen."""
    sizes = orders.group_by(COHORT).agg(pl.col(c.CUSTOMER).n_unique().cast(pl.Int64).alias(N_CUSTOMERS)).sort(COHORT)
    first = sizes[COHORT].min()
    n_months = 0
    if isinstance(first, date):
        n_months = (until.year - first.year) * 12 + until.month - first.month + 1
    months = pl.DataFrame({AFTER: pl.int_range(n_months, eager=True, dtype=pl.Int64)})
    offset = pl.concat_str(pl.col(AFTER).cast(pl.String), pl.lit("mo"))
    return sizes.join(months, how="cross").with_columns(pl.col(COHORT).dt.offset_by(offset).alias("month"))


def _over_all(counted: pl.DataFrame) -> pl.DataFrame:
    return (
        counted.drop_nulls(N_ACTIVE)
        .group_by(AFTER)
        .agg(pl.col(N_CUSTOMERS, N_ACTIVE).sum())
        .sort(AFTER)
        .with_columns((pl.col(N_ACTIVE) / pl.col(N_CUSTOMERS)).alias(RETENTION))
    )
