"""`shopwright version`."""

from __future__ import annotations

from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["version"]


def version(as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False) -> None:
    """Show the version."""
    from shopwright import __version__
    from shopwright.cli.show import show_json, show_text

    if as_json:
        show_json({"shopwright": __version__})
    else:
        show_text(__version__)
