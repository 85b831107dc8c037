"""What several checks need to know, computed once: each heavy aggregate is one scan of the order lines at most."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from shopwright.shop.check.robust import spread
from shopwright.shop.check.words import service_like
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["LIFE_GAP", "Facts"]

LIFE_GAP = 365  # days without a single sale that part the shop's life from stray dates
STRAY = 0.01  # beyond this share of lines, an earlier life is a life and no mistake


class Facts:
    """A shop and what is known about its order lines.

    Args:
        shop: the shop to look at.
        today: the day on which it is looked at; later dates are in the future.
    """

    def __init__(self, shop: Shop, today: date) -> None:
        self.shop = shop
        self.today = today
        self.place = str(shop.path) if shop.path is not None else "SHOP"
        self._rows: dict[str, int] = {}
        self._tables: dict[str, pl.LazyFrame] = {}

    def has(self, *names: str) -> bool:
        """Whether all these tables have rows."""
        return all(self.rows(name) > 0 for name in names)

    def rows(self, name: str) -> int:
        """Rows of a table, counted once."""
        if name not in self._rows:
            is_there = name in self.shop.frames
            self._rows[name] = self.table(name).select(pl.len()).collect().item() if is_there else 0
        return self._rows[name]

    def table(self, name: str) -> pl.LazyFrame:
        """A table as it was known; one that holds several versions of its rows is sorted out once, in memory."""
        if name not in self._tables:
            frame = self.shop.table(name)
            entry = self.shop.manifest.get("tables", {}).get(name, {})
            is_costly = bool(entry.get("has_versions"))
            self._tables[name] = frame.collect(engine="streaming").lazy() if is_costly else frame
        return self._tables[name]

    @property
    def lines(self) -> pl.LazyFrame:
        """All order lines."""
        return self.table("order_lines")

    @property
    def products(self) -> pl.LazyFrame:
        """The catalogue."""
        return self.table("products")

    @cached_property
    def services(self) -> list[str]:
        """SKUs that the catalogue itself calls a service."""
        marked = self.products.filter(pl.col(c.KIND) == "service").select(c.SKU)
        return marked.collect()[c.SKU].to_list()

    @property
    def is_product(self) -> pl.Expr:
        """Whether a line counts as a product sold or to be sold."""
        is_product = pl.col(c.KIND).is_null() | (pl.col(c.KIND) == "product")
        return is_product & ~pl.col(c.SKU).is_in(self.services) if self.services else is_product

    @property
    def sales(self) -> pl.LazyFrame:
        """Lines that a forecast would count: products with units above zero."""
        return self.lines.filter(self.is_product & (pl.col(c.UNITS) > 0))

    @cached_property
    def totals(self) -> dict[str, Any]:
        """Counts over all order lines: rows of each kind of trouble, and nulls as `null_<column>`."""
        price, is_product = pl.col(c.PRICE), self.is_product
        gross = pl.col(c.UNITS) * price - pl.col(c.DISCOUNT).fill_null(0)
        revenue = pl.col(c.REVENUE)
        off = (gross - revenue).abs() > 0.02 + 0.01 * gross.abs()
        found = self.lines.select(
            pl.len().alias("n"),
            is_product.sum().alias("n_product"),
            (is_product & price.is_null() & revenue.is_null()).sum().alias("n_without_price"),
            (is_product & (price < 0)).sum().alias("n_negative_price"),
            (is_product & (price == 0) & (pl.col(c.UNITS) > 0)).sum().alias("n_zero_price"),
            (is_product & (pl.col(c.UNITS) < 0)).sum().alias("n_negative_units"),
            (is_product & (pl.col(c.UNITS) == 0)).sum().alias("n_zero_units"),
            (is_product & off).sum().alias("n_other_revenue"),
            pl.col(c.DAY).min().alias("first"),
            pl.col(c.DAY).max().alias("last"),
            *(pl.col(name).null_count().alias(f"null_{name}") for name in (c.CUSTOMER, c.DAY)),
        )
        return found.collect(engine="streaming").row(0, named=True)

    @cached_property
    def sku_days(self) -> pl.DataFrame:
        """Sales by SKU and day: sku, day, n_lines, units, paid (money), paid_units (units with a price above 0)."""
        is_paid = pl.col(c.PRICE) > 0
        return (
            self.sales.group_by(c.SKU, c.DAY)
            .agg(
                pl.len().alias("n_lines"),
                pl.col(c.UNITS).sum(),
                (pl.col(c.UNITS) * pl.col(c.PRICE)).filter(is_paid).sum().alias("paid"),
                pl.col(c.UNITS).filter(is_paid).sum().alias("paid_units"),
            )
            .collect(engine="streaming")
        )

    @cached_property
    def sku_prices(self) -> pl.DataFrame:
        """Lines by SKU and price: sku, price, n_lines, n_single (lines of one unit); prices above 0 only."""
        return (
            self.sales.filter(pl.col(c.PRICE) > 0)
            .group_by(c.SKU, c.PRICE)
            .agg(pl.len().alias("n_lines"), (pl.col(c.UNITS) == 1).sum().alias("n_single"))
            .collect(engine="streaming")
        )

    @cached_property
    def sku_units(self) -> pl.DataFrame:
        """Lines by SKU and units: sku, units, n_lines."""
        return self.sales.group_by(c.SKU, c.UNITS).agg(pl.len().alias("n_lines")).collect(engine="streaming")

    @cached_property
    def price_spread(self) -> pl.DataFrame:
        """Usual price of each SKU and how far prices stray from it, as logarithms: see `robust.spread`."""
        return spread(self.sku_prices, c.PRICE)

    @cached_property
    def skus(self) -> pl.DataFrame:
        """SKUs sold: sku, n_lines, units, paid, title, category, cost."""
        sold = self.sku_days.group_by(c.SKU).agg(pl.col("n_lines", c.UNITS, "paid").sum())
        known = self.products.select(c.SKU, c.TITLE, c.CATEGORY, c.COST, c.PRICE).unique(c.SKU, keep="any").collect()
        return sold.join(known, on=c.SKU, how="left")

    @cached_property
    def suspects(self) -> pl.DataFrame:
        """SKUs that look like services and are not marked as such: see `words.service_like`."""
        return service_like(self.skus, self.sku_prices, self.price_spread)

    @cached_property
    def out_days(self) -> pl.DataFrame:
        """Days on which every row of a SKU in the stock table says that there was none: sku, day."""
        if not self.has("stock"):
            return pl.DataFrame(schema={c.SKU: pl.String, c.DAY: pl.Date})
        stock = self.table("stock")
        is_out = pl.coalesce(pl.col(c.IS_IN_STOCK), pl.col(c.ON_HAND) > 0).not_().fill_null(value=False)
        out = stock.filter(is_out).select(c.SKU, c.DAY).unique().collect(engine="streaming")
        elsewhere = stock.filter(~is_out).join(out.lazy(), on=[c.SKU, c.DAY], how="semi").select(c.SKU, c.DAY)
        return out.join(elsewhere.unique().collect(engine="streaming"), on=[c.SKU, c.DAY], how="anti")

    @cached_property
    def days(self) -> pl.DataFrame:
        """Days with a sale, rising: day, n_lines, and whether they belong to the shop's life (`is_life`).

        A stretch of days that lies more than a year of silence away from the bulk of the sales, and holds next to
        nothing, does not; nor does a day in the future.
        """
        days = self.sku_days.drop_nulls(c.DAY).group_by(c.DAY).agg(pl.col("n_lines").sum()).sort(c.DAY)
        gap = pl.col(c.DAY).diff().dt.total_days().fill_null(0) > LIFE_GAP
        parts = days.with_columns(gap.cum_sum().alias("part"))
        share = pl.col("n_lines").sum().over("part") / pl.col("n_lines").sum()
        is_life = (share > STRAY) & (pl.col(c.DAY) <= self.today + timedelta(days=1))
        return parts.with_columns(is_life.alias("is_life")).drop("part")

    @cached_property
    def life(self) -> tuple[date, date] | None:
        """First and last day of the shop's life, or None where nothing dated was sold."""
        life = self.days.filter("is_life")
        return None if life.is_empty() else (life[c.DAY][0], life[c.DAY][-1])

    @cached_property
    def day(self) -> date:
        """The day as of which the shop is seen: the last day of its life."""
        if self.shop.cutoff is not None:
            return self.shop.cutoff
        if self.life is not None:
            return self.life[1]
        return self.shop.day if self.shop.is_dated else self.today

    @cached_property
    def goods(self) -> pl.DataFrame:
        """`sku_days` within the shop's life, without the SKUs that look like services."""
        if self.life is None:
            return self.sku_days.clear()
        is_life = pl.col(c.DAY).is_between(*self.life)
        return self.sku_days.filter(is_life, ~pl.col(c.SKU).is_in(self.suspects[c.SKU].implode()))
