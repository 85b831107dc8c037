"""What each column of an activation is divided by, and its row of the weights multiplied, before both are in bytes.

A few columns far larger than the others would take the whole range of a byte. Dividing column j by
s_j = max|x_j|^a / max|W_j|^(1 - a) and multiplying row j of the weights by it changes no product and spreads the
difficulty over both (Xiao et al. 2023, SmoothQuant, equation 4). Here the exponent is not fixed: the one is taken that
makes least noise, where rounding to a step d leaves a variance of d²/12.
"""

from __future__ import annotations

import numpy as np

from shopwright.language.onnx.ranges import Ranges
from shopwright.language.onnx.weights import Array

__all__ = ["NONE", "factors", "noise"]

NONE = np.array([], np.int64)  # no column
EXPONENTS = np.arange(0.3, 1.0, 0.05)
LEAST = 0.05  # of the mean: no column is taken for quieter, since texts to come may wake it


def factors(seen: Ranges, kernel: Array, limit: int) -> Array:
    """What to divide each column by so that the product has least noise; their geometric mean is 1.

    Args:
        seen: the columns of the activation.
        kernel: all that they are multiplied with, of shape (columns, outputs).
        limit: largest whole number of a weight in bytes.
    """
    reach, weight = _at_least(seen.reach), _at_least(np.abs(kernel).max(1))
    tried = [_centred(reach**a / weight ** (1 - a)) for a in EXPONENTS]
    return min(tried, key=lambda by: noise(seen.divided(by), kernel * by[:, None], limit))


def noise(seen: Ranges, kernel: Array, limit: int, left_out: Array = NONE) -> float:
    """Variance that rounding an activation and its weights to bytes adds to all outputs together.

    Args:
        seen: the columns of the activation.
        kernel: what they are multiplied with, of shape (columns, outputs).
        limit: largest whole number of a weight in bytes.
        left_out: columns that are multiplied in float32.
    """
    step = float(seen.scale(left_out)[0])
    weights = np.delete(kernel, left_out, axis=0).astype(np.float64)
    steps = np.abs(weights).max(0) / limit
    mean_squares = np.delete(seen.squares, left_out) / max(seen.rows, 1)
    return float(step**2 * np.square(weights).sum() + mean_squares.sum() * np.square(steps).sum()) / 12


def _at_least(sizes: Array) -> Array:
    return np.maximum(sizes, LEAST * max(float(sizes.mean()), 1e-6))


def _centred(by: Array) -> Array:
    return np.asarray(by / np.exp(np.log(by).mean()), np.float32)
