"""Whether the sales model tells this shop's launches better than the first sales of products like them do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.beginnings import Beginnings
from shopwright.forecast.ensemble import weighted_quantile_loss
from shopwright.forecast.panel import Panel
from shopwright.forecast.t5.launches import continued
from shopwright.forecast.t5.zero_shot import ZeroShot

__all__ = ["Verdict", "judged"]

MOST, LEAST = 60, 10  # launches tried, the latest ones, and those below which they prove nothing
OLDEST = 0.25  # share of the history before which a first sale is not taken for a launch


@dataclass(frozen=True, slots=True)
class Verdict:
    """What launches tried say.

    Attributes:
        n: launches tried.
        with_model: quantile loss of the sales model over all of them, units.
        without: that of what others sold when new.
    """

    n: int = 0
    with_model: float = 0.0
    without: float = 0.0

    @property
    def is_enough(self) -> bool:
        """Whether so many launches were tried that they prove something."""
        return self.n >= LEAST

    @property
    def is_better(self) -> bool:
        """Whether the model is to be used: it has read that launches fade, and not in every shop do they."""
        return self.is_enough and self.with_model < self.without


def judged(model: ZeroShot, panel: Panel) -> Verdict:
    """The latest launches whose H periods are over, each told from what was known before they began.

    Raises:
        ModelError: the network failed.
    """
    n, losses = 0, np.zeros(2)
    for end, rows in _launches(panel):
        seen = panel.before(end)
        if not model.may_tell(seen):
            break
        begun = Beginnings(seen)
        if not begun.is_begun.any():
            break
        truth = panel.units[rows, end : end + panel.horizon]
        for at, cast in enumerate((continued(model, seen, begun, rows), begun.repeated(rows))):
            losses[at] += weighted_quantile_loss(cast, truth).sum()
        n += len(rows)
        if n >= MOST:
            break
    return Verdict(n, float(losses[0]), float(losses[1]))


def _launches(panel: Panel) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Periods known just after SKUs first sold, latest first, and the rows of those SKUs."""
    known = np.isfinite(panel.units)
    begin = np.where(known.any(axis=1), known.argmax(axis=1), panel.n_periods)
    first, last = int(OLDEST * panel.n_periods), panel.n_periods - panel.horizon - 1
    for at in range(last, max(first, 1) - 1, -1):
        rows = np.flatnonzero(begin == at)
        if len(rows):
            yield at + 1, rows[:MOST]
