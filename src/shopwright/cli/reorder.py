"""`shopwright reorder`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shopwright.errors import UsageError
from shopwright.i18n import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shopwright.inventory import Orders, Restock
    from shopwright.shop.shop import Shop

__all__ = ["reorder"]

SHOWN = 8  # suppliers that an error names


def reorder(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    top: Annotated[int, typer.Option(min=1, help=str(t("Lines to show, best first.")))] = 20,
    supplier: Annotated[str | None, typer.Option(help=str(t("Only lines of this supplier.")))] = None,
    budget: Annotated[float | None, typer.Option(help=str(t("Money for all orders together.")))] = None,
    csv: Annotated[Path | None, typer.Option(help=str(t("Write all lines to this CSV file.")))] = None,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=str(t("Print JSON, with every line.")))] = False,
) -> None:
    """Say what to order from suppliers now."""
    from shopwright.cli.show import say, show_json, show_table
    from shopwright.cli.words import shop_seen
    from shopwright.cli.wrapping import TITLE, shortened
    from shopwright.shop.csv_safe import write_csv
    from shopwright.shop.titles import titles
    from shopwright.strategy.artefacts import order_frame
    from shopwright.strategy.restocking import restock_shop

    seen = shop_seen(shop, until)
    found, orders = restock_shop(seen, budget=budget)
    lines = order_frame(found, titles(seen), seen.currency)
    _refuse_unknown(supplier, seen, found)
    chosen = lines if supplier is None else lines.filter(lines["supplier"] == supplier)
    if csv is not None:
        say(t("written: {file}", file=str(write_csv(chosen, csv))))
    if as_json:
        show_json({"as_of": seen.day.isoformat(), "currency": seen.currency, **_all(orders), "rows": chosen.to_dicts()})
        return
    columns = (
        (t("SKU"), False),
        (t("Title"), False),
        (t("On hand"), True),
        (t("Expected demand"), True),
        (t("Order"), True),
        (t("Cost"), True),
        (t("Why"), False),
    )
    shown = (
        (
            row["sku"],
            shortened(row["title"] or "", TITLE),
            f"{row['on_hand']:,.0f}",
            f"{row['demand']:,.0f}",
            f"{row['units']:,}",
            f"{row['cost']:,.2f}",
            row["reason"],
        )
        for row in chosen.head(top).iter_rows(named=True)
    )
    heading = t(
        "{n:,} lines to order for {cost:,.2f} {currency}, as of {day}",
        n=chosen.height,
        cost=float(chosen["cost"].sum()),
        currency=seen.currency,
        day=seen.day.isoformat(),
    )
    show_table(heading, columns, shown)
    _say_of_all(found, seen.currency)
    if orders.is_cut:
        say(
            t(
                "the limits forgo {shadow:,.2f} {currency} of expected gain; no better orders within them bring more "
                "than {gap:.3%} above these",
                shadow=orders.shadow,
                currency=seen.currency,
                gap=orders.gap,
            )
        )
    say(t("next: shopwright plan {shop} weighs them against everything else", shop=str(shop)))


def _refuse_unknown(supplier: str | None, shop: Shop, lines: Sequence[Restock]) -> None:
    """Refuse a supplier of whom the shop knows nothing.

    Raises:
        UsageError: the supplier is in no table (USAGE-26).
    """
    from shopwright.shop.schema import names as c
    from shopwright.shop.spelling import meant

    if supplier is None:
        return
    named = shop.table("supply").select(c.SUPPLIER).collect()[c.SUPPLIER].drop_nulls().to_list()
    known = sorted({*named, *(line.supplier for line in lines if line.supplier)})
    if supplier not in known:
        raise UsageError(
            t("there is no supplier {name}", name=repr(supplier)),
            why=t("suppliers are: {names}", names=", ".join(known[:SHOWN]) + (", …" if len(known) > SHOWN else ""))
            if known
            else t("no product of this shop has a supplier"),
            fix=meant(supplier, known, t("write it as it stands in the table supply, or leave --supplier out")),
            code="USAGE-26",
        )


def _say_of_all(lines: Sequence[Restock], currency: str) -> None:
    """What the lines shown do not tell: products left alone because they lie dead, amounts that are no real money."""
    from shopwright.cli.show import say
    from shopwright.inventory import unpriced

    n_dead, n_unpriced = sum(line.is_dead for line in lines), sum(not line.is_priced for line in lines)
    if n_dead:
        say(
            t(
                "products with stock of which none sold in a quarter: {n:,}; nothing is ordered of them until they "
                "sell again",
                n=n_dead,
            )
        )
    if n_unpriced:
        say(unpriced(n_unpriced, currency))


def _all(orders: Orders) -> dict[str, float]:
    """What is true of all orders together, for programs."""
    return {"spent": round(orders.spent, 2), "gap": orders.gap, "forgone": round(orders.shadow, 2)}
