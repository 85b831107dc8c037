"""What was known ahead of a window in the past, out of tables that lack rows of days on which nothing sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from shopwright.forecast.known import mean_known
from shopwright.forecast.panel import Panel
from shopwright.shop.schema import names as c

__all__ = ["ToldAhead", "as_usual", "own_flags", "told_ahead"]

MANY = 10  # rows a day from which a day without any is one that the shop was closed


@dataclass(frozen=True, eq=False)
class ToldAhead:
    """What is known ahead of a window.

    Attributes:
        rows: sku, day and the columns known ahead, for each product and day.
        untold: SKUs of which a flag is not told, by its column.
    """

    rows: pl.DataFrame
    untold: Mapping[str, Sequence[str]]


def own_flags(rows: pl.DataFrame, columns: Sequence[str]) -> dict[str, bool]:
    """Columns that hold words or only yes and no, and whether products have each for themselves.

    They do where two have different ones on a day, and where no two are ever told of on the same day.
    """
    flags = [name for name in columns if _is_flag(rows[name])]
    if not flags:
        return {}
    days = rows.group_by(c.DAY).agg(pl.col(c.SKU).n_unique(), *(pl.col(name).n_unique() for name in flags))
    shared = days.filter(pl.col(c.SKU) > 1)
    return {name: shared.is_empty() or bool((shared[name] > 1).any()) for name in flags}


def told_ahead(window: pl.DataFrame, skus: Sequence[str], own: Mapping[str, bool], n_days: int) -> ToldAhead:
    """What is known of a window, for each product and day, also where it has no row because nothing sold.

    A flag that all products share is on such a day what it is for the others: were it left out, it would tell which
    days sold. One that products have for themselves can be known of no other: a product that lacks a row is then told
    nothing of it in the whole window, for to be told it on days with a row would say that those sold. Amounts stay
    missing, and so as they were last.

    Args:
        window: sku, day and the columns known ahead.
        skus: products sold before the window.
        own: as of `own_flags`.
        n_days: days, or other dates of records, in the window.
    """
    told = window.columns[2:]
    days = window[c.DAY].unique().sort()
    grid = pl.DataFrame({c.SKU: sorted(skus)}, schema={c.SKU: pl.String}).join(days.to_frame(), how="cross")
    known = window.unique([c.SKU, c.DAY], keep="last", maintain_order=True)
    whole = grid.join(known, on=[c.SKU, c.DAY], how="left", maintain_order="left")
    due = days.len() if known.height >= MANY * days.len() else max(days.len(), n_days)
    counted = known.group_by(c.SKU).len().filter(pl.col("len") >= due)[c.SKU]
    lacking = sorted(set(skus) - set(counted))
    mine = [name for name, is_own in own.items() if is_own or days.len() < due]
    whole = whole.with_columns(
        *(
            pl.col(name).fill_null(pl.col(name).drop_nulls().mode(maintain_order=True).first().over(c.DAY))
            for name in told
            if name in own and name not in mine
        ),
        *(pl.when(~pl.col(c.SKU).is_in(lacking)).then(pl.col(name)).alias(name) for name in mine),
    )
    return ToldAhead(whole, dict.fromkeys(mine, lacking) if lacking else {})


def as_usual(panel: Panel, untold: Mapping[str, Sequence[str]]) -> Panel:
    """The panel with what is not told of a product ahead as it was on the mean since its first sale, at all times.

    Of the past it is known of days with a row only: to learn from those that sales go with it, and then be told it as
    usual, made forecasts a fifth too low.
    """
    if not untold:
        return panel
    place = {sku: at for at, sku in enumerate(panel.skus)}
    ahead = dict(panel.ahead)
    for name, skus in untold.items():
        rows = np.array([place[sku] for sku in skus], int)
        for label in (each for each in ahead if each == name or each.startswith(f"{name}=")):
            values = ahead[label].copy()
            past = values[rows, : panel.n_periods]
            since = mean_known(np.where(np.isfinite(panel.units[rows]), past, np.nan), axis=1)
            values[rows] = np.where(np.isfinite(since), since, past.mean(axis=1))[:, None]
            ahead[label] = values
    return replace(panel, ahead=ahead)


def _is_flag(values: pl.Series) -> bool:
    """Whether it holds words, or only yes and no."""
    if values.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Boolean):
        return True
    return bool(values.drop_nulls().cast(pl.Float64).is_in([0.0, 1.0]).all())
