"""Columns of a source in the types that are wanted, one column at a time; rows that do not fit are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.imports.numbers import NOTHING, DecimalEvidence, decimal_evidence, symbols, to_bool, to_float
from shopwright.shop.imports.quarantine import LINE, none_refused, refusals
from shopwright.shop.imports.rated import bare_numbers, is_unrated, rating_notes, rating_scale, to_stars
from shopwright.shop.imports.result import Decimal, Reading
from shopwright.shop.imports.ruined import ruined
from shopwright.shop.imports.source import Source
from shopwright.shop.imports.tenths import to_share_off
from shopwright.shop.imports.times import Order, OrderEvidence, order_evidence, to_instant, wall_time
from shopwright.shop.schema import DAY_TYPE, INSTANT

__all__ = ["TYPES", "Converted", "Understood", "Wanted", "convert", "understand"]

Wanted = Literal["id", "text", "number", "off", "stars", "yes", "instant", "day"]
"""What a column is to become; an id is text in which a spreadsheet's trailing ".0" means nothing; off is
the share that is taken off a price; stars are ratings on any scale."""
TYPES: Mapping[Wanted, type[pl.DataType] | pl.DataType] = {
    "id": pl.String,
    "text": pl.String,
    "number": pl.Float64,
    "off": pl.Float64,
    "stars": pl.Float64,
    "yes": pl.Boolean,
    "instant": INSTANT,
    "day": DAY_TYPE,
}
"""The type each becomes."""
ENOUGH = 200_000
"""Rows of a sample that settle how numbers and dates are written, unless the rest contradicts it."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How a source writes numbers and dates, with notes on what was not certain."""

    reading: Reading
    notes: tuple[Text, ...] = ()
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """Typed columns with LINE, refusals and notes."""

    frame: pl.DataFrame
    refused: pl.DataFrame
    notes: tuple[Text, ...]


def understand(source: Source, wanted: Mapping[str, Wanted], given: Reading, hint: Order = "DMY") -> Understood:
    """Find out the decimal sign and the order of dates from all columns that are numbers or times.

    Args:
        source: the source.
        wanted: its columns and what they are to become.
        given: what is not to be found out.
        hint: order of day and month where nothing tells.
    """
    schema = source.frame.collect_schema()
    texts = {name: kind for name, kind in wanted.items() if schema[name] == pl.String}
    evidence, currency, notes = DecimalEvidence(), None, []
    order: Order | None = None
    for name, kind in texts.items():
        if kind not in ("number", "off", "stars", "instant", "day"):
            continue
        values = _read(source, name)
        if kind == "stars":
            evidence += decimal_evidence(bare_numbers(values))
            continue
        if kind in ("number", "off"):
            evidence += decimal_evidence(values)
            currency = currency or symbols(values.head(ENOUGH))
        elif given.date_order is None:
            found = order_evidence(values)
            if found is not None:
                order = order or found.verdict(hint)
                notes += _order_notes(name, found, order)
    decimal = given.decimal or (evidence.verdict if evidence.point or evidence.comma else None)
    reading = replace(given, decimal=decimal, date_order=given.date_order or order)
    for name in (name for name, kind in wanted.items() if kind == "stars"):
        values = _read(source, name)
        scale = given.rating_scale or rating_scale(values, decimal or ".")
        reading = replace(reading, rating_scale=scale)
        notes += rating_notes(values, name, scale)
    return Understood(reading.over(source.reading), tuple(notes), currency)


def _order_notes(name: str, found: OrderEvidence, order: Order) -> list[Text]:
    if found.dmy and found.mdy:
        return [
            t(
                "column {column} mixes dates day-first ({dmy:,}) and month-first ({mdy:,}); taken as {order}",
                column=name,
                dmy=found.dmy,
                mdy=found.mdy,
                order=order,
            )
        ]
    if not found.is_sure:
        return [t("column {column} does not tell day from month; taken as {order}", column=name, order=order)]
    return []


def _read(source: Source, name: str) -> pl.Series:
    return source.frame.select(name).collect()[name]


def convert(
    source: Source,
    wanted: Mapping[str, Wanted],
    reading: Reading,
    timezone: str,
    table: str = "",
    lenient: frozenset[str] = frozenset(),
) -> Converted:
    """The wanted columns in their types.

    Args:
        source: the source.
        wanted: its columns and what they are to become.
        reading: how numbers and dates are written.
        timezone: of times that name none.
        table: table to name in refusals.
        lenient: columns whose values become null where they do not fit, with a note.
    """
    lines = _read(source, LINE).cast(pl.Int64)
    is_refused = pl.repeat(False, len(lines), dtype=pl.Boolean, eager=True)
    columns, refused = [lines], [none_refused()]
    notes: list[Text] = []
    for name, kind in wanted.items():
        values = _read(source, name)
        if kind == "id":
            notes += ruined(values, name, is_sheet=source.kind == "excel")
        done = _as(values, kind, reading, timezone)
        is_wrong = done.is_null() & values.is_not_null()
        if is_wrong.any() and values.dtype == pl.String:
            is_wrong &= ~values.str.contains(NOTHING)
        if kind == "stars":
            is_wrong &= ~is_unrated(values, reading.decimal or ".", reading.rating_scale)
        if is_wrong.any() and name in lenient:
            notes.append(t("{n:,} values of column {column} could not be read", n=int(is_wrong.sum()), column=name))
        elif is_wrong.any():
            fresh = is_wrong & ~is_refused
            is_refused |= is_wrong
            refused += _why(lines.filter(fresh), values.filter(fresh), kind, reading, table, name)
        columns.append(done.alias(name))
    frame = pl.DataFrame(columns)
    kept = frame.filter(~is_refused) if is_refused.any() else frame
    return Converted(kept, pl.concat(refused), tuple(notes))


