"""Products that are on their way out, or gone: told, since a forecast of them is of what may be left of their sales."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.panel import Floats
from shopwright.i18n import Text, t
from shopwright.shop.demand import QUARTER, YEAR, Period, periods_of
from shopwright.shop.history import History

__all__ = ["phase_outs"]

LEAST_QUIET: dict[Period, int] = {"D": 28, "W": 4, "M": 2}
LEAST_SOLD = 3  # periods with sales without which there is no course to end
RARE = 0.001  # a quiet stretch less likely than that is no chance: with 1,000 products one would be
LEFT = 0.25  # share of its earlier sales below which a product has faded
ENOUGH = 12.0  # units that would have been sold lately at the earlier level, without which few say nothing


def phase_outs(known: History) -> dict[str, Text]:
    """A note on each SKU that stopped selling, or that hardly sells any more.

    It stopped where the latest known periods without sales are more than ever before, and so many that its earlier
    share of periods with sales makes them a chance below 1 in 1,000. It has faded where the latest quarter brought less
    than a quarter of both the year before and, if known, the same quarter of that year, so that no season is meant.
    """
    notes = {}
    quiet = _quiet(known)
    now, then = _faded(known)
    span, unit = QUARTER[known.period], periods_of(2, known.period)
    for row in np.flatnonzero(quiet > 0).tolist():
        n = int(quiet[row])
        notes[known.skus[row]] = t(
            "none sold in the latest {n} {unit} in stock, more than ever before: it looks phased out",
            n=n,
            unit=periods_of(n, known.period),
        )
    for row in np.flatnonzero(np.isfinite(now) & (quiet == 0)).tolist():
        notes[known.skus[row]] = t(
            "sales have faded: {now:.2g} a period in the latest {n} {unit}, {then:.2g} in the year before",
            now=float(now[row]),
            then=float(then[row]),
            n=span,
            unit=unit,
        )
    return notes


def _quiet(known: History) -> NDArray[np.int64]:
    """Known periods since the last sale of those that stopped, shape (n,); 0 for all others."""
    found = np.zeros(len(known.skus), np.int64)
    is_known = np.isfinite(known.units)
    is_sold = np.nan_to_num(known.units) > 0
    number = np.cumsum(is_known, axis=1)  # known periods so far
    for row in np.flatnonzero(is_sold.sum(axis=1) >= LEAST_SOLD).tolist():
        sold = number[row, is_sold[row]]
        quiet, longest = int(number[row, -1] - sold[-1]), int(np.diff(sold).max()) - 1
        share = len(sold) / (int(sold[-1] - sold[0]) + 2)  # as if one more period, without a sale, had been seen
        if quiet >= LEAST_QUIET[known.period] and quiet > longest and (1 - share) ** quiet < RARE:
            found[row] = quiet
    return found


def _faded(known: History) -> tuple[Floats, Floats]:
    """Units a period in the latest quarter and in the year before it, NaN where nothing has faded, shape (n,) each."""
    quarter, year = QUARTER[known.period], YEAR[known.period]
    units = known.units
    now, then = _mean(units[:, -quarter:], quarter), _mean(units[:, -quarter - year : -quarter], 2 * quarter)
    same = _mean(units[:, -year - quarter : -year], quarter) if units.shape[1] >= year + quarter else then
    is_less = (now < LEFT * then) & (now < LEFT * np.where(np.isfinite(same), same, then))
    is_told = is_less & (then * quarter >= ENOUGH)
    return np.where(is_told, now, np.nan), np.where(is_told, then, np.nan)


def _mean(units: Floats, span: int) -> Floats:
    """Mean of the known periods, NaN where fewer than half of `span` are known, shape (n,)."""
    n = np.isfinite(units).sum(axis=1)
    return np.asarray(np.where(2 * n >= span, np.nansum(units, axis=1) / np.maximum(n, 1), np.nan))
