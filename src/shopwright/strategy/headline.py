"""The figures at the top: the last four weeks against the four before."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.history import sold_lines
from shopwright.shop.money import Figure, Money
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["DAYS", "headline"]

DAYS = 28


def headline(shop: Shop) -> tuple[Figure, ...]:
    """Revenue, orders, order value, customers, returns and stars, each with how it was computed.

    A figure whose table is missing is left out.
    """
    figures: list[Figure] = []
    if shop.has("order_lines"):
        figures += _sales(shop)
    if shop.has("order_lines", "returns"):
        figures += _returns(shop)
    if shop.has("reviews"):
        figures += _stars(shop)
    return tuple(figures)


def _sales(shop: Shop) -> list[Figure]:
    lines = sold_lines(shop)
    now, before = (_sums(lines, shop.day - timedelta(days=DAYS * back)) for back in (0, 1))
    how = t(
        "product lines of the {n} days to {day}, orders cancelled or sent back whole at once left out",
        n=DAYS,
        day=shop.day.isoformat(),
    )
    money = shop.currency

    def figure(name: Text, value: float | Money, unit: Text | str = "") -> Figure:
        return Figure(name, value, unit, shop.day, how)

    found = [figure(t("Units sold, {n} days", n=DAYS), now["units"], t("units"))]
    if now["orders"]:
        found.insert(0, figure(t("Orders, {n} days", n=DAYS), now["orders"], t("orders")))
    if now["revenue"]:
        found.insert(0, figure(t("Revenue, {n} days", n=DAYS), Money(now["revenue"], money)))
        value = now["revenue"] / now["orders"]
        found.append(figure(t("Revenue per order"), Money(value, money)))
    if before["revenue"]:
        change = now["revenue"] / before["revenue"] - 1
        against = t("revenue of the {n} days to {day} against the {n} days before", n=DAYS, day=shop.day.isoformat())
        found.insert(1, Figure(t("Against the {n} days before", n=DAYS), f"{change:+.1%}", "", shop.day, against))
    if now["customers"]:
        found.append(figure(t("Customers who bought"), now["customers"], t("customers")))
    return found


def _sums(lines: pl.LazyFrame, last: date) -> dict[str, float]:
    window = lines.filter(pl.col(c.DAY).is_between(last - timedelta(days=DAYS - 1), last))
    row = window.select(
        pl.col(c.REVENUE).sum().alias("revenue"),
        pl.col(c.UNITS).sum().alias("units"),
        pl.col(c.ORDER).n_unique().alias("orders"),
        pl.col(c.CUSTOMER).drop_nulls().n_unique().alias("customers"),
    ).collect(engine="streaming")
    return {name: float(value or 0.0) for name, value in row.row(0, named=True).items()}


def _returns(shop: Shop) -> list[Figure]:
    since = shop.day - timedelta(days=DAYS * 3)
    is_counted = pl.col(c.DAY).is_between(since, shop.day, closed="right")
    back = shop.table("returns").filter(is_counted).select(pl.col(c.REFUND).sum()).collect().item() or 0.0
    sold = sold_lines(shop).filter(is_counted).select(pl.col(c.REVENUE).sum()).collect().item() or 0.0
    if not sold:
        return []
    how = t("refunds over revenue, the {n} days to {day}", n=DAYS * 3, day=shop.day.isoformat())
    return [Figure(t("Returned, share of revenue"), f"{back / sold:.1%}", "", shop.day, how)]


def _stars(shop: Shop) -> list[Figure]:
    from shopwright.reviews.attributed import as_of, by_then

    told = pl.col(c.STARS)
    mean, n = by_then(shop).select(told.mean().alias("mean"), told.count().alias("n")).collect().row(0)
    if not n:
        return []
    return [Figure(t("Stars"), round(float(mean), 2), t("of 5"), as_of(shop), t("mean of {n:,} reviews", n=n))]
