"""`shopwright tune demand`: the sales model that ships, fitted to a shop's own sales."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import Text, t

__all__ = ["demand"]

KINDS: Mapping[str, Text] = {
    "untuned": t("sales model as it ships"),
    "tuned": t("tuned sales model"),
    "ensemble without": t("blend without a sales model"),
    "ensemble with untuned": t("blend with it as it ships"),
    "ensemble with tuned": t("blend with it tuned"),
}


def demand(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    horizon: Annotated[int, typer.Option(min=0, help=str(t("Periods ahead to tune for; 0: as the settings say.")))] = 0,
    out: Annotated[
        Path | None, typer.Option(help=str(t("New folder for the model; left out: models/demand in the shop's.")))
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help=str(t("Start of chance: another one is another tuning.")))] = 0,
    resume: Annotated[bool, typer.Option("--resume", help=str(t("Go on with what was broken off.")))] = False,
    again: Annotated[
        bool, typer.Option("--again", help=str(t("Tune anew; what was there is kept as models/demand.before.")))
    ] = False,
    wandb: Annotated[str, typer.Option(help=str(t("Project of Weights & Biases to log to as well.")))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Tune the sales model on a shop's own sales; it is adopted only if forecasts get better by it."""
    from shopwright.cli.show import say, show_json, show_table
    from shopwright.cli.words import shop_seen
    from shopwright.forecast.t5.tune import tune_shop
    from shopwright.forecast.t5.zero_shot import TUNED

    seen = shop_seen(shop, None)
    folder = out or shop / TUNED
    made = tune_shop(seen, folder=folder, horizon=horizon, seed=seed, resume=resume, again=again, log_to=wandb)
    if as_json:
        show_json(made.as_json())
        return
    rows = [[str(KINDS[kind]), f"{made.judged[kind]:.4f}", f"{made.last[kind]:.4f}"] for kind in made.judged]
    columns = ((t("forecast by"), False), (t("WQL where it is judged"), True), (t("WQL of the last horizon"), True))
    show_table(t("Sales model"), columns, rows)
    say(
        t(
            "loss of the horizon held out: {before:.4f} before, {after:.4f} after {steps} steps at rate {rate:g}; "
            "tuned on sales up to {day}",
            before=made.before, after=made.after, steps=made.steps, rate=made.rate, day=made.until,
        )
    )  # fmt: skip
    say(_verdict(made.is_adopted, is_in_shop=out is None))


def _verdict(is_adopted: bool, *, is_in_shop: bool) -> Text:
    if not is_adopted:
        return t("not adopted: forecasts were no better with it; the model that ships stays in use")
    if is_in_shop:
        return t("adopted: forecasts of this shop use it from now on")
    return t('better, and in use by name: shopwright forecast SHOP --model "t5:FOLDER/model"')
