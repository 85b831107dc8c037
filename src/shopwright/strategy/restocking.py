"""Order lines of a shop, from its forecast and its stock."""

from __future__ import annotations

from shopwright.errors import TableError
from shopwright.forecast import farther
from shopwright.i18n import t
from shopwright.inventory import Orders, Restock, interval_of, restocked
from shopwright.shop.demand import Demand
from shopwright.shop.history import History, history
from shopwright.shop.shop import Shop
from shopwright.strategy.choose import check_budget
from shopwright.strategy.foreseeing import listen
from shopwright.strategy.foretold import foretold

__all__ = ["demand_for_orders", "restock_shop"]


def restock_shop(shop: Shop, *, budget: float | None = None) -> tuple[tuple[Restock, ...], Orders]:
    """An order line for every forecast product with known stock, and what is true of all orders together.

    Args:
        shop: the shop.
        budget: money for all orders; None: no limit.

    Raises:
        TableError: the shop has no stock table, or no sales.
        UsageError: the budget is below zero (USAGE-12).
    """
    check_budget(budget)
    known, demand = demand_for_orders(shop)
    return restocked(shop, demand, budget=budget, known=known)


def demand_for_orders(shop: Shop) -> tuple[History, Demand]:
    """What a shop with stock sold, and its forecast as far ahead as its longest lead time needs: the one that is kept.

    Raises:
        TableError: the shop has no stock table, or no sales.
    """
    if not shop.has("stock"):
        raise TableError(
            t("what to reorder cannot be said"),
            why=t("this shop has no stock table, so it is not known what is on hand"),
            fix=t("import one with the columns sku, day, on_hand: shopwright import stock.csv --to SHOP"),
            code="TABLE-06",
        )
    known, demand = history(shop), foretold(shop).demand
    ahead = interval_of(shop, demand.period)
    return known, demand if ahead <= demand.horizon else farther(shop, known, ahead, listen)
