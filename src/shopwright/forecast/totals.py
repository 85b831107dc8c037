"""How much of a surprise lasts, by totals: in earlier windows, what sold over the whole horizon lay where it should.

Correlations of surprises say it too, but too little where most periods sell nothing, and too much where quantiles are
a little off; what orders and plans are made from is the total.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import ndtr

from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.panel import Floats
from shopwright.seeds import generator
from shopwright.shop.levels import read_off
from shopwright.shop.surprises import Common, moved, surprises

__all__ = ["HIGHEST", "lasting"]

HIGHEST = 0.9
INSIDE, TINY = (0.1, 0.9), 1e-9
DRAWS, MOST = 100, 1_000_000  # futures of a product; numbers drawn at once
STEPS = 6  # halvings of what lies between 0 and `HIGHEST`
WORTH = 30.0  # totals that the guess counts for


def lasting(
    casts: Sequence[Cast], truths: Sequence[Floats], half: float, fading: float, common: Common, guess: float
) -> float:
    """The part of a surprise that all periods share, so that eight in ten totals lie between 10 and 90 %.

    Args:
        casts: what was told in windows, shape (n, H) each.
        truths: what sold; a product whose periods are not all known has no total.
        half: that of `chances`.
        fading: correlation of what does not last between one period and the next.
        common: what all products share.
        guess: what correlations say; with few totals it is drawn towards that.
    """
    quantiles, truth = _sampled(casts, truths)
    if not len(truth):
        return guess
    held = _held(quantiles, truth.sum(axis=1), half, fading, common)
    found = _crossing(held, INSIDE[1] - INSIDE[0])
    return (found * len(truth) + guess * WORTH) / (len(truth) + WORTH)


def _sampled(casts: Sequence[Cast], truths: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Products whose periods are all known, evenly from all windows; quantiles (m, H, q) and what sold (m, H).

    Where a product's futures are all the same, as of one that no longer sells, its total says nothing of what lasts.
    """
    horizon = truths[0].shape[1]
    usable = [
        np.flatnonzero(np.isfinite(truth).all(axis=1) & (np.ptp(cast.quantiles, axis=2) > TINY).any(axis=1))
        for cast, truth in zip(casts, truths, strict=True)
    ]
    most = max(MOST // (DRAWS * horizon * len(truths)), 1)
    taken = [rows[np.linspace(0, len(rows), min(most, len(rows)), endpoint=False).astype(int)] for rows in usable]
    return (
        np.concatenate([cast.quantiles[rows] for cast, rows in zip(casts, taken, strict=True)]),
        np.concatenate([truth[rows] for truth, rows in zip(truths, taken, strict=True)]),
    )


def _held(quantiles: Floats, total: Floats, half: float, fading: float, common: Common) -> Callable[[float], float]:
    """Share of totals inside, for a part that lasts; the same draws each time, so that it rises smoothly with it."""
    draw, horizon = generator(0, "totals"), quantiles.shape[1]
    level = draw.standard_normal((len(total), 1, DRAWS))
    passing = np.stack([surprises(draw, DRAWS, horizon, fading, 0.0) for _ in total])
    parts = [common.draw(draw, DRAWS, horizon).parts(each) for each in moved(LEVELS, quantiles)]
    shared, rest = np.stack([each[0] for each in parts]), np.stack([each[1] for each in parts])

    def held(share: float) -> float:
        normal = shared + rest * (math.sqrt(share) * level + math.sqrt(1 - share) * passing)
        futures = read_off(ndtr(normal).transpose(2, 0, 1), LEVELS, quantiles).sum(axis=2)
        return float(_inside(futures, total, half).mean())

    return held


def _inside(futures: Floats, total: Floats, half: float) -> Floats:
    """Which part of each outcome, of the levels that it covers, lies inside, shape (m,)."""
    start = (futures < total - half - TINY).mean(axis=0)
    end = np.maximum((futures <= total + half + TINY).mean(axis=0), start + 1 / DRAWS)
    return np.asarray(np.clip(np.minimum(end, INSIDE[1]) - np.maximum(start, INSIDE[0]), 0, None) / (end - start))


def _crossing(held: Callable[[float], float], wanted: float) -> float:
    """Where a rising share crosses what is wanted, between 0 and `HIGHEST`."""
    low, high = 0.0, HIGHEST
    if held(low) >= wanted:
        return low
    if held(high) <= wanted:
        return high
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if held(middle) < wanted else (low, middle)
    return (low + high) / 2