def _why(
    lines: pl.Series, values: pl.Series, kind: Wanted, reading: Reading, table: str, name: str
) -> list[pl.DataFrame]:
    """Refusals of values that are not what their column is to be."""
    if kind in ("instant", "day") and values.dtype == pl.String:
        other: Order = "MDY" if reading.date_order == "DMY" else "DMY"
        is_other = to_instant(values, other, "UTC").is_not_null()
        says = t(
            "is a date with day and month the other way round than in the rest of the column ({order})",
            order=reading.date_order,
        )
        return [
            refusals(lines.filter(is_other), "DATE-ORDER", says, table, name),
            refusals(lines.filter(~is_other), "DATE", t("is not a date or time"), table, name),
        ]
    if kind in ("number", "off") and values.dtype == pl.String:
        sign: Decimal = "," if (reading.decimal or ".") == "." else "."
        is_other = _number(values, kind, sign).is_not_null()
        says = t(
            "is a number with another decimal sign than the rest of the file ({sign})", sign=reading.decimal or "."
        )
        return [
            refusals(lines.filter(is_other), "NUMBER-STYLE", says, table, name),
            refusals(lines.filter(~is_other), "NUMBER", t("is not a number"), table, name),
        ]
    if kind == "stars":
        says = t("is no rating on the scale of the column ({scale})", scale=reading.rating_scale or "1-5")
        return [refusals(lines, "RATING", says, table, name)]
    if kind == "yes":
        return [refusals(lines, "YES-NO", t("is neither yes nor no"), table, name)]
    return [refusals(lines, "TYPE", t("is of a type that cannot be used here"), table, name)]


def _number(values: pl.Series, kind: Wanted, decimal: Decimal) -> pl.Series:
    return to_share_off(values, decimal) if kind == "off" else to_float(values, decimal)


def _as(values: pl.Series, kind: Wanted, reading: Reading, timezone: str) -> pl.Series:
    """A column as what it is to become; null where a value does not fit."""
    if kind in ("id", "text"):
        return _as_text(values, is_id=kind == "id")
    if kind in ("number", "off"):
        if values.dtype == pl.String:
            return _number(values, kind, reading.decimal or ".")
        is_number = values.dtype.is_numeric() or values.dtype in (pl.Boolean, pl.Null)
        return values.cast(pl.Float64).fill_nan(None) if is_number else _nothing(values, pl.Float64)
    if kind == "stars":
        return to_stars(values, reading.decimal or ".", reading.rating_scale)
    if kind == "yes":
        return _as_yes(values)
    instant = _as_instant(values, reading, timezone)
    return instant if kind == "instant" else instant.dt.convert_time_zone(timezone).dt.date()


def _as_text(values: pl.Series, is_id: bool) -> pl.Series:
    if values.dtype.is_float():
        whole = (values == values.floor()) & (values.abs() < 2**53)
        as_whole = values.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
        frame = pl.DataFrame({"whole": as_whole, "other": values.fill_nan(None).cast(pl.String)})
        return frame.select(pl.coalesce("whole", "other"))["whole"]
    text = values.cast(pl.String).str.strip_chars()
    is_nothing = text.is_in(["", "null", "NULL", "nan", "NaN", "\\N", "#N/A", "<NA>"]).fill_null(False)
    if is_nothing.any():
        text = text.set(is_nothing, None)
    return _as_id(text) if is_id and values.dtype == pl.String else text


def _as_id(text: pl.Series) -> pl.Series:
    """Ids without what spreadsheets do to them: ="00123", '00123, 123.0."""
    known = text.drop_nulls()
    if known.head(100).str.contains(r"^(?:=\".*\"|'.*)$").any():
        text = text.str.replace(r"^=\"(.*)\"$", "$1").str.strip_prefix("'").str.strip_chars()
    if len(known) and known.head(100).str.ends_with(".0").all() and known.str.contains(r"^\d+\.0$").all():
        text = text.str.strip_suffix(".0")
    return text


def _as_yes(values: pl.Series) -> pl.Series:
    if values.dtype == pl.Boolean:
        return values
    if values.dtype.is_numeric():
        return values.cast(pl.Float64).replace_strict({0.0: False, 1.0: True}, default=None, return_dtype=pl.Boolean)
    return to_bool(values) if values.dtype == pl.String else _nothing(values, pl.Boolean)


def _as_instant(values: pl.Series, reading: Reading, timezone: str) -> pl.Series:
    dtype = values.dtype
    if dtype == pl.String:
        return to_instant(values, reading.date_order or "DMY", timezone)
    if isinstance(dtype, pl.Datetime):
        if dtype.time_zone is None:
            return wall_time(values, timezone)
        return values.dt.convert_time_zone("UTC").cast(INSTANT)
    if dtype == pl.Date:
        return wall_time(values, timezone)
    if dtype.is_numeric():
        return to_instant(values.cast(pl.String), "DMY", timezone)
    return _nothing(values, INSTANT)


def _nothing(values: pl.Series, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    return pl.Series(values.name, [None], dtype).new_from_index(0, len(values))
