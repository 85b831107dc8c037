"""The command `shopwright`: finds the command, sets the language, draws progress, shows errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, cast, get_args

import typer

from shopwright.errors import ShopError
from shopwright.i18n import Language, Text, t, use

__all__ = ["COMMANDS", "build", "main"]

USAGE, INTERRUPTED = 2, 130

COMMANDS: tuple[tuple[str, str, Text], ...] = (
    ("demo", "demo:demo", t("Make a synthetic shop and plan it: the quickest look at everything.")),
    ("import", "import_:import_command", t("Read a shop's exports into its tables.")),
    ("check", "check:check", t("Say what is wrong with the data, how bad it is and what to do.")),
    ("forecast", "forecast:forecast", t("Forecast demand, explain it, or ask what another price does.")),
    ("backtest", "backtest:backtest", t("Say how good forecasts of weeks past were, in units and money.")),
    ("reorder", "reorder:reorder", t("Say what to order from suppliers now.")),
    ("stock", "stock:stock", t("Say what is dead, too much or about to run out, in money.")),
    ("transfer", "transfer:transfer", t("Say what to move between locations now.")),
    ("simulate", "simulate:simulate", t("Replay ways of ordering on the weeks just past, in money.")),
    ("recommend", "recommend:recommend", t("Say what to show to a customer, beside a product or in a basket.")),
    ("bundles", "bundles:bundles", t("Say which products to offer as a set, and what that should bring.")),
    ("customers", "customers:customers", t("Say who the customers are, what they will be worth and who is leaving.")),
    ("reviews", "reviews:reviews", t("Say what customers praise and complain of, and what to mend first.")),
    ("evaluate", "evaluate:evaluate", t("Say how good recommendations would have been on the last orders.")),
    ("plan", "plan:plan", t("Make tomorrow's plan and its report.")),
    ("report", "report:report", t("Show where the last report is, or open it.")),
    ("ledger", "ledger:ledger", t("Show what calls to chat models were for, and what they cost.")),
    ("models", "models:", t("Add, list, try and remove models that turn texts into vectors.")),
    ("tune", "tune:", t("Fit models to a shop's own texts and sales.")),
    ("config", "config:config", t("Show or change a shop's settings.")),
    ("doctor", "doctor:doctor", t("Show facts about this installation, fit to paste into a bug report.")),
    ("version", "version:version", t("Show the version.")),
)


def build() -> typer.Typer:
    """The command-line application with its texts in the language in force."""
    from shopwright.cli.help import Group

    app = typer.Typer(
        name="shopwright",
        cls=Group,
        help=str(t("From a shop's exports to a plan for tomorrow.")),
        epilog=str(t("Start with: shopwright demo, or: shopwright import FILES --to myshop")),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    _fill(app, COMMANDS)
    return app


def _fill(app: typer.Typer, commands: Sequence[tuple[str, str, Text]]) -> None:
    """Put commands into an application; one that names a module alone is a group of the commands in its table."""
    from shopwright.cli.help import Command, Group

    for name, place, about in commands:
        module, _, function = place.partition(":")
        found = import_module(f"shopwright.cli.{module}")
        if function:
            app.command(name=name, cls=Command, help=str(about))(getattr(found, function))
        else:
            inner = typer.Typer(cls=Group, no_args_is_help=True)
            _fill(inner, found.COMMANDS)
            app.add_typer(inner, name=name, help=str(about))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line and leave with its exit code.

    0 ok, 1 data or user error, 2 usage, 3 blocking problems found by `check`, 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.exit(_run(given))
    except BrokenPipeError:  # whoever read our output has had enough, as `head` does: nothing went wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the flush at exit finds an end
        sys.exit(0)


def _run(given: list[str]) -> int:
    """The exit code of a command line."""
    from typer.exceptions import TyperException

    from shopwright.cli.bars import shown
    from shopwright.cli.show import say, show_error, show_text

    error: ShopError | None
    try:
        language, rest = _language(given)
        if language is not None:
            use(language)
        with shown():
            code = _answer(rest)
        sys.stdout.flush()
    except ShopError as found:
        error = found
    except TyperException as found:
        from shopwright.cli.usage import told

        error = told(found)
        if error is None:
            show_text(found.message)
    else:
        if code == INTERRUPTED:
            say(t("interrupted: what was half made is not in force"))
        return code
    if error is not None:
        show_error(error, as_json="--json" in given)
    return USAGE if error is None else error.exit_code


def _answer(arguments: list[str]) -> int:
    """What the command gives back as its exit code; Ctrl-C, also at a question, is an answer too."""
    try:
        return int(build()(args=arguments, prog_name="shopwright", standalone_mode=False) or 0)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED


def _options(
    lang: Annotated[str, typer.Option("--lang", help=str(t("Language: en or zh; may stand anywhere.")))] = "",
) -> None:
    """Options of every command; `--lang` was taken out of the line before."""


def _language(arguments: list[str]) -> tuple[Language | None, list[str]]:
    """The language asked for with `--lang`, wherever it stands, and the arguments without it.

    Raises:
        UsageError: there are no texts in that language.
    """
    rest: list[str] = []
    wanted: str | None = None
    given = iter(arguments)
    for argument in given:
        if argument == "--lang":
            wanted = next(given, "")
        elif argument.startswith("--lang="):
            wanted = argument.partition("=")[2]
        else:
            rest.append(argument)
    if wanted is None:
        return None, rest
    if wanted not in get_args(Language):
        from shopwright.cli.usage import no_such_language

        raise no_such_language(wanted)
    return cast("Language", wanted), rest
