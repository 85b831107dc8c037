"""Help pages: plain text in the language in force, as wide as the terminal but never wider than reads well."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from shopwright.cli.wrapping import cells, wrapped
from shopwright.i18n import t

__all__ = ["Command", "Group", "usage_line"]

WIDEST, INDENT, GAP = 100, 2, 2
PLACES: dict[object, str] = {int: "N", float: "N", Path: "PATH", str: "TEXT", list[Path]: "PATH", list[str]: "TEXT"}
BELOW_ZERO = re.compile(r"-\d[\d.,]*")
Row = tuple[str, str]


class Command(TyperCommand):
    """A command with its help page written here."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the line; a number below zero that stands on its own is a value, not an option."""
        is_value = [bool(BELOW_ZERO.fullmatch(w)) and not before.startswith("-") for before, w in pairwise(["", *args])]
        if any(is_value) and "--" not in args:
            rest = [word for word, value in zip(args, is_value, strict=True) if not value]
            args = [*rest, "--", *(word for word, value in zip(args, is_value, strict=True) if value)]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page."""
        formatter.write("\n".join(_page(self, ctx)))


class Group(TyperGroup):
    """The commands together; a name that is none of them is answered with the nearest one."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page."""
        formatter.write("\n".join(_page(self, ctx)))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was asked for.

        Raises:
            UsageError: there is no command of that name.
        """
        if args[0] in self.commands or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        from shopwright.cli.usage import no_such_command

        raise no_such_command(args[0], list(self.commands), ctx.command_path)


def usage_line(ctx: typer.Context) -> str:
    """How a command is called, on one line: `shopwright plan SHOP [OPTIONS]`."""
    parts = [_argument(param) for param in ctx.command.params if param.param_type_name == "argument"]
    if isinstance(ctx.command, TyperGroup):
        parts.append(str(t("COMMAND")))
    return " ".join([ctx.command_path, *parts, str(t("[OPTIONS]"))])


def _page(command: Any, ctx: typer.Context) -> Iterator[str]:
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    yield from wrapped(str(t("usage: {line}", line=usage_line(ctx))), width, INDENT)
    yield ""
    yield from wrapped(str(command.help or ""), width)
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    arguments = [(_argument(p), _about(p)) for p in params if p.param_type_name == "argument"]
    options = [(_option(param), _about(param)) for param in params if param.param_type_name == "option"]
    commands = [(name, str(found.help)) for name, found in getattr(command, "commands", {}).items()]
    for title, rows in ((t("Commands"), commands), (t("Arguments"), arguments), (t("Options"), options)):
        if rows:
            yield from ("", str(t("{title}:", title=title)))
            yield from _listed(rows, width)
    if command.epilog:
        yield ""
        yield from wrapped(str(command.epilog), width)
    yield ""


def _argument(param: Any) -> str:
    name = str(param.name).upper() + ("…" if param.nargs != 1 else "")
    return name if param.required else f"[{name}]"


def _option(param: Any) -> str:
    names = ", ".join([*sorted(param.opts, key=len), *param.secondary_opts])
    return names if param.is_flag else f"{names} {PLACES.get(param.type_descriptor.annotation, 'TEXT')}"


def _about(param: Any) -> str:
    if param.name == "help":
        return str(t("Show this page."))
    default = param.default
    if default is None or default == "" or isinstance(default, bool):
        return str(param.help)
    return str(
        t("{about} [{default}]", about=str(param.help), default=f"{default:g}" if _is_number(default) else default)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def _listed(rows: Sequence[Row], width: int) -> Iterator[str]:
    """Names in one column, what they are about in the next; a long name has its text below it."""
    column = min(max(cells(name) for name, _ in rows), width // 3)
    for name, about in rows:
        lines = list(wrapped(about, width - INDENT - column - GAP))
        if cells(name) > column:
            yield " " * INDENT + name
        else:
            first = lines.pop(0) if lines else ""
            yield " " * INDENT + name + " " * (column - cells(name) + GAP) + first
        yield from (" " * (INDENT + column + GAP) + line for line in lines)
