"""What a forecaster from elsewhere hands over: quantiles of its own, and which products it could tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import ModelError
from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.tails import at_levels, mean_of
from shopwright.forecast.way import Way
from shopwright.i18n import Text, t

__all__ = ["Foreign", "Told", "cannot_tell", "has_seen"]

HIGHEST = 4.0  # times the most a product ever sold in a period: a median beyond it has run away


@dataclass(frozen=True, eq=False)
class Told:
    """What it tells of the H periods ahead of a panel of n SKUs.

    Attributes:
        cast: shapes (n, H) and (n, H, levels).
        is_told: which SKUs it could tell, shape (n,); rows of the others hold nothing of use.
    """

    cast: Cast
    is_told: NDArray[np.bool_]

    @classmethod
    def of(cls, panel: Panel, levels: Floats, quantiles: Floats) -> Told:
        """From quantiles at levels of its own, whatever they hold.

        They are sorted, put at `LEVELS` with tails where its own levels end sooner, and kept above zero; of a SKU that
        never sold none is expected. One with a value that is not finite, or a median beyond `HIGHEST` times its best
        period, counts as not told.

        Args:
            panel: what was asked about.
            levels: two or more, rising, on both sides of 0.5, shape (k,).
            quantiles: units, shape (n, H, k).
        """
        most = np.nanmax(panel.units, axis=1, initial=1.0, where=np.isfinite(panel.units))
        is_finite = np.asarray(np.isfinite(quantiles).all(axis=(1, 2)))
        is_sold = (np.nan_to_num(panel.units) > 0).any(axis=1)
        found = at_levels(levels, np.where((is_finite & is_sold)[:, None, None], quantiles, 0.0))
        middle = found[:, :, LEVELS.index(0.5)]
        is_told = is_finite & (middle.max(axis=1, initial=0.0) <= HIGHEST * most)
        return cls(Cast(mean_of(found), found), is_told)

    def filled(self, other: Cast) -> Cast:
        """The cast with the rows of SKUs that could not be told out of another one."""
        return Cast(
            np.where(self.is_told[:, None], self.cast.mean, other.mean),
            np.where(self.is_told[:, None, None], self.cast.quantiles, other.quantiles),
        )


def has_seen(until: str, panel: Panel) -> ModelError:
    """The error for a model tuned on sales that it is asked to forecast (MODEL-87)."""
    return cannot_tell(
        t(
            "it was tuned on sales up to {until} and would be tried on sales after {day}: it has seen them",
            until=until,
            day=str(panel.known.as_of),
        )
    )


def cannot_tell(why: Text) -> ModelError:
    """The error for sales that a tuned model is not for (MODEL-87)."""
    return ModelError(
        t("this model cannot forecast these sales"),
        why=why,
        fix=t("tune one on these sales, holding back as many windows as are tried"),
        code="MODEL-87",
    )


class Foreign(Protocol):
    """A forecaster that is taken by name and tells quantiles of its own.

    Nothing is kept from one call to the next: windows tried are told from `panel.before(end)`, like the time ahead.
    """

    def told(self, panel: Panel, way: Way) -> Told:
        """The H periods after the panel's T; the same panel, seed and model give the same digits.

        Raises:
            ShopError: it cannot be used at all.
        """
        ...
