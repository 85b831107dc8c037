"""Purchases by customer and day: checked, merged by day, and told in the few figures that lifetime models need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
import polars as pl

from shopwright.errors import TableError, UsageError
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c

__all__ = ["AMOUNT", "EPOCH", "Purchases", "day_number", "read"]

AMOUNT = "amount"
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Purchases:
    """Days on which customers bought, n customers, k pairs of customer and day.

    Attributes:
        customers: ids, sorted, shape (n,).
        who: row of the customer for each purchase day, shape (k,); sorted, days rising within.
        day: days since 1970-01-01, shape (k,).
        amount: money spent on that day, NaN where it is not known, shape (k,).
        until: last day known, as days since 1970-01-01.
        notes: what was left out, in words.
    """

    customers: pl.Series
    who: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    until: int
    notes: tuple[Text, ...] = ()

    @property
    def n_customers(self) -> int:
        """How many customers bought."""
        return self.customers.len()

    @property
    def starts(self) -> np.ndarray:
        """Place of each customer's first purchase among the purchase days, shape (n,)."""
        return np.flatnonzero(np.r_[True, self.who[1:] != self.who[:-1]])

    @property
    def ends(self) -> np.ndarray:
        """Place of each customer's last purchase, shape (n,)."""
        return np.r_[self.starts[1:] - 1, len(self.who) - 1]

    @property
    def repeats(self) -> np.ndarray:
        """Purchase days after the first, shape (n,)."""
        return (self.ends - self.starts).astype(float)

    @property
    def first(self) -> np.ndarray:
        """Day of each customer's first purchase, shape (n,)."""
        return self.day[self.starts]

    @property
    def last(self) -> np.ndarray:
        """Day of each customer's last purchase, shape (n,)."""
        return self.day[self.ends]

    def before(self, until: int) -> Purchases:
        """As they were known at the end of the day `until`: later purchases and customers are gone."""
        return self._kept(self.day <= until, until)

    def some(self, rows: np.ndarray) -> Purchases:
        """These customers only; `rows` are their places, rising."""
        wanted = np.zeros(self.n_customers, bool)
        wanted[rows] = True
        return self._kept(wanted[self.who], self.until)

    def counted(self, known: Purchases, days: int) -> np.ndarray:
        """Purchase days of the customers of `known` in the `days` days after its last one, shape (n of known,)."""
        ahead = (self.day > known.until) & (self.day <= known.until + days)
        return np.bincount(self._place_in(known)[ahead], minlength=known.n_customers + 1)[:-1].astype(float)

    def spent(self, known: Purchases, days: int) -> np.ndarray:
        """Money that the customers of `known` spent in the `days` days after its last one, shape (n of known,)."""
        ahead = (self.day > known.until) & (self.day <= known.until + days)
        paid = np.nan_to_num(self.amount[ahead])
        return np.bincount(self._place_in(known)[ahead], paid, minlength=known.n_customers + 1)[:-1]

    def _place_in(self, known: Purchases) -> np.ndarray:
        """Row in `known` of the customer of each purchase day; one past the last where they are not in it."""
        places = known.customers.to_frame().with_row_index("place")
        found = self.customers.to_frame().join(places, on=self.customers.name, how="left", maintain_order="left")
        return found["place"].fill_null(known.n_customers).to_numpy()[self.who]

    def _kept(self, keep: np.ndarray, until: int) -> Purchases:
        left, who = np.unique(self.who[keep], return_inverse=True)
        return replace(
            self, customers=self.customers[left], who=who, day=self.day[keep], amount=self.amount[keep], until=until
        )


