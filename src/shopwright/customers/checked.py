"""What is handed in to learn from: tables, days and spans, checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import polars as pl

from shopwright.errors import TableError, UsageError
from shopwright.i18n import t
from shopwright.shop.schema import names as c

__all__ = [
    "AMOUNT",
    "EPOCH",
    "as_date",
    "check_days",
    "columns_of",
    "day_number",
    "is_too_old",
    "lines_until",
    "nothing_left",
]

AMOUNT = "amount"
EPOCH = date(1970, 1, 1)
MOST_DAYS = 3660
MOST_MONEY = 1e15  # of one purchase: a float tells no cents beyond, and the square of far more none at all
_OLDEST_DAYS = 36_525  # before the last day: what is older stands for a day that is not known


def columns_of(
    table: pl.DataFrame | pl.LazyFrame, texts: Sequence[str], optional: Sequence[str] = (), *, amount: bool = False
) -> pl.LazyFrame:
    """The columns asked for: day as a date, texts as text, the amount as a finite number up to 10^15 or null.

    Args:
        table: what was handed in.
        texts: columns of text that must be there; day must be there, too.
        optional: columns of text that are null where they are not there.
        amount: whether the amount is wanted; it, too, is null where it is not there.

    Raises:
        TableError: it is no table or a column is missing (CUSTOMERS-02), or of the wrong kind (CUSTOMERS-03).
    """
    given: object = table
    lines = given.lazy() if isinstance(given, pl.DataFrame | pl.LazyFrame) else pl.LazyFrame()
    schema = lines.collect_schema()
    missing = [name for name in (*texts, c.DAY) if name not in schema]
    if missing:
        raise TableError(
            t("the purchases have no column {columns}", columns=", ".join(missing)),
            why=t(
                "needed is a polars table with {needed}; found: {columns}",
                needed=", ".join((*texts, c.DAY)),
                columns=", ".join(schema.names()) or "-",
            ),
            fix=t("rename the columns"),
            code="CUSTOMERS-02",
        )
    absent: dict[str, type[pl.DataType]] = {name: pl.String for name in optional if name not in schema}
    if amount and AMOUNT not in schema:
        absent[AMOUNT] = pl.Float64
    lines = lines.with_columns(pl.lit(None, kind).alias(name) for name, kind in absent.items())
    wanted = [*texts, *optional]
    for name in wanted:
        if name in schema and (schema[name].is_nested() or schema[name] == pl.Object):
            raise _wrong_kind(name, schema)
    if not isinstance(schema[c.DAY], pl.Date | pl.Datetime):
        raise _wrong_kind(c.DAY, schema)
    if amount and AMOUNT in schema and not (schema[AMOUNT].is_numeric() or schema[AMOUNT] == pl.Null):
        raise _wrong_kind(AMOUNT, schema)
    # dt.date: the day where it was; a cast would give that of Greenwich
    found = [*(pl.col(name).cast(pl.String, strict=False) for name in wanted), pl.col(c.DAY).dt.date()]
    if amount:
        paid = pl.col(AMOUNT).cast(pl.Float64)
        found.append(pl.when(paid.is_finite() & (paid <= MOST_MONEY)).then(paid))
    return lines.select(found)


def lines_until(
    table: pl.DataFrame | pl.LazyFrame, until: date, texts: Sequence[str], optional: Sequence[str] = ()
) -> pl.DataFrame:
    """Rows up to a day in which every column that must be there is known.

    Raises:
        TableError: the table cannot be used (CUSTOMERS-02, -03), or nothing is left of it (CUSTOMERS-04).
        UsageError: until is no day (CUSTOMERS-05).
    """
    last = as_date(until)
    rows = columns_of(table, texts, optional).collect()
    kept = rows.drop_nulls([*texts, c.DAY])
    old = kept.filter(is_too_old(last)).height
    found = kept.filter(pl.col(c.DAY) <= last, ~is_too_old(last))
    if found.is_empty():
        raise nothing_left(rows.height, (rows.height - kept.height, kept.height - old, old, 0), last)
    return found


def is_too_old(until: date) -> pl.Expr:
    """Whether a day lies more than a hundred years before the last one, as 0001-01-01 does, which is no day."""
    return (pl.lit(until) - pl.col(c.DAY)).dt.total_days() > _OLDEST_DAYS


def nothing_left(n: int, gone: Sequence[int], until: date) -> TableError:
    """The error for a table of which nothing can be used; `gone`: unknown, late, too old and refunded rows."""
    unknown, late, old, refunds = gone
    return TableError(
        t("no purchase is left to learn from"),
        why=t(
            "of {n:,} rows {unknown:,} lack a customer, a product or a day, {late:,} lie after {until},"
            " {old:,} more than a hundred years before it, {refunds:,} have an amount below zero",
            n=n,
            unknown=unknown,
            late=late,
            old=old,
            until=until.isoformat(),
            refunds=refunds,
        ),
        fix=t("give purchases that are complete, or another last day"),
        code="CUSTOMERS-04",
    )


def as_date(until: date) -> date:
    """The day as a date; an instant counts as its day.

    Raises:
        UsageError: it is no day (CUSTOMERS-05).
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


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    Raises:
        UsageError: it is no day (CUSTOMERS-05).
    """
    return (as_date(day) - EPOCH).days


def check_days(days: int) -> int:
    """The span in days as Python's own kind of whole number, which numpy's are not; from 1 to ten years.

    Raises:
        UsageError: it is not (CUSTOMERS-06).
    """
    given: object = days
    if not isinstance(given, int | np.integer) or isinstance(given, bool) or not 1 <= given <= MOST_DAYS:
        raise UsageError(
            t("nothing can be told for {days} days", days=repr(days)),
            why=t("days is a whole number from 1 to {most}", most=MOST_DAYS),
            fix=t("give another number"),
            code="CUSTOMERS-06",
        )
    return int(given)


def _wrong_kind(column: str, schema: pl.Schema) -> TableError:
    return TableError(
        t("column {column} of the purchases cannot be used", column=column),
        why=t(
            "customer, sku and category are text, day is a date, amount a number; it holds {dtype}",
            dtype=str(schema[column]),
        ),
        fix=t("convert the column"),
        code="CUSTOMERS-03",
    )
