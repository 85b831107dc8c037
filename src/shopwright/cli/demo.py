"""`shopwright demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["demo"]


def demo(
    folder: Annotated[Path, typer.Argument(help=str(t("Folder for the demo shop.")))] = Path("demo-shop"),
    orders: Annotated[str, typer.Option(help=str(t("Number of orders, from 100 to 1e7.")))] = "1e4",
    seed: Annotated[int, typer.Option(help=str(t("Another number makes another shop; the same one, the same.")))] = 0,
    plan: Annotated[bool, typer.Option("--plan/--no-plan", help=str(t("Plan the shop and write its report.")))] = True,
    open_report: Annotated[
        bool, typer.Option("--open/--no-open", help=str(t("Open the report where there is a screen.")))
    ] = True,
) -> None:
    """Make a synthetic shop and plan it: the quickest look at everything."""
    from shopwright.cli.show import say, show_text
    from shopwright.cli.words import asked_language
    from shopwright.settings import load
    from shopwright.shop.synthetic import Params, may_replace, write

    params = Params(orders=_count(orders), seed=seed)
    may_replace(folder)
    say(t("making a synthetic shop of about {n:,} orders in {folder}", n=params.orders, folder=str(folder)))
    write(params, folder)
    if not plan:
        show_text(str(folder))
        say(t("next: shopwright plan {shop}", shop=str(folder)))
        return
    from shopwright.strategy.run import plan_shop

    run = plan_shop(folder, language=asked_language(load(folder).shop.language))
    say(run.summary)
    show_text(str(run.report))
    if not (open_report and _has_screen() and _open(run.report)):
        say(t("open that file in a browser to read the report"))
    say(t("what was planted in the shop is in {file}", file=str(folder / "truth.json")))


def _count(text: str) -> int:
    """A number of orders, also written as 1e4 or 10,000."""
    from shopwright.errors import UsageError

    try:
        value = float(text.replace(",", "").replace("_", ""))
    except ValueError:
        value = 0.0
    if not 100 <= value <= 1e7:
        raise UsageError(
            t("--orders cannot be {value}", value=repr(text)),
            why=t("it takes a number from 100 to 1e7; ten thousand is written 10000 or 1e4"),
            fix=t("for instance: shopwright demo --orders 1e4"),
            code="DEMO-02",
        )
    return round(value)


def _has_screen() -> bool:
    """Whether a person is watching who has a browser: never in CI, in a pipe or on a machine without a display."""
    import os
    import sys

    if os.environ.get("CI") or not sys.stdout.isatty():
        return False
    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return has_display or sys.platform in ("darwin", "win32")


def _open(report: Path) -> bool:
    import webbrowser

    return webbrowser.open(report.resolve().as_uri())
