"""The sales model that ships, as a forecaster: zero-shot, by onnxruntime alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from shopwright.forecast.asked import DECILES, check_shape
from shopwright.forecast.cast import Cast
from shopwright.forecast.coldstart import Launches
from shopwright.forecast.dependence import Dependence
from shopwright.forecast.dependence import learn as learn_dependence
from shopwright.forecast.finish import bounded, demand_of, nothing, with_launches
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.zero_shot import ZeroShot
from shopwright.forecast.table import panel_of
from shopwright.forecast.way import Way
from shopwright.i18n import Text, t
from shopwright.shop.arguments import check_seed
from shopwright.shop.demand import Demand, Period
from shopwright.shop.notes import joined

__all__ = ["DemandT5"]

RECENT = 3  # windows whose surprises say how those ahead hang together


class DemandT5(ZeroShot):
    """A T5 that was trained on demand histories; it needs no fitting."""

    def forecast(
        self,
        history: pl.DataFrame,
        horizon: int = 0,
        freq: Period = "W",
        *,
        future: pl.DataFrame | None = None,
        static: pl.DataFrame | None = None,
        quantiles: Sequence[float] = DECILES,
        country: str = "",
        seed: int = 0,
    ) -> Demand:
        """Demand from a plain table of sales by this model alone, nothing tuned to them.

        Surprises in the latest windows, each told from what was known before it, say how the periods ahead hang
        together (a Gaussian copula). Arguments are those of `shopwright.forecast.forecast`.

        Raises:
            UsageError: a column is missing or cannot be read, the horizon is negative, a level lies outside (0, 1),
                `freq` is none of these, or the seed is no whole number.
            TableError: there are no sales to count.
        """
        check_seed(seed)
        check_shape(horizon, freq, quantiles)
        panel = panel_of(history, horizon, freq, future, static, country)
        rows = np.flatnonzero(np.isfinite(panel.units).any(axis=1))
        learned = panel.some(rows)
        cast, failed = self._bounded(learned, seed)
        launches = Launches(panel, self)
        cast, young = launches.mixed_in(rows, cast)
        cast, notes = with_launches(panel, rows, cast, launches)
        shown = tuple(sorted(set(quantiles)))
        demand = demand_of(panel, cast, self._dependence(learned), joined(panel.notes, notes, young, failed), shown)
        how = t("the sales model {name}, not tuned to these sales", name=self.card.name)
        return replace(demand, how=how, whole=learned.is_counted)

    def _bounded(self, panel: Panel, seed: int) -> tuple[Cast, dict[str, Text]]:
        """Its cast of SKUs with a history, and notes on those that it could not tell."""
        if not panel.skus:
            return nothing(panel), {}
        told = self.told(panel, Way(seed))
        failed = [panel.skus[row] for row in np.flatnonzero(~told.is_told).tolist()]
        note = t("the sales model could not tell it: what is shown is no forecast")
        return bounded(panel, told.cast), dict.fromkeys(failed, note)

    def _dependence(self, panel: Panel) -> Dependence:
        ends = [panel.n_periods - panel.horizon * back for back in range(RECENT, 0, -1)]
        ends = [end for end in ends if end >= panel.horizon and self.may_tell(panel.before(end))]
        casts = [self.told(panel.before(end), Way()).cast for end in ends]
        return learn_dependence(casts, [panel.truth(end) for end in ends], 0.5 if panel.is_counted else 0.0)
