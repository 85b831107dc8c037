"""Products without a history: what products like them sold when they were as new."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.panel import Floats, Panel
from shopwright.i18n import Text, t

__all__ = ["launched"]

ENOUGH = 12  # products that say as much of one period as all periods together
LEAST = 3  # products alike without which all products are asked


def launched(panel: Panel, rows: NDArray[np.int64]) -> tuple[Cast, dict[str, Text]]:
    """Casts of the SKUs in `rows`, which never sold, and how each was made.

    The first H periods of the products that share most groups with it (category, brand, words of the title), leaving
    out the very first, which is known only because something sold then; zero where no product has a history.

    Returns:
        a cast of shapes (len(rows), H) and (len(rows), H, levels), and a note for each SKU.
    """
    first = _first_periods(panel)
    has_past = np.asarray(np.isfinite(first).any(axis=1))
    shape = len(rows), panel.horizon
    mean, quantiles, notes = np.zeros(shape), np.zeros((*shape, len(LEVELS))), {}
    for at, row in enumerate(rows.tolist()):
        alike = _alike(panel, row, has_past)
        if len(alike):
            mean[at], quantiles[at] = _like(first[alike])
        has_sold = panel.known.sold[row].sum() > 0
        notes[panel.skus[row]] = (
            t(
                "never in stock for most of a period: expected to sell as others like it did when new ({n})",
                n=len(alike),
            )
            if len(alike) and has_sold
            else t("no sales yet: expected to sell as others like it did when new ({n})", n=len(alike))
            if len(alike)
            else t("no period in stock to learn from: forecast is zero")
        )
    return Cast(mean, quantiles), notes


def _first_periods(panel: Panel) -> Floats:
    """Units of each SKU's second to (H + 1)-th known period, shape (n, H), NaN where there are none."""
    known = np.isfinite(panel.units)
    begin = np.where(known.any(axis=1), known.argmax(axis=1) + 1, panel.n_periods)
    place = begin[:, None] + np.arange(panel.horizon)[None, :]
    inside = place < panel.n_periods
    found = np.take_along_axis(panel.units, np.where(inside, place, 0), axis=1)
    return np.where(inside, found, np.nan)


def _alike(panel: Panel, row: int, has_past: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Products with a past that share as many groups with it as can be, at least `LEAST` of them."""
    shared = np.zeros(len(panel.skus), np.int64)
    for group in panel.static.values():
        shared += (group == group[row]) & (group >= 0)
    shared[~has_past] = -1
    for least in range(int(shared.max(initial=-1)), -1, -1):
        found = np.flatnonzero(shared >= least)
        if len(found) >= LEAST:
            return found
    return np.flatnonzero(has_past)


def _like(first: Floats) -> tuple[Floats, Floats]:
    """Mean of each period ahead, and quantiles over products and periods, moved to it.

    A few products say little of one period, so its mean is drawn to that of all (Efron & Morris 1975).
    """
    known = np.isfinite(first)
    usual = float(np.mean(first[known]))
    mean = (np.nansum(first, axis=0) + ENOUGH * usual) / (known.sum(axis=0) + ENOUGH)
    spread = np.quantile(first[known], LEVELS)
    return mean, spread[None, :] * (mean / usual if usual > 0 else np.ones_like(mean))[:, None]
