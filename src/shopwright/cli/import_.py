"""`shopwright import`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from shopwright.i18n import t

if TYPE_CHECKING:
    from shopwright.shop.imports import Guess

__all__ = ["import_command"]


def import_command(  # noqa: PLR0917 - a command's options are its arguments
    paths: Annotated[
        list[Path] | None, typer.Argument(help=str(t("Files, folders and archives with exports.")))
    ] = None,
    to: Annotated[Path, typer.Option("--to", help=str(t("The shop's folder; a new one is made.")))] = Path("myshop"),
    maps: Annotated[
        list[str] | None, typer.Option("--map", help=str(t("OURS=THEIRS: which column is which; may be repeated.")))
    ] = None,
    format: Annotated[
        str | None, typer.Option("--format", help=str(t("Format of the files, where it is known.")))
    ] = None,
    table: Annotated[
        str | None, typer.Option(help=str(t("Table the files are about, where it has to be guessed.")))
    ] = None,
    encoding: Annotated[str | None, typer.Option(help=str(t("Encoding, such as utf-8, cp1252 or gb18030.")))] = None,
    delimiter: Annotated[str | None, typer.Option(help=str(t("Character between fields, or the word tab.")))] = None,
    decimal: Annotated[str | None, typer.Option(help=str(t("Decimal sign: . or ,")))] = None,
    date_order: Annotated[str | None, typer.Option(help=str(t("Order of dates in digits: DMY, MDY or YMD.")))] = None,
    timezone: Annotated[
        str | None, typer.Option(help=str(t("Zone of times that name none, such as Asia/Shanghai.")))
    ] = None,
    currency: Annotated[str | None, typer.Option(help=str(t("Currency of a new shop, such as EUR.")))] = None,
    sheet: Annotated[str | None, typer.Option(help=str(t("Sheet of a workbook.")))] = None,
    rating_scale: Annotated[
        str | None, typer.Option(help=str(t("Scale of ratings, such as 1-5, 0-10 or 0-100; thumbs for 0 and 1.")))
    ] = None,
    sql: Annotated[str | None, typer.Option(help=str(t("Address of a database: postgresql://…, sqlite:///…")))] = None,
    sql_table: Annotated[
        list[str] | None, typer.Option(help=str(t("A table of the database; may be repeated.")))
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=str(t("Take what was guessed without asking.")))] = False,
    undo: Annotated[bool, typer.Option("--undo", help=str(t("Go back to before the last import.")))] = False,
    wait: Annotated[float, typer.Option(min=0, help=str(t("Seconds to wait for another import to finish.")))] = 10.0,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Read a shop's exports into its tables; the same files again change nothing."""
    from shopwright.cli.show import say, show_json, show_text
    from shopwright.shop.imports import Reading, import_paths, undo_import
    from shopwright.shop.shop import open_shop
    from shopwright.shop.store import Store

    if undo:
        before = Store(to).manifest()["generation"]
        went_back = undo_import(to, wait)["generation"] < before
        shop = open_shop(to)
        rows = {name: shop.rows(name) for name in shop.tables}
        if as_json:
            show_json({"root": str(to), "undone": went_back, "rows": rows})
        elif went_back:
            show_text(t("went back one import; tables now: {rows}", rows=_counts(rows) or "-"))
        else:
            show_text(t("took the undo back; tables now: {rows}", rows=_counts(rows) or "-"))
        return
    known: dict[str, Any] = {"encoding": encoding, "delimiter": delimiter, "timezone": timezone, "sheet": sheet}
    known["rating_scale"] = rating_scale
    result = import_paths(
        paths or [],
        to,
        format=format,
        mapping=_mapping(maps or []),
        table=table,
        reading=Reading(
            **known, decimal=cast("Any", decimal), date_order=cast("Any", date_order and date_order.upper())
        ),
        sql=sql,
        sql_tables=sql_table or (),
        settings={"shop.currency": currency.upper()} if currency else None,
        ask=_asker(yes),
        wait=wait,
    )
    if as_json:
        show_json(result.as_json())
    else:
        for line in result.lines():
            show_text(line)
    say(t("took {seconds:.1f} s", seconds=result.seconds))
    say(t("next: shopwright check {shop}", shop=str(to)))


