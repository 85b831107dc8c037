"""What a forecaster told for some products, as it is held against what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopwright.forecast.cast import Cast, pinball
from shopwright.forecast.panel import Floats
from shopwright.shop.demand import Demand
from shopwright.shop.levels import read_off

__all__ = ["DECILES", "Told"]

DECILES = tuple(level / 10 for level in range(1, 10))


@dataclass(frozen=True, eq=False)
class Told:
    """Expected units and their quantiles.

    Attributes:
        skus: the n SKUs.
        levels: the q quantile levels, rising.
        mean: expected units, shape (n, H).
        quantiles: units at those levels, shape (n, H, q).
        whole: whether single levels are told in whole units.
    """

    skus: tuple[str, ...]
    levels: tuple[float, ...]
    mean: Floats
    quantiles: Floats
    whole: bool = False

    @classmethod
    def of(cls, demand: Demand) -> Told:
        """What a demand tells."""
        return cls(demand.skus, demand.levels, demand.mean, demand.quantiles, demand.whole)

    @classmethod
    def by(cls, cast: Cast, skus: tuple[str, ...], levels: tuple[float, ...], *, whole: bool = False) -> Told:
        """What a cast tells of these SKUs."""
        return cls(skus, levels, cast.mean, cast.quantiles, whole)

    def some(self, skus: Sequence[str], periods: int) -> Told:
        """These SKUs in this order, the first periods only."""
        place = {sku: at for at, sku in enumerate(self.skus)}
        rows = np.array([place[sku] for sku in skus], int)
        return Told(tuple(skus), self.levels, self.mean[rows, :periods], self.quantiles[rows, :periods], self.whole)

    def at(self, chance: Floats | float) -> Floats:
        """Units at a chance, or at one for each SKU (shape (n, 1)); shape (n, H)."""
        if isinstance(chance, float) and chance in self.levels:
            return self._told[:, :, self.levels.index(chance)]
        found = read_off(np.broadcast_to(chance, self.mean.shape), self.levels, self.quantiles)
        return np.rint(found) if self.whole else found

    @property
    def _told(self) -> Floats:
        return np.rint(self.quantiles) if self.whole else self.quantiles

    def losses(self, truth: Floats) -> Floats:
        """Mean over the deciles of twice the pinball loss, units, shape (n, H)."""
        return np.asarray(np.mean([pinball(self.at(level), truth, level) for level in DECILES], axis=0))

    def stretches(self, truth: Floats) -> tuple[Floats, Floats]:
        """The stretch of levels that each outcome has to itself, from and to, shape (n, H) each.

        An outcome on which quantiles lie, zero for most slow sellers, covers their levels and, on either side, half
        the way to the next one, as its chance ends somewhere in between; any other covers the gap between the two
        levels around it (the randomised PIT; Czado, Gneiting & Held 2009).
        """
        edges = np.array([0.0, *self.levels, 1.0])
        below = (self._told < truth[:, :, None]).sum(axis=2)
        upto = (self._told <= truth[:, :, None]).sum(axis=2)
        covers = upto > below
        halfway = (edges[:-1] + edges[1:]) / 2
        start = np.where(truth <= 0, 0.0, np.where(covers, halfway[below], edges[below]))
        end = np.where(covers, halfway[upto], edges[upto + 1])
        return np.asarray(start), np.asarray(end)
