"""What naming a theme goes along with: a regression whose errors know that reviews of one product are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

__all__ = ["Effects", "effects"]

Floats = NDArray[np.float64]
RIDGE = 1e-3


@dataclass(frozen=True, eq=False)
class Effects:
    """Difference that each theme makes to the outcome, other themes and the product being the same.

    Attributes:
        effect: shape (themes,).
        low: lower end of the 90 % interval.
        high: upper end.
        error: standard errors.
    """

    effect: Floats
    low: Floats
    high: Floats
    error: Floats


def effects(named: Floats, outcome: Floats, product: NDArray[np.int64], level: float = 0.9) -> Effects:
    """Least squares within products, with errors clustered by product.

    Means of each product are taken off both sides, so that a bad product's usual outcome is not put down to its themes.
    Errors are the sandwich with small-sample factor G/(G−1) × (N−1)/(N−K) and Student's t with G−1 degrees (Cameron
    and Miller, "A Practitioner's Guide to Cluster-Robust Inference", 2015, sections II and VI). A trace of ridge
    keeps themes that are always named together apart.

    Args:
        named: whether each review names each theme, shape (reviews, themes).
        outcome: stars, or whether it was returned, shape (reviews,).
        product: number of the product of each review.
        level: of the intervals.
    """
    n, k = named.shape
    _, product = np.unique(product, return_inverse=True)
    groups = int(product.max()) + 1 if n else 0
    x, y = _within(named, product, groups), _within(outcome[:, None], product, groups)[:, 0]
    free = n - groups - k
    if groups < 2 or free < 1:
        none = np.full(k, np.nan)
        return Effects(none, none, none, none)
    squares = x.T @ x
    bread = np.linalg.inv(squares + RIDGE * np.eye(k))
    effect = bread @ (x.T @ y)
    scores = np.zeros((groups, k))
    np.add.at(scores, product, x * (y - x @ effect)[:, None])
    factor = groups / (groups - 1) * (n - 1) / (n - k)
    error = np.sqrt(np.maximum(np.diag(bread @ (factor * scores.T @ scores) @ bread), 0.0))
    reach = float(stdtrit(groups - 1, 0.5 + level / 2)) * error
    # What does not vary within any product cannot be told.
    unknown = np.diag(squares) < 0.5
    return Effects(*(np.where(unknown, np.nan, part) for part in (effect, effect - reach, effect + reach, error)))


def _within(values: Floats, product: NDArray[np.int64], groups: int) -> Floats:
    sums = np.zeros((groups, values.shape[1]))
    np.add.at(sums, product, values)
    return np.asarray(values - (sums / np.maximum(np.bincount(product, minlength=groups), 1)[:, None])[product])
