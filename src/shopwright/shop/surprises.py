"""Surprises on the scale of a normal variable: how they hang together over periods and over SKUs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from shopwright.shop.levels import implied_mean, knots, steps

__all__ = ["Common", "Shared", "moved", "surprises"]

MOST = 0.95  # correlation of a SKU's surprise with what all share, at most: something of it is its own


def surprises(draw: np.random.Generator, n: int, periods: int, rho: float, lasting: float) -> np.ndarray:
    """Normal draws of shape (periods, n): neighbours correlated by `rho`, and all of them by `lasting`."""
    level = draw.standard_normal(n) if lasting else 0.0
    noise = draw.standard_normal((periods, n))  # period by period, so that the first ones do not depend on how many
    for period in range(1, periods):
        noise[period] = rho * noise[period - 1] + math.sqrt(1 - rho * rho) * noise[period]
    return np.asarray(math.sqrt(lasting) * level + math.sqrt(1 - lasting) * noise)


def moved(levels: tuple[float, ...], values: np.ndarray) -> np.ndarray:
    """By which part of itself a mean grows where a normal variable that draws from these quantiles is moved by one.

    That is E[XZ] / E[X] for X = F⁻¹(Φ(Z)); with straight lines between levels, the integral of φ² has a closed form
    (Stein's lemma: E[XZ] = E[dX/dZ]). Shape of `values` without the last axis, 0 where nothing is expected.
    """
    edges = steps(levels)
    weights = np.diff(ndtr(math.sqrt(2) * ndtri(edges))) / (2 * math.sqrt(math.pi)) / np.diff(edges)
    slope = (np.diff(knots(values)) * weights).sum(axis=-1)
    mean = implied_mean(levels, values)
    return np.asarray(np.divide(slope, mean, out=np.zeros_like(mean), where=mean > 0))


@dataclass(frozen=True, slots=True)
class Common:
    """How far the sales of all SKUs together stray from what was expected, as parts of that: standard deviations.

    Attributes:
        level: of what all periods ahead share.
        period: of what one period has to itself.
    """

    level: float = 0.0
    period: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.level < math.inf and 0 <= self.period < math.inf):
            raise ValueError("standard deviations must be finite and not negative")

    def __bool__(self) -> bool:
        return bool(self.level or self.period)

    def draw(self, draw: np.random.Generator, n: int, periods: int) -> Shared:
        """What n futures share."""
        return Shared(self.level * draw.standard_normal(n), self.period * draw.standard_normal((periods, n)), self)


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What n futures of all SKUs share, as parts of what is expected.

    Attributes:
        level: in all periods, shape (n,).
        periods: in each, shape (periods, n).
        spread: standard deviations of both.
    """

    level: np.ndarray
    periods: np.ndarray
    spread: Common

    def joined(self, own: np.ndarray, moved: np.ndarray) -> np.ndarray:
        """A SKU's own surprises, shape (periods, n), with so much of the shared ones that its mean moves by them.

        Args:
            own: standard normal.
            moved: what `moved` says of each period, shape (periods,).
        """
        shared, rest = self.parts(moved)
        joined: np.ndarray = shared + rest * own
        return joined

    def parts(self, moved: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What `joined` adds, shape (periods, n), and what it leaves of a SKU's own surprises, shape (periods, 1)."""
        whole = math.hypot(self.spread.level, self.spread.period)
        weight = np.divide(1.0, moved, out=np.full_like(moved, np.inf), where=moved > 0)
        weight = np.minimum(weight, MOST / whole if whole else 0.0)[:, None]
        return weight * (self.level + self.periods), np.sqrt(1 - (weight * whole) ** 2)
