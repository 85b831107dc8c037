"""Delimiter and header of a text file, from its first lines."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from shopwright.errors import InputError
from shopwright.i18n import t
from shopwright.shop.imports.records import Records
from shopwright.shop.imports.source import named_once

__all__ = ["Header", "delimiter_of", "header_of", "sample_of"]

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 1 << 16
NAMES: dict[str, str] = {",": "','", ";": "';'", "\t": "tab", "|": "'|'"}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a file: its record, its columns, those that came twice."""

    record: int
    columns: list[str]
    pairs: list[tuple[str, str]]


def sample_of(path: Path) -> str:
    """The first whole lines of a file in UTF-8."""
    with path.open("rb") as file:
        text = file.read(SAMPLE)
    whole = text[: text.rfind(b"\n") + 1] if len(text) == SAMPLE and b"\n" in text else text
    return whole.decode("utf-8", "replace").lstrip("\ufeff")


def _counts(sample: str, delimiter: str) -> list[int]:
    """Fields of each of the first lines."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    counts: list[int] = []
    try:
        for row in reader:
            if row:
                counts.append(len(row))
            if len(counts) >= 200:
                break
    except csv.Error:
        pass
    return counts


def delimiter_of(sample: str, given: str | None, name: str) -> str:
    """The delimiter that was given, else the one that splits the lines most evenly.

    Raises:
        InputError: what was given is no delimiter, or does not split the file.
    """
    scores = {candidate: _score(_counts(sample, candidate)) for candidate in DELIMITERS}
    best = max(DELIMITERS, key=lambda candidate: scores[candidate])
    if given is None:
        return best
    delimiter = {"tab": "\t", "\\t": "\t"}.get(given, given)
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\n\r':
        raise InputError(
            t("{name} cannot be {value}", name="delimiter", value=repr(given)),
            why=t("a delimiter is one character, not a quote or a line break"),
            fix=t("leave it out to have it detected, or use one of: {names}", names=", ".join(NAMES.values())),
            code="IMPORT-19",
        )
    if max(_counts(sample, delimiter), default=1) == 1 and scores[best][1] > 1:
        raise InputError(
            t(
                "{file} has only one column when split at {delimiter}",
                file=name,
                delimiter=NAMES.get(delimiter, delimiter),
            ),
            why=t("its fields seem to be separated by {delimiter}", delimiter=NAMES[best]),
            fix=t("leave --delimiter out, or give --delimiter {delimiter}", delimiter=NAMES[best]),
            code="IMPORT-09",
        )
    return delimiter


def _score(counts: list[int]) -> tuple[float, int]:
    """How evenly a delimiter splits the lines, and into how many fields; one field is no split."""
    if not counts:
        return 0.0, 1
    width, times = Counter(counts).most_common(1)[0]
    if width == 1:
        return 0.0, 1
    return round(times / len(counts), 1) + 0.5 * (counts[0] == width), width


def header_of(path: Path, records: Records, delimiter: str) -> Header | None:
    """The first record that is not a title line above the table; None where all are empty."""
    filled = (at for at in range(len(records)) if not _is_blank(path, records, at))
    head = list(islice(filled, 100))
    if not head:
        return None
    counts = Counter(int(records.fields[at]) for at in head)
    width = counts.most_common(1)[0][0]
    first = head[0]
    if records.fields[first] == 1 and width > 1:
        first = next(at for at in head if records.fields[at] > 1)
    columns = _split(_bytes(path, records, first, first).decode("utf-8", "replace"), delimiter)
    unique, pairs = named_once(columns or ["?"])
    return Header(first, unique, pairs)


def _split(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text.strip("\r\n\ufeff"), newline=""), delimiter=delimiter), [])
    except csv.Error:
        return text.strip("\r\n\ufeff").replace('"', "").split(delimiter)


def _bytes(path: Path, records: Records, first: int, last: int) -> bytes:
    with path.open("rb") as file:
        file.seek(int(records.starts[first]))
        return file.read(int(records.ends[last] - records.starts[first]))


def _is_blank(path: Path, records: Records, at: int) -> bool:
    length = int(records.ends[at] - records.starts[at])
    return length == 0 or (length < 64 and not _bytes(path, records, at, at).strip(b" \t\r\xef\xbb\xbf"))
