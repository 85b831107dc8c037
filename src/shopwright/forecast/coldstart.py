"""Products without a history, and those with a period or two: what products like them sold when they were as new."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.beginnings import Beginnings
from shopwright.forecast.cast import Cast, blend
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.launches import continued
from shopwright.forecast.t5.zero_shot import ZeroShot
from shopwright.i18n import Text, t
from shopwright.shop.demand import Period

__all__ = ["SHARE", "Launches"]

# Shares by what launches of real shops would have lost, see benchmarks/launches.py; READ by synthetic ones too.
READ = 0.5  # of what the sales model says, in what is told of a launch; alone it is too sure that launches fade
SHARE: dict[Period, tuple[float, ...]] = {  # of how others began, after one period of its own, two …; then none
    "D": (0.5, 0.4),
    "W": (0.2,),
    "M": (0.6, 0.4),
}


class Launches:
    """How the new products of a panel are told.

    Args:
        panel: all SKUs.
        model: the sales model, where it takes part; None: what others first sold stands alone.
    """

    def __init__(self, panel: Panel, model: ZeroShot | None = None) -> None:
        self._panel = panel
        self._model = model.fit_for(panel) if model is not None else None

    def told(self, rows: NDArray[np.int64]) -> tuple[Cast, dict[str, Text]]:
        """Casts of SKUs whose own sales are not looked at, shapes (len(rows), H) and (…, levels); a note on each.

        Raises:
            ModelError: the network failed.
        """
        begun = Beginnings(self._panel, without=rows)
        notes = {self._panel.skus[row]: self._note(begun, row) for row in rows.tolist()}
        return self._told(begun, rows), notes

    def _told(self, begun: Beginnings, rows: NDArray[np.int64]) -> Cast:
        others = begun.repeated(rows)
        if self._model is None or not len(rows) or not begun.is_begun.any():
            return others
        return blend((others, continued(self._model, self._panel, begun, rows)), (1 - READ, READ))

    def mixed_in(self, rows: NDArray[np.int64], cast: Cast) -> tuple[Cast, dict[str, Text]]:
        """The cast of the SKUs in `rows`, with a share of how others began for those with few periods and some sales.

        Those are not among each other's others; where no other has begun the cast stays as it is.

        Raises:
            ModelError: the network failed.
        """
        units = self._panel.units[rows]
        n_known = np.where(np.nansum(units, axis=1) > 0, np.isfinite(units).sum(axis=1), 0)
        shares = np.array([0.0, *SHARE[self._panel.period]])
        young = np.flatnonzero((n_known > 0) & (n_known < len(shares)))
        begun = Beginnings(self._panel, without=rows[young])
        if not len(young) or not begun.is_begun.any():
            return cast, {}
        others = self._told(begun, rows[young])
        share = shares[n_known[young]]
        mean, quantiles = cast.mean.copy(), cast.quantiles.copy()
        mean[young] += share[:, None] * (others.mean - mean[young])
        quantiles[young] += share[:, None, None] * (others.quantiles - quantiles[young])
        notes = {}
        for row, own in zip(rows[young].tolist(), share.tolist(), strict=True):
            notes[self._panel.skus[row]] = t(
                "hardly any periods of its own: {share} of what is told is how others like it sold in their first "
                "known periods",
                share=f"{own:.0%}",
            )
        return Cast(mean, quantiles), notes

    def _note(self, begun: Beginnings, row: int) -> Text:
        n = len(begun.alike(row))
        if not n:
            return t("no period in stock to learn from: forecast is zero")
        if self._panel.known.sold[row].sum() > 0:
            note = t(
                "never in stock for most of a period: expected to sell as others like it in their first known periods "
                "({n})",
                n=n,
            )
        else:
            note = t("no sales yet: expected to sell as others like it in their first known periods ({n})", n=n)
        if self._model is None:
            return note
        return t("{first}, {share} of it as the sales model says their first sales go on", first=note,
                 share=f"{READ:.0%}")  # fmt: skip
