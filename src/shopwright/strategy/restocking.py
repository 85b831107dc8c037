"""Order lines of a shop, from its forecast and its stock."""

from __future__ import annotations

from shopwright.errors import TableError
from shopwright.forecast import forecast_shop, reaching
from shopwright.i18n import t
from shopwright.inventory import Restock, interval_of, restock
from shopwright.shop.shop import Shop

__all__ = ["restock_shop"]


def restock_shop(shop: Shop) -> list[Restock]:
    """An order line for every forecast product with known stock.

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
    made = forecast_shop(shop)
    return restock(shop, reaching(shop, made, interval_of(shop, made.demand.period)))
