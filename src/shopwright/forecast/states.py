"""Days of the same kind: how much a product sold when the flags known ahead, and the weekday, were the same.

A shop closed on Sundays, a promotion that always triples sales: the mean over days of the same state says it at once,
where a tree would have to find the interaction for every product anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.windows import Windows, running

__all__ = ["States", "states"]

MOST_VALUES, MOST_STATES = 8, 120
PULL = 3.0  # periods that the product's own mean counts for beside those of the state
RARE = -1


@dataclass(frozen=True, eq=False)
class States:
    """Units summed over the periods of each SKU, those of a state behind those of another.

    Attributes:
        code: number of the state of each SKU and period, those ahead too, shape (n, T + H); `RARE` ones count as none.
        places: row, state and number of each period as one number, rising, shape (n · T,).
        sums, counts: units and known periods of each SKU summed over its periods in that order, shape (n, T + 1).
        all_sums, all_counts: the same in the order of time, without rare ones.
    """

    code: NDArray[np.int16]
    places: NDArray[np.int64]
    sums: Floats
    counts: NDArray[np.int32]
    all_sums: Floats
    all_counts: NDArray[np.int32]

    def mean(self, sku: NDArray[np.int64], origin: NDArray[np.int64], target: NDArray[np.int64]) -> Floats:
        """Mean units up to the origin in periods of the target's state, drawn to the mean of all, shape (m,)."""
        code = self.code[sku, target]
        t = self.sums.shape[1] - 1
        first = _place(sku, code, 0, t)
        span = [np.searchsorted(self.places, at) - sku * t for at in (first, first + origin + 1)]
        is_common = code != RARE
        found, n = (is_common * (sums[sku, span[1]] - sums[sku, span[0]]) for sums in (self.sums, self.counts))
        total, n_all = self.all_sums[sku, origin + 1], self.all_counts[sku, origin + 1]
        usual = np.divide(total, n_all, out=np.zeros(len(sku)), where=n_all > 0)
        return np.asarray((found + PULL * usual) / (n + PULL))


def states(panel: Panel, windows: Windows) -> States | None:
    """States made of every flag known ahead (few distinct values) and, for days, the weekday; None without flags."""
    flags = {name: values for name, values in panel.ahead.items() if _is_flag(values)}
    if not flags:
        return None
    parts = [np.unique(values, return_inverse=True)[1].reshape(values.shape) for values in flags.values()]
    if panel.period == "D":
        weekday = np.array([day.weekday() for day in panel.days])
        parts.append(np.broadcast_to(weekday, parts[0].shape))
    code = np.zeros(parts[0].shape, np.int64)
    for part in parts:
        joined = code * (int(part.max()) + 1) + part
        code = np.unique(joined, return_inverse=True)[1].reshape(part.shape)  # small again, or it would overflow
    n_states = int(code.max()) + 1
    sizes = np.bincount(code[:, : panel.n_periods].ravel(), minlength=n_states)
    kept = np.full(n_states, RARE)
    order = np.argsort(-sizes, kind="stable")[:MOST_STATES]
    if len(order) < 2:
        return None
    kept[order] = np.arange(len(order))
    return _summed(kept[code].astype(np.int16), windows)


def _summed(code: NDArray[np.int16], windows: Windows) -> States:
    n, t = windows.units.shape
    past = code[:, :t]
    order = np.argsort(past, axis=1, kind="stable")
    places = _place(np.arange(n)[:, None], np.take_along_axis(past, order, axis=1), order, t)
    sums = running(np.take_along_axis(windows.filled, order, axis=1))
    counts = _counted(np.take_along_axis(windows.is_known, order, axis=1))
    all_sums = running(np.where(past != RARE, windows.filled, 0.0))
    return States(code, places.ravel(), sums, counts, all_sums, _counted(windows.is_known & (past != RARE)))


def _counted(is_known: NDArray[np.bool_]) -> NDArray[np.int32]:
    return running(is_known).astype(np.int32)


def _place(
    row: NDArray[np.int64], code: NDArray[np.int16], number: NDArray[np.int64] | int, t: int
) -> NDArray[np.int64]:
    """Row, state and number of a period as one number, which rises with the first, then the second, then the third."""
    return np.asarray((row * (MOST_STATES + 1) + code - RARE) * t + number, np.int64)


def _is_flag(values: Floats) -> bool:
    return bool(np.isfinite(values).all()) and len(np.unique(values)) <= MOST_VALUES
