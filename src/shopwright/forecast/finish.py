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
from shopwright.shop.levels import least_mean

__all__ = ["bounded", "demand_of", "nothing", "with_launches"]

MOST_TIMES = 4.0  # no mean beyond so many times the most a product ever sold in a period
APART = 0.2  # of what its quantiles make a mean at least: below, the two are not of one forecast


def bounded(panel: Panel, cast: Cast) -> Cast:
    """The cast without what is not finite, below zero or far above the best period of a SKU.

    A mean that is less than a fifth of what its own quantiles make it at least is that: nothing told of a product whose
    range was learned from what sold would have it ordered by one and shown by the other.
    """
    most = MOST_TIMES * np.maximum(np.nanmax(panel.units, axis=1, initial=0.0, where=np.isfinite(panel.units)), 1.0)
    quantiles = np.clip(np.nan_to_num(cast.quantiles), 0.0, 2 * most[:, None, None])
    mean, least = np.clip(np.nan_to_num(cast.mean), 0.0, most[:, None]), least_mean(LEVELS, quantiles)
    return Cast(np.where(mean < APART * least, least, mean), quantiles)


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
