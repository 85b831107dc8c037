"""How products began: their first periods, and whose say most of one that is about to begin."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.panel import Floats, Panel
from shopwright.shop.demand import Period

__all__ = ["Beginnings"]

ENOUGH = 12  # products that say as much of one period as all periods together
LEAST = 3  # products alike without which all products are asked
# First known a quarter of a year in (by month half a year), a product was new; before, it may have sold for years.
QUARTER: dict[Period, int] = {"D": 90, "W": 13, "M": 6}
MANY = 100  # such launches without which those on sale from the start count too


class Beginnings:
    """The first periods of a panel's products, without the very first: it is known only because something sold then.

    Where at least `MANY` were launched later than the history's start, only those count: the first known periods of
    what was on sale when the history starts are seldom its beginning. With fewer launches all count.

    Args:
        panel: n SKUs.
        without: rows of SKUs that count as not begun, so that none is told from its own sales; None: no such.
    """

    def __init__(self, panel: Panel, without: NDArray[np.int64] | None = None) -> None:
        self._panel = panel
        self._alike: dict[tuple[int, ...], NDArray[np.int64]] = {}  # by groups: many SKUs share all of theirs
        self.periods = _first_periods(panel)
        if without is not None:
            self.periods[without] = np.nan
        is_launch = _first_known(panel) >= QUARTER[panel.period]
        if (is_launch & np.isfinite(self.periods).any(axis=1)).sum() >= MANY:
            self.periods[~is_launch] = np.nan

    @cached_property
    def is_begun(self) -> NDArray[np.bool_]:
        """Which SKUs count, and are known beyond their very first period, shape (n,)."""
        return np.asarray(np.isfinite(self.periods).any(axis=1))

    def alike(self, row: int) -> NDArray[np.int64]:
        """Rows of the begun SKUs that share as many groups with it as can be, at least `LEAST` where there are."""
        groups = tuple(int(group[row]) for group in self._panel.static.values())
        if groups not in self._alike:
            self._alike[groups] = self._sharing(groups)
        return self._alike[groups]

    def _sharing(self, groups: tuple[int, ...]) -> NDArray[np.int64]:
        shared = np.zeros(len(self._panel.skus), np.int64)
        for group, own in zip(self._panel.static.values(), groups, strict=True):
            shared += (group == own) & (group >= 0)
        shared[~self.is_begun] = -1
        for least in range(int(shared.max(initial=-1)), -1, -1):
            found = np.flatnonzero(shared >= least)
            if len(found) >= LEAST:
                return found
        return np.flatnonzero(self.is_begun)

    def repeated(self, rows: NDArray[np.int64]) -> Cast:
        """What those like each of `rows` sold in their first H periods, zero where no product has begun.

        A few products say little of one period, so its mean is drawn to that of all (Efron & Morris 1975); quantiles
        are over products and periods, moved to it.
        """
        shape = len(rows), self._panel.horizon
        cast = Cast(np.zeros(shape), np.zeros((*shape, len(LEVELS))))
        for at, row in enumerate(rows.tolist()):
            alike = self.alike(row)
            if len(alike):
                cast.mean[at], cast.quantiles[at] = _like(self.periods[alike])
        return cast


def _first_known(panel: Panel) -> NDArray[np.int64]:
    """Each SKU's first known period, shape (n,), -1 where there is none."""
    known = np.isfinite(panel.units)
    return np.where(known.any(axis=1), known.argmax(axis=1), -1)


def _first_periods(panel: Panel) -> Floats:
    """Units of each SKU's second to (H + 1)-th known period, shape (n, H), NaN where there are none."""
    first = _first_known(panel)
    begin = np.where(first >= 0, first + 1, panel.n_periods)
    place = begin[:, None] + np.arange(panel.horizon)[None, :]
    inside = place < panel.n_periods
    found = np.take_along_axis(panel.units, np.where(inside, place, 0), axis=1)
    return np.where(inside, found, np.nan)


def _like(first: Floats) -> tuple[Floats, Floats]:
    """Mean and quantiles of each of H periods from the first periods of some products, shape (k, H)."""
    known = np.isfinite(first)
    usual = float(np.mean(first[known]))
    mean = (np.nansum(first, axis=0) + ENOUGH * usual) / (known.sum(axis=0) + ENOUGH)
    spread = np.quantile(first[known], LEVELS)
    return mean, spread[None, :] * (mean / usual if usual > 0 else np.ones_like(mean))[:, None]
