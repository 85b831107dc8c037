"""A shop's panel: its sales with the prices, promotions and groups of its products, as far as it has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.money import costs_of
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.shop_facts import shop_costs
from shopwright.forecast.traits import traits, words_of
from shopwright.i18n import t
from shopwright.shop.history import History
from shopwright.shop.periods import number_of
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Listen", "shop_panel"]

Listen = Callable[[Shop, History], Mapping[str, Floats]]

ROW, NUMBER, PATH = "__row", "__number", "__path"


def shop_panel(shop: Shop, known: History, horizon: int, listen: Listen | None = None) -> Panel:
    """What the shop knows this evening about the past and the time ahead.

    Args:
        shop: the shop.
        known: its history, T periods of n SKUs.
        horizon: periods ahead.
        listen: tells what else is known of these SKUs and periods, by name, each of shape (n, T): the panel's
            `offered`. It is asked anew for each origin of a backtest, with the shop as it was known then.

    Raises:
        UsageError: `listen` tells something of other SKUs or periods (USAGE-49).
    """
    costs = shop_costs(shop, known.period)
    bare = Panel(known, horizon, country=shop.settings.shop.country)
    products = _products(shop)
    return Panel(
        known,
        horizon,
        ahead=_promoted(shop, bare),
        static=traits(products, list(known.skus), shop.settings.language.encoder),
        words=words_of(products, known.skus),
        country=shop.settings.shop.country,
        costs=costs_of(costs, known.skus) if costs is not None else None,
        notes=known.notes,
        offered=_offered(shop, known, listen) if listen is not None else {},
    )


def _offered(shop: Shop, known: History, listen: Listen) -> dict[str, Floats]:
    told = {name: np.asarray(values, np.float64) for name, values in listen(shop, known).items()}
    for name, values in told.items():
        if values.shape != known.units.shape:
            raise UsageError(
                t("what listen tells as {name} cannot be used", name=repr(name)),
                why=t(
                    "its shape is {shape}; the history from SKU {first} to SKU {last} has {n} SKUs and {t} periods",
                    shape=values.shape,
                    first=repr(known.skus[0]),
                    last=repr(known.skus[-1]),
                    n=known.units.shape[0],
                    t=known.units.shape[1],
                ),
                fix=t("tell a value for each SKU and period of the history that it is handed"),
                code="USAGE-49",
            )
    return told


def _products(shop: Shop) -> pl.DataFrame | None:
    if not shop.has("products"):
        return None
    return shop.table("products").select(c.SKU, c.CATEGORY, c.BRAND, c.TITLE).collect()


def _promoted(shop: Shop, panel: Panel) -> dict[str, Floats]:
    """Share of each period in which a product is on promotion, those announced for the time ahead too."""
    if not shop.has("promotions"):
        return {}
    days = list(panel.days)
    end = panel.known.next_days(panel.horizon + 1)[-1]
    index = pl.DataFrame({c.SKU: panel.skus}).with_row_index(ROW)
    first = pl.max_horizontal(pl.col(c.FROM_DAY), pl.lit(days[0]))
    last = pl.min_horizontal(pl.coalesce(c.TO_DAY, c.FROM_DAY), pl.lit(end))
    spans = (
        _of_products(shop, index)
        .select(c.SKU, first.alias(c.FROM_DAY), last.alias(c.TO_DAY))
        .filter(pl.col(c.FROM_DAY) <= pl.col(c.TO_DAY))
        .select(c.SKU, pl.date_ranges(c.FROM_DAY, c.TO_DAY).alias(c.DAY))
        .explode(c.DAY)
        .unique()
        .collect()
        .join(index, on=c.SKU)
        .with_columns(number_of(days, panel.period).alias(NUMBER))
        .filter(pl.col(NUMBER).is_between(0, len(days) - 1))
        .group_by(ROW, NUMBER)
        .len()
    )
    lengths = np.diff([day.toordinal() for day in (*days, end)])
    share = np.zeros((len(panel.skus), len(days)))
    share[spans[ROW].to_numpy(), spans[NUMBER].to_numpy()] = spans["len"].to_numpy()
    return {"promotion": share / lengths[None, :]} if share.any() else {}


def _of_products(shop: Shop, index: pl.DataFrame) -> pl.LazyFrame:
    """Promotions by product: those of a product, of all in a category or below it, and of the whole shop."""
    told = shop.table("promotions").filter(pl.col(c.FROM_DAY).is_not_null())
    columns = (c.SKU, c.FROM_DAY, c.TO_DAY)
    own = told.filter(pl.col(c.SKU).is_not_null()).select(columns)
    shared = told.filter(pl.col(c.SKU).is_null()).drop(c.SKU)
    products = (
        index.lazy()
        .select(c.SKU)
        .join(shop.table("products").select(c.SKU, pl.col(c.CATEGORY).alias(PATH)), on=c.SKU, how="left")
    )
    is_below = pl.col(c.CATEGORY).is_null() | (pl.col(PATH) + " > ").str.starts_with(pl.col(c.CATEGORY) + " > ")
    return pl.concat([own, shared.join(products, how="cross").filter(is_below).select(columns)])
