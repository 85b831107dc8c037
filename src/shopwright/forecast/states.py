"""Days of the same kind: how much a product sold when the flags known ahead, and the weekday, were the same.

A shop closed on Sundays, a promotion that always triples sales: the mean over days of the same state says it at once,
where a tree would have to find the interaction for every product anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.windows import Singles, Windows

__all__ = ["States", "states"]

MOST_VALUES, MOST_STATES = 8, 120
MOST_NUMBERS = 150_000_000  # of all running sums: bounds the memory
PULL = 3.0  # periods that the product's own mean counts for beside those of the state


@dataclass(frozen=True, eq=False)
class States:
    """Running sums of units by state.

    Attributes:
        code: number of the state of each SKU and period, those ahead too, shape (n, T + H).
        sums: for each state units summed over the periods so far, shape (n, T + 1) each.
        counts: the same for known periods.
    """

    code: NDArray[np.int64]
    sums: list[Singles]
    counts: list[NDArray[np.uint16]]

    def mean(self, sku: NDArray[np.int64], origin: NDArray[np.int64], target: NDArray[np.int64]) -> Floats:
        """Mean units up to the origin in periods of the target's state, drawn to the mean of all, shape (m,)."""
        code = self.code[sku, target]
        found, n = np.zeros(len(sku)), np.zeros(len(sku))
        total, n_all = np.zeros(len(sku)), np.zeros(len(sku))
        for number, (sums, counts) in enumerate(zip(self.sums, self.counts, strict=True)):
            own_sum, own_count = sums[sku, origin + 1], counts[sku, origin + 1]
            total, n_all = total + own_sum, n_all + own_count
            here = code == number
            found[here], n[here] = own_sum[here], own_count[here]
        usual = np.divide(total, n_all, out=np.zeros(len(sku)), where=n_all > 0)
        return (found + PULL * usual) / (n + PULL)


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
    common = np.arange(int(code.max()) + 1)
    sizes = np.bincount(code[:, : panel.n_periods].ravel(), minlength=len(common))
    kept = np.full(len(common), -1)
    order = np.argsort(-sizes, kind="stable")[: min(MOST_STATES, MOST_NUMBERS // max(windows.units.size, 1))]
    if len(order) < 2:
        return None
    kept[order] = np.arange(len(order))
    code = kept[code]
    past = code[:, : panel.n_periods]
    sums = [_running(np.where(past == at, windows.filled, 0.0), np.float32) for at in range(len(order))]
    counts = [_running((past == at) & windows.is_known, np.uint16) for at in range(len(order))]
    return States(code, sums, counts)


def _is_flag(values: Floats) -> bool:
    return bool(np.isfinite(values).all()) and len(np.unique(values)) <= MOST_VALUES


def _running(values: np.ndarray, kind: Any) -> Any:
    sums = np.zeros((values.shape[0], values.shape[1] + 1), kind)
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums
