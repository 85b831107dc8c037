"""Texts to tune on, from a file or from a shop's tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from shopwright.errors import InputError
from shopwright.i18n import Text, t
from shopwright.privacy import Names
from shopwright.shop.schema import names as c
from shopwright.shop.shop import open_shop

__all__ = ["Answered", "Sorted", "answered", "sorted_texts"]

ENDINGS = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")
SHOP, TICKETS = "shop.toml", "tickets"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Texts and their labels."""

    texts: list[str]
    labels: list[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """Questions and answers, the days they were answered on where known, and names to take out."""

    pairs: list[tuple[str, str]]
    days: list[date | None] | None
    names: Names | None


def sorted_texts(source: Path, text: str = "", label: str = "") -> Sorted:
    """Texts and labels of a file (columns `text` and `label`), or tickets of a shop and what they are about.

    Args:
        source: CSV, TSV, Parquet or JSON lines, or a shop's folder.
        text: column of the texts, where it has another name.
        label: column of the labels, where it has another name.

    Raises:
        InputError: the file cannot be read, is empty, or a column is missing (MODEL-90 to 92).
        StoreError, TableError: the folder holds no shop, or the shop no tickets.
    """
    if _is_shop(source):
        frame, columns = _tickets(source), (text or c.TEXT, label or c.INTENT)
    else:
        frame, columns = _read(source), (text or "text", label or "label")
    found = _rows(frame, columns, source)
    return Sorted([str(row[0]) for row in found], [str(row[1]) for row in found])


def answered(source: Path, question: str = "", answer: str = "", day: str = "") -> Answered:
    """Questions and answers of a file (columns `question`, `answer`, `day` if there is one), or a shop's tickets.

    Raises:
        InputError: the file cannot be read, is empty, or a column is missing (MODEL-90 to 92).
        StoreError, TableError: the folder holds no shop, or the shop no tickets.
    """
    names = None
    if _is_shop(source):
        frame, columns = _tickets(source), [question or c.TEXT, answer or c.REPLY]
        names, day = _customers(source), day or c.DAY
    else:
        frame, columns = _read(source), [question or "question", answer or "answer"]
        day = day or ("day" if "day" in frame.columns else "")
    found = _rows(frame, (*columns, day) if day else tuple(columns), source)
    days = [_day(row[2]) for row in found] if day else None
    return Answered([(str(row[0]), str(row[1])) for row in found], days, names)


def _rows(frame: pl.DataFrame, columns: tuple[str, ...], source: Path) -> list[tuple[Any, ...]]:
    """Rows in which the first two columns are filled."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InputError(
            t("{file} has no column {names}", file=str(source), names=", ".join(map(repr, missing))),
            why=t("columns that are there: {names}", names=", ".join(frame.columns) or "-"),
            fix=t("name the right ones: --columns text,label"),
            code="MODEL-91",
        )
    found = frame.select(columns).rows()
    found = [row for row in found if all(cell is not None and str(cell).strip() for cell in row[:2])]
    if not found:
        raise InputError(
            t("{file} holds nothing to learn from", file=str(source)),
            why=t("no row has both {names}", names=", ".join(columns[:2])),
            fix=t("fill both columns, in at least ten rows"),
            code="MODEL-92",
        )
    return found


def _read(file: Path) -> pl.DataFrame:
    ending = file.suffix.lower()
    try:
        if ending == ".parquet":
            return pl.read_parquet(file)
        if ending in (".jsonl", ".ndjson"):
            return pl.read_ndjson(file, infer_schema_length=None)
        if ending in (".csv", ".tsv"):
            return pl.read_csv(file, separator="\t" if ending == ".tsv" else ",", infer_schema=False)
        problem: Text = t("files are read that end in {endings}", endings=" ".join(ENDINGS))
    except (OSError, pl.exceptions.PolarsError) as error:
        problem = Text.literal(str(error).splitlines()[0][:200] if str(error) else type(error).__name__)
    raise InputError(
        t("{file} cannot be read", file=str(file)),
        why=problem,
        fix=t("give a UTF-8 CSV with a row of column names, a Parquet or JSON lines file, or a shop's folder"),
        code="MODEL-90",
    )


def _is_shop(source: Path) -> bool:
    return source.is_dir() and (source / SHOP).exists()


def _tickets(root: Path) -> pl.DataFrame:
    return open_shop(root).table(TICKETS).collect()


def _customers(root: Path) -> Names | None:
    """Names the customers' table knows, to be taken out of texts."""
    shop = open_shop(root)
    if "customers" not in shop.tables or c.NAME not in shop.table("customers").collect_schema().names():
        return None
    return Names(shop.table("customers").select(c.NAME).drop_nulls().collect().to_series().to_list())


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None
