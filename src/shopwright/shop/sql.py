"""Questions to the tables in SQL, answered by DuckDB: in memory, without access to anything but the tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import t

if TYPE_CHECKING:
    import duckdb

__all__ = ["query", "quoted"]


def query(tables: Mapping[str, Callable[[], Path | pl.LazyFrame]], text: str) -> pl.DataFrame:
    """Answer of a query over `tables`, each given as its Parquet file or as a frame; only those named are opened.

    Raises:
        UsageError: the query is not valid, is none, or reaches outside the tables.
    """
    import duckdb

    named = [name for name in tables if re.search(rf"\b{name}\b", text, re.IGNORECASE)]
    with TemporaryDirectory(prefix="shopwright-") as folder, duckdb.connect() as connection:
        files = {name: _as_file(tables[name](), Path(folder) / f"{name}.parquet") for name in named}
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET allowed_directories = $1", [[str(Path(folder).resolve())]])
        connection.execute("SET allowed_paths = $1", [[str(path.resolve()) for path in files.values()]])
        for name, path in files.items():
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quoted(path.resolve())})")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            _must_be_a_question(connection, text)
            answer = _readable(connection.sql(text))
            # through a file: handing it over as an Arrow stream makes DuckDB 2.0 complain of leaks at exit
            answer.write_parquet(str(Path(folder) / "answer.parquet"))
            return pl.read_parquet(Path(folder) / "answer.parquet")
        except duckdb.Error as error:
            raise UsageError(
                t("the query cannot be answered"),
                why=str(error).splitlines()[0],
                fix=t('tables are: {tables}; write "order", "at" and "return" in quotes', tables=", ".join(tables)),
                code="USAGE-03",
            ) from error


def _must_be_a_question(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Only a single SELECT is one: COPY and its like could write over the very files of the tables."""
    import duckdb

    kinds = [statement.type for statement in connection.extract_statements(text)]
    if kinds != [duckdb.StatementType.SELECT]:
        raise UsageError(
            t("only one SELECT can be answered"),
            why=t("the text holds: {kinds}", kinds=", ".join(kind.name for kind in kinds) or "-"),
            fix=t("ask one question at a time; nothing can be changed this way"),
            code="USAGE-21",
        )


def _readable(answer: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The answer with spans of time as text: Polars has no type for DuckDB's, which know months."""
    spans = [
        '"' + name.replace('"', '""') + '"'
        for name, dtype in zip(answer.columns, answer.types, strict=True)
        if str(dtype) == "INTERVAL"
    ]
    replaced = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in spans)
    return answer.project(f"* REPLACE ({replaced})") if spans else answer


def _as_file(table: Path | pl.LazyFrame, path: Path) -> Path:
    if isinstance(table, Path):
        return table
    table.sink_parquet(path)
    return path


def quoted(value: str | Path) -> str:
    """A value as a text literal of SQL.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + str(value).replace("'", "''") + "'"
