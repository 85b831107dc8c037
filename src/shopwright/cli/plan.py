"""`shopwright plan`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["plan"]


def plan(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    budget: Annotated[
        float | None, typer.Option(help=str(t("Money to spend; without it, as in the settings.")))
    ] = None,
    until: Annotated[str | None, typer.Option(help=str(t("Plan as of the evening of this day, YYYY-MM-DD.")))] = None,
    force: Annotated[bool, typer.Option("--force", help=str(t("Make it anew even if nothing changed.")))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Make tomorrow's plan and its report."""
    from shopwright.cli.show import say, show_json, show_text
    from shopwright.cli.words import asked_language, shop_seen
    from shopwright.settings import load
    from shopwright.strategy.run import plan_shop

    language = asked_language(load(shop).shop.language)
    seen = shop_seen(shop, until)  # says what is wrong with the day
    run = plan_shop(shop, budget=budget, until=until and seen.day.isoformat(), language=language, force=force)
    if not run.is_fresh:
        say(t("nothing changed since the last run: this is its plan (--force makes it anew)"))
    if as_json:
        show_json(run.json())
    else:
        show_text(run.plan.text())
    say(t("report: {file}", file=str(run.report)))
    say(t("next: shopwright report {shop} --open", shop=str(shop)))
