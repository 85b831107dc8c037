"""What every command shows alike: data on stdout, talk and errors on stderr."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from shopwright.errors import ShopError
from shopwright.i18n import Text, t

__all__ = ["say", "show_error", "show_json", "show_table", "show_text"]

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
    """A table on stdout; columns are a label and whether it holds numbers. Piped, it is as wide as it needs to be."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(title=str(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for label, is_number in columns:
        table.add_column(str(label), justify="right" if is_number else "left", no_wrap=is_number)
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False)
    with console.capture() as captured:
        console.print(table)
    show_text("\n".join(line.rstrip() for line in captured.get().rstrip().splitlines()))


def show_error(error: ShopError, *, as_json: bool = False) -> None:
    """An error in three lines on stderr; for programs also as JSON on stdout."""
    if as_json:
        show_json({"error": error.as_dict()})
    say(t("error: {what} [{code}]", what=str(error.what), code=error.code))
    say(t("  why: {why}", why=str(error.why)))
    say(t("  fix: {fix}", fix=str(error.fix)))


def _plain(cell: str) -> str:
    """A cell on one line, without what the terminal or rich would take for commands."""
    from rich.markup import escape

    return escape(_tame(cell).replace("\n", " "))


def _tame(text: Text | str) -> str:
    """A text that is shown and not obeyed, whatever a customer wrote into it."""
    return STEERING.sub(" ", str(text))
