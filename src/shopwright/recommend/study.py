"""Which products to show beside which, as proposals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shopwright.i18n import Text, t
from shopwright.recommend.baskets import LARGEST_BASKET
from shopwright.recommend.pairs import AHEAD_DAYS, JUDGED_DAYS, MOST_UPLIFT, Pairs, pairs
from shopwright.shop.history import sold_sql
from shopwright.shop.margins import IS_ASSUMED, MARGIN
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.sql import quoted

__all__ = ["study"]


def study(shop: Shop, found: Pairs | None = None) -> Iterator[Proposal]:
    """A proposal for each pair that can be valued.

    Args:
        shop: the shop; without order lines there is nothing to propose.
        found: what `pairs` found in it, where that is known already.
    """
    if not shop.has("order_lines"):
        return
    found = found or pairs(shop)
    for row in found.table.drop_nulls(MARGIN).iter_rows(named=True):
        yield _proposal(shop, found, row)


def _proposal(shop: Shop, found: Pairs, row: dict[str, Any]) -> Proposal:
    return Proposal(
        domain="recommend",
        action="show",
        subject=f"{row[c.SKU]}→{row['show']}",
        title=t("Show “{b}” beside “{a}”", b=row["show_title"], a=row[c.TITLE]),
        change={"sku": row[c.SKU], "show": row["show"]},
        gain=Gain(row["low"], row["mean"], row["high"], found.currency),
        cost=Money(0.0, found.currency),
        how=_how(shop, found, row),
        as_of=found.as_of,
        evidence=(_evidence(shop, found, row),),
    )


def _how(shop: Shop, found: Pairs, row: dict[str, Any]) -> Text:
    return t(
        "{orders:,.1f} orders with the first product expected in {ahead} days (as in the last {judged}) × {share:.1%}"
        " of them also take the second (shrunk towards its popularity) × {uplift:.0%} more of these when it is shown"
        " (assumed; range 0 to {most:.0%}) × margin of {margin}{assumed}",
        orders=row["orders"],
        ahead=AHEAD_DAYS,
        judged=JUDGED_DAYS,
        share=row["probability"],
        uplift=shop.settings.recommend.pair_uplift,
        most=shop.settings.recommend.pair_uplift * MOST_UPLIFT,
        margin=Money(row[MARGIN], found.currency),
        assumed=t(" (its cost assumed from the settings)") if row[IS_ASSUMED] else Text.literal(""),
    )


def _evidence(shop: Shop, found: Pairs, row: dict[str, Any]) -> Evidence:
    return Evidence(
        t(
            "bought together in {n:,} orders, {lift:.1f} × as often as by chance",
            n=row["n_together"],
            lift=row["lift"],
        ),
        (
            Figure(t("orders with both"), row["n_together"], t("orders"), found.as_of, found.how),
            Figure(t("orders with the first"), row["n_sku"], t("orders"), found.as_of, found.how),
            Figure(t("orders with the second"), row["n_show"], t("orders"), found.as_of, found.how),
            Figure(t("lift"), round(row["lift"], 2), "×", found.as_of, found.how),
        ),
        "order_lines",
        _where(shop, found, row[c.SKU], row["show"]),
    )


def _where(shop: Shop, found: Pairs, sku: str, show: str) -> str:
    """SQL that finds the lines of the two products in the orders that hold both."""
    order, first, second = f'"{c.ORDER}"', quoted(sku), quoted(show)
    sold = f"{c.DAY} BETWEEN DATE '{found.from_day}' AND DATE '{found.as_of}' AND {sold_sql(shop)}"
    return (
        f"{c.SKU} IN ({first}, {second}) AND {sold} AND {order} IN (SELECT {order} FROM order_lines WHERE {sold}"
        f" GROUP BY {order} HAVING count(DISTINCT {c.SKU}) <= {LARGEST_BASKET}"
        f" AND bool_or({c.SKU} = {first}) AND bool_or({c.SKU} = {second}))"
    )
