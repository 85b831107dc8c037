"""Workbooks, JSON and Parquet files."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from shopwright.errors import InputError
from shopwright.i18n import Text, t
from shopwright.shop.imports.quarantine import LINE, refusals
from shopwright.shop.imports.result import Reading
from shopwright.shop.imports.source import Source, named_once

__all__ = ["broken", "flat", "is_workbook", "read_json", "read_parquet", "read_workbook"]

ZIPPED, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
IN_WORKBOOKS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
UNTOUCHED: dict[str, Any] = {"has_header": False, "raise_if_empty": False, "drop_empty_rows": False}
"""As the sheet has it: with its title lines and empty rows, so that line numbers are those of the workbook."""


def is_workbook(path: Path) -> bool:
    """Whether a file holds a workbook of Excel or OpenDocument, by what is in it and not by its name."""
    with path.open("rb") as file:
        head = file.read(len(OLD_WORKBOOK))
    if head == OLD_WORKBOOK:
        return True
    if not head.startswith(ZIPPED):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return not IN_WORKBOOKS.isdisjoint(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        return False


def broken(name: str, error: BaseException, kind: str) -> InputError:
    """The error for a file that is not, or no longer, what its name says."""
    return InputError(
        t("{file} cannot be read as {kind}", file=name, kind=kind),
        why=t("the reader said: {error}", error=str(error).strip().split("\n")[0][:300]),
        fix=t("the file may be cut off or damaged: export or download it again"),
        code="IMPORT-05",
    )


def read_parquet(path: Path, name: str, given: Reading) -> Source:
    """Read a Parquet file, lazily.

    Raises:
        InputError: it is damaged or has no rows.
    """
    try:
        scanned = pl.scan_parquet(path)
        names = scanned.collect_schema().names()
        rows = scanned.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise broken(name, error, "Parquet") from error
    if rows == 0:
        raise _no_rows(name, names)
    frame = flat(scanned.drop(LINE, strict=False).with_row_index(LINE, offset=1))
    return Source(name, "parquet", frame, rows, Reading(timezone=given.timezone), path=path)


def read_workbook(path: Path, name: str, given: Reading) -> Source:
    """Read one sheet of a workbook: the one asked for, else the one with the most rows.

    Raises:
        InputError: it is damaged, has no such sheet, or no rows.
    """
    try:
        workbook = fastexcel.read_excel(path)
        heights = {sheet: _height(workbook, sheet) for sheet in workbook.sheet_names}
        sheet = given.sheet or max(heights, key=lambda key: heights[key], default="")
        if sheet not in heights:
            raise _no_sheet(name, given.sheet, list(heights))
        found = pl.read_excel(path, sheet_name=sheet, infer_schema_length=None, **UNTOUCHED)
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise broken(name, error, "Excel") from error
    frame, pairs = _with_header(found, name)
    rest = [other for other, height in heights.items() if other != sheet and height > 0]
    notes: tuple[Text, ...] = (
        (t("read sheet {sheet}; not read: {rest}", sheet=sheet, rest=", ".join(rest)),) if rest else ()
    )
    twice = {first: frame[first].equals(frame[again].alias(first), null_equal=True) for first, again in pairs}
    reading = Reading(sheet=sheet, timezone=given.timezone)
    return Source(name, "excel", frame.lazy(), frame.height, reading, twice=twice, notes=notes, path=path)


def read_json(path: Path, name: str, given: Reading) -> Source:
    """Read JSON lines, or one JSON array of objects; nested values become JSON text.

    Raises:
        InputError: the file is empty, or holds no objects.
    """
    text = _decoded(path, name, given.encoding)
    entries = _array(text, name) if text.lstrip().startswith("[") else _json_lines(text)
    objects = [(line, entry) for line, entry, _ in entries if isinstance(entry, dict) and entry]
    wrong = [(line, raw) for line, entry, raw in entries if not (isinstance(entry, dict) and entry)]
    refused = refusals([line for line, _ in wrong], "JSON", t("is not a JSON object"), raws=[raw for _, raw in wrong])
    if not objects:
        raise broken(name, ValueError("not one JSON object in it"), "JSON") if refused.height else _no_rows(name, [])
    columns = list(dict.fromkeys(key for _, entry in objects for key in entry))
    unique, _ = named_once(columns)
    frame = pl.DataFrame(
        {shown: [_text(entry.get(key)) for _, entry in objects] for key, shown in zip(columns, unique, strict=True)},
        schema=dict.fromkeys(unique, pl.String),
    ).with_columns(pl.Series(LINE, [line for line, _ in objects], pl.Int64))
    reading = Reading(encoding=given.encoding or "utf-8", timezone=given.timezone)
    return Source(name, "jsonl", frame.lazy(), frame.height, reading, refused, path=path)


def flat(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The frame with lists, structs and bytes as text."""
    casts = []
    for name, dtype in frame.collect_schema().items():
        if isinstance(dtype, pl.Struct):
            casts.append(pl.col(name).struct.json_encode())
        elif dtype.is_nested():
            casts.append(pl.struct(name).struct.json_encode().alias(name))
        elif dtype in (pl.Binary, pl.Object):
            casts.append(pl.lit(None, pl.String).alias(name))
        elif dtype in (pl.Categorical, pl.Enum, pl.Time, pl.Duration):
            casts.append(pl.col(name).cast(pl.String))
    return frame.with_columns(casts)


