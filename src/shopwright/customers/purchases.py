"""Purchases by customer and day: checked, merged by day, and told in the few figures that lifetime models need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from shopwright.customers.checked import AMOUNT, as_date, columns_of, day_number, is_too_old, nothing_left
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c

__all__ = ["Purchases", "read"]


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
        return np.asarray(np.r_[self.starts[1:] - 1, len(self.who) - 1])

    @property
    def repeats(self) -> np.ndarray:
        """Purchase days after the first, shape (n,)."""
        return np.asarray(self.ends - self.starts, float)

    @property
    def first(self) -> np.ndarray:
        """Day of each customer's first purchase, shape (n,)."""
        return np.asarray(self.day[self.starts])

    @property
    def last(self) -> np.ndarray:
        """Day of each customer's last purchase, shape (n,)."""
        return np.asarray(self.day[self.ends])

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
        return np.asarray(found["place"].fill_null(known.n_customers).to_numpy()[self.who], np.int64)

    def _kept(self, keep: np.ndarray, until: int) -> Purchases:
        left, who = np.unique(self.who[keep], return_inverse=True)
        return replace(
            self, customers=self.customers[left], who=who, day=self.day[keep], amount=self.amount[keep], until=until
        )


def read(purchases: pl.DataFrame | pl.LazyFrame, until: date) -> Purchases:
    """Purchases up to a day, checked.

    Several purchases of a customer on one day count as one, their amounts added. Rows without customer or day, rows
    after `until` or more than a hundred years before it (0001-01-01 is no day), and rows with an amount below zero
    (money going back is no purchase) are left out, and `notes` says so; an amount that is null, no finite number
    or above 10^15 leaves the purchase without one.

    Args:
        purchases: customer, day (date or instant), and amount where it is known.
        until: last day that counts.

    Raises:
        TableError: it is no table, a column is missing or of the wrong kind (CUSTOMERS-02, -03), or nothing is left
            (CUSTOMERS-04).
        UsageError: until is no day (CUSTOMERS-05).
    """
    last = as_date(until)
    rows = columns_of(purchases, [c.CUSTOMER], amount=True).collect()
    is_unknown = pl.any_horizontal(pl.col(c.CUSTOMER, c.DAY).is_null())
    is_late = ~is_unknown & (pl.col(c.DAY) > last)
    is_old = ~is_unknown & is_too_old(last)
    is_refund = ~is_unknown & ~is_late & ~is_old & (pl.col(AMOUNT) < 0).fill_null(value=False)
    reasons = {"unknown": is_unknown, "late": is_late, "old": is_old, "refunds": is_refund}
    gone = rows.select(**{name: reason.sum() for name, reason in reasons.items()}).row(0)
    kept = rows.filter(~pl.any_horizontal(reasons.values())) if any(gone) else rows
    if kept.is_empty():
        raise nothing_left(rows.height, gone, last)
    amount = pl.col(AMOUNT)
    merged = (
        kept.group_by(c.CUSTOMER, c.DAY)
        # sorted, so that the order of adding tells no equal customers apart; a day of unknown amounts stays unknown
        .agg(pl.when(amount.count() > 0).then(amount.sort().sum()))
        .sort(c.CUSTOMER, c.DAY)
        .with_columns(pl.col(c.CUSTOMER).rle_id().alias("who"))
    )
    return Purchases(
        merged[c.CUSTOMER].unique(maintain_order=True),
        merged["who"].to_numpy().astype(np.int64),
        merged[c.DAY].to_physical().to_numpy().astype(np.int64),
        merged[AMOUNT].fill_null(float("nan")).to_numpy(),
        day_number(last),
        _notes(gone, kept[AMOUNT].null_count()),
    )


def _notes(gone: Sequence[int], unknown: int) -> tuple[Text, ...]:
    nameless, late, old, refunds = gone
    found = []
    if nameless:
        found.append(t("{n:,} rows without customer or day were left out", n=nameless))
    if late:
        found.append(t("{n:,} rows after the last day were left out", n=late))
    if old:
        found.append(
            t("{n:,} rows more than a hundred years old were left out: such a day stands for one not known", n=old)
        )
    if refunds:
        found.append(
            t("{n:,} rows with an amount below zero were left out: money going back is no purchase", n=refunds)
        )
    if unknown:
        found.append(
            t("{n:,} rows have no amount: they count as purchases, but tell nothing of what is spent", n=unknown)
        )
    return tuple(found)
