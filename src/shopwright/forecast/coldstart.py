"""Products without a history, and those with a single period: what products like them sold when they were as new."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import ModelError
from shopwright.forecast.beginnings import Beginnings
from shopwright.forecast.cast import Cast
from shopwright.forecast.launch_trials import Verdict, judged
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.launches import continued
from shopwright.forecast.t5.zero_shot import ZeroShot
from shopwright.i18n import Text, t
from shopwright.log import logger

__all__ = ["Launches"]

SHARE = 0.2  # of how others began, in what is told of a product with one period of its own; with two it helps no more


class Launches:
    """How the new products of a panel are told.

    Args:
        panel: all SKUs.
        model: the sales model, where it takes part; None: what others sold when new stands alone.
    """

    def __init__(self, panel: Panel, model: ZeroShot | None = None) -> None:
        self._panel = panel
        self._model = model if model is not None and model.may_tell(panel) else None
        self._begun = Beginnings(panel)

    @cached_property
    def verdict(self) -> Verdict | None:
        """What the model did on launches of this panel; None where it takes no part, or failed."""
        if self._model is None or not self._begun.is_begun.any():
            return None
        try:
            return judged(self._model, self._panel)
        except ModelError as error:
            logger(__name__).warning("launches without the sales model: %s", error)
            return None

    def told(self, rows: NDArray[np.int64]) -> tuple[Cast, dict[str, Text]]:
        """Casts of SKUs whose own sales are not looked at, shapes (len(rows), H) and (…, levels); a note on each."""
        notes = {self._panel.skus[row]: self._note(row) for row in rows.tolist()}
        if len(rows) and self._model is not None and self.verdict is not None and self.verdict.is_better:
            return continued(self._model, self._panel, self._begun, rows), notes
        return self._begun.repeated(rows), notes

    def mixed_in(self, rows: NDArray[np.int64], cast: Cast) -> tuple[Cast, dict[str, Text]]:
        """The cast of the SKUs in `rows`, with a share of how others began for those that sold in their one period."""
        is_known = np.isfinite(self._panel.units[rows])
        is_once = (is_known.sum(axis=1) == 1) & (np.nansum(self._panel.units[rows], axis=1) > 0)
        once = np.array([at for at in np.flatnonzero(is_once) if len(self._begun.alike(int(rows[at])))], np.int64)
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
        if self.verdict is None:
            return note
        if self.verdict.is_better:
            return t("{first}; the sales model told how they would go on", first=note)
        if not self.verdict.is_enough:
            return t("{first}; too few launches so far to try the sales model on", first=note)
        return t(
            "{first}; without the sales model, which told the latest {n} launches worse", first=note, n=self.verdict.n
        )
