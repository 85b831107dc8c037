"""New and returning customers by month, channel and country."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.charts.customers_back import origins_chart, returning_chart
from shopwright.i18n import Text, t
from shopwright.shop.money import Figure, Money
from shopwright.shop.schema import names as c
from shopwright.strategy.page import Cell, Chart, Col, Details, Part, Table
from shopwright.strategy.sections.customer_lists import SHOWN, beyond

if TYPE_CHECKING:
    from shopwright.customers import Returning
    from shopwright.strategy.workup import Workup

__all__ = ["returning_blocks", "returning_figures"]

MONTHS, TOLD_MONTHS = 36, 12


def returning_figures(work: Workup) -> tuple[Figure, ...]:
    """How much returning customers brought in the last full month."""
    months = None if work.returning is None else work.returning.periods.filter("is_complete")
    if months is None or months.height < 2 or months["share_returning"][-1] is None:
        return ()
    month = f"{months[c.DAY][-1]:%Y-%m}"
    how = t("of what known customers spent in {month}, the last full month; before returns", month=month)
    share = f"{months['share_returning'][-1]:.0%}"
    return (Figure(t("Revenue from returning customers"), share, "", work.as_of, how),)


def returning_blocks(work: Workup) -> list[Part]:
    """Revenue and customers by month, and revenue by channel and country, each of new and of returning customers."""
    found = work.returning
    if found is None or found.periods.height < 2:
        return []
    months = found.periods.tail(MONTHS)
    blocks: list[Part] = [
        Chart(_by_month_caption(found), partial(returning_chart, months, found.currency), ends_now=True),
        _by_month(found),
    ]
    by_channel, by_country, by_region = _captions(found)
    blocks += _by_origin(found, found.channels, c.CHANNEL, by_channel, t("Channel"))
    column, table = found.origins()
    told = (by_country, t("Country")) if column == c.COUNTRY else (by_region, t("Region"))
    blocks += _by_origin(found, table, column, *told)
    note = found.revenue_note()
    return blocks if note is None else [*blocks, Details(t("What the order lines do not say"), (note,))]


def _by_month_caption(found: Returning) -> Text:
    day = found.as_of.isoformat()
    if not found.is_priced:
        return t(
            "New and returning customers by month. A customer is new in the month of the first purchase. The first"
            " months hold old customers, whose earlier purchases are not in the records. Pale: a month that is not"
            " over on {day}",
            day=day,
        )
    return t(
        "Revenue before returns ({currency}) and customers by month. Revenue is a new customer's on the day of the"
        " first purchase, a returning one's after it; a customer is new in the month of the first purchase. The first"
        " months hold old customers, whose earlier purchases are not in the records. Pale: a month that is not over on"
        " {day}",
        currency=found.currency,
        day=day,
    )


def _captions(found: Returning) -> tuple[Text, Text, Text]:
    given = {"currency": found.currency, "day": found.as_of.isoformat()}
    return (
        t("Revenue of new and returning customers by channel, {currency}, 365 days to {day}", **given),
        t("Revenue of new and returning customers by country, {currency}, 365 days to {day}", **given),
        t("Revenue of new and returning customers by region, {currency}, 365 days to {day}", **given),
    )


def _by_month(found: Returning) -> Table:
    rows = [
        (f"{row[c.DAY]:%Y-%m}", row["n_new"], row["n_customers"] - row["n_new"], *_cells(row, found))
        for row in found.periods.tail(TOLD_MONTHS).reverse().iter_rows(named=True)
    ]
    spent = t("New and returning customers by month, the latest first; what they spent before returns")
    caption = spent if found.is_priced else t("New and returning customers by month, the latest first")
    sides = (Col(t("New customers"), is_number=True), Col(t("Customers from before"), is_number=True))
    return Table(caption, (Col(t("Month"), is_code=True), *sides, *_columns(found)), rows)


def _by_origin(found: Returning, table: pl.DataFrame | None, column: str, caption: Text, heading: Text) -> list[Part]:
    if table is None or table.height < 2:
        return []
    if not table.select("revenue_new", "revenue_returning").sum().sum_horizontal().item():
        return []
    top = table.head(SHOWN)
    rows = [
        (row[column] if row[column] is not None else t("not known"), row["n_customers"], *_cells(row, found))
        for row in top.iter_rows(named=True)
    ]
    columns = (Col(heading), Col(t("Customers"), is_number=True), *_columns(found))
    listed = Table(t("The same in numbers"), columns, rows, beyond(table.height))
    return [Chart(caption, partial(_draw_origins, top, column, found.currency)), listed]


def _draw_origins(table: pl.DataFrame, column: str, currency: str) -> object:
    name = pl.col(column).fill_null(str(t("not known"))).alias("name")
    return origins_chart(table.select(name, "revenue_new", "revenue_returning", "share_returning"), currency)


def _columns(found: Returning) -> tuple[Col, ...]:
    orders = (Col(t("Orders, new"), is_number=True), Col(t("Orders, returning"), is_number=True))
    money = (
        Col(t("Revenue, new"), is_number=True),
        Col(t("Revenue, returning"), is_number=True),
        Col(t("Share returning"), is_number=True),
    )
    return (*orders, *money) if found.is_priced else orders


def _cells(row: Mapping[str, Any], found: Returning) -> tuple[Cell, ...]:
    orders = (row["orders_new"], row["orders_returning"])
    if not found.is_priced:
        return orders
    revenue = (row["revenue_new"], row["revenue_returning"])
    share = row["share_returning"]
    return (
        *orders,
        *(None if one is None else Money(one, found.currency) for one in revenue),
        None if share is None else f"{share:.0%}",
    )
