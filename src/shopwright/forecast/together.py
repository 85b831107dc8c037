"""How far all products together stray from what was expected of them, by what they did in earlier windows.

A part of all that is expected and not a correlation of surprises: a restless slow seller has little in common with the
shop, a steady fast one much, where everything sells a tenth more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shopwright.forecast.cast import Cast
from shopwright.forecast.panel import Floats
from shopwright.shop.surprises import Common

__all__ = ["USUAL", "learn"]

# Of sets of real sales cut so short that no window fits (docs/decisions.md); it counts as much as half a window
USUAL, WORTH = Common(level=0.12, period=0.12), 0.5
FEWEST = 5  # products of which it can be said what they have in common
FARTHEST = 1.0
LEAST_LEFT = 0.5  # of what periods have to themselves; where one period sells nearly all, next to nothing can be seen


def learn(casts: Sequence[Cast], truths: Sequence[Floats]) -> Common:
    """From windows, each of shape (n, H): `USUAL` and what was seen, weighed by the number of windows.

    What products did each for itself would make their total stray too; so much of it is taken off. So one product that
    sold a hundred times what was expected leaves next to nothing in common.
    """
    found = [_seen(cast.mean, truth) for cast, truth in zip(casts, truths, strict=True)]
    seen = np.array([each for each in found if each is not None]).reshape(-1, 2)
    usual = np.array([USUAL.level, USUAL.period])
    sums = WORTH * usual**2 + np.maximum(seen.sum(axis=0), 0.0)
    level, period = np.minimum(np.sqrt(sums / (WORTH + len(seen))), FARTHEST).tolist()
    return Common(level, period)


def _seen(mean: Floats, truth: Floats) -> tuple[float, float] | None:
    """Variances of the parts that a window's periods share, and that each has to itself; None for few products.

    Less than nothing where products alone explain more; over windows that evens out.
    """
    is_known = np.isfinite(truth) & np.isfinite(mean)
    has_any = is_known.any(axis=1)
    expected, sold = (np.where(is_known, units, 0.0)[has_any] for units in (mean, truth))
    n, total = len(sold), float(expected.sum())
    if n < FEWEST or total <= 0:
        return None
    share = float(sold.sum()) / total - 1
    rest, weights = (sold - (1 + share) * expected) / total, expected.sum(axis=0) / total
    whole = float((weights**2).sum())
    # The share of a window takes some of its periods' own parts with it: half of two even ones, an eighth of eight
    left = max(whole * (1 + whole) - 2 * float((weights**3).sum()), LEAST_LEFT * whole)
    period = (float((rest.sum(axis=0) ** 2).sum()) - _own(rest)) / left
    level = share**2 - _own(rest.sum(axis=1)) - max(period, 0.0) * whole
    return level, period


def _own(rest: Floats) -> float:
    """Variance of a sum of what n products did each for itself, summed over periods where there are any."""
    n = len(rest)
    return float((rest**2).sum()) * n / (n - 1)
