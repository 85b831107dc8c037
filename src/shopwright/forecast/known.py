"""Means over what is known, without numpy's warnings: those can be switched off for a process, not for a thread."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["mean_known"]


def mean_known(values: Any, axis: int, *, keepdims: bool = False) -> np.ndarray:
    """Mean of what is not NaN along an axis; NaN where nothing is."""
    is_known = np.isfinite(values)
    n = is_known.sum(axis=axis, keepdims=keepdims)
    total = np.where(is_known, values, 0.0).sum(axis=axis, keepdims=keepdims)
    return np.asarray(np.divide(total, n, out=np.full(np.shape(n), np.nan), where=n > 0))
