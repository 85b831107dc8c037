"""How the answer to another price is shown on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shopwright.cli.show import say, show_json, show_table
from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.shop.titles import titles

if TYPE_CHECKING:
    from shopwright.shop.shop import Shop

__all__ = ["asked_prices", "show_what_if"]


def asked_prices(asked: Sequence[str]) -> dict[str, float]:
    """Prices by SKU from words such as `A=9.90`; a SKU may hold equal signs itself.

    Raises:
        UsageError: a word is not a SKU and a price.
    """
    found: dict[str, float] = {}
    for word in asked:
        sku, _, price = word.rpartition("=")
        try:
            found[sku.strip()] = float(price)
        except ValueError:
            sku = ""
        if not sku.strip():
            raise UsageError(
                t("{text} is not a SKU and a price", text=repr(word)),
                why=t("it is read as SKU=PRICE, the price with a point"),
                fix=t("for instance --what-if A=9.90"),
                code="USAGE-95",
            )
    return found


def show_what_if(shop: Shop, asked: Sequence[str], horizon: int, *, as_json: bool) -> None:
    """Units and revenue before and after, of the products asked about and of those beside them."""
    from shopwright.forecast import what_if

    found = what_if(shop, asked_prices(asked), horizon=horizon)
    if as_json:
        notes = {sku: note.as_json() for sku, note in found.notes.items()}
        lines = {"rows": found.lines.to_dicts(), "beside": found.beside.to_dicts(), "notes": notes}
        show_json({"as_of": shop.day.isoformat(), "currency": shop.currency, **lines})
        return
    named = titles(shop)
    rows = [_row(row["sku"], named.get(row["sku"], ""), row) for row in found.lines.iter_rows(named=True)]
    for row in found.beside.iter_rows(named=True):
        rows.append(_row("", str(t("{n} others of the category", n=row["n_products"])), row))
    columns = (
        (t("SKU"), False),
        (t("Title"), False),
        (t("Price"), True),
        (t("Elasticity"), True),
        (t("Units before"), True),
        (t("Units after"), True),
        (t("Change, 8 times in 10"), True),
        (t("Revenue before"), True),
        (t("Revenue after"), True),
    )
    show_table(t("What another price does, in units and {currency}", currency=shop.currency), columns, rows)
    for sku, note in found.notes.items():
        say(t("{sku}: {note}", sku=sku, note=note))


def _row(sku: str, title: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    old, new, elasticity = (row.get(name) for name in ("price_before", "price_after", "elasticity"))
    return (
        sku,
        title[:40],
        "" if old is None else f"{old:,.2f} → {new:,.2f}",
        "" if elasticity is None else f"{elasticity:.2f} ± {row['elasticity_error']:.2f}",
        f"{row['units_before']:,.1f}",
        f"{row['units_after']:,.1f}",
        f"{row['units_change_low']:+,.1f} … {row['units_change_high']:+,.1f}",
        "" if row["revenue_before"] is None else f"{row['revenue_before']:,.2f}",
        "" if row["revenue_after"] is None else f"{row['revenue_after']:,.2f}",
    )
