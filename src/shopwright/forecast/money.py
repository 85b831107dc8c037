"""Forecasters judged in money: what having ordered by them would have cost."""

from __future__ import annotations

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.ensemble import Judge
from shopwright.forecast.panel import Floats
from shopwright.i18n import Text, t
from shopwright.shop.levels import read_off
from shopwright.shop.schema import names as c

__all__ = ["COSTS", "HOLDING", "SHORTAGE", "costs_of", "costs_told", "newsvendor", "read_costs"]

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


def costs_told(static: pl.DataFrame | None) -> pl.DataFrame | None:
    """The costs in a table of products; None where it has no column of them.

    Raises:
        UsageError: there is one column without the other, or `read_costs` refuses them (USAGE-82).
    """
    if static is None or c.SKU not in static.columns or not set(COSTS) & set(static.columns):
        return None
    return read_costs(static.select(c.SKU, *(name for name in COSTS if name in static.columns)).unique())


def read_costs(costs: pl.DataFrame) -> pl.DataFrame:
    """Costs as numbers; a SKU without a row, or with an empty cost, is not counted in money.

    Raises:
        UsageError: a column is missing, a cost is no number or lies below zero, or a SKU stands twice (USAGE-82).
    """
    missing = [name for name in (c.SKU, *COSTS) if name not in costs.columns]
    if missing:
        raise _refusal(
            t("missing columns: {columns}; found: {found}", columns=", ".join(missing), found=", ".join(costs.columns))
        )
    given = costs.select(pl.col(c.SKU).cast(pl.String), *COSTS)
    for name in COSTS:
        odd = given.filter(_is_odd(name, given.schema[name]))
        if odd.height:
            sku, value = odd.select(c.SKU, pl.col(name).cast(pl.String)).row(0)
            raise _refusal(t("SKU {sku} has a cost that is no number: {value}", sku=repr(sku), value=repr(value)))
    rows = given.with_columns(_number(name, given.schema[name]) for name in COSTS)
    wrong = rows.filter(pl.any_horizontal(pl.col(c.SKU).is_duplicated(), *(pl.col(name) < 0 for name in COSTS)))
    if wrong.height:
        raise _refusal(t("SKU {sku} has a cost below zero, or stands twice", sku=repr(wrong[c.SKU][0])))
    return rows


def _refusal(why: Text) -> UsageError:
    return UsageError(
        t("these costs cannot be used"),
        why=why,
        fix=t("give sku, holding_cost and shortage_cost once for each product, 0 or more"),
        code="USAGE-82",
    )


def _number(name: str, kind: pl.DataType) -> pl.Expr:
    value = pl.col(name).str.strip_chars() if kind == pl.String else pl.col(name)
    return value.cast(pl.Float64, strict=False).fill_nan(None)


def _is_odd(name: str, kind: pl.DataType) -> pl.Expr:
    """Whether there is something that is no number, or endless; empty texts and NaN are costs not known."""
    number = _number(name, kind)
    if kind == pl.String:
        text = pl.col(name).str.strip_chars().str.to_lowercase()
        return (number.is_null() & ~text.is_in(["", "nan"])) | number.is_infinite()
    return number.is_infinite()
