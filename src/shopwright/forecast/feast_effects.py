"""What the weeks around a moving feast sell, over what they would without it, from the times they were seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["are_own", "effects"]

Numbers = NDArray[np.int64]
Ratios = NDArray[np.float64]
SURE = 2.0  # standard errors by which a week has to stray that was seen once


def are_own(ratio: Ratios, week: Numbers, step: int) -> NDArray[np.bool_]:
    """Whether a period lies in a week that goes by a feast: seen twice, or once and then too far off for chance, (T,).

    Args:
        ratio: what each period was over those around it without a feast, shape (T,), NaN where unknown.
        week: number of the week around a feast, shape (T,), -1 for none.
        step: periods in a week.
    """
    draw, noise = _runs(week), _noise(ratio, week, step)
    known = {at: _means(ratio, draw, week == at) for at in np.unique(week[week >= 0]).tolist()}
    return np.isin(
        week, [at for at, seen in known.items() if len(seen) > 1 or (len(seen) and _effect(seen, noise) != 1)]
    )


def effects(ratio: Ratios, week: Numbers, n: int, step: int) -> Ratios:
    """Factor of each week around a feast, shape (n,); 1 where it was not seen.

    The mean of the times it was seen, of whose distance from 1 that part is kept which chance does not explain: how
    far weeks without a feast stray (the positive part of James & Stein 1961). What was seen once has to be sure.

    Args:
        ratio: what each period was over what it would be without the feast, shape (T,), NaN where unknown.
        week: number of the week around a feast, shape (T,), -1 for none.
        n: weeks around feasts.
        step: periods in a week.
    """
    found, draw, noise = np.ones(n), _runs(week), _noise(ratio, week, step)
    for at in range(n):
        seen = _means(ratio, draw, week == at)
        if len(seen):
            found[at] = _effect(seen, noise)
    return found


def _noise(ratio: Ratios, week: Numbers, step: int) -> float:
    """Mean square by which weeks without a feast stray from 1."""
    usual = _means(ratio, np.arange(len(ratio)) // step, week < 0)
    return float(np.mean((usual - 1) ** 2)) if len(usual) else 0.0


def _effect(seen: Ratios, noise: float) -> float:
    """The mean of the times a week was seen, 1 where its distance from it may be chance."""
    away = float(seen.mean()) - 1
    if away == 0:
        return 1.0
    return 1 + away * max(0.0, 1 - (SURE**2 if len(seen) == 1 else 1.0) * noise / len(seen) / away**2)


def _runs(week: Numbers) -> Numbers:
    """Number of the stretch of periods of the same week that each belongs to."""
    return np.cumsum(np.diff(week, prepend=week[:1]) != 0)


def _means(ratio: Ratios, draw: Numbers, here: NDArray[np.bool_]) -> Ratios:
    """Mean of what is known of each draw among some periods."""
    here = here & np.isfinite(ratio)
    sums, times = np.bincount(draw[here], ratio[here]), np.bincount(draw[here])
    return np.asarray(sums[times > 0] / times[times > 0])
