"""One import, from paths to tables in force: all of it or nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from shopwright.disk import why_not_written
from shopwright.errors import InputError, MappingError, StoreError
from shopwright.i18n import Text, t
from shopwright.settings import FILE, Settings, load
from shopwright.shop.imports import files as lookup
from shopwright.shop.imports.assemble import Assembled, assemble
from shopwright.shop.imports.commit import commit, with_currency
from shopwright.shop.imports.database import read_sql
from shopwright.shop.imports.draft import Context, Draft, Format
from shopwright.shop.imports.formats.generic import Ask, Generic
from shopwright.shop.imports.formats.registry import Groups, recognise
from shopwright.shop.imports.mapped import must_be_guessed, must_have_place
from shopwright.shop.imports.names import column_named
from shopwright.shop.imports.rated import ends
from shopwright.shop.imports.result import FileResult, Guess, ImportResult, Reading
from shopwright.shop.imports.source import Source
from shopwright.shop.imports.tabular import broken
from shopwright.shop.schema import TABLES
from shopwright.shop.store import Store, file_hash

__all__ = ["import_paths", "undo_import"]

VERSION = 4
"""Counts up when the same file would be read differently; a file imported by another version is read again."""
SCRATCH = ".import-"
CHINESE = {"shop.currency": "CNY", "shop.timezone": "Asia/Shanghai", "shop.country": "CN", "shop.language": "zh"}


@dataclass(frozen=True, slots=True)
class _Job:
    """What was asked for."""

    paths: tuple[Path, ...]
    store: Store
    format: str | None
    mapping: Mapping[str, str]
    table: str | None
    given: Reading
    sql: str | None
    sql_tables: tuple[str, ...]
    settings: Mapping[str, Any]
    ask: Ask | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, and what could not be used."""

    sources: list[Source]
    ignored: list[FileResult]


def import_paths(  # noqa: PLR0913 - the library's front door: each argument is an option of the command
    paths: Sequence[Path | str],
    to: Path | str,
    *,
    format: str | None = None,
    mapping: Mapping[str, str] | None = None,
    table: str | None = None,
    reading: Reading | None = None,
    sql: str | None = None,
    sql_tables: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    ask: Callable[[Guess], Guess | None] | None = None,
    wait: float = 10.0,
) -> ImportResult:
    """Import exports into a shop; a new shop gets a `shop.toml`.

    Args:
        paths: files, folders and archives.
        to: the shop's folder.
        format: name of the only format to try; None recognises it.
        mapping: canonical column, or "table.column", to the file's column.
        table: canonical table of files whose columns have to be guessed.
        reading: encoding, delimiter and the like; what is left open is detected.
        sql: address of a database to read as well.
        sql_tables: its tables to read; none means all.
        settings: dotted settings for a new shop, {"shop.currency": "GBP"}.
        ask: gets each guess, returns it (corrected or not) or None to stop; None takes every guess.
        wait: seconds to wait for another process that is writing to the shop.

    Returns:
        What was kept, refused and changed. The same files again change nothing.

    Raises:
        ShopError: something cannot be read or is not clear; the shop is as it was.
    """
    started = time.perf_counter()
    store = Store(to)
    given = reading or Reading()
    _check(given, table)
    job = _Job(
        tuple(map(Path, paths)),
        store,
        format,
        dict(mapping or {}),
        table,
        given,
        sql,
        tuple(sql_tables),
        dict(settings or {}),
        ask,
    )
    existed = store.root.exists()
    try:
        with store.lock(wait), _scratch(store.root) as scratch:
            result = _run(job, scratch)
    except BaseException:
        if not existed and not store.exists and not (store.root / "quarantine").exists():
            shutil.rmtree(store.root, ignore_errors=True)
        raise
    return replace(result, seconds=time.perf_counter() - started)


def undo_import(to: Path | str, wait: float = 10.0) -> Mapping[str, Any]:
    """Go back to before the last import; once more goes forward again. Returns the manifest now in force."""
    store = Store(to)
    if not store.exists:
        return store.undo()
    with store.lock(wait):
        return store.undo()


