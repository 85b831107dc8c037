"""Products without a history, and those with a single period: what products like them sold when they were as new."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.beginnings import Beginnings
from shopwright.forecast.cast import Cast, blend
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.launches import continued
from shopwright.forecast.t5.zero_shot import ZeroShot
from shopwright.i18n import Text, t

__all__ = ["SHARE", "Launches"]

# Both shares were chosen on earlier launches of real shops and held on later ones: benchmarks/launches.py.
READ = 0.5  # of what the sales model says, in what is told of a launch; alone it is too sure that launches fade
SHARE = 0.2  # of how others began, in what is told of a product with one period of its own; with two it helps no more


class Launches:
    """How the new products of a panel are told.

    Args:
        panel: all SKUs.
        model: the sales model, where it takes part; None: what others sold when new stands alone.
    """

    def __init__(self, panel: Panel, model: ZeroShot | None = None) -> None:
        self._panel = panel
        self._begun = Beginnings(panel)
        self._model = model.fit_for(panel) if model is not None and self._begun.is_begun.any() else None

    def told(self, rows: NDArray[np.int64]) -> tuple[Cast, dict[str, Text]]:
        """Casts of SKUs whose own sales are not looked at, shapes (len(rows), H) and (…, levels); a note on each.

        Raises:
            ModelError: the network failed.
        """
        notes = {self._panel.skus[row]: self._note(row) for row in rows.tolist()}
        others = self._begun.repeated(rows)
        if self._model is None or not len(rows):
            return others, notes
        return blend((others, continued(self._model, self._panel, self._begun, rows)), (1 - READ, READ)), notes

    def mixed_in(self, rows: NDArray[np.int64], cast: Cast) -> tuple[Cast, dict[str, Text]]:
        """The cast of the SKUs in `rows`, with a share of how others began for those that sold in their one period.

        Raises:
            ModelError: the network failed.
        """
        is_known = np.isfinite(self._panel.units[rows])
        is_once = (is_known.sum(axis=1) == 1) & (np.nansum(self._panel.units[rows], axis=1) > 0)
        once = np.flatnonzero(is_once) if self._begun.is_begun.any() else np.zeros(0, np.int64)
        if not len(once):
            return cast, {}
        others, _ = self.told(rows[once])
        mean, quantiles = cast.mean.copy(), cast.quantiles.copy()
        mean[once] += SHARE * (others.mean - mean[once])
        quantiles[once] += SHARE * (others.quantiles - quantiles[once])
        note = t("one period of its own: {share} of what is told is how others like it began", share=f"{SHARE:.0%}")
        return Cast(mean, quantiles), {self._panel.skus[row]: note for row in rows[once].tolist()}

    def _note(self, row: int) -> Text:
        n = len(self._begun.alike(row))
        if not n:
            return t("no period in stock to learn from: forecast is zero")
        if self._panel.known.sold[row].sum() > 0:
            note = t("never in stock for most of a period: expected to sell as others like it did when new ({n})", n=n)
        else:
            note = t("no sales yet: expected to sell as others like it did when new ({n})", n=n)
        if self._model is None:
            return note
        return t("{first}, {share} of it as the sales model says their first sales go on", first=note,
                 share=f"{READ:.0%}")  # fmt: skip
