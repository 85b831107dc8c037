"""Events put together to visits: what one visitor did without a pause of half an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from shopwright.errors import TableError
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["PAUSE", "VISIT", "Visits", "visits"]

VISIT = "visit"
PAUSE = timedelta(minutes=30)
# of events at one instant, the one that comes first in a shop comes first
ORDER = {"search": 0, "view": 1, "cart": 2, "buy": 3}


@dataclass(frozen=True, eq=False)
class Visits:
    """Events by visit.

    Attributes:
        events: visit (number), at, kind, sku, query, n_results, channel; by visit and time.
        n_lost: events that name neither a session nor a customer, or no time, and so belong to no visit.
        notes: what the table of events does not say.
    """

    events: pl.DataFrame
    n_lost: int
    notes: tuple[Text, ...]

    @property
    def n(self) -> int:
        """How many visits there are."""
        return self.events[VISIT].n_unique()


def visits(shop: Shop, pause: timedelta = PAUSE) -> Visits:
    """The visits of a shop.

    A visitor is a session where one is named, else a customer; a longer pause begins a new visit, so that an id of a
    browser that stays for months may stand in the column of sessions.

    Args:
        shop: the shop.
        pause: how long nothing may happen within a visit.

    Raises:
        TableError: the shop has no events (CUSTOMERS-11).
    """
    if not shop.has("events"):
        raise TableError(
            t("there are no events of visits"),
            why=t(
                "where customers drop out is counted from what was viewed, put into the cart, bought and searched for"
            ),
            fix=t("import events: shopwright import events.csv --to SHOP"),
            code="CUSTOMERS-11",
        )
    rows = shop.table("events").select(
        *(c.SESSION, c.CUSTOMER, c.AT, c.KIND, c.SKU, c.QUERY, c.N_RESULTS, c.CHANNEL), pl.col(c.EVENT)
    )
    table = rows.collect()
    kept = (
        table.with_columns(
            pl.coalesce(c.SESSION, c.CUSTOMER).alias("visitor"),
            pl.col(c.SESSION).is_null().alias("is_customer"),  # a customer may be called like a session
            pl.col(c.KIND).replace_strict(ORDER, default=9, return_dtype=pl.Int8).alias("place"),
        )
        .drop_nulls(["visitor", c.AT])
        .sort("is_customer", "visitor", c.AT, "place", c.EVENT)
    )
    is_new = (
        (pl.col("visitor") != pl.col("visitor").shift())
        | (pl.col("is_customer") != pl.col("is_customer").shift())
        | (pl.col(c.AT).diff() > pause)
    ).fill_null(value=True)
    events = kept.with_columns((is_new.cum_sum() - 1).cast(pl.Int64).alias(VISIT)).select(
        VISIT, c.AT, c.KIND, c.SKU, c.QUERY, c.N_RESULTS, c.CHANNEL
    )
    lost = table.height - kept.height
    return Visits(events, lost, tuple(_notes(events, lost)))


def _notes(events: pl.DataFrame, lost: int) -> list[Text]:
    found = []
    if lost:
        found.append(t("{n:,} events name no visitor or no time and are left out", n=lost))
    kinds = set(events[c.KIND])
    names = {"view": t("views"), "cart": t("carts"), "buy": t("purchases"), "search": t("searches")}
    found += [t("the events tell of no {kind}", kind=name) for kind, name in names.items() if kind not in kinds]
    if events[c.CHANNEL].drop_nulls().is_empty():
        found.append(t("the events name no channel"))
    if "search" in kinds and events.filter(pl.col(c.KIND) == "search")[c.N_RESULTS].drop_nulls().is_empty():
        found.append(t("the searches do not say how much was found"))
    return found
