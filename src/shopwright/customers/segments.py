"""Customers by what they did, and how they moved since four weeks ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from shopwright.customers.rfm import N_ORDERS, RECENCY, SEGMENT, SEGMENTS, WINDOW_DAYS, scores
from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["BACK_DAYS", "MAY_WRITE", "NOT_YET", "Segments", "label", "segments"]

BACK_DAYS = 28
MAY_WRITE, NOT_YET = "may_write", "not_yet"


@dataclass(frozen=True, eq=False)
class Segments:
    """Customers in segments.

    Attributes:
        table: one row for each segment in a fixed order, empty ones included: segment, n_customers, share,
            revenue (of the last 365 days), revenue_share, recency (median days since the last order), orders (mean of
            the last 365 days), n_before (28 days earlier), change. `label(segment)` names it.
        flows: customers by segment 28 days earlier and now: before, now, n_customers; `not_yet` had not bought then.
        customers: one row for each customer: customer, recency, n_orders, n_orders_ever, revenue, r, f, m, segment,
            may_write (null where nobody's consent is known).
        before: customer and segment 28 days earlier.
        revenue_share_known: share of the last 365 days' revenue that comes from known customers.
        as_of: last day counted.
        currency: of the revenue.
        how: how the segments are made.
    """

    table: pl.DataFrame
    flows: pl.DataFrame
    customers: pl.DataFrame
    before: pl.DataFrame
    revenue_share_known: float
    as_of: date
    currency: str
    how: Text

    @property
    def are_consents_known(self) -> bool:
        """Whether the shop says who may be written to."""
        return self.customers[MAY_WRITE].null_count() < self.customers.height

    def members(self, segment: str, *, may_write: bool = True) -> list[str]:
        """Ids of a segment's customers, sorted; those who agreed to e-mail where consents are known.

        Args:
            segment: one of the table.
            may_write: False for all, whatever they agreed to.

        Raises:
            UsageError: there is no such segment.
        """
        label(segment)
        chosen = self.customers.filter(pl.col(SEGMENT) == segment)
        if may_write and self.are_consents_known:
            chosen = chosen.filter(MAY_WRITE)
        return chosen[c.CUSTOMER].sort().to_list()


def segments(shop: Shop) -> Segments:
    """Put every customer into a segment, as of the shop's day and 28 days earlier."""
    now = scores(shop)
    before = scores(shop.back(BACK_DAYS)).select(c.CUSTOMER, SEGMENT)
    known = _revenue_share_known(shop, float(now[c.REVENUE].sum()))
    return Segments(
        _table(now, before),
        _flows(now, before),
        _with_consent(shop, now),
        before,
        known,
        shop.day,
        shop.currency,
        t(
            "recency to {day}; orders and revenue (before returns) of the {days} days before; scores are fifths of"
            " the customers from 1 to 5, equal customers get equal scores; the first rule that holds decides;"
            " {known:.0%} of the revenue comes from known customers",
            day=shop.day.isoformat(),
            days=WINDOW_DAYS,
            known=known,
        ),
    )


def label(segment: str) -> Text:
    """Name of a segment for people; also of `not_yet`.

    Raises:
        UsageError: there is no such segment.
    """
    if segment == NOT_YET:
        return t("not yet a customer")
    if segment in SEGMENTS:
        return SEGMENTS[segment].label
    raise UsageError(
        t("there is no segment {segment}", segment=repr(segment)),
        why=t("segments are: {segments}", segments=", ".join(SEGMENTS)),
        fix=t("use one of these names"),
        code="CUSTOMERS-01",
    )


def _table(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    counted = now.group_by(SEGMENT).agg(
        pl.len().alias("n_customers"),
        pl.col(c.REVENUE).sum(),
        pl.col(RECENCY).median(),
        pl.col(N_ORDERS).mean().alias("orders"),
    )
    every = pl.DataFrame({SEGMENT: list(SEGMENTS)})
    joined = every.join(counted, on=SEGMENT, how="left", maintain_order="left").join(
        before.group_by(SEGMENT).agg(pl.len().alias("n_before")), on=SEGMENT, how="left", maintain_order="left"
    )
    n, money = pl.col("n_customers").cast(pl.Int64).fill_null(0), pl.col(c.REVENUE).fill_null(0.0)
    past = pl.col("n_before").cast(pl.Int64).fill_null(0)
    return joined.select(
        SEGMENT,
        n.alias("n_customers"),
        (n / max(now.height, 1)).alias("share"),
        money.alias(c.REVENUE),
        (money / (float(now[c.REVENUE].sum()) or 1.0)).alias("revenue_share"),
        RECENCY,
        "orders",
        past.alias("n_before"),
        (n - past).alias("change"),
    )


def _flows(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    moved = now.select(c.CUSTOMER, pl.col(SEGMENT).alias("now")).join(
        before.select(c.CUSTOMER, pl.col(SEGMENT).alias("before")), on=c.CUSTOMER, how="left"
    )
    order = pl.Enum([NOT_YET, *SEGMENTS])
    return (
        moved.with_columns(pl.col("before").fill_null(NOT_YET).cast(order), pl.col("now").cast(order))
        .group_by("before", "now")
        .agg(pl.len().cast(pl.Int64).alias("n_customers"))
        .sort("before", "now")
        .with_columns(pl.col("before", "now").cast(pl.String))
    )


def _with_consent(shop: Shop, now: pl.DataFrame) -> pl.DataFrame:
    said = shop.table("customers").select(c.CUSTOMER, pl.col(c.CONSENT_EMAIL).alias(MAY_WRITE)).collect()
    if said[MAY_WRITE].drop_nulls().is_empty():
        return now.with_columns(pl.lit(None, pl.Boolean).alias(MAY_WRITE))
    # silence is no consent
    return now.join(said, on=c.CUSTOMER, how="left").with_columns(pl.col(MAY_WRITE).fill_null(value=False))


def _revenue_share_known(shop: Shop, known: float) -> float:
    recent = (pl.lit(shop.day) - pl.col(c.DAY)).dt.total_days() < WINDOW_DAYS
    total = sold_lines(shop).filter(recent).select(pl.col(c.REVENUE).sum()).collect(engine="streaming").item()
    return known / total if total else 0.0
