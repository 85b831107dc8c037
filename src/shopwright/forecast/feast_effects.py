"""What the weeks around a moving feast sell, over what they would without it, from the times they were seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.feasts import TWICE

__all__ = ["effects", "seen_twice"]

Numbers = NDArray[np.int64]


def seen_twice(ratio: NDArray[np.float64], week: Numbers) -> NDArray[np.bool_]:
    """Whether a period lies in a week around a feast that was seen at least twice, shape (T,).

    Args:
        ratio: what each period was over what is usual, shape (T,), NaN where unknown.
        week: number of the week around a feast, shape (T,), -1 for none.
    """
    draw = _runs(week)
    return (week >= 0) & np.isin(week, [at for at in np.unique(week) if len(_means(ratio, draw, week == at)) >= TWICE])


def effects(ratio: NDArray[np.float64], week: Numbers, n: int, step: int) -> NDArray[np.float64]:
    """Factor of each week around a feast, shape (n,); 1 where it was not seen twice.

    The mean of the times it was seen, of whose distance from 1 that part is kept which chance does not explain: how
    far weeks without a feast stray (the positive part of James & Stein 1961).

    Args:
        ratio: what each period was over what it would be without the feast, shape (T,), NaN where unknown.
        week: number of the week around a feast, shape (T,), -1 for none.
        n: weeks around feasts.
        step: periods in a week.
    """
    found, draw = np.ones(n), _runs(week)
    usual = _means(ratio, np.arange(len(ratio)) // step, week < 0)
    noise = float(np.mean((usual - 1) ** 2)) if len(usual) else 0.0
    for at in range(n):
        seen = _means(ratio, draw, week == at)
        if len(seen) >= TWICE and (away := float(seen.mean()) - 1) != 0:
            found[at] = 1 + away * max(0.0, 1 - noise / len(seen) / away**2)
    return found


def _runs(week: Numbers) -> Numbers:
    """Number of the stretch of periods of the same week that each belongs to."""
    return np.cumsum(np.diff(week, prepend=week[:1]) != 0)


def _means(ratio: NDArray[np.float64], draw: Numbers, here: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Mean of what is known of each draw among some periods."""
    here = here & np.isfinite(ratio)
    sums, times = np.bincount(draw[here], ratio[here]), np.bincount(draw[here])
    return np.asarray(sums[times > 0] / times[times > 0])
