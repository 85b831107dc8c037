"""What is asked of an import and what comes out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from shopwright.i18n import Text, t
from shopwright.shop.schema import TABLES

__all__ = ["ColumnGuess", "FileResult", "Guess", "ImportResult", "Reading"]

DateOrder = Literal["DMY", "MDY", "YMD"]
Decimal = Literal[".", ","]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the text of a file is to be understood; None means "detect it".

    Attributes:
        encoding: name Python knows it by, "utf-8", "cp1252", "gb18030".
        delimiter: one character between fields.
        decimal: "." or ",".
        date_order: "DMY", "MDY" or "YMD", for dates written in digits.
        timezone: IANA zone of times that name none.
        sheet: sheet of a workbook.
        rating_scale: of ratings in numbers, such as "1-5", "0-10", "0-100", or "thumbs" for 0 and 1.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: Decimal | None = None
    date_order: DateOrder | None = None
    timezone: str | None = None
    sheet: str | None = None
    rating_scale: str | None = None

    def over(self, other: Reading) -> Reading:
        """This reading, with `other` where this one says nothing."""
        mine = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(other, **{name: value for name, value in mine.items() if value is not None})

    def as_json(self) -> dict[str, str]:
        """The parts that are known."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def __str__(self) -> str:
        """The known parts in words, in the language in force."""
        known = {name: {"\t": "tab"}.get(value, value) for name, value in self.as_json().items()}
        words = {
            "encoding": t("encoding {value}", value=known.get("encoding")),
            "delimiter": t("delimiter '{value}'", value=known.get("delimiter")),
            "decimal": t("decimal sign '{value}'", value=known.get("decimal")),
            "date_order": t("dates {value}", value=known.get("date_order")),
            "timezone": t("times in {value}", value=known.get("timezone")),
            "sheet": t("sheet {value}", value=known.get("sheet")),
            "rating_scale": t("ratings {value}", value=known.get("rating_scale")),
        }
        return ", ".join(str(words[name]) for name in known) or "-"


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """One column of a file and the column of a table it is taken for.

    Attributes:
        theirs: name in the file.
        canonical: "column" of the guessed table, or "table.column" of a table that is filled beside it.
        confidence: between 0 and 1; 1 for an exact name.
        why: what the guess rests on.
    """

    theirs: str
    canonical: str
    confidence: float
    why: Text


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file is taken for.

    Attributes:
        file: its name.
        table: the canonical table its rows become.
        columns: one entry for each column that is used.
        unused: columns that are left out.
        confidence: the least confidence among the required columns and the table itself.
        examples: up to three values of each column, for whoever is asked.
    """

    file: str
    table: str
    columns: tuple[ColumnGuess, ...]
    unused: tuple[str, ...] = ()
    confidence: float = 1.0
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_sure(self) -> bool:
        """Whether it can be taken without asking."""
        return self.confidence >= 0.8

    def mapping(self) -> dict[str, list[str]]:
        """Canonical name to the file's columns, in file order."""
        found: dict[str, list[str]] = {}
        for column in self.columns:
            found.setdefault(column.canonical, []).append(column.theirs)
        return found


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file of an import.

    Attributes:
        name: its name, with the archive it lay in.
        format: format it was read as, "generic", "olist" …; "ignored" where it was left out.
        rows_in: rows it holds, header and empty lines not counted.
        rows_kept: rows that became, or repeated, at least one row of a table.
        rows_quarantined: rows that were refused.
        reading: encoding and the like, detected or given.
        notes: what else there is to know.
        guess: what its columns were taken for, where they had to be guessed.
    """

    name: str
    format: str
    rows_in: int = 0
    rows_kept: int = 0
    rows_quarantined: int = 0
    reading: Reading = Reading()
    notes: tuple[Text, ...] = ()
    guess: Guess | None = None

    def as_json(self) -> dict[str, Any]:
        """All parts, ready for a JSON file."""
        return {
            "name": self.name,
            "format": self.format,
            "rows_in": self.rows_in,
            "rows_kept": self.rows_kept,
            "rows_quarantined": self.rows_quarantined,
            "reading": self.reading.as_json(),
            "notes": [note.as_json() for note in self.notes],
            "table": self.guess.table if self.guess else None,
            "columns": {column.theirs: column.canonical for column in self.guess.columns} if self.guess else {},
        }


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did.

    Attributes:
        root: folder of the shop.
        files: one entry for each file, those that were ignored too.
        tables: table to the number of rows added, changed and unchanged.
        quarantine: folder with the refused rows, None where there were none.
        reasons: reason code to the number of rows refused for it.
        seconds: how long it took.
        is_repeat: the same files were imported before, nothing was read again.
    """

    root: Path
    files: tuple[FileResult, ...] = ()
    tables: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    quarantine: Path | None = None
    reasons: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    is_repeat: bool = False

    @property
    def rows_in(self) -> int:
        """Rows of all files."""
        return sum(file.rows_in for file in self.files)

    @property
    def rows_kept(self) -> int:
        """Rows of all files that were kept."""
        return sum(file.rows_kept for file in self.files)

    @property
    def rows_quarantined(self) -> int:
        """Rows of all files that were refused."""
        return sum(file.rows_quarantined for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """All parts, ready for a JSON file."""
        return {
            "root": str(self.root),
            "is_repeat": self.is_repeat,
            "rows_in": self.rows_in,
            "rows_kept": self.rows_kept,
            "rows_quarantined": self.rows_quarantined,
            "files": [file.as_json() for file in self.files],
            "tables": {
                name: dict(zip(("added", "changed", "unchanged"), counts, strict=True))
                for name, counts in self.tables.items()
            },
            "quarantine": str(self.quarantine) if self.quarantine else None,
            "reasons": dict(self.reasons),
            "seconds": round(self.seconds, 3),
        }

    def lines(self) -> Iterator[Text]:
        """The result in words, one text for each line."""
        if self.is_repeat:
            yield t("these files were imported before, as they are now: nothing to do")
            return
        for file in self.files:
            yield from _file_lines(file)
        yield t(
            "rows in {rows_in:,} = rows kept {kept:,} + rows quarantined {refused:,}",
            rows_in=self.rows_in,
            kept=self.rows_kept,
            refused=self.rows_quarantined,
        )
        for name, (added, changed, unchanged) in self.tables.items():
            yield t(
                "{table}: {added:,} added, {changed:,} changed, {unchanged:,} unchanged",
                table=TABLES[name].label,
                added=added,
                changed=changed,
                unchanged=unchanged,
            )
        if self.quarantine is not None:
            reasons = ", ".join(f"{code} {count:,}" for code, count in self.reasons.items())
            yield t("refused rows are in {folder} ({reasons})", folder=str(self.quarantine), reasons=reasons)

    def __str__(self) -> str:
        return "\n".join(str(line) for line in self.lines())


def _file_lines(file: FileResult) -> Iterator[Text]:
    if file.format == "ignored":
        yield t("{file}: ignored", file=file.name)
    else:
        yield t(
            "{file}: {format}; {rows_in:,} rows in, {kept:,} kept, {refused:,} quarantined ({reading})",
            file=file.name,
            format=file.format,
            rows_in=file.rows_in,
            kept=file.rows_kept,
            refused=file.rows_quarantined,
            reading=file.reading,
        )
    for note in file.notes:
        yield t("  {note}", note=note)
