"""How surprises hang together: of one product over periods, and of all products in one period.

Without that a total over a lead time, or over a category, would look far surer than it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from shopwright.forecast import together
from shopwright.forecast.calibrate import chances
from shopwright.forecast.cast import Cast
from shopwright.forecast.panel import Floats
from shopwright.forecast.totals import HIGHEST, lasting
from shopwright.shop.surprises import Common

__all__ = ["USUAL", "Dependence", "learn"]

LEAST = 30  # pairs of periods without which nothing is learned
LAST_LAG = 6


@dataclass(frozen=True, slots=True)
class Dependence:
    """How surprises hang together, on the scale of a normal variable.

    Attributes:
        lasting: the part that a product's periods ahead all share: its level was misjudged.
        fading: correlation of what is left between one period and the next.
        common: how far all products stray together.
    """

    lasting: float = 0.0
    fading: float = 0.0
    common: Common = field(default_factory=Common)


# Where nothing can be learned: with it, totals over the whole horizon of seven sets of real sales cut so short that
# no window fits, held 80 % of outcomes inside 10 to 90 % (42 % without a lasting part; docs/decisions.md).
USUAL = Dependence(lasting=0.2, fading=0.2, common=together.USUAL)


def learn(casts: Sequence[Cast], truths: Sequence[Floats], half: float = 0.0) -> Dependence:
    """From windows, each of shape (n, H); `half` is that of `chances`.

    What lasts is what makes totals over the horizon as uncertain as they were, what fades follows from correlations.
    """
    scores = [_scores(cast, truth, half) for cast, truth in zip(casts, truths, strict=True)]
    if not scores or sum(int(np.isfinite(each).sum()) for each in scores) < LEAST:
        return USUAL
    shared, by_lag = together.learn(casts, truths), _by_lag(scores)
    if not len(by_lag):
        return Dependence(common=shared)
    guess = float(np.clip(by_lag[2:].mean() if len(by_lag) > 2 else by_lag[-1] / 2, 0.0, HIGHEST))
    fading = float(np.clip((by_lag[0] - guess) / (1 - guess), 0.0, HIGHEST))
    return Dependence(lasting(casts, truths, half, fading, shared, guess), fading, shared)


def _scores(cast: Cast, truth: Floats, half: float) -> Floats:
    """Normal scores of the outcomes, shape (n, H): the middle of the levels that an outcome covers."""
    with np.errstate(invalid="ignore"):
        return np.asarray(ndtri(np.clip(chances(cast, truth, half).mean(axis=2), 0.002, 0.998)))


def _by_lag(scores: Sequence[Floats]) -> Floats:
    """Correlation of scores one, two … periods apart, over all products and windows."""
    variance = np.nanmean(np.concatenate([each.ravel() for each in scores]) ** 2)
    found = []
    for lag in range(1, min(scores[0].shape[1] - 1, LAST_LAG) + 1):
        pairs = np.concatenate([(each[:, lag:] * each[:, :-lag]).ravel() for each in scores])
        if np.isfinite(pairs).sum() < LEAST:
            break
        found.append(np.nanmean(pairs) / max(variance, 1e-9))
    return np.array(found)
