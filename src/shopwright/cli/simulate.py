"""`shopwright simulate`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["simulate"]


def simulate(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    periods: Annotated[int, typer.Option(min=1, help=str(t("Latest days or weeks to replay.")))] = 8,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Replay ways of ordering on the weeks just past, in money."""
    from shopwright.cli.show import say, show_json, show_table
    from shopwright.cli.stocks import shown_replays
    from shopwright.cli.words import shop_seen
    from shopwright.shop.demand import periods_of
    from shopwright.strategy.stocktaking import replay_shop

    seen = shop_seen(shop, until)
    made = replay_shop(seen, periods)
    if as_json:
        rows = [{"rule": name.as_json(), **_finite(replay.summary())} for name, replay in made]
        show_json({"as_of": seen.day.isoformat(), "currency": seen.currency, "periods": periods, "rows": rows})
        return
    first = made[0][1]
    heading = t(
        "{n} {unit} from {day} replayed; products: {products:,}; money in {currency}",
        n=periods,
        unit=periods_of(periods, first.period),
        day=first.days[0].isoformat(),
        products=len(first.terms),
        currency=seen.currency,
    )
    show_table(heading, *shown_replays(made))
    say(t("what sold is taken for demand; every rule knows only what was sold before it orders, but the last"))


def _finite(figures: dict[str, float]) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in figures.items()}
