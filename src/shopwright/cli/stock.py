"""`shopwright stock`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["stock"]


def stock(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    top: Annotated[int, typer.Option(min=1, help=str(t("Lines to show, most money first.")))] = 20,
    csv: Annotated[Path | None, typer.Option(help=str(t("Write every product to this CSV file.")))] = None,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON, with every product.")))] = False,
) -> None:
    """Say what is dead, too much or about to run out, in money."""
    from shopwright.cli.show import say, show_json, show_table
    from shopwright.cli.stocks import shown_lines
    from shopwright.cli.words import shop_seen
    from shopwright.inventory import unpriced
    from shopwright.inventory.health import STATES
    from shopwright.shop.csv_safe import write_csv
    from shopwright.strategy.stocktaking import take_stock

    seen = shop_seen(shop, until)
    taken = take_stock(seen)
    if csv is not None:
        say(t("written: {file}", file=str(write_csv(taken.table, csv))))
    if as_json:
        markdowns = [proposal.as_json() for proposal in taken.markdowns]
        rows = {"rows": taken.table.to_dicts(), "markdowns": markdowns}
        show_json({"as_of": seen.day.isoformat(), "currency": seen.currency, **rows})
        return
    heading = t(
        "{value:,.2f} {currency} on the shelf, {tied:,.2f} of it too much or dead; {risk:,.2f} of margin at risk; "
        "as of {day}",
        value=float(taken.table["value"].sum()),
        tied=float(taken.table["tied"].sum()),
        risk=float(taken.table["at_risk"].sum()),
        currency=seen.currency,
        day=seen.day.isoformat(),
    )
    show_table(heading, *shown_lines(seen, taken.table, top, taken.period))
    for state, label in STATES.items():
        say(t("products, {state}: {n:,}", n=taken.table.filter(taken.table["state"] == state).height, state=label))
    if taken.n_unpriced:
        say(unpriced(taken.n_unpriced, seen.currency))
    for proposal in taken.markdowns[:top]:
        say(t("{title}: gain {gain}", title=proposal.title, gain=str(proposal.gain)))
