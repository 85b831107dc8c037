"""Quantiles at the levels used here from those at a model's own, and the mean that they stand for."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.panel import Floats

__all__ = ["NEAREST", "at_levels", "mean_of"]

WANTED = np.array(LEVELS)
NEAREST = np.diff(np.concatenate([[0.0], (WANTED[1:] + WANTED[:-1]) / 2, [1.0]]))  # share of chances nearest to a level


def at_levels(levels: Floats, quantiles: Floats) -> Floats:
    """Quantiles at `LEVELS`, rising and not below zero, shape (n, H, levels).

    Between its own levels by straight lines. Beyond them the distance from the median grows as a normal variable's
    does: nine deciles say nothing of the one day in a hundred.

    Args:
        levels: of the model, two or more, rising, on both sides of 0.5, shape (k,).
        quantiles: units, shape (n, H, k), finite; crossing ones are sorted.
    """
    own = np.asarray(levels, np.float64)
    told = np.sort(np.asarray(quantiles, np.float64), axis=2)
    inside = np.clip(WANTED, own[0], own[-1])
    right = np.clip(np.searchsorted(own, inside), 1, len(own) - 1)
    share = (inside - own[right - 1]) / (own[right] - own[right - 1])
    found = told[:, :, right - 1] * (1 - share) + told[:, :, right] * share
    middle = found[:, :, LEVELS.index(0.5), None]
    is_beyond = inside != WANTED
    further = np.divide(ndtri(WANTED), ndtri(inside), out=np.ones(len(WANTED)), where=is_beyond)
    found = middle + (found - middle) * further
    return np.asarray(np.maximum.accumulate(np.maximum(found, 0.0), axis=2))


def mean_of(quantiles: Floats) -> Floats:
    """Mean of the variable with these quantiles at `LEVELS`, shape (n, H): each counts for the levels nearest to it."""
    return np.asarray(quantiles @ NEAREST)
