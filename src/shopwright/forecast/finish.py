"""From a cast of the SKUs with a history to a demand of all of them: within bounds, with launches, paths joint."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.coldstart import Launches
from shopwright.forecast.dependence import Dependence
from shopwright.forecast.panel import Panel
from shopwright.i18n import Text
from shopwright.shop.demand import Demand

__all__ = ["bounded", "demand_of", "nothing", "with_launches"]

MOST_TIMES = 4.0  # no mean beyond so many times the most a product ever sold in a period


def bounded(panel: Panel, cast: Cast) -> Cast:
    """The cast without what is not finite, below zero or far above the best period of a SKU."""
    most = MOST_TIMES * np.maximum(np.nanmax(panel.units, axis=1, initial=0.0, where=np.isfinite(panel.units)), 1.0)
    return Cast(
        np.clip(np.nan_to_num(cast.mean), 0.0, most[:, None]),
        np.clip(np.nan_to_num(cast.quantiles), 0.0, 2 * most[:, None, None]),
    )


def nothing(panel: Panel) -> Cast:
    """No units at all."""
    shape = len(panel.skus), panel.horizon
    return Cast(np.zeros(shape), np.zeros((*shape, len(LEVELS))))


def with_launches(panel: Panel, rows: np.ndarray, cast: Cast, launches: Launches) -> tuple[Cast, dict[str, Text]]:
    """The cast of all SKUs from that of those in `rows`, and notes on the launches among the others."""
    new = np.setdiff1d(np.arange(len(panel.skus)), rows)
    if not len(new):
        return cast, {}
    told_new, notes = launches.told(new)
    whole = nothing(panel)
    for told, at in ((cast, rows), (told_new, new)):
        whole.mean[at], whole.quantiles[at] = told.mean, told.quantiles
    return whole, notes


def demand_of(
    panel: Panel, cast: Cast, dependence: Dependence, notes: Mapping[str, Text], shown: tuple[float, ...]
) -> Demand:
    """A demand whose paths are joint; it says nothing yet of how it came about."""
    return Demand(
        skus=panel.skus,
        days=panel.known.next_days(panel.horizon),
        period=panel.period,
        mean=cast.mean,
        levels=LEVELS,
        quantiles=np.maximum.accumulate(cast.quantiles, axis=2),
        rho=np.full(len(panel.skus), dependence.fading),
        as_of=panel.known.as_of,
        how=Text.literal(""),
        notes=dict(notes),
        shown=shown,
        lasting=dependence.lasting,
        common=dependence.common,
    )
