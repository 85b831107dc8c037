"""Everything known of a shop's customers on one day: segments, what they will be worth, who is leaving, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from shopwright.customers.checked import check_days
from shopwright.customers.churn import Churn, churn
from shopwright.customers.lifetime import ALIVE, HIGH, LOW, PURCHASES, VALUE, LifetimeValue
from shopwright.customers.next_purchase import due
from shopwright.customers.of_shop import lines_of, purchases_of
from shopwright.customers.rfm import WINDOW_DAYS
from shopwright.customers.segments import Segments, segments
from shopwright.errors import TableError
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["AT_STAKE", "AWAY", "DRIVEN", "LEAVING", "Outlook", "look_ahead"]

AWAY, AT_STAKE = "chance_away", "at_stake"
DRIVEN = {"driver": pl.String, "driver_value": pl.Float64, "driver_usual": pl.Float64}
LEAVING = 0.5  # chance of no purchase from which on a customer counts as leaving
KNOWN = "known_days"
DUE_DAYS = 14


@dataclass(frozen=True, eq=False)
class Outlook:
    """Who the customers are and what is to be expected of them.

    Attributes:
        segments: what they did until now.
        lifetime: the model of what they will do.
        table: one row for each customer: customer, segment, recency, n_orders_ever, revenue (of the last 365 days),
            known_days (since the first purchase), may_write, alive, purchases, value, low, high (of the next `days`
            days; see `LifetimeValue.predict`), chance_away (of no purchase within them), driver, driver_value and
            driver_usual (what speaks most for it, the customer's value and the average one's; null where nothing does
            or nothing could be learned), at_stake (what they would spend within them at
            their pace of the last 365 days, less what is expected); sorted by customer.
        total: money to be expected of all of them, low, mean and high; None where no amount is known.
        churn: what was learned of those who stay away; None where there is too little of it, and then chances are the
            lifetime model's.
        due: customer, sku and when, of what is due to be bought again within 14 days, the surest first.
        days: how far ahead.
        notes: what was left out, and what could not be learned.
    """

    segments: Segments
    lifetime: LifetimeValue
    table: pl.DataFrame
    total: tuple[float, float, float] | None
    churn: Churn | None
    due: pl.DataFrame
    days: int
    notes: tuple[Text, ...]

    @property
    def as_of(self) -> date:
        """Last day known."""
        return self.segments.as_of

    @property
    def currency(self) -> str:
        """Currency of the money."""
        return self.segments.currency

    def leaving(self) -> pl.DataFrame:
        """Rows of `table` of who will more likely stay away than not, most at stake first.

        They came more than once, the last time within 365 days: who stayed away for longer has left already.
        """
        is_leaving = (pl.col(AWAY) >= LEAVING) & (pl.col("n_orders_ever") >= 2) & (pl.col("recency") < WINDOW_DAYS)
        return self.table.filter(is_leaving).sort(AT_STAKE, c.CUSTOMER, descending=[True, False])

    def best(self) -> pl.DataFrame:
        """Rows of `table`, the most valuable first; by purchases where no amount is known."""
        by = PURCHASES if self.total is None else VALUE
        return self.table.sort(by, c.CUSTOMER, descending=[True, False], nulls_last=True)


def look_ahead(shop: Shop, days: int = 90, found: Segments | None = None) -> Outlook:
    """Tell of every known customer what they did and what is to be expected within `days` days.

    Args:
        shop: the shop.
        days: how far ahead.
        found: what `segments` found in it, where that is known already.

    Raises:
        TableError: no order names a customer (CUSTOMERS-09).
        UsageError: days is out of range (CUSTOMERS-06).
    """
    days = check_days(days)
    found = segments(shop) if found is None else found
    if found.customers.is_empty():
        raise TableError(
            t("no order of this shop names a customer"),
            why=t(
                "customers are known by what they bought by {day}", day=shop.day.isoformat() if shop.is_dated else "-"
            ),
            fix=t("import order lines with a column for the customer: shopwright import FILES --map customer=COLUMN"),
            code="CUSTOMERS-09",
        )
    bought = purchases_of(shop).collect(engine="streaming")
    model = LifetimeValue.fit(bought, shop.day)
    notes, learned = [*model.notes], None
    try:
        learned = churn(bought, shop.day, days)
        notes.append(
            t(
                "the chance to stay away and the value come from two models, which may differ on one customer: the"
                " first learned from who came back, the second from how often customers buy"
            )
        )
    except TableError as error:
        notes.append(t("{what}: {why}", what=error.what, why=error.why))
    table = _table(found, model, learned, days)
    waiting = due(lines_of(shop), shop.day, DUE_DAYS)
    return Outlook(found, model, table, model.total(days), learned, waiting, days, tuple(notes))


def _table(found: Segments, model: LifetimeValue, learned: Churn | None, days: int) -> pl.DataFrame:
    known = model.purchases.until - model.purchases.first
    told = model.predict(days).with_columns(
        pl.Series(KNOWN, known.astype(np.int64)), pl.Series("silent", model.none_at_all(days))
    )
    if learned is None:
        told = told.with_columns(
            pl.col("silent").alias(AWAY), *(pl.lit(None, kind).alias(name) for name, kind in DRIVEN.items())
        )
    else:
        away = learned.table.select(c.CUSTOMER, pl.col("chance").alias(AWAY), *DRIVEN)
        told = told.join(away, on=c.CUSTOMER, how="left")
    pace = pl.col(c.REVENUE) * days / pl.col(KNOWN).clip(days, WINDOW_DAYS)
    return (
        found.customers.select(c.CUSTOMER, "segment", "recency", "n_orders_ever", c.REVENUE, "may_write")
        .join(told, on=c.CUSTOMER, how="inner", maintain_order="left")
        .with_columns((pace - pl.col(VALUE)).clip(lower_bound=0.0).fill_null(0.0).alias(AT_STAKE))
        .select(
            *(c.CUSTOMER, "segment", "recency", "n_orders_ever", c.REVENUE, KNOWN, "may_write"),
            *(ALIVE, PURCHASES, VALUE, LOW, HIGH, AWAY, *DRIVEN, AT_STAKE),
        )
    )
