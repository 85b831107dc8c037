"""New and returning customers by month, channel and country, and what they send back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from shopwright.charts.customers_back import origins_chart, returned_chart, returners_chart, returning_chart
from shopwright.i18n import Text, t
from shopwright.shop.money import Figure, Money
from shopwright.shop.schema import names as c
from shopwright.shop.titles import titles
from shopwright.strategy.page import Block, Cell, Chart, Col, Details, Table
from shopwright.strategy.sections.customer_lists import SHOWN, left_over, masked

if TYPE_CHECKING:
    from shopwright.customers import Returning, Returns
    from shopwright.strategy.workup import Workup

__all__ = ["back_figures", "returning_blocks", "returns_blocks"]

MONTHS, TOLD_MONTHS = 36, 12
N_BOUGHT, N_RETURNED = "n_bought", "n_returned"


def back_figures(work: Workup) -> tuple[Figure, ...]:
    """How much returning customers brought in the last full month, and how much is sent back."""
    figures = []
    months = None if work.returning is None else work.returning.periods.filter("is_complete")
    if months is not None and months.height > 1 and months["share_returning"][-1] is not None:
        month = f"{months[c.DAY][-1]:%Y-%m}"
        how = t("of what known customers spent in {month}, the last full month; before returns", month=month)
        share = f"{months['share_returning'][-1]:.0%}"
        figures.append(Figure(t("Revenue from returning customers"), share, "", work.as_of, how))
    back = work.returns
    if back is not None and back.share is not None:
        figures.append(Figure(t("Lines sent back"), f"{back.share:.1%}", "", back.as_of, back.how))
    return tuple(figures)


def returning_blocks(work: Workup) -> list[Block]:
    """Revenue and customers by month, and revenue by channel and country, each of new and of returning customers."""
    found = work.returning
    if found is None or found.periods.height < 2:
        return []
    months = found.periods.tail(MONTHS)
    caption = t(
        "Revenue before returns ({currency}) and customers by month. New: on the day of their first purchase in the"
        " records, so that the first months hold old customers, too; returning: who bought before. Pale: a month that"
        " is not over on {day}",
        currency=found.currency,
        day=found.as_of.isoformat(),
    )
    blocks: list[Block] = [
        Chart(caption, partial(returning_chart, months, found.currency), ends_now=True),
        _by_month(found),
    ]
    by_channel = t(
        "Revenue of new and returning customers by channel, {currency}, {day} and before",
        currency=found.currency,
        day=found.as_of.isoformat(),
    )
    by_country = t(
        "Revenue of new and returning customers by country, {currency}, {day} and before",
        currency=found.currency,
        day=found.as_of.isoformat(),
    )
    blocks += _by_origin(found, found.channels, c.CHANNEL, by_channel, t("Channel"))
    blocks += _by_origin(found, found.countries, c.COUNTRY, by_country, t("Country"))
    return blocks


def _by_month(found: Returning) -> Table:
    rows = [
        (f"{row[c.DAY]:%Y-%m}", row["n_new"], row["n_customers"] - row["n_new"], *_money(row, found.currency))
        for row in found.periods.tail(TOLD_MONTHS).reverse().iter_rows(named=True)
    ]
    caption = t("New and returning customers by month, the latest first; what they spent before returns")
    sides = (Col(t("New customers"), is_number=True), Col(t("Who bought before"), is_number=True))
    return Table(caption, (Col(t("Month"), is_code=True), *sides, *_columns()), rows)


def _by_origin(found: Returning, table: pl.DataFrame | None, column: str, caption: Text, heading: Text) -> list[Block]:
    if table is None or table.height < 2:
        return []
    top = table.head(SHOWN)
    rows = [
        (row[column] if row[column] is not None else t("not known"), row["n_customers"], *_money(row, found.currency))
        for row in top.iter_rows(named=True)
    ]
    columns = (Col(heading), Col(t("Customers"), is_number=True), *_columns())
    more = t("{n:,} more: shopwright customers SHOP --json", n=table.height - SHOWN) if table.height > SHOWN else None
    return [Chart(caption, partial(_draw_origins, top, column, found.currency)), Table(caption, columns, rows, more)]


def _draw_origins(table: pl.DataFrame, column: str, currency: str) -> object:
    name = pl.col(column).fill_null(str(t("not known"))).alias("name")
    return origins_chart(table.select(name, "revenue_new", "revenue_returning", "share_returning"), currency)


def _columns() -> tuple[Col, ...]:
    return (
        Col(t("Orders, new"), is_number=True),
        Col(t("Orders, returning"), is_number=True),
        Col(t("Revenue, new"), is_number=True),
        Col(t("Revenue, returning"), is_number=True),
        Col(t("Share returning"), is_number=True),
    )


def _money(row: dict[str, object], currency: str) -> tuple[Cell, ...]:
    new, back, share = (row[name] for name in ("revenue_new", "revenue_returning", "share_returning"))
    return (
        int(str(row["orders_new"])),
        int(str(row["orders_returning"])),
        Money(float(str(new)), currency),
        Money(float(str(back)), currency),
        None if share is None else f"{float(str(share)):.0%}",
    )


def returns_blocks(work: Workup) -> list[Block]:
    """What comes back: by segment, by product, and who sends back all the time."""
    back = work.returns
    if back is None or back.share is None or not back.products[N_RETURNED].sum():
        return []
    day = back.as_of.isoformat()
    by_segment = t(
        "Share of the lines bought by known customers that were sent back, by segment of the customer; in brackets"
        " lines sent back of lines bought, to {day}",
        day=day,
    )
    by_product = t("Products of which most lines were sent back; in brackets of how many bought, to {day}", day=day)
    blocks: list[Block] = []
    if (segments := _segments(work, back)).height:
        blocks.append(Chart(by_segment, partial(_draw_segments, segments)))
    top = back.products.filter(pl.col(N_RETURNED) > 0).head(SHOWN)
    blocks += [Chart(by_product, partial(_draw_products, work, top)), _products(work, back, top), *_serial(work, back)]
    return [*blocks, Details(t("How returns are counted"), (back.how,))]


def _segments(work: Workup, back: Returns) -> pl.DataFrame:
    if work.segments is None:
        return pl.DataFrame()
    return (
        work.segments.customers.select(c.CUSTOMER, "segment")
        .join(back.customers, on=c.CUSTOMER)
        .group_by("segment")
        .agg(pl.col(N_BOUGHT, N_RETURNED).sum())
        .filter(pl.col(N_BOUGHT) > 0)
        .sort(pl.col(N_RETURNED) / pl.col(N_BOUGHT), "segment", descending=[True, False])
    )


def _draw_segments(rows: pl.DataFrame) -> object:
    from shopwright.customers import label

    names = pl.Series("name", [str(label(segment)) for segment in rows["segment"]], pl.String)
    return returners_chart(rows.with_columns(names))


def _draw_products(work: Workup, top: pl.DataFrame) -> object:
    named = titles(work.shop, distinct=True)
    names = pl.Series("name", [named.get(sku, sku) for sku in top[c.SKU]], pl.String)
    return returned_chart(top.with_columns(names))


def _products(work: Workup, back: Returns, top: pl.DataFrame) -> Table:
    named = titles(work.shop)
    rows = [
        (
            row[c.SKU],
            named.get(row[c.SKU], ""),
            row[N_BOUGHT],
            row[N_RETURNED],
            f"{row['share']:.1%}",
            _refund(row[c.REFUND], work.shop.currency),
        )
        for row in top.iter_rows(named=True)
    ]
    caption = t(
        "Products of which most lines were sent back; the share is drawn to that of all, {share:.1%}, where little"
        " was bought",
        share=back.share,
    )
    columns = (Col(t("SKU"), is_code=True), Col(t("Title")), *_counted())
    return Table(caption, columns, rows)


def _serial(work: Workup, back: Returns) -> list[Block]:
    serial = back.serial
    if serial.is_empty():
        return []
    rows = [
        (
            row[c.CUSTOMER],
            row[N_BOUGHT],
            row[N_RETURNED],
            f"{row['share']:.0%}",
            _refund(row[c.REFUND], work.shop.currency),
        )
        for row in masked(work, serial.head(SHOWN)).iter_rows(named=True)
    ]
    caption = t("Customers who surely send back more than twice the shop's share, most lines sent back first")
    return [Table(caption, (Col(t("Customer"), is_code=True), *_counted()), rows, left_over(serial.height))]


def _counted() -> tuple[Col, ...]:
    return (
        Col(t("Lines bought"), is_number=True),
        Col(t("Lines sent back"), is_number=True),
        Col(t("Share"), is_number=True),
        Col(t("Refunded"), is_number=True),
    )


def _refund(amount: float | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