def _check(given: Reading, table: str | None) -> None:
    if table is not None and table not in TABLES:
        raise InputError(
            t("there is no table {name}", name=repr(table)),
            why=t("tables are: {names}", names=", ".join(TABLES)),
            fix=t("use one of these names"),
            code="IMPORT-17",
        )
    allowed = {"decimal": (".", ","), "date_order": ("DMY", "MDY", "YMD")}
    for name, values in allowed.items():
        value = getattr(given, name)
        if value is not None and value not in values:
            raise _not_a_reading(name, value, ", ".join(values))
    if given.rating_scale is not None and ends(given.rating_scale) is None:
        raise _not_a_reading("rating_scale", given.rating_scale, "1-5, 0-5, 1-10, 0-10, 0-100, thumbs …")
    if given.timezone is not None:
        try:
            ZoneInfo(given.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise _not_a_reading("timezone", given.timezone, "Europe/London, Asia/Shanghai, UTC …") from error


def _not_a_reading(name: str, value: str, allowed: str) -> InputError:
    return InputError(
        t("{name} cannot be {value}", name=name, value=repr(value)),
        why=t("it must be one of: {allowed}", allowed=allowed),
        fix=t("leave it out to have it detected"),
        code="IMPORT-19",
    )


@contextmanager
def _scratch(root: Path) -> Iterator[Path]:
    """A folder for copies, beside the tables; those that a killed import left behind are removed."""
    for old in root.glob(f"{SCRATCH}*"):
        shutil.rmtree(old, ignore_errors=True)
    try:
        folder = tempfile.mkdtemp(prefix=SCRATCH, dir=root)
    except OSError as error:
        raise _no_space(root, error) from error
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _no_space(root: Path, error: BaseException) -> StoreError:
    return StoreError(
        t("the tables could not be written to {root}", root=str(root)),
        why=why_not_written(root, error),
        fix=t("free some space or check the folder's permissions; the old tables are untouched"),
        code="STORE-03",
    )


def _run(job: _Job, scratch: Path) -> ImportResult:
    found = lookup.find(job.paths, scratch) if job.paths or not job.sql else []
    print_ = _fingerprint(job, found)
    imports = job.store.manifest()["imports"]
    if job.sql is None and any(record.get("fingerprint") == print_ for record in imports):
        return ImportResult(job.store.root, is_repeat=True)
    try:
        return _import(job, found, print_, scratch)
    except OSError as error:
        raise _no_space(job.store.root, error) from error


def _import(job: _Job, found: list[lookup.Found], fingerprint: str, scratch: Path) -> ImportResult:
    read = _read(job, found, scratch)
    groups, left = recognise(read.sources, job.format)
    _check_mapping(job, read.sources)
    must_be_guessed(groups, left, job.mapping)
    settings = _settings(job, groups, left)
    context = Context(job.given, settings.shop.timezone)
    drafts, used, ignored = _drafts(job, groups, left, context)
    assembled = assemble(drafts, used, context)
    files = _file_results(groups, used, assembled, context) + ignored + read.ignored
    settings = with_currency(settings, assembled, context.currency, "shop.currency" in job.settings)
    return commit(job.store, assembled, tuple(files), fingerprint, settings)


def _fingerprint(job: _Job, found: list[lookup.Found]) -> str:
    parts = {
        "version": VERSION,
        "files": sorted((entry.name, file_hash(entry.path)) for entry in found),
        "asked": [job.format, sorted(job.mapping.items()), job.table, job.given.as_json(), job.sql, job.sql_tables],
    }
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=16).hexdigest()


def _read(job: _Job, found: list[lookup.Found], scratch: Path) -> _Read:
    """Read every file; one that was only found in a folder may be unreadable if another one can be read."""
    sources: list[Source] = []
    ignored: list[FileResult] = []
    problems: list[InputError] = []
    for entry in found:
        if not entry.is_known and not entry.is_named:
            ignored.append(FileResult(entry.name, "ignored", notes=(t("its ending is none that is read"),)))
            continue
        try:
            sources += list(lookup.read(entry, job.given, scratch))
        except InputError as error:
            if entry.is_named or error.code not in ("IMPORT-02", "IMPORT-04"):
                raise
            problems.append(error)
            ignored.append(FileResult(entry.name, "ignored", notes=(Text.literal(str(error.what)),)))
    if job.sql is not None:
        sources += list(read_sql(job.sql, job.sql_tables, job.given, scratch))
    if not sources and problems:
        raise problems[0]
    return _Read(sources, ignored)


