"""Every product and period of a window, as forecast and as sold: one row each, from which all scores are summed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from shopwright.forecast.known import mean_known
from shopwright.forecast.money import COSTS
from shopwright.forecast.panel import Floats
from shopwright.forecast.told import Told
from shopwright.i18n import Text
from shopwright.shop.classes import classes
from shopwright.shop.demand import label
from shopwright.shop.history import History
from shopwright.shop.schema import names as c

__all__ = ["Facts", "cells_of", "no_cells"]

SCORED = ("loss", "loss_naive", "pit_low", "pit_high", "scaled", "scaled_naive")
MONEY = ("cost", "cost_naive")
NOTHING = Text.literal("")
SCALE_LAG = {"D": 7, "W": 1, "M": 12}  # a year of weeks is seldom known twice: weeks are scaled by the week before


@dataclass(frozen=True, eq=False)
class Facts:
    """What products are graded and counted by.

    Attributes:
        category: sku, category; empty where none is known.
        costs: sku, holding_cost (of a unit left over, for one period), shortage_cost (of a unit missing), in money;
            None where no money is known.
        note: what was assumed about them.
    """

    category: pl.DataFrame
    costs: pl.DataFrame | None = None
    note: Text = NOTHING

    @classmethod
    def none(cls) -> Facts:
        """Nothing known."""
        return cls(pl.DataFrame(schema={c.SKU: pl.String, c.CATEGORY: pl.String}))


def no_cells(shown: tuple[float, ...], *, has_costs: bool) -> pl.DataFrame:
    """The table of `cells_of` without rows."""
    numbers = [c.UNITS, "mean", *(label(level) for level in shown), "naive", *SCORED, *(MONEY if has_costs else ())]
    types: dict[str, type[pl.DataType]] = {
        **{"window": pl.Int32, "first": pl.Date, c.SKU: pl.String, c.DAY: pl.Date, "step": pl.Int32},
        **dict.fromkeys(numbers, pl.Float64),
        **dict.fromkeys(("abc", "xyz", c.CATEGORY), pl.String),
    }
    return pl.DataFrame(schema=types)


def cells_of(
    told: Told, naive: Told, then: History, now: History, facts: Facts, *, shown: tuple[float, ...], window: int = 1
) -> pl.DataFrame:
    """The cells of one window: products that both forecasters told of and that were on sale before, periods in stock.

    Args:
        told: the forecast.
        naive: the seasonal naive one.
        then: what both were made from.
        now: what is known today.
        facts: categories and costs.
        shown: quantile levels to keep.
        window: number of the window, 1 the latest.

    Returns:
        window, first (first day of the window), sku, day, step (1, 2 … ahead), units (sold), mean, a column for each
        level shown, naive, loss and loss_naive (quantile loss, units), pit_low and pit_high (the stretch of levels
        the outcome lies on), scaled and scaled_naive (absolute error over the product's own of the past; null where
        that was never off), abc, xyz, category, and where costs are known cost and cost_naive (money).
    """
    skus = _judged(told, naive, then, now)
    cut = len(then.days)
    truth = _truth(skus, now, cut, told.mean.shape[1])
    told, naive = (each.some(skus, truth.shape[1]) for each in (told, naive))
    low, high = told.stretches(truth)
    scale = _scale(then, skus)
    n, periods = truth.shape
    numbers: dict[str, Floats] = {
        c.UNITS: truth,
        "mean": told.mean,
        **{label(level): told.at(level) for level in shown},
        "naive": naive.mean,
        "loss": told.losses(truth),
        "loss_naive": naive.losses(truth),
        "pit_low": low,
        "pit_high": high,
        "scaled": np.abs(told.mean - truth) / scale[:, None],
        "scaled_naive": np.abs(naive.mean - truth) / scale[:, None],
        **_money(told, naive, truth, facts.costs),
    }
    day = list(now.days[cut : cut + periods])
    table = pl.DataFrame(
        {
            "window": pl.Series([window] * (n * periods), dtype=pl.Int32),
            "first": pl.Series([now.days[cut]] * (n * periods), dtype=pl.Date),
            c.SKU: pl.Series(np.repeat(np.array(skus, dtype=object), periods), dtype=pl.String),
            c.DAY: pl.Series(day * n, dtype=pl.Date),
            "step": pl.Series(np.tile(np.arange(1, periods + 1), n), dtype=pl.Int32),
            **{name: pl.Series(values.reshape(-1)).fill_nan(None) for name, values in numbers.items()},
        }
    ).filter(pl.col(c.UNITS).is_not_null())
    graded = classes(then).select(c.SKU, "abc", "xyz")
    return table.join(graded, on=c.SKU, how="left", maintain_order="left").join(
        facts.category, on=c.SKU, how="left", maintain_order="left"
    )


def _judged(told: Told, naive: Told, then: History, now: History) -> list[str]:
    """SKUs of both forecasts that were on sale before and still have sales today, sorted."""
    begun = {sku for sku, is_known in zip(then.skus, np.isfinite(then.units).any(axis=1), strict=True) if is_known}
    return sorted(begun & set(told.skus) & set(naive.skus) & set(now.skus))


def _truth(skus: list[str], now: History, cut: int, horizon: int) -> Floats:
    """Units sold; NaN in periods mostly out of stock, which say nothing of demand."""
    place = {sku: at for at, sku in enumerate(now.skus)}
    rows = np.array([place[sku] for sku in skus], int)
    span = slice(cut, cut + horizon)
    return np.where(np.isfinite(now.units[rows, span]), now.sold[rows, span], np.nan)


def _scale(then: History, skus: list[str]) -> Floats:
    """Mean absolute change of a SKU's units over one cycle of the past (Hyndman & Koehler 2006), NaN where none."""
    place = {sku: at for at, sku in enumerate(then.skus)}
    units = then.units[np.array([place[sku] for sku in skus], int)]
    lag = SCALE_LAG[then.period] if units.shape[1] > SCALE_LAG[then.period] else 1
    scale = mean_known(np.abs(units[:, lag:] - units[:, :-lag]), axis=1) if units.shape[1] > 1 else units[:, 0] * 0
    return np.asarray(np.where(scale > 0, scale, np.nan))


def _money(told: Told, naive: Told, truth: Floats, costs: pl.DataFrame | None) -> dict[str, Floats]:
    """What ordering by either forecast would have cost in each period, by itself.

    The order is the quantile at shortage ÷ (shortage + holding), whole units where sales are (Arrow, Harris &
    Marschak 1951); what is left over costs the holding of one period, what is missing the shortage.
    """
    if costs is None:
        return {}
    known = pl.DataFrame({c.SKU: told.skus}).join(costs, on=c.SKU, how="left", maintain_order="left")
    holding, shortage = (known[name].fill_null(float("nan")).to_numpy()[:, None] for name in COSTS)
    chance = np.divide(shortage, shortage + holding, out=np.full(shortage.shape, np.nan), where=shortage + holding > 0)
    is_whole = bool((np.mod(truth[np.isfinite(truth)], 1) == 0).all())
    found = {}
    for name, each in zip(MONEY, (told, naive), strict=True):
        order = each.at(np.nan_to_num(chance))
        order = np.ceil(order - 1e-9) if is_whole else order
        found[name] = holding * np.maximum(order - truth, 0) + shortage * np.maximum(truth - order, 0)
    return found
