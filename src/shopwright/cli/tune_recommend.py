"""`shopwright tune recommend`: a network that learns from a shop's sales what is bought next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["recommend"]


def recommend(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    out: Annotated[
        Path | None,
        typer.Option(help=str(t("New folder for the model; left out: models/recommend/trained in the shop's."))),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help=str(t("Start of chance: another one is another training.")))] = 0,
    resume: Annotated[bool, typer.Option("--resume", help=str(t("Go on with what was broken off.")))] = False,
    again: Annotated[
        bool, typer.Option("--again", help=str(t("Train anew; what was there is kept with .before behind its name.")))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Train a network on a shop's sales; it joins the other models only if lists get better by it."""
    from shopwright.cli.show import say, show_json, show_table
    from shopwright.cli.words import shop_seen
    from shopwright.recommend.training import TRAINED_IN, train_shop

    seen = shop_seen(shop, None)
    made = train_shop(seen, folder=out or shop / TRAINED_IN, seed=seed, resume=resume, again=again)
    if as_json:
        show_json(made.as_json())
        return
    kinds = (
        (t("models without the network"), made.without),
        (t("models with it"), made.having),
        (t("the network alone"), made.alone),
    )
    rows = [[str(kind), f"{ndcg:.4f}", f"{recall:.4f}"] for kind, (ndcg, recall) in kinds]
    columns = ((t("lists by"), False), (t("NDCG@10"), True), (t("recall@10"), True))
    show_table(t("Recommender"), columns, rows)
    say(
        t(
            "judged on {n:,} products that customers went on to buy; customers seen {epochs} times",
            n=made.n, epochs=made.epochs,
        )
    )  # fmt: skip
    if made.is_adopted and out is None:
        say(t("adopted: shopwright recommend has the network among its models from now on"))
    elif made.is_adopted:
        say(t("adopted: the network is part of the recommender"))
    else:
        say(t("not adopted: lists were no better with it; the recommender has the other models only"))
    say(t('in use by name: Recommender.load("{folder}")', folder=str(made.folder)))