def _check_mapping(job: _Job, sources: Sequence[Source]) -> None:
    """Every column that the user maps must be in some file, and be mapped to a column of ours."""
    for ours, theirs in job.mapping.items():
        table, _, name = ours.rpartition(".")
        tables = [table or job.table] if table or job.table else list(TABLES)
        is_known = any(entry in TABLES and column_named(name, entry) for entry in tables if entry)
        if is_known and any(theirs in source.columns for source in sources):
            continue
        every = sorted({column for source in sources for column in source.columns})
        raise MappingError(
            t("--map {ours}={theirs} fits no file", ours=ours, theirs=theirs),
            why=t("no file has the column {theirs}; found: {found}", theirs=theirs, found=", ".join(every))
            if is_known
            else t("there is no column {name} in our tables", name=ours),
            fix=t("the form is --map OURS=THEIRS, for example --map units=Menge"),
            code="IMPORT-15",
        )


def _settings(job: _Job, groups: Groups, left: Sequence[Source]) -> Settings:
    """Settings of the shop; of a new one, what its format knows, then what was said."""
    if (job.store.root / FILE).is_file():
        return load(job.store.root)
    guessed: dict[str, Any] = {}
    if not groups and any(_is_chinese(source) for source in left):
        guessed.update(CHINESE)
    for form, _ in reversed(groups):
        guessed.update(form.settings)
    if job.given.timezone:
        guessed["shop.timezone"] = job.given.timezone
    guessed.update(job.settings)
    return load(job.store.root, guessed)


def _is_chinese(source: Source) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for column in source.columns for letter in column)


def _drafts(
    job: _Job, groups: Groups, left: Sequence[Source], context: Context
) -> tuple[list[Draft], list[Source], list[FileResult]]:
    drafts: list[Draft] = []
    used: list[Source] = []
    ignored: list[FileResult] = []
    generic = Generic(job.table, job.mapping, job.ask)
    for form, roles in groups:
        members = [source for entries in roles.values() for source in entries]
        with _naming(members):
            drafts += form.read(roles, context)
        used += members
    for source in left:
        try:
            with _naming([source]):
                found = generic.guess(source)
        except InputError as error:
            is_spare = bool(groups) or (bool(used) and not source.is_named)
            if not is_spare or error.code not in ("IMPORT-03", "IMPORT-13"):
                raise
            note = t("it is no file that is known; its {n:,} rows are not used", n=source.rows_in)
            ignored.append(FileResult(source.name, "ignored", notes=(note,)))
            continue
        with _naming([source]):
            drafts += generic.read(source, found, context)
        used.append(source)
    must_have_place([source for source in left if source in used], context.guesses, job.mapping)
    return drafts, used, ignored


@contextmanager
def _naming(sources: Sequence[Source]) -> Iterator[None]:
    """Turn the readers' late errors (a damaged block in the middle of a file) into ours, with the file's name."""
    try:
        yield
    except pl.exceptions.PolarsError as error:
        raise broken(", ".join(source.name for source in sources), error, sources[0].kind) from error


def _file_results(groups: Groups, used: Sequence[Source], assembled: Assembled, context: Context) -> list[FileResult]:
    formats: dict[str, Format] = {
        source.name: form for form, roles in groups for entries in roles.values() for source in entries
    }
    results = []
    for source in used:
        counted = assembled.counted[source.name]
        form = formats.get(source.name)
        results.append(
            FileResult(
                source.name,
                form.name if form else "generic",
                source.rows_in,
                counted.kept,
                counted.refused.height,
                context.readings.get(source.name, source.reading),
                (*source.notes, *context.notes.get(source.name, ())),
                context.guesses.get(source.name),
            )
        )
    return results
