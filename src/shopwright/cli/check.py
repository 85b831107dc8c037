"""`shopwright check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["check"]

BLOCKED = 3


def check(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    limit: Annotated[int | None, typer.Option(min=1, help=str(t("Findings to print, the worst first.")))] = None,
    html: Annotated[bool, typer.Option(help=str(t("Write the report as web pages too.")))] = True,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Say what is wrong with the data, how bad it is and what to do; exit code 3 where a plan would be wrong."""
    from shopwright.cli.show import say, show_json, show_text
    from shopwright.cli.words import shop_seen
    from shopwright.i18n import current
    from shopwright.shop import check as checks

    report = checks.check(shop_seen(shop, until))
    written = checks.write(report, shop, html=html)
    if as_json:
        show_json(report.as_json())
    else:
        for line in report.lines(limit):
            show_text(line)
    page = next((path for path in written if path.name == f"check.{current()}.html"), written[0])
    say(t("report: {file}", file=str(page)))
    if report.is_blocking:
        say(
            t(
                "a plan would be wrong: see to the blocking findings first, then: shopwright check {shop}",
                shop=str(shop),
            )
        )
        raise typer.Exit(BLOCKED)
    say(t("next: shopwright plan {shop}", shop=str(shop)))
