"""Values of periods in the places of patches, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.t5.shape import PATCH, SLOTS
from shopwright.shop.demand import Period

__all__ = ["patched", "slotted", "unslotted"]


def patched(channels: np.ndarray, period: Period, *, at_end: bool) -> NDArray[np.float32]:
    """Channels of shape (n, periods, c) as patches of shape (n, patches, slots * c), empty places filled with zeros.

    Args:
        channels: of each period.
        period: length of a period.
        at_end: whether the last patch is the full one, as of a history; else the first one is.
    """
    n, periods, c = channels.shape
    size = PATCH[period]
    n_patches = -(-periods // size)
    start = n_patches * size - periods if at_end else 0
    whole = np.zeros((n, n_patches * size, c), np.float32)
    whole[:, start : start + periods] = channels
    patches = np.zeros((n, n_patches, SLOTS, c), np.float32)
    patches[:, :, :size] = whole.reshape(n, n_patches, size, c)
    return patches.reshape(n, n_patches, SLOTS * c)


def slotted(values: np.ndarray, period: Period) -> NDArray[np.float32]:
    """Values of shape (n, H) as float32 of shape (n, patches ahead * slots), 0 in empty places."""
    return patched(values[:, :, None], period, at_end=False).reshape(len(values), -1)


def unslotted(told: np.ndarray, period: Period, horizon: int) -> np.ndarray:
    """What was told for all places of the patches ahead, as shape (n, H, levels)."""
    n, size = len(told), PATCH[period]
    places = told.reshape(n, -1, SLOTS, len(LEVELS))[:, :, :size]
    return np.asarray(places.reshape(n, -1, len(LEVELS))[:, :horizon])
