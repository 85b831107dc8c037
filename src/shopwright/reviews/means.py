"""Means of stars, shrunk, and tests of their differences.

Shrinkage is empirical Bayes with the analysis-of-variance estimators of the variance within and between products
(Searle, Casella and McCulloch, "Variance Components", 1992, section 3.6), the tests are Welch's, and the false
discovery rate over all products is held with Benjamini and Hochberg's procedure (1995).
"""

from __future__ import annotations

from typing import cast

import numpy as np
from scipy.special import ndtr, stdtr

__all__ = ["below", "discoveries", "spread", "squared_error", "trust", "welch"]

BORROWED = 3.0
FALSE_SHARE = 0.10


def spread(n: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> tuple[float, float]:
    """Variance of stars within products and between their true means.

    Args:
        n: reviews of each product, all above zero.
        mean: their mean stars.
        variance: their variance, with n − 1; any number where n is 1.
    """
    total, groups = float(n.sum()), len(n)
    if groups == 0 or total <= groups:
        return 0.0, 0.0
    within = float((np.where(n > 1, variance, 0.0) * (n - 1)).sum() / (total - groups))
    if groups == 1:
        return within, 0.0
    overall = float((n * mean).sum() / total)
    among = float((n * (mean - overall) ** 2).sum())
    between = (among - (groups - 1) * within) / (total - float((n**2).sum()) / total)
    return within, max(between, 0.0)


def trust(n: np.ndarray, within: float, between: float) -> np.ndarray:
    """How much products' own means count beside the shop's, 0 to 1: not at all without reviews or differences."""
    share = np.zeros(len(n))
    return np.divide(n, n + within / between, out=share, where=n > 0) if between > 0 else share


def squared_error(n: np.ndarray, variance: np.ndarray, within: float) -> np.ndarray:
    """Squared standard error of products' means, each variance borrowing three reviews' worth of the shop's own.

    Args:
        n: reviews of each product, all above zero.
        variance: their variance, with n − 1; any number, or none, where n is 1.
        within: variance within products over the whole shop.
    """
    free = np.maximum(n - 1, 0)
    return np.asarray((free * np.nan_to_num(variance) + BORROWED * within) / (free + BORROWED) / n)


def welch(
    before: tuple[np.ndarray, np.ndarray, np.ndarray], after: tuple[np.ndarray, np.ndarray, np.ndarray], within: float
) -> tuple[np.ndarray, np.ndarray]:
    """Test of a fall between two periods, product by product.

    Each variance borrows three reviews' worth of the shop's own, so that five equal stars do not count as certainty.

    Args:
        before: n, mean and variance of the earlier reviews.
        after: n, mean and variance of the later ones.
        within: variance of stars within products over the whole shop.

    Returns:
        z: fall of the mean in standard errors.
        p: probability of such a z or a larger one without a fall, Student's with Welch and Satterthwaite's degrees.
    """
    errors, parts = [], []
    for n, _, variance in (before, after):
        free = np.maximum(n - 1, 0)
        errors.append(squared_error(n, variance, within))
        parts.append(errors[-1] ** 2 / (free + BORROWED))
    error = np.sqrt(errors[0] + errors[1])
    z = np.divide(before[1] - after[1], error, out=np.zeros_like(error), where=error > 0)
    degrees = np.divide(error**4, parts[0] + parts[1], out=np.ones_like(error), where=error > 0)
    return z, cast("np.ndarray", stdtr(degrees, -z))


def below(n: np.ndarray, mean: np.ndarray, overall: float, within: float) -> tuple[np.ndarray, np.ndarray]:
    """Test of products' means against the shop's: how many standard errors below it, and the probability of that."""
    error = np.sqrt(within / n)
    z = np.divide(overall - mean, error, out=np.zeros_like(mean), where=error > 0)
    return z, cast("np.ndarray", ndtr(-z))


def discoveries(p: np.ndarray) -> np.ndarray:
    """Which of the tests to believe so that a tenth of those believed is false, on average."""
    if len(p) == 0:
        return np.zeros(0, bool)
    ordered = np.sort(p)
    passed = np.flatnonzero(ordered <= FALSE_SHARE * np.arange(1, len(p) + 1) / len(p))
    return p <= ordered[passed[-1]] if len(passed) else np.zeros(len(p), bool)
