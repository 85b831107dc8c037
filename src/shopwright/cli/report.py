"""`shopwright report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["report"]


def report(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    day: Annotated[str | None, typer.Option(help=str(t("Of this day, YYYY-MM-DD; without it, the last.")))] = None,
    open_it: Annotated[bool, typer.Option("--open", help=str(t("Open it in the browser.")))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Show where the last report is, or open it."""
    from shopwright.cli.show import say, show_json, show_text
    from shopwright.cli.words import a_day, asked_language
    from shopwright.shop.shop import open_shop
    from shopwright.strategy.run import latest_run, report_file

    settings = open_shop(shop).settings
    folder = latest_run(shop, a_day(day))
    file = report_file(folder, asked_language(settings.shop.language))
    if as_json:
        show_json({"report": str(file), "plan": str(folder / "plan.json"), "day": folder.name})
    else:
        show_text(str(file))
    if open_it:
        import webbrowser

        if not webbrowser.open(file.resolve().as_uri()):
            say(t("no browser was found here: open the file yourself"))
