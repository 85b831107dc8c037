"""`shopwright bundles`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["bundles"]


def bundles(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    top: Annotated[int, typer.Option(min=1, help=str(t("Sets to show.")))] = 10,
    largest: Annotated[int, typer.Option(min=2, max=4, help=str(t("Most products in a set.")))] = 4,
    least_orders: Annotated[int, typer.Option(min=1, help=str(t("Fewest orders with all of a set.")))] = 20,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON.")))] = False,
) -> None:
    """Say which products to offer as a set, and what that should bring."""
    from shopwright.cli.show import say, show_json, show_table
    from shopwright.cli.words import shop_seen
    from shopwright.recommend import bundles as find
    from shopwright.shop.money import Money

    seen = shop_seen(shop, until)
    found = find(seen, most=top, largest=largest, least_orders=least_orders)
    if as_json:
        show_json(
            {
                "as_of": found.as_of.isoformat(),
                "currency": found.currency,
                "how": found.how.as_json(),
                "sets": found.n_sets,
                "rows": found.table.to_dicts(),
            }
        )
        return
    columns = (
        (t("#"), True),
        (t("Set"), False),
        (t("Orders"), True),
        (t("Lift"), True),
        (t("Beyond its parts"), True),
        (t("Price"), True),
        (t("Discount up to"), True),
        (t("Gain in 28 days"), True),
    )

    def money(amount: float | None) -> str:
        return "-" if amount is None else str(Money(amount, found.currency))

    shown = (
        (
            str(at),
            " + ".join(row["titles"]),
            f"{row['n_orders']:,}",
            f"{row['lift']:.1f} ×",
            f"{row['split_lift']:.1f} ×",
            money(row["price"]),
            "-" if row["most_discount"] is None else f"{row['most_discount']:.1%}",
            money(row["mean"]),
        )
        for at, row in enumerate(found.table.iter_rows(named=True), 1)
    )
    title = t(
        "Sets to offer, as of {day}: the best {n:,} of {sets:,} that pass the limits",
        day=found.as_of.isoformat(),
        n=found.table.height,
        sets=found.n_sets,
    )
    show_table(title, columns, shown)
    if found.table.is_empty():
        say(t("no set passes the limits; fewer orders with all of a set may do: --least-orders 5"))
    say(found.how)
