"""One thing found wrong, with examples in which nobody can be recognised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop import personal
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c

__all__ = ["EXAMPLES", "MASK", "SEVERITIES", "Finding", "Severity", "column_label", "examples", "masked"]

Severity = Literal["info", "warning", "blocking"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
EXAMPLES = 3
MASK = "•••"
FREE_TEXT = frozenset({c.TITLE, c.DESCRIPTION, c.TEXT, c.SUBJECT, c.REPLY, c.QUERY, c.REASON, c.ATTRIBUTES})
PERSONAL_SOMEWHERE = frozenset(
    column.name for table in TABLES.values() for column in table.columns if column.is_personal
)
LABELS: Mapping[str, Text] = {
    "after": t("after"),
    "before": t("before"),
    "column": t("column"),
    "file": t("file"),
    "row": t("row"),
    "n_days": t("number of days"),
    "n_weeks": t("number of weeks"),
    "n_months": t("number of months"),
    "n_lines": t("number of lines"),
    "same_as": t("same as"),
    "usual_price": t("usual price"),
    "usual_units": t("usual units"),
    "what": t("what"),
}


ROWS = t("rows")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong.

    Attributes:
        code: stable name, CHECK-…
        severity: info (good to know), warning (some numbers will be off), blocking (a plan would be wrong).
        title: what is wrong, with the numbers, in one sentence.
        table: canonical table it is about.
        n_rows: how many rows (or what `counted` says) are concerned.
        share: that number as a share of all of them, 0 to 1.
        advice: what to do, as a command where there is one.
        how: how it was found.
        counted: what `n_rows` counts.
        examples: at most three of the rows, personal values masked.
    """

    code: str
    severity: Severity
    title: Text
    table: str
    n_rows: int
    share: float
    advice: Text
    how: Text
    counted: Text = ROWS
    examples: tuple[Mapping[str, Any], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """All parts, texts in both languages, days and instants in ISO form."""
        return {
            "code": self.code,
            "severity": self.severity,
            "title": self.title.as_json(),
            "table": self.table,
            "n_rows": self.n_rows,
            "counted": self.counted.as_json(),
            "share": round(self.share, 6),
            "advice": self.advice.as_json(),
            "how": self.how.as_json(),
            "examples": [{name: _plain(value) for name, value in row.items()} for row in self.examples],
        }


def column_label(table: str, column: str) -> Text:
    """Heading of a column of examples, in both languages."""
    if TABLES[table].has(column):
        return TABLES[table].column(column).label
    if column in LABELS:
        return LABELS[column]
    for other in TABLES.values():
        if other.has(column):
            return other.column(column).label
    return Text.literal(column)


def examples(frame: pl.LazyFrame | pl.DataFrame, table: str, columns: Sequence[str] = ()) -> tuple[dict[str, Any], ...]:
    """The first rows of `frame`, without empty columns and with personal values masked."""
    rows = frame.lazy().select(columns or pl.all()).head(EXAMPLES).collect(engine="streaming")
    kept = [name for name in rows.columns if rows[name].null_count() < rows.height]
    return tuple(masked(table, rows.select(kept).iter_rows(named=True)))


def masked(table: str, rows: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Rows with personal columns hidden, and personal data hidden in free text."""
    for row in rows:
        yield {name: _masked(table, name, value) for name, value in row.items()}


def is_personal(table: str, column: str) -> bool:
    """Whether a column of an example names or describes a person; columns of other tables are judged by theirs."""
    if TABLES[table].has(column):
        return TABLES[table].column(column).is_personal
    return column in PERSONAL_SOMEWHERE


def _masked(table: str, name: str, value: Any) -> Any:
    if value is None:
        return None
    if is_personal(table, name):
        return MASK
    if isinstance(value, str) and name in FREE_TEXT:
        return personal.mask(value)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Text):
        return value.as_json()
    return round(value, 6) if isinstance(value, float) else value
