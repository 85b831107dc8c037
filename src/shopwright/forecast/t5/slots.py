"""Values of periods in the places of patches, and back."""

from __future__ import annotations

import numpy as np

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.t5.shape import PATCH, SLOTS
from shopwright.shop.demand import Period

__all__ = ["slotted", "unslotted"]


def slotted(values: np.ndarray, period: Period) -> np.ndarray:
    """Values of shape (n, H) as float32 of shape (n, patches ahead * slots), 0 in empty places."""
    n, horizon = values.shape
    size = PATCH[period]
    n_patches = -(-horizon // size)
    whole = np.zeros((n, n_patches * size), np.float32)
    whole[:, :horizon] = values
    patches = np.zeros((n, n_patches, SLOTS), np.float32)
    patches[:, :, :size] = whole.reshape(n, n_patches, size)
    return patches.reshape(n, n_patches * SLOTS)


def unslotted(told: np.ndarray, period: Period, horizon: int) -> np.ndarray:
    """What was told for all places of the patches ahead, as shape (n, H, levels)."""
    n, size = len(told), PATCH[period]
    places = told.reshape(n, -1, SLOTS, len(LEVELS))[:, :, :size]
    return np.asarray(places.reshape(n, -1, len(LEVELS))[:, :horizon])
