"""`shopwright evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["evaluate"]


def evaluate(  # noqa: PLR0917 - a command's options are its arguments
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    k: Annotated[str, typer.Option("--k", help=str(t("Lengths of the lists to judge, comma between.")))] = "5,10,20",
    split: Annotated[
        str,
        typer.Option(help=str(t("What is held out: time (the last days) or last (each customer's last purchase)."))),
    ] = "time",
    most: Annotated[int, typer.Option(min=1, help=str(t("At most so many customers, drawn.")))] = 5000,
    seen: Annotated[
        bool | None,
        typer.Option(
            "--seen/--no-seen", help=str(t("Show what a customer had bought; default: where many buy again."))
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", "--html", help=str(t("Write a page with charts to this HTML file.")))
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help=str(t("Judge a new policy by this log of what was shown with which chance, instead."))),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help=str(t("With --policy: the new one's chances, by request; left out: Shopwright's lists."))),
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help=str(t("With --policy: rules of Shopwright's lists, a TOML or JSON file.")))
    ] = None,
    days: Annotated[
        int, typer.Option(min=1, help=str(t("With --policy: days after a list in which a purchase counts.")))
    ] = 7,
    clip: Annotated[
        float | None, typer.Option(help=str(t("With --policy: greatest weight of a row; left out: none is cut.")))
    ] = None,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Say how good recommendations would have been on the shop's own last orders, beside simple lists."""
    from shopwright.cli.evaluations import a_split, as_rows, lengths, show_evaluation
    from shopwright.cli.show import say, show_json
    from shopwright.cli.words import asked_language, shop_seen
    from shopwright.recommend.evaluate import evaluate_shop
    from shopwright.strategy.recommending import write_page

    opened = shop_seen(shop, until)
    if policy is not None:
        from shopwright.cli.policies import tell_policy

        tell_policy(opened, policy, against, rules, days=days, clip=clip, as_json=as_json)
        return
    at = lengths(k)
    held_out, hidden = a_split(split), None if seen is None else not seen
    found = evaluate_shop(opened, split=held_out, k=at, most=most, exclude_seen=hidden)
    if report is not None:
        language = asked_language(opened.settings.shop.language)
        say(t("written: {file}", file=str(write_page(opened, found, report, language=language))))
    if as_json:
        show_json(as_rows(found))
        return
    show_evaluation(found, opened, is_drawn=report is not None)
