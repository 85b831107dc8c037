"""Forecasters judged in money: what having ordered by them would have cost."""

from __future__ import annotations

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.ensemble import Judge
from shopwright.forecast.panel import Floats
from shopwright.i18n import t
from shopwright.shop.demand import read_off
from shopwright.shop.schema import names as c

__all__ = ["COSTS", "HOLDING", "SHORTAGE", "costs_of", "newsvendor", "read_costs"]

HOLDING, SHORTAGE = "holding_cost", "shortage_cost"
COSTS = (HOLDING, SHORTAGE)
FURTHEST = 0.9  # chance of being enough that is judged at most: beyond, a few windows show hardly an outcome


def costs_of(table: pl.DataFrame, skus: tuple[str, ...]) -> Floats | None:
    """Holding cost of a unit for a period and shortage cost of a unit, money, shape (n, 2); None where none is known.

    A SKU whose costs are not known, or both nothing, counts as the others do on the mean.
    """
    known = pl.DataFrame({c.SKU: skus}, schema={c.SKU: pl.String}).join(
        table.select(c.SKU, *COSTS), on=c.SKU, how="left", maintain_order="left"
    )
    costs = known.select(pl.col(name).cast(pl.Float64).fill_null(np.nan) for name in COSTS).to_numpy().copy()
    counts = np.isfinite(costs).all(axis=1) & (costs > 0).all(axis=1)
    if not counts.any():
        return None
    costs[~counts] = costs[counts].mean(axis=0)
    return costs


def newsvendor(costs: Floats) -> Judge:
    """A judge by what ordering for each period by itself would have cost (Arrow, Harris & Marschak 1951).

    The order is the quantile at shortage ÷ (shortage + holding); what is left costs the holding of a period, what is
    missing the shortage. Where shortage costs many times the holding, holding is taken as dear enough for a chance of
    9 in 10.

    Args:
        costs: as of `costs_of`, shape (n, 2).
    """
    shortage = costs[:, 1:]
    chance = np.minimum(shortage / costs.sum(axis=1, keepdims=True), FURTHEST)
    holding = shortage * (1 - chance) / chance

    def cost(cast: Cast, truth: Floats) -> Floats:
        order = read_off(np.broadcast_to(chance, truth.shape), LEVELS, cast.quantiles)
        lost = shortage * np.maximum(truth - order, 0.0) + holding * np.maximum(order - truth, 0.0)
        return np.asarray(np.nansum(lost, axis=1))

    return cost


def read_costs(costs: pl.DataFrame) -> pl.DataFrame:
    """Costs as numbers; a SKU without a row, or with an empty cost, is not counted in money.

    Raises:
        UsageError: a column is missing, a cost lies below zero, or a SKU stands twice (USAGE-82).
    """
    missing = [name for name in (c.SKU, *COSTS) if name not in costs.columns]
    rows = costs if missing else costs.select(pl.col(c.SKU).cast(pl.String), *(_number(name) for name in COSTS))
    wrong = [] if missing else rows.filter(pl.any_horizontal(pl.col(name) < 0 for name in COSTS))[c.SKU].to_list()
    wrong += [] if missing else rows.filter(pl.col(c.SKU).is_duplicated())[c.SKU].to_list()
    if missing or wrong:
        raise UsageError(
            t("these costs cannot be used"),
            why=t(
                "missing columns: {columns}; found: {found}", columns=", ".join(missing), found=", ".join(costs.columns)
            )
            if missing
            else t("SKU {sku} has a cost below zero, or stands twice", sku=repr(wrong[0])),
            fix=t("give sku, holding_cost and shortage_cost once for each product, 0 or more"),
            code="USAGE-82",
        )
    return rows


def _number(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64, strict=False).fill_nan(None)
