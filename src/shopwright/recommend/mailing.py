"""Products for everybody whom a shop may write to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from shopwright.i18n import Text, t
from shopwright.recommend.assortment import assortment
from shopwright.recommend.kept import kept
from shopwright.recommend.rules import Rules
from shopwright.recommend.surfaces import Surfaces
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Mailing", "mailing"]

NAMED = 10  # products that a note names


@dataclass(frozen=True, eq=False)
class Mailing:
    """A table for a mailing.

    Attributes:
        table: as `Surfaces.for_mail` makes it; only customers who bought and may be written to.
        notes: who was left out, of which products reviews warn, and what is not known.
    """

    table: pl.DataFrame
    notes: tuple[Text, ...]


def mailing(
    shop: Shop,
    *,
    k: int = 4,
    rules: dict[str, Any] | None = None,
    base: Rules | None = None,
    refit: bool = False,
    more: Sequence[pl.DataFrame] = (),
) -> Mailing:
    """What to show each customer of a shop in a mail.

    Where the shop records who agrees to e-mails, only those who said yes are in the table; where it records nothing,
    all are, and a note says so.

    Args:
        shop: the shop.
        k: most products for each.
        rules: rules by name that differ from those of the surface, or from `base`.
        base: rules in the place of the surface's.
        refit: fit the models anew in any case.
        more: tables with sku and what else rules read, as `assortment` takes them.

    Raises:
        UsageError: `k` is below 1, or a rule is not possible.
        TableError: there are no sales.
    """
    rules = rules or {}
    Rules.of(rules)  # says which name is unknown
    found = kept(shop, refit=refit)
    surfaces = Surfaces.of(found.model, assortment(shop, *more))
    customers, note = _agreeing(shop, found.model.customers)
    wanted = replace(surfaces.rules["mail"] if base is None else base, **rules)
    notes = (*found.notes, note, *_warned(surfaces, wanted))
    return Mailing(surfaces.for_mail(customers, k, wanted), notes)


def _agreeing(shop: Shop, customers: list[str]) -> tuple[list[str], Text]:
    """Customers who may be written to, and what is to be said of the others."""
    told = shop.table("customers").select(c.CUSTOMER, c.CONSENT_EMAIL).drop_nulls().collect()
    if told.is_empty():
        return customers, t("the shop does not record who agrees to e-mails: write only to those who did")
    agreed = set(told.filter(pl.col(c.CONSENT_EMAIL))[c.CUSTOMER])
    kept_ones = [who for who in customers if who in agreed]
    return kept_ones, t(
        "{n:,} of {all:,} customers agreed to e-mails; the others are left out", n=len(kept_ones), all=len(customers)
    )


def _warned(surfaces: Surfaces, rules: Rules) -> list[Text]:
    """Products that a rising fault keeps out of mails or moves down, what sells best first.

    All that could be shown: to see which of them would have been, every list would have to be made twice.
    """
    if not rules.defect:
        return []
    model, shelf = surfaces.model, surfaces.shelf
    ruled = {*rules.skus_first, *rules.skus_never}
    found = [
        (float(model.counts.popularity[place]), sku)
        for place, sku in enumerate(model.skus)
        if model.offered[place]
        and sku not in ruled
        and (row := shelf.row.get(sku)) is not None
        and shelf.is_defect[row]
        and (shelf.is_there[row] or not rules.in_stock)
    ]
    if not found:
        return []
    found.sort(key=lambda each: (-each[0], each[1]))
    names: Text | str = ", ".join(model.title(sku) for _, sku in found[:NAMED])
    if more := len(found[NAMED:]):
        names = t("{names} and {n:,} more", names=names, n=more)
    return [t("reviews warn of a rising fault: {names}; shown further down, or not at all", names=names)]
