"""`shopwright doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["doctor"]


def doctor(
    shop: Annotated[Path | None, typer.Argument(help=str(t("A shop's folder to look at as well.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Show facts about this installation, fit to paste into a bug report; no data of the shop's, no names."""
    from shopwright.cli.facts import facts
    from shopwright.cli.show import show_json, show_table

    found = facts(shop)
    if as_json:
        show_json(found)
        return
    show_table(t("This installation"), ((t("What"), False), (t("Value"), False)), list(found.items()))
