"""One table as it was handed in: its own columns, a line number for each row, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.imports.quarantine import LINE, none_refused
from shopwright.shop.imports.result import Reading

__all__ = ["Source", "named_once"]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A file, or a table of a database, that was read.

    Attributes:
        name: shown to people: "orders.csv", "shop.zip/orders.csv", "public.orders".
        kind: "csv", "excel", "jsonl", "parquet", "sqlite", "duckdb", "postgres".
        frame: its rows with its own column names, and LINE; text files are all text.
        rows: number of rows of `frame`.
        refused: rows that could not even be split into fields.
        reading: how it was read.
        twice: columns that came twice, to whether all their values are the same.
        notes: what else there is to know.
        path: the file it came from.
        is_named: it was named by the user, not found in a folder.
    """

    name: str
    kind: str
    frame: pl.LazyFrame
    rows: int
    reading: Reading
    refused: pl.DataFrame = field(default_factory=none_refused)
    twice: Mapping[str, bool] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    path: Path | None = None
    is_named: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Its own columns, in file order."""
        return tuple(name for name in self.frame.collect_schema().names() if name != LINE)

    @property
    def stem(self) -> str:
        """The name without folder and ending."""
        return self.name.replace("\\", "/").rsplit("/", 1)[-1].split(".", 1)[0]

    @property
    def rows_in(self) -> int:
        """Rows it was handed in with."""
        return self.rows + self.refused.height


def named_once(names: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Column names made unique, and the pairs (first, again) of those that came twice; empty ones are numbered."""
    seen: dict[str, int] = {}
    unique: list[str] = []
    pairs: list[tuple[str, str]] = []
    for at, name in enumerate(names, 1):
        shown = name.strip().strip("\ufeff").strip() or str(t("column {n}", n=at).render("en"))
        base = shown
        while shown in seen or shown == LINE:
            seen[base] = seen.get(base, 1) + 1
            shown = f"{base} ({seen[base]})"
        if shown != base:
            pairs.append((base, shown))
        seen.setdefault(shown, 1)
        unique.append(shown)
    return unique, pairs
