"""Prices asked about from a shop or a plain table: elasticities, weights and what-ifs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from shopwright.forecast.combine import combine
from shopwright.forecast.elasticity import Effects, learn
from shopwright.forecast.members import Way
from shopwright.forecast.origins import horizon_of
from shopwright.forecast.panel import Panel
from shopwright.forecast.predict import DECILES, check_asked, check_run
from shopwright.forecast.regressors import CROSS, PRICE
from shopwright.forecast.shop_panel import Listen, shop_panel
from shopwright.forecast.shop_prices import with_prices
from shopwright.forecast.table import panel_of
from shopwright.forecast.weights import fit, weights_of
from shopwright.forecast.what_if import WhatIf
from shopwright.forecast.what_if import what_if as asked
from shopwright.i18n import t
from shopwright.shop.arguments import check_is
from shopwright.shop.demand import Period
from shopwright.shop.history import history
from shopwright.shop.sales import as_frame
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["elasticities", "weights", "what_if"]


def what_if(  # noqa: PLR0913 - the question, and tables by name as `forecast` takes them
    source: Shop | pl.DataFrame,
    prices: Mapping[str, float],
    promotions: Mapping[str, float] | None = None,
    *,
    horizon: int = 0,
    freq: Period = "W",
    future: pl.DataFrame | None = None,
    static: pl.DataFrame | None = None,
    country: str = "",
    models: Sequence[str] = (),
    seed: int = 0,
    listen: Listen | None = None,
) -> WhatIf:
    """What would sell over the horizon if some products had other prices, or were on promotion.

    Args:
        source: a shop, or a table of sales as `forecast` takes it, with a column `price`.
        prices: new price by SKU, for the whole horizon.
        promotions: share of each period on promotion by SKU, 0 to 1.
        horizon: periods ahead; 0: the usual number.
        freq: length of a period, for a table.
        future: what is known ahead, as `forecast` takes it, for a table.
        static: what does not change about products, likewise.
        country: ISO code whose public holidays count, likewise.
        models: forecasters to try beside the baselines; empty: all that suit.
        seed: of everything drawn.
        listen: what else is known of a shop's products, as `forecast_shop` takes it.

    Raises:
        UsageError: the question cannot be answered (see `what_if.what_if`), the table cannot be read, or the horizon,
            the period or a model is not possible.
        TableError: there are no sales to count.
    """
    check_asked(horizon, freq, DECILES, models)
    check_run(seed)
    _check_mapped(prices, promotions)
    panel = _panel(source, horizon, freq, future, static, country)
    way = Way(seed, shop=source.path if isinstance(source, Shop) else None)
    made = combine(_everyday(source, panel, listen), models=models, way=way)
    return asked(made, prices, promotions, panel=panel, seed=seed)


def elasticities(
    source: Shop | pl.DataFrame,
    *,
    freq: Period = "W",
    future: pl.DataFrame | None = None,
    static: pl.DataFrame | None = None,
    country: str = "",
) -> pl.DataFrame:
    """Price elasticity of each product that sold: sku, elasticity, standard_error, cross, cross_error.

    Each is drawn towards that of its category, and categories towards all, by how much its own prices tell. `cross` is
    what 1 % on the mean price of the category's other products does to its units, in %. Null without
    prices that vary, and where nothing sold. The arguments are those of `what_if`.

    Raises:
        UsageError: the table cannot be read, or the period is none of D, W and M.
        TableError: there are no sales to count.
    """
    check_asked(0, freq, DECILES, ())
    effects = learn(_begun(_panel(source, 0, freq, future, static, country)))
    columns = {c.SKU: pl.Series(effects.panel.skus, dtype=pl.String)}
    for name, label, error in ((PRICE, "elasticity", "standard_error"), (CROSS, "cross", "cross_error")):
        for title, values in zip((label, error), effects.of(name), strict=True):
            told = effects.sold & _has(effects, name)
            columns[title] = pl.Series(np.where(told, values, np.nan), dtype=pl.Float64, nan_to_null=True)
    return pl.DataFrame(columns)


def weights(
    source: Shop | pl.DataFrame,
    *,
    freq: Period = "W",
    future: pl.DataFrame | None = None,
    static: pl.DataFrame | None = None,
    country: str = "",
) -> pl.DataFrame:
    """Weights of the linear model: sku, term, weight, standard_error, unit (see `weights.weights_of`).

    The arguments are those of `what_if`.

    Raises:
        UsageError: the table cannot be read, or the period is none of D, W and M.
        TableError: there are no sales to count.
    """
    check_asked(0, freq, DECILES, ())
    return weights_of(fit(_panel(source, 0, freq, future, static, country)))


def _check_mapped(prices: object, promotions: object) -> None:
    check_is(prices, Mapping, "prices", t("a price by SKU, such as {example}", example="{'A': 9.90}"))
    check_is(
        promotions, (Mapping, type(None)), "promotions", t("a share by SKU, such as {example}", example="{'A': 1.0}")
    )


def _panel(
    source: Shop | pl.DataFrame,
    horizon: int,
    freq: Period,
    future: pl.DataFrame | None,
    static: pl.DataFrame | None,
    country: str,
) -> Panel:
    """What is known, prices and categories among it."""
    if not isinstance(source, Shop):
        products = None if static is None else as_frame(static, "static")
        return _one_category(panel_of(source, horizon, freq, future, products, country), products)
    sold = history(source)
    panel = with_prices(source, shop_panel(source, sold, horizon or horizon_of(source, sold)))
    known = source.table("products").select(c.SKU, c.CATEGORY).collect() if source.has("products") else None
    return _one_category(panel, known)


def _everyday(source: Shop | pl.DataFrame, panel: Panel, listen: Listen | None) -> Panel:
    """The same as a forecast takes it: what is asked about changes no digit of it."""
    if not isinstance(source, Shop):
        group = panel.static.get(c.CATEGORY)
        is_one = group is not None and len(np.unique(group)) == 1
        return (
            replace(panel, static={name: each for name, each in panel.static.items() if name != c.CATEGORY})
            if is_one
            else panel
        )
    return shop_panel(source, panel.known, panel.horizon, listen)


def _one_category(panel: Panel, products: pl.DataFrame | None) -> Panel:
    """With the category that all products share, which tells none apart and is no trait, but whose prices meet."""
    if products is None or c.CATEGORY in panel.static or c.CATEGORY not in products.columns:
        return panel
    if products[c.CATEGORY].drop_nulls().n_unique() != 1:
        return panel
    return replace(panel, static={**panel.static, c.CATEGORY: np.zeros(len(panel.skus), np.int64)})


def _begun(panel: Panel) -> Panel:
    return panel.some(np.flatnonzero(np.isfinite(panel.units).any(axis=1)))


def _has(effects: Effects, name: str) -> bool:
    return effects.columns.place(name) >= 0
