"""From a shop to a plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from shopwright import __version__
from shopwright.errors import TableError
from shopwright.i18n import Text, t
from shopwright.shop.proposal import Study
from shopwright.strategy.choose import choose
from shopwright.strategy.headline import headline
from shopwright.strategy.plan import Plan
from shopwright.strategy.workup import Workup, work_up

if TYPE_CHECKING:
    from shopwright.shop.shop import Shop

__all__ = ["check_plannable", "compose", "make_plan", "provenance"]


def make_plan(shop: Shop, *, budget: float | None = None, studies: Iterable[Study] = ()) -> Plan:
    """A plan for the day after the shop's day.

    Args:
        shop: the shop; `shop.until(day)` gives the plan that would have been made then.
        budget: money to spend; None takes the settings', which by default set no limit.
        studies: further studies beside the built-in ones.

    Raises:
        TableError: the shop has neither sales nor reviews, so there is nothing to plan from.
        UsageError: the budget is negative.
    """
    check_plannable(shop)
    return compose(work_up(shop, studies), budget)


def compose(work: Workup, budget: float | None = None) -> Plan:
    """Choose among what the studies proposed and put the plan together."""
    shop = work.shop
    wanted = shop.settings.plan.budget if budget is None else budget
    limit = None if budget is None and wanted < 0 else wanted
    choice = choose(
        work.proposals,
        budget=limit,
        limit=shop.settings.plan.limit,
        least_gain=shop.settings.plan.least_gain,
        held=work.held,
    )
    return Plan(
        shop=shop.settings.shop.name,
        as_of=work.as_of,
        currency=shop.currency,
        chosen=choice.chosen,
        left_out=choice.left_out,
        missing=work.missing,
        notes=(*work.notes, *_assumptions(work)),
        headline=headline(shop),
        budget=limit,
        spent=choice.spent,
        provenance=provenance(shop, limit),
    )


def provenance(shop: Shop, budget: float | None) -> dict[str, Any]:
    """What a plan was made from and with; the same provenance means the same plan."""
    tables = shop.manifest.get("tables", {})
    return {
        "shopwright": __version__,
        "tables": {name: entry["hash"] for name, entry in tables.items()},
        "cutoff": None if shop.cutoff is None else shop.cutoff.isoformat(),
        "settings": shop.settings.model_dump(),
        "budget": budget,
        "seed": 0,
    }


def check_plannable(shop: Shop) -> None:
    """Raise TableError where there is nothing to plan from."""
    if shop.has("order_lines") or shop.has("reviews"):
        return
    raise TableError(
        t("there is nothing to plan from"),
        why=t(
            "a plan needs order_lines or reviews; tables with rows by {day}: {tables}",
            day=shop.day.isoformat() if shop.is_dated else "-",
            tables=", ".join(name for name in shop.tables if shop.has(name)) or "-",
        ),
        fix=t("import sales (shopwright import orders.csv --to SHOP), or name a later day"),
        code="TABLE-05",
    )


def _assumptions(work: Workup) -> list[Text]:
    notes: list[Text] = []
    costs = work.shop.table("products").select("cost").drop_nulls().head(1).collect().height
    costs += work.shop.table("supply").select("cost").drop_nulls().head(1).collect().height
    if not costs and work.shop.has("order_lines"):
        rate = work.shop.settings.money.margin_rate
        notes.append(
            t(
                "no unit costs are known: margins are assumed at {rate:.0%} of the price "
                "(change it: shopwright config SHOP money.margin_rate 0.35)",
                rate=rate,
            )
        )
    if work.forecast is not None and work.forecast.known.n_masked:
        n = work.forecast.known.n_masked
        notes.append(t("{n:,} product-periods out of stock were left out of the forecast's history", n=n))
    if work.forecast is not None and work.forecast.known.n_hidden:
        notes.append(
            t(
                "{n:,} product-periods without a sale, too long to be chance, were taken for stock-outs and left out,"
                " too (leave them in: shopwright config SHOP demand.hidden_stock_outs false)",
                n=work.forecast.known.n_hidden,
            )
        )
    return notes
