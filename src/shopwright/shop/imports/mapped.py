"""What people say a column is, held against the file and the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shopwright.errors import InputError, MappingError
from shopwright.i18n import t
from shopwright.shop.imports.draft import Format
from shopwright.shop.imports.guess import BESIDE
from shopwright.shop.imports.names import column_named
from shopwright.shop.imports.result import Guess
from shopwright.shop.imports.source import Source
from shopwright.shop.schema import TABLES

__all__ = ["corrected", "must_be_guessed", "must_have_place"]


def must_be_guessed(
    groups: Sequence[tuple[Format, Mapping[str, Sequence[Source]]]], left: Sequence[Source], given: Mapping[str, str]
) -> None:
    """Whatever the user maps must stand in a file whose columns are guessed: a known format reads its own alone.

    Args:
        groups: formats with their files by role.
        left: files of no known format.
        given: canonical column to the file's, as the user maps them.

    Raises:
        MappingError: only files of a known format have that column.
    """
    for ours, theirs in given.items():
        if any(theirs in source.columns for source in left):
            continue
        for form, roles in groups:
            known = [source for files in roles.values() for source in files if theirs in source.columns]
            if known:
                raise MappingError(
                    t("--map {ours}={theirs} would change nothing", ours=ours, theirs=theirs),
                    why=t(
                        "{file} is an export of {format}, whose columns are known", file=known[0].name, format=form.name
                    ),
                    fix=t("leave --map out; or have all columns of the file guessed: --format generic"),
                    code="IMPORT-31",
                )


def must_have_place(sources: Sequence[Source], guesses: Mapping[str, Guess], given: Mapping[str, str]) -> None:
    """Whatever the user maps must be a column of a file's table, or of one that is filled beside it.

    Args:
        sources: the files whose columns were guessed.
        guesses: what each is taken for, by name of the file.
        given: canonical column to the file's, as the user maps them.

    Raises:
        MappingError: every file with that column is about another kind of table.
    """
    for ours, theirs in given.items():
        named, _, name = ours.rpartition(".")
        files = [source for source in sources if theirs in source.columns]
        fitting = [each for each in TABLES if named in ("", each) and column_named(name, each)]
        tables = [guesses[source.name].table for source in files]
        if files and not any({table, *BESIDE.get(table, {})} & set(fitting) for table in tables):
            raise _no_place(files[0], tables[0], ours, theirs, fitting)


def _no_place(source: Source, table: str, ours: str, theirs: str, fitting: Sequence[str]) -> MappingError:
    return MappingError(
        t("{file}: {theirs} cannot be mapped to {ours}", file=source.name, theirs=theirs, ours=ours),
        why=t("the file is taken for {table}, which has no such column; these have: {others}",
              table=table, others=", ".join(fitting) or "-"),
        fix=t("columns of {table}: {columns}; or give a file of its own: --table {others}",
              table=table, columns=", ".join(TABLES[table].names), others="|".join(fitting) or table),
        code="IMPORT-29",
    )  # fmt: skip


def corrected(found: Guess, source: Source) -> Guess:
    """A guess that came back from a person, checked against the file.

    Raises:
        MappingError: it names a column that the file or the table has not.
    """
    if found.table not in TABLES:
        raise InputError(
            t("there is no table {name}", name=repr(found.table)),
            why=t("tables are: {names}", names=", ".join(TABLES)),
            fix=t("use one of these names"),
            code="IMPORT-17",
        )
    for column in found.columns:
        table, _, name = column.canonical.rpartition(".")
        if column.theirs not in source.columns or not TABLES.get(table or found.table, TABLES["orders"]).has(name):
            raise MappingError(
                t(
                    "{file}: {theirs} cannot be mapped to {ours}",
                    file=source.name,
                    theirs=column.theirs,
                    ours=column.canonical,
                ),
                why=t("columns of the file: {columns}", columns=", ".join(source.columns)),
                fix=t("columns of the table: {columns}", columns=", ".join(TABLES[found.table].names)),
                code="IMPORT-29",
            )
    return replace(found, file=source.name)
