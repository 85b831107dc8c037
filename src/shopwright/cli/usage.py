"""Mistakes on the command line, told like every other error."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shopwright.cli.help import usage_line
from shopwright.errors import UsageError
from shopwright.i18n import Text, t

if TYPE_CHECKING:
    from typer.exceptions import TyperException

__all__ = ["no_such_command", "no_such_language", "told"]


def no_such_command(name: str, commands: Sequence[str], path: str = "shopwright") -> UsageError:
    """The error for a name that is no command of those behind `path`."""
    near = difflib.get_close_matches(name, commands, n=1, cutoff=0.5)
    return UsageError(
        t("there is no command {name}", name=repr(name)),
        why=t("commands are: {names}", names=", ".join(commands)),
        fix=t("did you mean: {line}", line=f"{path} {near[0]}") if near else t("see: {command} --help", command=path),
        code="USAGE-14",
    )


def no_such_language(wanted: str) -> UsageError:
    """The error for a language there are no texts in."""
    return UsageError(
        t("--lang cannot be {wanted}", wanted=repr(wanted)),
        why=t("there are texts in English (en) and Chinese (zh)"),
        fix=t("give --lang en or --lang zh"),
        code="USAGE-15",
    )


def told(error: TyperException) -> UsageError | None:
    """A mistake found while reading the command line, as one of our errors; None where all it holds is the help."""
    kind, ctx = type(error).__name__, getattr(error, "ctx", None)
    if kind == "NoArgsIsHelpError":
        return None
    if ctx is None:  # an option with too much or too little behind it
        why = t("options that take a value are shown with it in the help, the others stand alone")
    else:
        why = t("it is called like this: {line}", line=usage_line(ctx))
    fix = t("see: {command} --help", command="shopwright" if ctx is None else ctx.command_path)
    if kind == "NoSuchOption":
        return _no_such_option(error, ctx, fix)
    if kind == "MissingParameter":
        name = _name(error)
        return UsageError(t("{name} is missing on the command line", name=name), why=why, fix=fix, code="USAGE-16")
    if kind == "BadParameter":
        what = t("{name} cannot take that value", name=_name(error))
        return UsageError(what, why=_needed(error), fix=fix, code="USAGE-17")
    what = t("the command line cannot be read: {problem}", problem=error.format_message().rstrip("."))
    return UsageError(what, why=why, fix=fix, code="USAGE-18")


def _no_such_option(error: Any, ctx: Any, fix: Text) -> UsageError:
    known = [name for param in ctx.command.get_params(ctx) for name in (*param.opts, *param.secondary_opts)]
    options = sorted({*(name for name in known if name.startswith("-")), "--lang"})
    near = difflib.get_close_matches(error.option_name, options, n=1, cutoff=0.6)
    return UsageError(
        t("{command} has no option {name}", command=ctx.command_path, name=error.option_name),
        why=t("its options are: {names}", names=", ".join(options)),
        fix=t("did you mean {near}?", near=near[0]) if near else fix,
        code="USAGE-19",
    )


def _name(error: Any) -> str:
    param = error.param
    if param is None:
        return "-"
    return str(param.name).upper() if param.param_type_name == "argument" else str(param.opts[0])


def _a_number(least: float | None) -> Text:
    return t("it takes a number") if least is None else t("it takes a number, at least {least}", least=least)


def _needed(error: Any) -> Text:
    """What the value must be, in words that can be translated."""
    param = error.param
    kind = None if param is None else param.type_descriptor.annotation
    least = None if param is None else param.min
    if kind is int:
        return (
            t("it takes a whole number")
            if least is None
            else t("it takes a whole number, at least {least}", least=least)
        )
    if kind is float:
        return t("{needed}, written like 5000 or 49.90, without marks between thousands", needed=_a_number(least))
    return Text.literal(str(error.message))
