"""Tables of databases: PostgreSQL over the network, SQLite and DuckDB files, read and never written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import polars as pl

from shopwright.errors import ExtraMissing, InputError
from shopwright.i18n import Text, t
from shopwright.progress import step
from shopwright.shop.imports.quarantine import LINE
from shopwright.shop.imports.result import Reading
from shopwright.shop.imports.source import Source
from shopwright.shop.imports.tabular import broken, flat

__all__ = ["DATABASES", "is_sql", "read_database", "read_sql"]

DATABASES = (".sqlite", ".sqlite3", ".db", ".duckdb")
BATCH = 50_000
SQLITE_MARK = b"SQLite format 3\x00"


def is_sql(url: str) -> bool:
    """Whether it is an address of a database that we read."""
    return url.startswith(("postgresql://", "postgres://", "sqlite:///", "duckdb:///"))


def read_sql(url: str, tables: Sequence[str], given: Reading, scratch: Path) -> Iterator[Source]:
    """Tables of the database at an address.

    Args:
        url: `postgresql://user:password@host/name`, `sqlite:///path` or `duckdb:///path`.
        tables: names of tables; none means all of them.
        given: what is known about their texts.
        scratch: folder for staged columns.

    Raises:
        InputError: it cannot be reached, or has no such table.
        ExtraMissing: psycopg is not installed.
    """
    if not is_sql(url):
        raise InputError(
            t("{url} is not an address of a database that can be read", url=_without_password(url)),
            why=t("it must begin with postgresql://, sqlite:/// or duckdb:///"),
            fix=t("for example: --sql postgresql://user@localhost/shop"),
            code="IMPORT-27",
        )
    if url.startswith("postgres"):
        yield from _read_postgres(url, tables, given, scratch)
        return
    path = Path(urlsplit(url).path[1:] if not url.split(":///", 1)[1].startswith("/") else url.split(":///", 1)[1])
    if not path.is_file():
        raise _unreachable(str(path), t("there is no file of that name"))
    yield from read_database(path, path.name, given, scratch, tables)


def read_database(path: Path, name: str, given: Reading, scratch: Path, tables: Sequence[str] = ()) -> Iterator[Source]:
    """Tables of an SQLite or DuckDB file, told apart by its first bytes.

    Raises:
        InputError: it is neither, or damaged, or has no such table.
    """
    with path.open("rb") as file:
        is_sqlite = file.read(len(SQLITE_MARK)) == SQLITE_MARK
    try:
        yield from (_read_sqlite if is_sqlite else _read_duckdb)(path, name, given, scratch, tables)
    except (sqlite3.Error, duckdb.Error) as error:
        raise broken(name, error, "SQLite" if is_sqlite else "DuckDB") from error


def _read_sqlite(path: Path, name: str, given: Reading, scratch: Path, tables: Sequence[str]) -> Iterator[Source]:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        query = (
            "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' order by name"
        )
        there = [row[0] for row in connection.execute(query)]
        for table in _chosen(tables, there, name):
            cursor = connection.execute(f"select * from {_quoted(table)}")
            columns = [part[0] for part in cursor.description]
            yield from _staged(_batches(cursor), columns, f"{name}/{table}", "sqlite", given, scratch)
    finally:
        connection.close()


def _read_duckdb(path: Path, name: str, given: Reading, scratch: Path, tables: Sequence[str]) -> Iterator[Source]:
    with duckdb.connect(str(path), read_only=True, config={"enable_external_access": "true"}) as connection:
        query = "select table_schema || '.' || table_name from information_schema.tables order by 1"
        there = [row[0].removeprefix("main.") for row in connection.execute(query).fetchall()]
        for at, table in enumerate(_chosen(tables, there, name)):
            staged = scratch / f"duckdb-{at}.parquet"
            quoted = ".".join(map(_quoted, table.split(".")))
            connection.execute(f"copy (select * from {quoted}) to '{_escaped(staged)}' (format parquet)")
            scanned = pl.scan_parquet(staged)
            rows = scanned.select(pl.len()).collect().item()
            frame = flat(scanned.with_row_index(LINE, offset=1))
            yield Source(f"{name}/{table}", "duckdb", frame, rows, Reading(timezone=given.timezone), path=path)


def _read_postgres(url: str, tables: Sequence[str], given: Reading, scratch: Path) -> Iterator[Source]:
    try:
        import psycopg
        from psycopg import sql
    except ImportError as error:
        raise ExtraMissing.of("psycopg", "postgres") from error
    shown = _without_password(url)
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            connection.read_only = True
            query = (
                "select case table_schema when 'public' then table_name else table_schema || '.' || table_name end "
                "from information_schema.tables "
                "where table_schema not in ('pg_catalog', 'information_schema') order by 1"
            )
            there = [row[0] for row in connection.execute(query).fetchall()]
            for table in _chosen(tables, there, shown):
                statement = sql.SQL("select * from {}").format(sql.Identifier(*table.split(".")))
                # A named cursor stays on the server: rows come in batches, however many there are.
                with connection.cursor(name="shopwright") as cursor, step(t("Reading {file}", file=table)):
                    cursor.itersize = BATCH
                    cursor.execute(statement)
                    columns = [part.name for part in cursor.description or ()]
                    yield from _staged(_batches(cursor), columns, table, "postgres", given, scratch)
    except psycopg.Error as error:
        raise _unreachable(shown, Text.literal(str(error).strip().split("\n")[0])) from error


def _batches(cursor: Any) -> Iterator[Sequence[Sequence[Any]]]:
    while batch := cursor.fetchmany(BATCH):
        yield batch


def _staged(
    batches: Iterator[Sequence[Sequence[Any]]], columns: list[str], name: str, kind: str, given: Reading, scratch: Path
) -> Iterator[Source]:
    """Rows of a cursor as one source; batches are written away so that a large table need not fit into memory."""
    parts: list[Path] = []
    rows = 0
    for batch in batches:
        path = scratch / f"{kind}-{abs(hash(name)):x}-{len(parts)}.parquet"
        values = list(zip(*batch, strict=True))
        frame = pl.DataFrame({column: _series(list(part)) for column, part in zip(columns, values, strict=True)})
        frame.with_columns(pl.int_range(rows + 1, rows + 1 + pl.len()).alias(LINE)).write_parquet(
            path, compression="lz4"
        )
        parts.append(path)
        rows += len(batch)
    if parts:
        whole = flat(pl.concat(_alike([pl.scan_parquet(part) for part in parts]), how="vertical_relaxed"))
        yield Source(name, kind, whole, rows, Reading(timezone=given.timezone))


def _alike(parts: list[pl.LazyFrame]) -> list[pl.LazyFrame]:
    """The parts with columns whose types do not go together turned into text."""
    schemas = [part.collect_schema() for part in parts]
    mixed = []
    for name in schemas[0]:
        kinds = {schema[name] for schema in schemas} - {pl.Null()}
        if len(kinds) > 1 and not all(kind.is_numeric() for kind in kinds):
            mixed.append(pl.col(name).cast(pl.String))
    return [part.with_columns(mixed) for part in parts]


def _series(values: list[Any]) -> pl.Series:
    """A column as its own type where all values agree, else as text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool} or kinds <= {int, float} or (len(kinds) == 1 and not kinds & {dict, list, bytes, memoryview}):
        try:
            typed = pl.Series(values, strict=False)
        except (TypeError, OverflowError, pl.exceptions.PolarsError):
            typed = pl.Series([], dtype=pl.Object)
        if typed.dtype != pl.Object:
            return typed
    return pl.Series([_text(value) for value in values], dtype=pl.String)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _chosen(wanted: Sequence[str], there: Sequence[str], name: str) -> list[str]:
    missing = [table for table in wanted if table not in there]
    if missing or not there:
        raise InputError(
            t("{name} has no table {table}", name=name, table=", ".join(missing) or "-"),
            why=t("its tables are: {tables}", tables=", ".join(there) or "-"),
            fix=t("name tables with --sql-table, or leave it out to read all"),
            code="IMPORT-28",
        )
    return list(wanted) or list(there)


def _unreachable(shown: str, why: Text) -> InputError:
    return InputError(
        t("the database {url} cannot be read", url=shown),
        why=why,
        fix=t("check the address, the user's rights and that the server is running"),
        code="IMPORT-18",
    )


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":…@") if parts.password else url


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
