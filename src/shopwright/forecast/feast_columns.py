"""Features that tell how near a moving feast is, and what sold as near to it the time before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from shopwright.forecast.feasts import REACH, feasts_near, numbers_of, periods_back, since_feast
from shopwright.forecast.panel import Floats

if TYPE_CHECKING:
    from shopwright.forecast.columns import Columns, Rows

__all__ = ["AROUND", "of_feasts"]

AROUND = {"D": 15, "W": 9}  # periods that tell how much sold at the time


def of_feasts(columns: Columns) -> Iterator[tuple[str, Callable[[Rows], Floats]]]:
    """Name and gatherer of each; none for months, which a feast is too short for.

    Days to each feast, cut off at `REACH`; and near a feast what the period sold that stood to it alike the time
    before, in multiples of the scale, and of what sold around it as long before as the origin is before the target.
    """
    panel = columns.panel
    if panel.period not in AROUND:
        return
    numbers = numbers_of(panel.days, panel.period)
    for feast in feasts_near(panel.days, panel.country):
        yield f"feast_{feast.name}", _of_target(np.clip(since_feast(feast, numbers), -REACH, REACH).astype(np.float64))
    back = periods_back(panel.days, panel.period, panel.country)

    def then(rows: Rows, middle: np.ndarray, width: int) -> Floats:
        newest = middle - back[rows.target] + width // 2
        is_told = (back[rows.target] > 0) & (newest >= 0) & (newest <= rows.origin)
        found = columns.windows.between(np.where(is_told, newest, 0), width, rows.sku)
        return np.where(is_told, found, np.nan)

    def against(rows: Rows) -> Floats:
        usual = then(rows, rows.origin, AROUND[panel.period]) + columns.scales(rows)
        return np.asarray(then(rows, rows.target, 1) / usual)

    yield "feast_ago", lambda rows: then(rows, rows.target, 1) / columns.scales(rows)
    yield "feast_ago_against", against


def _of_target(values: Floats) -> Callable[[Rows], Floats]:
    return lambda rows: values[rows.target]
