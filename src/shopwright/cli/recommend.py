"""`shopwright recommend`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopwright.i18n import t

__all__ = ["recommend"]


def recommend(
    shop: Annotated[Path, typer.Argument(help=str(t("The shop's folder.")))],
    customer: Annotated[str | None, typer.Option(help=str(t("What to show to this customer.")))] = None,
    product: Annotated[str | None, typer.Option(help=str(t("What to show beside this product (SKU).")))] = None,
    basket: Annotated[
        str | None, typer.Option(help=str(t("What to show with these products (SKUs with commas between).")))
    ] = None,
    top: Annotated[int, typer.Option(min=1, help=str(t("Products to show.")))] = 10,
    until: Annotated[str | None, typer.Option(help=str(t("As of the evening of this day, YYYY-MM-DD.")))] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=str(t("Print JSON, with reasons in both languages.")))
    ] = False,
) -> None:
    """Say what to show to a customer, beside a product or in a basket; what is popular, where none is given."""
    from shopwright.cli.show import say, show_json, show_table
    from shopwright.cli.words import shop_seen
    from shopwright.i18n import Text
    from shopwright.recommend import answer

    seen = shop_seen(shop, until)
    skus = [sku.strip() for sku in (basket or "").split(",") if sku.strip()]
    found = answer(seen, customer=customer, product=product, basket=skus, k=top)
    for note in found.notes:
        say(note)
    if as_json:
        rows = found.rows.to_dicts()
        notes = [note.as_json() for note in found.notes]
        show_json({"as_of": found.as_of.isoformat(), "how": found.how.as_json(), "notes": notes, "rows": rows})
        return
    columns = ((t("#"), True), (t("SKU"), False), (t("Title"), False), (t("Chance"), True), (t("Why"), False))
    shown = (
        (str(rank), sku, title, f"{score:.1%}", str(Text.from_json(why)))
        for rank, sku, title, score, why in found.rows.iter_rows()
    )
    show_table(t("To show, as of {day}", day=found.as_of.isoformat()), columns, shown)
    say(found.how)
