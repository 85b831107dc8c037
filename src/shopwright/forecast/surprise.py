"""What all products did together in a window, more or less than was expected of them: one surprise, however many sold.

Three windows are three such surprises, and the next one has its own sign. Half of what a window showed is taken back
before ranges are learned from it, so that ranges lie around what is expected and not where the windows happened to.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shopwright.forecast.panel import Floats

__all__ = ["without_surprise"]

DOUBT = 0.5  # share of a surprise that is taken back
FEW = 20.0  # products: of so many, half of what they did together is what each did by itself
PLAUSIBLE = (0.5, 2.0)  # times what was expected: beyond it the forecast was wrong, which is no surprise of a window


def without_surprise(means: Sequence[Floats], truths: Sequence[Floats]) -> list[Floats]:
    """Truths of windows, shape (n, H) each, divided by part of the ratio of what sold to what was expected in each.

    Args:
        means: what was expected.
        truths: what sold, NaN where unknown.
    """
    return [truth / _together(mean, truth) for mean, truth in zip(means, truths, strict=True)]


def _together(mean: Floats, truth: Floats) -> float:
    """Part of the ratio of what sold to what was expected that is taken back.

    What one product sold beyond its expectation counts up to that expectation, or an average product's: some that were
    thought gone and came back are no surprise that all had.
    """
    is_known = np.isfinite(truth)
    told = np.where(is_known, mean, 0.0).sum(axis=1)
    more = np.where(is_known, truth, 0.0).sum(axis=1) - told
    n, total = int(is_known.any(axis=1).sum()), float(told.sum())
    if total <= 0:
        return 1.0
    most = np.maximum(told, total / n)
    ratio = 1 + float(np.clip(more, -most, most).sum()) / total
    return float(np.clip(ratio, *PLAUSIBLE) ** (DOUBT * n / (n + FEW)))
