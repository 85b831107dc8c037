"""How the answer to another price is shown on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shopwright.cli.show import say, show_json, show_table, show_text
from shopwright.cli.wrapping import TITLE, shortened
from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.shop.demand import periods_of
from shopwright.shop.titles import titles

if TYPE_CHECKING:
    from shopwright.forecast.what_if import WhatIf
    from shopwright.shop.shop import Shop

__all__ = ["asked_prices", "refuse_both", "show_what_if"]


def asked_prices(asked: Sequence[str]) -> dict[str, float]:
    """Prices by SKU from words such as `A=9.90`; a SKU may hold equal signs itself.

    Raises:
        UsageError: a word is not a SKU and a price (USAGE-95), or a SKU stands twice (USAGE-98).
    """
    found: dict[str, float] = {}
    for word in asked:
        sku, _, price = word.rpartition("=")
        if sku.strip() in found:
            raise UsageError(
                t("SKU {sku} stands twice in --what-if", sku=repr(sku.strip())),
                why=t("one price is asked about at a time"),
                fix=t("ask in two calls and compare them"),
                code="USAGE-98",
            )
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


def refuse_both(sku: str | None, asked: Sequence[str]) -> None:
    """Refuse to explain one product and to ask for another price in one call.

    Raises:
        UsageError: both are given (USAGE-96).
    """
    if sku is not None and asked:
        raise UsageError(
            t("--sku and --what-if are two questions"),
            why=t("--sku explains the forecast of {sku}, --what-if asks for other prices", sku=repr(sku)),
            fix=t("ask them one after the other; --what-if names its SKU itself, such as A=9.90"),
            code="USAGE-96",
        )


def show_what_if(shop: Shop, asked: Sequence[str], horizon: int, *, models: Sequence[str], as_json: bool) -> None:
    """Units and revenue before and after, of the products asked about and of those beside them."""
    from shopwright.forecast import what_if
    from shopwright.strategy.foreseeing import listen

    found = what_if(shop, asked_prices(asked), horizon=horizon, models=models, listen=listen)
    if as_json:
        show_json(_as_json(found, shop.currency))
        return
    named = titles(shop)
    rows = [_row(row["sku"], named.get(row["sku"], ""), row) for row in found.lines.iter_rows(named=True)]
    for row in found.beside.iter_rows(named=True):
        rows.append(_row("", str(t("others of the category: {n}", n=row["n_products"])), row))
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
    heading = t(
        "What another price does over the {n} {unit} from {day}, as of {as_of}, in units and {currency}",
        n=found.demand.horizon,
        unit=periods_of(found.demand.horizon, found.demand.period),
        day=found.demand.days[0].isoformat(),
        as_of=found.demand.as_of.isoformat(),
        currency=shop.currency,
    )
    show_table(heading, columns, rows)
    show_text(found.how)
    if found.lines["elasticity"].is_not_null().any():
        say(t("± is the standard error: two times in three the true elasticity lies within it"))
    for sku, note in found.notes.items():
        say(t("{sku}: {note}", sku=sku, note=note))


def _as_json(found: WhatIf, currency: str) -> dict[str, Any]:
    demand = found.demand
    return {
        "as_of": demand.as_of.isoformat(),
        "period": demand.period,
        "horizon": demand.horizon,
        "from": demand.days[0].isoformat(),
        "currency": currency,
        "how": found.how.as_json(),
        "rows": found.lines.to_dicts(),
        "beside": found.beside.to_dicts(),
        "notes": {sku: note.as_json() for sku, note in found.notes.items()},
    }


def _prices(row: Mapping[str, Any]) -> str:
    old, new = (row.get(name) for name in ("price_before", "price_after"))
    told = "" if old is None else f"{old:,.2f} → {new:,.2f}"
    return str(t("{prices}, far outside", prices=told)) if row.get("is_far") else told


def _row(sku: str, title: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    elasticity = row.get("elasticity")
    return (
        sku,
        shortened(title, TITLE),
        _prices(row),
        "" if elasticity is None else f"{elasticity:.2f} ± {row['elasticity_error']:.2f}",
        f"{row['units_before']:,.1f}",
        f"{row['units_after']:,.1f}",
        f"{row['units_change_low']:+,.1f} … {row['units_change_high']:+,.1f}",
        "" if row["revenue_before"] is None else f"{row['revenue_before']:,.2f}",
        ("–" if row.get("is_far") else "") if row["revenue_after"] is None else f"{row['revenue_after']:,.2f}",
    )
