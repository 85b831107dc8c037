"""Whether what a panel offers may tell something that the trees do not know: worth a further fit of them.

The score test of adding a covariate to the logarithm of what was expected (Rao 1948), in the windows tried: whether
what sold beyond that goes along with where the covariate stood before. It costs next to nothing, a fit takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from shopwright.forecast.known import mean_known
from shopwright.forecast.panel import Floats, Panel

__all__ = ["is_worth_trying"]

BEYOND = 2.0  # standard errors over products
FEWEST = 2  # windows: one proves nothing
LEAST_UNITS = 1e-6  # expected at least: what was told as zero cannot be divided by


def is_worth_trying(panel: Panel, ends: Sequence[int], means: Sequence[Floats], power: float) -> bool:
    """Whether something offered goes along with what sold beyond expectation.

    Args:
        panel: with what it offers.
        ends: periods known before each window.
        means: units told for each window without what is offered, shape (n, H) each.
        power: of the Tweedie variance that the trees take them to have.
    """
    if len(ends) < FEWEST:
        return False
    beyond = [_beyond(panel.truth(end), told, power) for end, told in zip(ends, means, strict=True)]
    for values in panel.offered.values():
        for stood in zip(*(_stood(values[:, :end]) for end in ends), strict=True):
            scores = np.sum([x * units for x, units in zip(stood, beyond, strict=True)], axis=0)
            error = float(np.sqrt((scores**2).sum()))  # products are independent of each other, a product's windows not
            if error > 0 and abs(float(scores.sum())) >= BEYOND * error:
                return True
    return False


def _beyond(sold: Floats, told: Floats, power: float) -> Floats:
    """Derivative of the Tweedie likelihood by the logarithm of what was told, over the window, shape (n,)."""
    told = np.maximum(told, LEAST_UNITS)
    return np.asarray(np.nansum((sold - told) * told ** (1 - power), axis=1))


def _stood(past: Floats) -> Iterator[Floats]:
    """Where a covariate stood last, and how far from the product's own mean, each around that of all, shape (n,)."""
    last = past[:, -1]
    for each in (last, last - mean_known(past, axis=1)):
        yield np.nan_to_num(each - mean_known(each, axis=0))
