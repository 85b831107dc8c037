"""New and returning customers: by period, channel, country and region."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import polars as pl

from shopwright.customers.of_shop import with_origin
from shopwright.customers.rfm import WINDOW_DAYS
from shopwright.i18n import Text, t
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Returning", "returning"]

EVERY = {"W": "1w", "M": "1mo"}
NEW, BACK = "is_new", "is_back"


@dataclass(frozen=True, eq=False)
class Returning:
    """Orders of new and of returning customers.

    Attributes:
        periods: day (first of the period), n_customers (with an order in it), n_new and n_returning (with an order as
            a new customer, as a returning one; who did both counts in both), orders_new and orders_returning,
            revenue_new and revenue_returning (null where there are orders and the revenue of none is known),
            share_returning (of the revenue; null where there is none), is_complete (whether the period was over).
        channels: channel and the same of the last 365 days; most revenue first. None where no order names a channel.
        countries: country and the same; None where neither orders nor customers name one.
        regions: region and the same; None where neither orders nor customers name one.
        as_of: last day counted.
        currency: of the revenue.
        notes: what is not known.
        unpriced: share of the lines whose revenue is not known, 0 to 1.
    """

    periods: pl.DataFrame
    channels: pl.DataFrame | None
    countries: pl.DataFrame | None
    regions: pl.DataFrame | None
    as_of: date
    currency: str
    notes: tuple[Text, ...]
    unpriced: float

    @property
    def is_priced(self) -> bool:
        """Whether any revenue is known."""
        return self.unpriced < 1

    def revenue_note(self) -> Text | None:
        """How much of the revenue is not known; None where all of it is."""
        if not self.unpriced:
            return None
        if not self.is_priced:
            return t("no order line says its revenue")
        return t("{share:.1%} of the order lines say no revenue: money is that of the others", share=self.unpriced)

    def origins(self) -> tuple[str, pl.DataFrame | None]:
        """Country and `countries`; region and `regions` where there are some and no two countries are known.

        Regions of several countries would stand in one list, and names of regions are not theirs alone.
        """
        known = 0 if self.countries is None else self.countries[c.COUNTRY].drop_nulls().len()
        if known < 2 and self.regions is not None and self.regions.height > 1:
            return c.REGION, self.regions
        return c.COUNTRY, self.countries


def returning(shop: Shop, period: Literal["W", "M"] = "M") -> Returning:
    """How much new and how much returning customers order.

    An order is a new customer's on the day of their first purchase in the records, and a returning one's after it.

    Args:
        shop: the shop.
        period: weeks or months.
    """
    orders = (
        sold_lines(shop)
        .drop_nulls([c.CUSTOMER, c.DAY])
        .group_by(c.CUSTOMER, c.ORDER)
        .agg(
            pl.col(c.DAY).min(),
            _known_sum(pl.col(c.REVENUE)),
            pl.len().alias("n_lines"),
            pl.col(c.REVENUE).null_count().alias("n_unpriced"),
        )
    )
    known = (
        with_origin(shop, orders)
        .collect()
        .with_columns((pl.col(c.DAY) == pl.col(c.DAY).min().over(c.CUSTOMER)).alias(NEW))
        .with_columns((~pl.col(NEW)).alias(BACK), pl.col(c.DAY).dt.truncate(EVERY[period]).alias("period"))
    )
    end = pl.col(c.DAY).dt.offset_by(EVERY[period]).dt.offset_by("-1d")
    periods = (
        _counted(known, "period")
        .rename({"period": c.DAY})
        .sort(c.DAY)
        .with_columns((end <= shop.day).alias("is_complete"))
    )
    late = known.filter(pl.col(c.DAY) > shop.day - timedelta(days=WINDOW_DAYS))
    found = {name: _by(late, name) for name in (c.CHANNEL, c.COUNTRY, c.REGION)}
    missing = {
        c.CHANNEL: t("no order of the last 365 days names its channel"),
        c.COUNTRY: t("neither orders nor customers of the last 365 days name a country"),
        c.REGION: t("neither orders nor customers of the last 365 days name a region"),
    }
    notes = tuple(missing[name] for name, table in found.items() if table is None)
    unpriced = float(known["n_unpriced"].sum()) / max(float(known["n_lines"].sum()), 1.0)
    channels, countries, regions = found.values()
    told = Returning(periods, channels, countries, regions, shop.day, shop.currency, notes, unpriced)
    note = told.revenue_note()
    return told if note is None else replace(told, notes=(note, *notes))


def _by(orders: pl.DataFrame, column: str) -> pl.DataFrame | None:
    if orders[column].drop_nulls().is_empty():
        return None
    counted = _counted(orders, column)
    money = pl.sum_horizontal("revenue_new", "revenue_returning")
    return counted.sort(money, column, descending=[True, False], nulls_last=True)


def _counted(orders: pl.DataFrame, by: str) -> pl.DataFrame:
    sides = {"new": pl.col(NEW), "returning": pl.col(BACK)}
    return (
        orders.group_by(by)
        .agg(
            pl.col(c.CUSTOMER).n_unique().cast(pl.Int64).alias("n_customers"),
            *(
                pl.col(c.CUSTOMER).filter(side).n_unique().cast(pl.Int64).alias(f"n_{name}")
                for name, side in sides.items()
            ),
            *(side.sum().cast(pl.Int64).alias(f"orders_{name}") for name, side in sides.items()),
            *(_revenue_of(side).round(4).alias(f"revenue_{name}") for name, side in sides.items()),
        )
        .with_columns((pl.col("revenue_new") + pl.col("revenue_returning")).alias("whole"))
        .with_columns(
            pl.when(pl.col("whole") > 0).then(pl.col("revenue_returning") / pl.col("whole")).alias("share_returning")
        )
        .drop("whole")
    )


def _known_sum(revenue: pl.Expr) -> pl.Expr:
    return pl.when(revenue.count() > 0).then(revenue.sum())


def _revenue_of(side: pl.Expr) -> pl.Expr:
    """Revenue of one side of a group: 0 where it has no orders; null where it has and the revenue of none is known."""
    is_none_bought = ~side.any() & (pl.col(c.REVENUE).count() > 0)
    return pl.when(is_none_bought).then(0.0).otherwise(_known_sum(pl.col(c.REVENUE).filter(side)))
