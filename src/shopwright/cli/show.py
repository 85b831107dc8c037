"""What every command shows alike: data on stdout, talk and errors on stderr."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from shopwright.cli.wrapping import cells, narrowest, widths, wrapped
from shopwright.errors import ShopError
from shopwright.i18n import Text, t

__all__ = ["say", "show_error", "show_json", "show_table", "show_text"]

PIPED, GAP, EDGES = 200, 3, 2  # cells: a table that is piped, between two columns, beside the outer ones

# What a terminal obeys instead of showing it, and what turns the direction of the text around it
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def show_text(text: Text | str) -> None:
    """Data: to stdout."""
    sys.stdout.write(f"{_tame(text)}\n")


def show_json(value: Any) -> None:
    """Data for programs: to stdout, as JSON."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write(STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def say(text: Text | str) -> None:
    """Talk: to stderr."""
    sys.stderr.write(f"{_tame(text)}\n")


def show_table(title: Text, columns: Sequence[tuple[Text, bool]], rows: Iterable[Sequence[str]]) -> None:
    """A table on stdout; columns are a label and whether it holds numbers.

    Piped, it is as wide as it needs to be, up to 200 cells. Cells are wrapped between words; where not even that makes
    them fit, the table is wider than the terminal: a figure is never cut.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    heads, lines = [_flat(str(label)) for label, _ in columns], [[_flat(cell) for cell in row] for row in rows]
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else PIPED, highlight=False)
    wide = _fitted([heads, *lines], [is_number for _, is_number in columns], console.width)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for label, (_, is_number), width in zip(heads, columns, wide, strict=True):
        table.add_column(_cell(label, width), justify="right" if is_number else "left", no_wrap=True, width=width)
    for row in lines:
        table.add_row(*(_cell(cell, width) for cell, width in zip(row, wide, strict=True)))
    console.width = max(console.width, sum(wide) + _between(len(wide)))
    with console.capture() as captured:
        console.print(table)
    told = [*wrapped(_flat(str(title)), console.width), *captured.get().rstrip().splitlines()]
    show_text("\n".join(line.rstrip() for line in told))


def _fitted(rows: Sequence[Sequence[str]], is_number: Sequence[bool], room: int) -> list[int]:
    """Cells for each column; those with numbers are not wrapped but for their heads."""
    wanted, least = [], []
    for at, never in enumerate(is_number):
        column = [row[at] for row in rows]
        wanted.append(max(cells(cell) for cell in column))
        least.append(max([narrowest(column[0]), *((cells if never else narrowest)(cell) for cell in column[1:])]))
    return widths(wanted, least, room - _between(len(wanted)))


def _between(n: int) -> int:
    """Cells of a table of `n` columns that are none of theirs."""
    return GAP * (n - 1) + EDGES


def _cell(text: str, width: int) -> str:
    """A cell broken into lines no wider than `width`, without what rich would take for commands."""
    from rich.markup import escape

    return "\n".join(escape(line) for line in wrapped(text, width)) if cells(text) > width else escape(text)


def show_error(error: ShopError, *, as_json: bool = False) -> None:
    """An error in three lines on stderr; for programs also as JSON on stdout."""
    if as_json:
        show_json({"error": error.as_dict()})
    say(t("error: {what} [{code}]", what=str(error.what), code=error.code))
    say(t("  why: {why}", why=str(error.why)))
    say(t("  fix: {fix}", fix=str(error.fix)))


def _flat(cell: str) -> str:
    """A cell on one line, without what the terminal would take for commands."""
    return _tame(cell).replace("\n", " ")


def _tame(text: Text | str) -> str:
    """A text that is shown and not obeyed, whatever a customer wrote into it."""
    return STEERING.sub(" ", str(text))
