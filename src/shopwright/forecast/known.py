"""Means and quantiles over what is known, without numpy's warnings, which only a whole process can switch off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["mean_known", "quantiles_known"]


def mean_known(values: Any, axis: int, *, keepdims: bool = False) -> np.ndarray:
    """Mean of what is not NaN along an axis; NaN where nothing is."""
    is_known = np.isfinite(values)
    n = is_known.sum(axis=axis, keepdims=keepdims)
    total = np.where(is_known, values, 0.0).sum(axis=axis, keepdims=keepdims)
    return np.asarray(np.divide(total, n, out=np.full(np.shape(n), np.nan), where=n > 0))


def quantiles_known(values: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Quantiles of the known values of each row, shape (n, levels): numpy's, all rows in one go; NaN where none is."""
    rising = np.sort(values, axis=1)  # what is not known comes last
    n = np.isfinite(values).sum(axis=1)
    place = np.array(levels)[None, :] * np.maximum(n - 1, 0)[:, None]
    below = place.astype(int)
    low = np.take_along_axis(rising, below, axis=1)
    high = np.take_along_axis(rising, np.minimum(below + 1, np.maximum(n - 1, 0)[:, None]), axis=1)
    return np.asarray(low + (place - below) * (high - low))
