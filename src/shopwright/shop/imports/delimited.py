"""CSV, TSV and their like: found out, read as text, bad lines set aside one by one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.errors import InputError
from shopwright.i18n import Text, t
from shopwright.shop.imports.encoding import decode, detect
from shopwright.shop.imports.quarantine import LINE, none_refused, refusals
from shopwright.shop.imports.records import RETURN, Records, scan
from shopwright.shop.imports.result import Reading
from shopwright.shop.imports.sniff import Header, delimiter_of, header_of, sample_of
from shopwright.shop.imports.source import Source

__all__ = ["read_delimited"]

SMALL = 32 << 20
MOST_LINES_IN_A_FIELD = 200
MOST_CHECKED = 200_000


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a file that were read, and those that were not."""

    frame: pl.LazyFrame
    n: int
    refused: pl.DataFrame


def read_delimited(path: Path, name: str, given: Reading, scratch: Path) -> Source:
    """Read a delimited text file.

    Args:
        path: the file.
        name: how to call it.
        given: what is known about it; the rest is detected.
        scratch: path to put copies and staged columns at.

    Raises:
        InputError: the file is empty, has a header and nothing else, or was said to have a delimiter it has not.
    """
    if path.stat().st_size == 0:
        raise _empty(name)
    encoding = given.encoding or detect(path)
    decoded = decode(path, encoding, scratch.with_suffix(".utf8"), is_given=given.encoding is not None)
    sample = sample_of(decoded.path)
    if not sample.strip():
        raise _empty(name)
    delimiter = delimiter_of(sample, given.delimiter, name)
    records = scan(decoded.path, delimiter)
    header = header_of(decoded.path, records, delimiter)
    if header is None:
        raise _empty(name)
    rows = _rows(decoded.path, records, header, delimiter, scratch)
    undecodable = _undecodable(decoded.undecodable, encoding)
    refused = pl.concat([rows.refused, undecodable]) if undecodable.height else rows.refused
    if rows.n + refused.height == 0:
        raise InputError(
            t("{file} has no rows", file=name),
            why=t("its columns are: {columns}", columns=", ".join(header.columns)),
            fix=t("export it again with the rows, or leave the file out"),
            code="IMPORT-04",
        )
    return Source(
        name,
        "csv",
        rows.frame,
        rows.n,
        Reading(encoding=encoding, delimiter=delimiter, timezone=given.timezone),
        refused,
        _twice(rows.frame, header.pairs),
        _notes(header, records),
        path,
    )


def _empty(name: str) -> InputError:
    return InputError(
        t("{file} is empty", file=name),
        why=t("there is not even a header in it"),
        fix=t("export it again and check that the export has finished"),
        code="IMPORT-02",
    )


def _rows(path: Path, records: Records, header: Header, delimiter: str, scratch: Path) -> _Rows:
    """The rows behind the header: those with the right number of fields at once, the others one by one."""
    width = len(header.columns)
    body = slice(header.record + 1, len(records))
    starts, ends, lines = records.starts[body], records.ends[body], records.lines[body]
    is_empty = ends - starts <= 1
    if is_empty.any():
        is_empty &= (ends == starts) | _has_return(path, starts, is_empty)
    is_good = (records.fields[body] == width) & ~is_empty
    if width == 1:
        is_good &= ~is_empty
    is_good &= ~_is_swallowing(path, starts, ends, lines, is_good, delimiter)
    is_bad = ~is_good & ~is_empty
    nothing = pl.DataFrame(schema={**dict.fromkeys(header.columns, pl.String), LINE: pl.Int64})
    bad, refused = nothing, none_refused()
    n_good = int(is_good.sum())
    if is_bad.any():
        bad, refused = _one_by_one(_pieces(path, starts, ends, lines, is_bad), header.columns, delimiter)
    is_whole = bool(is_good.all())
    clean = path if is_whole else _copy(path, starts, ends, is_good, scratch.with_suffix(".clean"))
    skip = int(lines[0]) - 1 if is_whole and len(lines) else 0
    read = _read(clean, header.columns, delimiter, skip, lines[is_good], scratch) if n_good else None
    if n_good and read is None:
        every = _pieces(path, starts, ends, lines, ~is_empty)
        bad, refused = _one_by_one(every, header.columns, delimiter)
        return _Rows(bad.lazy(), bad.height, refused)
    good = read if read is not None else bad.lazy()
    if n_good and bad.height:
        good = pl.concat([good, bad.lazy()]).sort(LINE)
    return _Rows(good, n_good + bad.height, refused)


