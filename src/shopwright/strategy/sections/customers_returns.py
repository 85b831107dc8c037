"""What customers send back: by segment, by product, and who does it all the time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from shopwright.charts.customers_back import returned_chart, returners_chart
from shopwright.i18n import t
from shopwright.shop.money import Figure, Money
from shopwright.shop.schema import names as c
from shopwright.shop.titles import titles
from shopwright.strategy.page import Chart, Col, Details, Part, Table
from shopwright.strategy.sections.customer_lists import SHOWN, beyond, in_order, masked

if TYPE_CHECKING:
    from shopwright.customers import Returns
    from shopwright.strategy.workup import Workup

__all__ = ["returns_blocks", "returns_figures"]

N_BOUGHT, N_RETURNED = "n_bought", "n_returned"


def returns_figures(work: Workup) -> tuple[Figure, ...]:
    """How much of what is bought is sent back."""
    back = work.returns
    if back is None or back.share is None:
        return ()
    return (Figure(t("Lines sent back"), f"{back.share:.1%}", "", back.as_of, back.how),)


def returns_blocks(work: Workup) -> list[Part]:
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
    blocks: list[Part] = []
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
    )


def _draw_segments(rows: pl.DataFrame) -> object:
    return returners_chart(in_order(rows))


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


def _serial(work: Workup, back: Returns) -> list[Part]:
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
    return [Table(caption, (Col(t("Customer"), is_code=True), *_counted()), rows, beyond(serial.height))]


def _counted() -> tuple[Col, ...]:
    return (
        Col(t("Lines bought"), is_number=True),
        Col(t("Lines sent back"), is_number=True),
        Col(t("Share"), is_number=True),
        Col(t("Refunded"), is_number=True),
    )


def _refund(amount: float | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