def _no_rows(name: str, columns: Iterable[str]) -> InputError:
    return InputError(
        t("{file} has no rows", file=name),
        why=t("its columns are: {columns}", columns=", ".join(columns) or "-"),
        fix=t("export it again with the rows, or leave the file out"),
        code="IMPORT-04",
    )


def _no_sheet(name: str, sheet: str | None, there: list[str]) -> InputError:
    return InputError(
        t("{file} has no sheet {sheet}", file=name, sheet=repr(sheet)),
        why=t("its sheets are: {sheets}", sheets=", ".join(there) or "-"),
        fix=t("name one of them with --sheet, or leave it out to take the largest"),
        code="IMPORT-20",
    )


def _height(workbook: Any, sheet: str) -> int:
    return int(workbook.load_sheet(sheet, header_row=None, n_rows=None).total_height)


def _with_header(found: pl.DataFrame, name: str) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    """A sheet's rows below its header, the first row in which at least half the cells are filled."""
    filled = found.select(pl.sum_horizontal(pl.all().is_not_null()).alias("n"))["n"] if found.width else pl.Series([0])
    header = next((at for at, n in enumerate(filled) if 2 * n >= found.width > 0), None)
    if header is None:
        raise _no_rows(name, [])
    unique, pairs = named_once([_text(value) or "" for value in found.row(header)])
    body = found.with_row_index(LINE, offset=1).slice(header + 1)
    body = body.rename(dict(zip(found.columns, unique, strict=True)))
    body = body.filter(pl.any_horizontal(pl.col(unique).is_not_null()))
    if body.is_empty():
        raise _no_rows(name, unique)
    return body.select(*unique, LINE), pairs


def _decoded(path: Path, name: str, encoding: str | None) -> str:
    raw = path.read_bytes()
    if not raw.strip():
        raise InputError(
            t("{file} is empty", file=name),
            why=t("there is nothing in it"),
            fix=t("export it again and check that the export has finished"),
            code="IMPORT-02",
        )
    try:
        return raw.decode(encoding or "utf-8-sig")
    except (UnicodeDecodeError, LookupError) as error:
        raise broken(name, error, "JSON") from error


def _array(text: str, name: str) -> list[tuple[int, Any, str]]:
    """Number, value and text of each entry of a JSON array."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise broken(name, error, "JSON") from error
    return [(at, entry, _text(entry) or "null") for at, entry in enumerate(found, 1)]


def _json_lines(text: str) -> list[tuple[int, Any, str]]:
    """Number, value and text of each line; the value is None where it is not JSON."""
    found: list[tuple[int, Any, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append((number, json.loads(line), line))
        except (ValueError, RecursionError):
            found.append((number, None, line))
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, default=str)
