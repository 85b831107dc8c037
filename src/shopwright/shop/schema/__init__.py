"""The canonical tables: one record per column, read by the importer, the checks, the docs and the redactor.

`schema.SKU` and its like are the column names; `schema.TABLES["orders"]` is a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shopwright.shop.schema.campaigns import CAMPAIGNS, EXPOSURES
from shopwright.shop.schema.catalogue import PRICES, PRODUCTS, PROMOTIONS
from shopwright.shop.schema.names import *  # noqa: F403
from shopwright.shop.schema.people import CUSTOMERS, EVENTS, REVIEWS, TICKETS
from shopwright.shop.schema.record import DAY_TYPE, INSTANT, Column, Rule, Table, end_of
from shopwright.shop.schema.sales import ORDER_LINES, ORDERS, RETURNS
from shopwright.shop.schema.supply import ARRIVALS, STOCK, SUPPLY

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            PRODUCTS,
            ORDERS,
            ORDER_LINES,
            RETURNS,
            CUSTOMERS,
            REVIEWS,
            EVENTS,
            STOCK,
            SUPPLY,
            ARRIVALS,
            PROMOTIONS,
            PRICES,
            CAMPAIGNS,
            EXPOSURES,
            TICKETS,
        )
    }
)

__all__ = ["DAY_TYPE", "INSTANT", "TABLES", "Column", "Rule", "Table", "end_of"]
