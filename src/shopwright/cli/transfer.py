"""`shopwright transfer`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["transfer"]


def transfer(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    top: Annotated[int, typer.Option(min=1, help=str(t("Moves to show, best first.")))] = 20,
    days: Annotated[float, typer.Option(help=str(t("Days until what was moved can be sold.")))] = 2.0,
    unit_cost: Annotated[float, typer.Option(help=str(t("Money for moving one unit.")))] = 0.0,
    csv: Annotated[Path | None, typer.Option(help=str(t("Write all moves to this CSV file.")))] = None,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON, with every move.")))] = False,
) -> None:
    """Say what to move between locations now."""
    from shopwright.cli.show import say, show_json, show_table
    from shopwright.cli.stocks import shown_moves
    from shopwright.cli.words import shop_seen
    from shopwright.shop.csv_safe import write_csv
    from shopwright.strategy.relocating import relocate_shop

    seen = shop_seen(shop, until)
    found = relocate_shop(seen, move_days=days, unit_cost=unit_cost)
    if csv is not None:
        say(t("written: {file}", file=str(write_csv(found.moves, csv))))
    if as_json:
        told = {"locations": list(found.locations), "rows": found.moves.to_dicts()}
        show_json({"as_of": seen.day.isoformat(), "currency": seen.currency, **told})
        return
    heading = t(
        "Moves between {places} locations: {n:,}, which bring {gain:,.2f} {currency}; as of {day}",
        places=len(found.locations),
        n=found.moves.height,
        gain=float(found.moves["gain"].sum()),
        currency=seen.currency,
        day=seen.day.isoformat(),
    )
    show_table(heading, *shown_moves(seen, found.moves, top))
    if len(found.locations) < 2:
        say(t("all stock lies in one location: there is nowhere to move it to"))
    else:
        say(t("each location is forecast from its own sales; orders without a location are left out"))
