"""How it is shown on a terminal who came back, and what was searched for in vain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.cli.show import say, show_table
from shopwright.i18n import Text, t
from shopwright.shop.schema import names as c

if TYPE_CHECKING:
    from shopwright.customers import Funnel, Movement, Returning, Returns, Segments
    from shopwright.shop.shop import Shop

__all__ = ["Ways", "show_returning", "show_searches", "ways_of"]

MONTHS, TERMS = 6, 5


@dataclass(frozen=True)
class Ways:
    """How customers moved between segments, came back, looked around (None without events) and sent back."""

    moved: Movement
    returning: Returning
    funnel: Funnel | None
    back: Returns


def ways_of(shop: Shop, found: Segments) -> Ways:
    """All of it, where the segments are known."""
    from shopwright.customers import funnel, movement, returning, returns

    looked = funnel(shop) if shop.has("events") else None
    return Ways(movement(shop, found=found), returning(shop), looked, returns(shop))


def show_returning(found: Returning) -> None:
    """The latest months, and the share of returning customers by channel and country (by region where there is one)."""
    money = ((t("Revenue, new"), True), (t("Revenue, returning"), True), (t("Share returning"), True))
    columns = (
        (t("Month"), False),
        (t("New customers"), True),
        (t("Customers from before"), True),
        *(money if found.is_priced else ()),
    )
    rows = (
        (
            f"{row[c.DAY]:%Y-%m}" + ("" if row["is_complete"] else " *"),
            f"{row['n_new']:,}",
            f"{row['n_customers'] - row['n_new']:,}",
            *(_money(row) if found.is_priced else ()),
        )
        for row in found.periods.tail(MONTHS).iter_rows(named=True)
    )
    show_table(_title(found), columns, rows)
    note = found.revenue_note()
    if note is not None:
        say(note)
    for column, table in ((c.CHANNEL, found.channels), found.origins()):
        if table is not None and table.height > 1 and found.is_priced:
            _tell_origins(table, column)


def _title(found: Returning) -> Text:
    day = found.as_of.isoformat()
    if not found.is_priced:
        return t("New and returning customers by month; * not over on {day}", day=day)
    return t(
        "New and returning customers by month, revenue before returns in {currency}; * not over on {day}",
        currency=found.currency,
        day=day,
    )


def _money(row: Mapping[str, Any]) -> tuple[str, ...]:
    revenue = (row["revenue_new"], row["revenue_returning"])
    return (*("-" if one is None else f"{one:,.0f}" for one in revenue), _share(row["share_returning"]))


def _tell_origins(table: pl.DataFrame, column: str) -> None:
    known = table.drop_nulls(column).head(TERMS)
    parts = [f"{name} {_share(share)}" for name, share in known.select(column, "share_returning").iter_rows()]
    shares = " · ".join(parts)
    told = {
        c.CHANNEL: t("returning customers' share of 365 days' revenue by channel, most first: {parts}", parts=shares),
        c.COUNTRY: t("returning customers' share of 365 days' revenue by country, most first: {parts}", parts=shares),
        c.REGION: t("returning customers' share of 365 days' revenue by region, most first: {parts}", parts=shares),
    }
    say(told[column])


def show_searches(found: Funnel) -> None:
    """Search words that found nothing, else those after which no product was viewed; nothing where there are none."""
    is_empty = (found.searches["n_empty"].sum() or 0) > 0
    column = "n_empty" if is_empty else "n_unclicked"
    lost = found.searches.filter(pl.col(column) > 0).sort(column, c.QUERY, descending=[True, False])
    if lost.is_empty():
        return
    columns = (
        (t("Search words"), False),
        (t("Searches"), True),
        (t("Nothing found") if is_empty else t("Nothing viewed after"), True),
        (t("Something bought after"), True),
    )
    rows = (
        (row[c.QUERY], f"{row['n_searches']:,}", f"{row[column]:,}", f"{row['n_bought']:,}")
        for row in lost.head(TERMS).iter_rows(named=True)
    )
    title = t(
        "Searched for in vain: {n:,} searches with {words:,} different words",
        n=int(lost[column].sum()),
        words=lost.height,
    )
    show_table(title, columns, rows)


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