def read(purchases: pl.DataFrame | pl.LazyFrame, until: date) -> Purchases:
    """Purchases up to a day, checked.

    Several purchases of a customer on one day count as one, their amounts added. Rows without customer or day, rows
    after `until` and rows with an amount below zero (money going back is no purchase) are left out, and `notes` says
    so; an amount that is null or no finite number leaves the purchase without one.

    Args:
        purchases: customer, day (date or instant), and amount where it is known.
        until: last day that counts.

    Raises:
        TableError: it is no table, a column is missing or of the wrong kind (CUSTOMERS-02, -03), or nothing is left
            (CUSTOMERS-04).
        UsageError: until is no day (CUSTOMERS-05).
    """
    last = day_number(until)
    rows = _columns(purchases).collect()
    day, amount = pl.col(c.DAY), pl.col(AMOUNT)
    is_late = (day > pl.lit(until_date(until))).fill_null(value=False)
    is_refund = (amount < 0).fill_null(value=False)
    is_nameless = pl.any_horizontal(pl.col(c.CUSTOMER, c.DAY).is_null())
    n_nameless, n_late, n_refunds = rows.select(
        is_nameless.sum(), (is_late & ~is_nameless).sum().alias("late"), (is_refund & ~is_late & ~is_nameless).sum()
    ).row(0)
    kept = rows.filter(~is_nameless, ~is_late, ~is_refund)
    if kept.is_empty():
        raise TableError(
            t("no purchase is left to learn from"),
            why=t(
                "of {n:,} rows {nameless:,} have no customer or no day, {late:,} lie after {until}, {refunds:,} have an"
                " amount below zero",
                n=rows.height,
                nameless=n_nameless,
                late=n_late,
                until=until_date(until).isoformat(),
                refunds=n_refunds,
            ),
            fix=t("give purchases with customer and day, or a later last day"),
            code="CUSTOMERS-04",
        )
    known = amount.drop_nulls()
    merged = (
        kept.group_by(c.CUSTOMER, c.DAY)
        .agg(pl.when(known.len() > 0).then(known.sort().sum()).alias(AMOUNT))
        .sort(c.CUSTOMER, c.DAY)
        .with_columns(pl.col(c.CUSTOMER).rle_id().alias("who"))
    )
    return Purchases(
        merged[c.CUSTOMER].unique(maintain_order=True),
        merged["who"].to_numpy().astype(np.int64),
        merged[c.DAY].to_physical().to_numpy().astype(np.int64),
        merged[AMOUNT].fill_null(float("nan")).to_numpy(),
        last,
        _notes(n_nameless, n_late, n_refunds, int(kept[AMOUNT].null_count())),
    )


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    Raises:
        UsageError: it is no day.
    """
    return (until_date(day) - EPOCH).days


def until_date(until: date) -> date:
    """The day as a date; an instant counts as its day.

    Raises:
        UsageError: it is no day.
    """
    if isinstance(until, datetime):
        return until.date()
    if isinstance(until, date):
        return until
    raise UsageError(
        t("{until} is no day", until=repr(until)),
        why=t("what is known is cut at the end of a day"),
        fix=t("give a datetime.date"),
        code="CUSTOMERS-05",
    )


def _columns(purchases: pl.DataFrame | pl.LazyFrame) -> pl.LazyFrame:
    """customer as text, day as date, amount as a finite number or null."""
    schema = purchases.lazy().collect_schema() if isinstance(purchases, pl.DataFrame | pl.LazyFrame) else pl.Schema()
    missing = [name for name in (c.CUSTOMER, c.DAY) if name not in schema]
    if missing:
        raise TableError(
            t("the purchases have no column {columns}", columns=", ".join(missing)),
            why=t(
                "needed is a polars table with customer and day; found: {columns}", columns=", ".join(schema.names())
            ),
            fix=t("rename the columns"),
            code="CUSTOMERS-02",
        )
    lines = purchases.lazy()
    if AMOUNT not in schema:
        lines = lines.with_columns(pl.lit(None, pl.Float64).alias(AMOUNT))
        schema = lines.collect_schema()
    _check(schema, c.CUSTOMER, not schema[c.CUSTOMER].is_nested())
    _check(schema, c.DAY, isinstance(schema[c.DAY], pl.Date | pl.Datetime))
    _check(schema, AMOUNT, schema[AMOUNT].is_numeric() or schema[AMOUNT] == pl.Null)
    paid = pl.col(AMOUNT).cast(pl.Float64)
    return lines.select(
        pl.col(c.CUSTOMER).cast(pl.String), pl.col(c.DAY).cast(pl.Date), pl.when(paid.is_finite()).then(paid)
    )


def _check(schema: pl.Schema, column: str, is_right: bool) -> None:
    if not is_right:
        raise TableError(
            t("column {column} of the purchases cannot be used", column=column),
            why=t(
                "customer is text or a whole number, day a date, amount a number; it holds {dtype}",
                dtype=str(schema[column]),
            ),
            fix=t("convert the column"),
            code="CUSTOMERS-03",
        )


def _notes(nameless: int, late: int, refunds: int, unknown: int) -> tuple[Text, ...]:
    found = []
    if nameless:
        found.append(t("{n:,} rows without customer or day were left out", n=nameless))
    if late:
        found.append(t("{n:,} rows after the last day were left out", n=late))
    if refunds:
        found.append(
            t("{n:,} rows with an amount below zero were left out: money going back is no purchase", n=refunds)
        )
    if unknown:
        found.append(t("{n:,} purchases have no amount: they count, but tell nothing of what is spent", n=unknown))
    return tuple(found)