def _has_return(path: Path, starts: NDArray[np.int64], wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the one byte of each wanted record is a carriage return."""
    found = np.zeros(len(starts), bool)
    text = np.memmap(path, np.uint8, "r")
    at = starts[wanted]
    inside = at < len(text)
    hits = np.zeros(len(at), bool)
    hits[inside] = text[at[inside]] == RETURN
    found[wanted] = hits
    return found


def _is_swallowing(
    path: Path,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    lines: NDArray[np.int64],
    wanted: NDArray[np.bool_],
    delimiter: str,
) -> NDArray[np.bool_]:
    """Records over several lines that break the rules of quoting: an unclosed quote that met the next one by chance."""
    found = np.zeros(len(starts), bool)
    several = np.flatnonzero(wanted[:-1] & (np.diff(lines) > 1))
    if len(several) > MOST_CHECKED:
        return found
    with path.open("rb") as file:
        for at in several:
            file.seek(int(starts[at]))
            text = file.read(int(ends[at] - starts[at])).decode("utf-8", "replace")
            found[at] = not _fields(text, delimiter)[1]
    return found


def _runs(wanted: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and last index of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], wanted.astype(np.int8), [0]))))
    for first, behind in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(behind) - 1


def _pieces(
    path: Path, starts: NDArray[np.int64], ends: NDArray[np.int64], lines: NDArray[np.int64], wanted: NDArray[np.bool_]
) -> Iterator[tuple[int, str]]:
    """Line number and text of every line in the wanted records."""
    with path.open("rb") as file:
        for first, last in _runs(wanted):
            file.seek(int(starts[first]))
            text = file.read(int(ends[last] - starts[first])).decode("utf-8", "replace")
            for at, line in enumerate(text.split("\n")):
                yield int(lines[first]) + at, line


def _copy(path: Path, starts: NDArray[np.int64], ends: NDArray[np.int64], wanted: NDArray[np.bool_], to: Path) -> Path:
    """Copy the wanted records to another file."""
    with path.open("rb") as file, to.open("wb") as out:
        for first, last in _runs(wanted):
            file.seek(int(starts[first]))
            left = int(ends[last] - starts[first])
            while left > 0:
                block = file.read(min(left, 1 << 24))
                out.write(block)
                left -= len(block)
            out.write(b"\n")
    return to


def _read(
    path: Path, columns: list[str], delimiter: str, skip: int, lines: NDArray[np.int64], scratch: Path
) -> pl.LazyFrame | None:
    """The records of a clean file as text columns, or None where the fast reader sees other records than we do."""
    numbers = pl.DataFrame({LINE: lines})
    scanned = pl.scan_csv(
        path,
        has_header=False,
        separator=delimiter,
        skip_lines=skip,
        schema=dict.fromkeys(columns, pl.String),
        infer_schema=False,
        truncate_ragged_lines=False,
        raise_if_empty=False,
    )
    try:
        if path.stat().st_size < SMALL:
            frame = scanned.collect()
            return frame.with_columns(numbers.to_series()).lazy() if frame.height == len(lines) else None
        staged = scratch.with_suffix(".parquet")
        scanned.sink_parquet(staged, compression="lz4", statistics=False)
    except pl.exceptions.PolarsError:
        return None
    frame_rows = pl.scan_parquet(staged).select(pl.len()).collect().item()
    if frame_rows != len(lines):
        return None
    numbered = scratch.with_suffix(".lines.parquet")
    numbers.write_parquet(numbered, compression="lz4", statistics=False)
    return pl.concat([pl.scan_parquet(staged), pl.scan_parquet(numbered)], how="horizontal")


def _one_by_one(
    pieces: Iterator[tuple[int, str]], columns: list[str], delimiter: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read lines that broke the rules: what can be understood is kept, the rest refused with its reason."""
    waiting = list(pieces)
    kept: list[tuple[int, list[str]]] = []
    wrong: dict[str, list[tuple[int, str]]] = {"RAGGED": [], "QUOTE": []}
    at = 0
    while at < len(waiting):
        number, line = waiting[at]
        if not line.strip():
            at += 1
            continue
        fields, taken = _record(waiting, at, len(columns), delimiter)
        if fields is not None:
            kept.append((number, fields))
        else:
            wrong["QUOTE" if line.count('"') % 2 else "RAGGED"].append((number, line.rstrip("\r")))
        at += taken
    frame = pl.DataFrame(
        {name: [row[position] for _, row in kept] for position, name in enumerate(columns)},
        schema=dict.fromkeys(columns, pl.String),
    ).with_columns(pl.Series(LINE, [number for number, _ in kept], pl.Int64))
    says = {
        "RAGGED": t("does not have {n} fields like the header", n=len(columns)),
        "QUOTE": t("opens a quote that is not closed"),
    }
    parts = [
        refusals([number for number, _ in rows], code, says[code], raws=[line for _, line in rows])
        for code, rows in wrong.items()
    ]
    return frame, pl.concat(parts)


def _record(waiting: Sequence[tuple[int, str]], at: int, width: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The record that begins on a line, over several lines if its quotes say so, and how many lines it takes."""
    text = waiting[at][1]
    for extra in range(MOST_LINES_IN_A_FIELD):
        fields, is_strict = _fields(text, delimiter)
        if fields is not None:
            is_fit = len(fields) >= width and not any(part.strip() for part in fields[width:])
            # Over several lines only what keeps the rules counts: an unclosed quote must not swallow its neighbours.
            return (fields[:width], extra + 1) if is_fit and (is_strict or extra == 0) else (None, 1)
        following = at + extra + 1
        if following >= len(waiting):
            break
        text = f"{text}\n{waiting[following][1]}"
    return None, 1


def _fields(text: str, delimiter: str) -> tuple[list[str] | None, bool]:
    """The fields of a text, None where a quote is still open at its end, and whether it keeps the rules of quoting."""
    try:
        return next(csv.reader(_lines(text), delimiter=delimiter, strict=True), []), True
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return None, False
    try:
        return next(csv.reader(_lines(text), delimiter=delimiter), []), False
    except csv.Error:
        return [], False


def _lines(text: str) -> io.StringIO:
    return io.StringIO(text.rstrip("\r"), newline="")


def _undecodable(lines: Sequence[tuple[int, bytes]], encoding: str) -> pl.DataFrame:
    return refusals(
        [number for number, _ in lines],
        "ENCODING",
        t("is not written in {encoding} like the rest of the file", encoding=encoding),
        raws=[line.decode("ascii", "backslashreplace") for _, line in lines],
    )


def _twice(frame: pl.LazyFrame, pairs: list[tuple[str, str]]) -> dict[str, bool]:
    """Of each column that came twice, whether both say the same."""
    if not pairs:
        return {}
    same = frame.select(pl.col(first).eq_missing(pl.col(again)).all().alias(again) for first, again in pairs).collect()
    return {first: bool(same[again][0]) for first, again in pairs}


def _notes(header: Header, records: Records) -> tuple[Text, ...]:
    if header.record == 0:
        return ()
    line = int(records.lines[header.record])
    return (t("the table begins on line {line}; what stands above it was skipped", line=line),)