def _counts(rows: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in rows.items())


def _mapping(maps: list[str]) -> dict[str, str]:
    from shopwright.errors import UsageError

    found = {}
    for entry in maps:
        ours, sign, theirs = entry.partition("=")
        if not (sign and ours.strip() and theirs.strip()):
            raise UsageError(
                t("--map {entry} is not a pair of columns", entry=repr(entry)),
                why=t("it needs our column, an equals sign and the file's column"),
                fix=t("for example: --map units=Menge"),
                code="IMPORT-25",
            )
        found[ours.strip()] = theirs.strip()
    return found


def _asker(yes: bool) -> Callable[[Guess], Guess | None]:
    """What is done with each guess: shown always, asked about where a person is there to answer."""
    is_terminal = sys.stdin.isatty() and sys.stderr.isatty()

    def ask(guess: Guess) -> Guess | None:
        if all(column.confidence == 1.0 for column in guess.columns) and guess.confidence == 1.0:
            return guess
        _show(guess)
        if yes:
            return guess
        if is_terminal:
            return _asked(guess)
        if not guess.is_sure:
            raise _unsure(guess)
        return guess

    return ask


def _show(guess: Guess) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    title = t("{file} looks like {table} ({sure:.0%} sure)", file=guess.file, table=guess.table, sure=guess.confidence)
    table = Table(title=escape(str(title)), title_justify="left", box=SIMPLE_HEAD)
    for label in (t("their column"), t("our column"), t("sure"), t("why"), t("for example")):
        table.add_column(str(label))
    for column in guess.columns:
        shown = ", ".join(guess.examples.get(column.theirs, ()))
        cells = (column.theirs, column.canonical, f"{column.confidence:.0%}", str(column.why), shown)
        table.add_row(*(escape("".join(sign for sign in cell if sign.isprintable())) for cell in cells))
    for name in guess.unused:
        table.add_row(escape(name), "-", "", str(t("not used")), escape(", ".join(guess.examples.get(name, ()))))
    Console(stderr=True, width=None if sys.stderr.isatty() else 160).print(table)


def _asked(guess: Guess) -> Guess | None:
    """Ask until the guess is taken or refused; corrections are `ours=theirs`, or `ours=` to drop a column."""
    from dataclasses import replace

    from shopwright.cli.show import say
    from shopwright.shop.imports import ColumnGuess

    while True:
        prompt = t("Enter takes it, n stops, OURS=THEIRS corrects a column, OURS= drops one")
        answer = typer.prompt(str(prompt), default="", show_default=False, err=True).strip()
        if answer.lower() in ("", "y", "yes", "是"):
            return guess
        if answer.lower() in ("n", "no", "否"):
            return None
        ours, sign, theirs = (part.strip() for part in answer.partition("="))
        every = {column.theirs for column in guess.columns} | set(guess.unused)
        if not sign or (theirs and theirs not in every):
            say(t("there is no column {name}; found: {columns}", name=repr(theirs), columns=", ".join(sorted(every))))
            continue
        kept = [column for column in guess.columns if column.canonical != ours and column.theirs != theirs]
        if theirs:
            kept.append(ColumnGuess(theirs, ours, 1.0, t("you said so")))
        unused = tuple(sorted(every - {column.theirs for column in kept}))
        guess = replace(guess, columns=tuple(kept), unused=unused)
        _show(guess)


def _unsure(guess: Guess) -> Exception:
    from shopwright.errors import InputError

    doubtful = [column for column in guess.columns if column.confidence < 0.8]
    return InputError(
        t("{file}: it is not certain what its columns are", file=guess.file),
        why=t(
            "the guess is {table} with {columns}; nobody is there to be asked",
            table=guess.table,
            columns=", ".join(f"{column.canonical}={column.theirs}" for column in doubtful or guess.columns),
        ),
        fix=t("take the guess with --yes, or say it: --table {table} --map OURS=THEIRS", table=guess.table),
        code="IMPORT-14",
    )
