"""What the schema is made of: columns with their rules, and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

import polars as pl

from shopwright.i18n import Language, Text, t

__all__ = [
    "DAY_TYPE",
    "INSTANT",
    "Column",
    "Rule",
    "Table",
    "at_least",
    "end_of",
    "finite",
    "listed",
    "one_of",
    "plausible_time",
    "within",
]

INSTANT = pl.Datetime("us", "UTC")
DAY_TYPE = pl.Date
EARLIEST, LATEST = date(1970, 1, 1), date(2100, 1, 1)

Need = Literal["required", "useful", "optional"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value has to satisfy; a row with a value that does not is quarantined.

    Attributes:
        code: short stable name of the rule, written beside each refused row.
        holds: from a column expression to a boolean expression; null values are never tested.
        says: the rule in words.
    """

    code: str
    holds: Callable[[pl.Expr], pl.Expr]
    says: Text


def listed(names: str) -> tuple[str, ...]:
    """Names with bars between, which no name holds."""
    return tuple(names.split("|"))


def at_least(limit: float) -> Rule:
    """The value is finite and not below `limit`."""
    return Rule(
        "AT-LEAST",
        lambda value: value.is_finite() & (value >= limit),
        t("must be a number of at least {limit}", limit=f"{limit:g}"),
    )


def within(low: float, high: float) -> Rule:
    """The value is between `low` and `high`, both allowed."""
    return Rule(
        "WITHIN",
        lambda value: value.is_finite() & value.is_between(low, high),
        t("must be between {low} and {high}", low=f"{low:g}", high=f"{high:g}"),
    )


def one_of(*allowed: str) -> Rule:
    """The value is one of a fixed list of words."""
    return Rule(
        "ONE-OF", lambda value: value.is_in(list(allowed)), t("must be one of: {allowed}", allowed=", ".join(allowed))
    )


def finite() -> Rule:
    """The value is a finite number; it may be negative."""
    return Rule("FINITE", lambda value: value.is_finite(), t("must be a finite number"))


def plausible_time() -> Rule:
    """The instant or day lies after 1970 and before 2100, the span in which a shop's records can be true."""
    return Rule(
        "TIME",
        lambda value: value.cast(pl.Date).is_between(pl.lit(EARLIEST), pl.lit(LATEST), closed="left"),
        t("must lie between {low} and {high}", low=EARLIEST.isoformat(), high=LATEST.isoformat()),
    )


def default_rule(dtype: pl.DataType | type[pl.DataType]) -> Rule | None:
    """The rule every column of a type gets where it has none of its own."""
    if dtype == pl.Float64:
        return finite()
    return plausible_time() if dtype in (INSTANT, DAY_TYPE) else None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table.

    Attributes:
        name: canonical name, from `schema.names`.
        dtype: Polars type it is stored as.
        en: label in English.
        zh: label in Chinese.
        about: what it holds, in one English sentence where the label is not enough.
        about_zh: the same in Chinese.
        unit: unit of the number: "units", "money" (in the row's or the shop's currency), "days", "stars", "share".
        rule: what a value has to satisfy; numbers must be finite and times plausible in any case.
        is_required: a row without it is quarantined.
        is_personal: it identifies or describes a person; redacted before text leaves the machine.
        known: column of the same row with the instant or day at which this value became known; `Shop.until` hides
            the value before that.
        aliases: other names that exports give it, lower case, in en, zh, pt, es and de.
    """

    name: str
    dtype: pl.DataType | type[pl.DataType]
    en: str
    zh: str
    about: str = ""
    about_zh: str = ""
    unit: str | None = None
    rule: Rule | None = None
    is_required: bool = False
    is_personal: bool = False
    known: str | None = None
    aliases: tuple[str, ...] = ()

    @property
    def label(self) -> Text:
        """The label in both languages."""
        return Text(self.en, ready={"en": self.en, "zh": self.zh})

    @property
    def checks(self) -> Rule | None:
        """The rule in force: its own, else its type's."""
        return self.rule or default_rule(self.dtype)

    def describe(self, language: Language) -> str:
        """The sentence on what it holds, or the label where none is needed."""
        return (self.about_zh or self.zh) if language == "zh" else (self.about or self.en)


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    Attributes:
        name: canonical name.
        en: label in English.
        zh: label in Chinese.
        columns: its columns, in the order they are stored.
        key: columns that tell one fact from another; a later row with the same key is a new version of it.
        known: column whose value is the instant (or end of day) at which a new row became known; None where rows
            are known from the beginning.
        serves: what a plan can do only with this table.
        is_required: there is no plan without it.
    """

    name: str
    en: str
    zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    serves: Text
    known: str | None = None
    is_required: bool = False

    @property
    def label(self) -> Text:
        """The label in both languages."""
        return Text(self.en, ready={"en": self.en, "zh": self.zh})

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order, without `known_at`."""
        return tuple(column.name for column in self.columns)

    @property
    def dtypes(self) -> Mapping[str, Any]:
        """Polars schema of the stored file: the columns, then `known_at`."""
        return {**{column.name: column.dtype for column in self.columns}, "known_at": INSTANT}

    def column(self, name: str) -> Column:
        """The column called `name`.

        Raises:
            KeyError: the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}")

    def has(self, name: str) -> bool:
        """Whether the table has a column called `name`."""
        return name in self.names

    def empty(self) -> pl.DataFrame:
        """A frame with the table's columns and no rows."""
        return pl.DataFrame(schema=self.dtypes)


def end_of(day: date) -> datetime:
    """The last microsecond of a day, without a zone."""
    return datetime.combine(day, time.max)
