"""Periods ahead in which nothing can sell: a flag known ahead under which nothing ever did, as when a shop is closed.

Trees learn such a flag, but those beside them in a blend do not, and the blend would tell a few hundred units.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.cast import Cast
from shopwright.forecast.panel import Panel

__all__ = ["emptied", "shut", "was_shut"]

Mask = NDArray[np.bool_]
FEWEST = 5  # periods with that flag
RARE = 0.001  # chance of selling nothing in them, from which on it is none
GLANCE = 64  # SKUs among which a sale under a flag is looked for first


def shut(panel: Panel) -> Mask:
    """Which SKUs sell nothing in which periods ahead, shape (n, H).

    Only what was told counts, in the past and ahead, and not what was filled in: a table that holds only what sold has
    no row of a day without sales, whose flag is then taken for off.
    """
    return _closed(panel)[:, panel.n_periods :]


def was_shut(panel: Panel) -> Mask:
    """Which SKUs could sell nothing in which periods known, by the same flags, shape (n, T)."""
    return _closed(panel)[:, : panel.n_periods]


def emptied(cast: Cast, is_shut: Mask) -> Cast:
    """The cast with nothing in these periods."""
    if not is_shut.any():
        return cast
    return Cast(np.where(is_shut, 0.0, cast.mean), np.where(is_shut[:, :, None], 0.0, cast.quantiles))


def _closed(panel: Panel) -> Mask:
    """Which SKUs sell nothing in which periods known and ahead, shape (n, T + H)."""
    found = np.zeros((len(panel.skus), panel.n_periods + panel.horizon), bool)
    for name, value, cells in _without_sales(panel):
        if _is_no_chance(panel.units, cells):
            found |= (panel.ahead[name] == value) & panel.told[name]
    return found


def _without_sales(panel: Panel) -> Iterator[tuple[str, float, Mask]]:
    """Flags and their values under which nothing ever sold, with the SKUs and periods they had them in, (n, T)."""
    for name, told in panel.told.items():
        for value in (0.0, 1.0):
            for rows in (slice(GLANCE), slice(None)):
                units, past = panel.units[rows], slice(panel.n_periods)
                cells = told[rows, past] & (panel.ahead[name][rows, past] == value) & np.isfinite(units)
                if units[cells].any():
                    break
            else:
                yield name, value, cells


def _is_no_chance(units: NDArray[np.float64], cells: Mask) -> bool:
    """Whether so many SKUs and periods without a sale are no chance, by how often they sold otherwise.

    SKUs are taken to sell each for itself; but no period is less likely to see no sale than one in which nobody sold.
    """
    if int(cells.any(axis=0).sum()) < FEWEST:
        return False
    sold, known = np.nan_to_num(units) > 0, np.isfinite(units)
    others = known & ~cells
    alone = (cells * _log_silence(sold, known, others)).sum(axis=0)
    together = _log_silence(_any(sold), _any(known), _any(others))[0]
    return bool(np.maximum(alone, together)[cells.any(axis=0)].sum() < np.log(RARE))


def _any(each: Mask) -> Mask:
    return np.asarray(each.any(axis=0))[None, :]


def _log_silence(sold: Mask, known: Mask, others: Mask) -> NDArray[np.float64]:
    """Logarithms of the chance that nothing sells, shape (n, T), from how often it did in other periods.

    After a period without a sale that is as likely as ever after one, or more: of seasonal goods that are quiet for
    months, a flag told from some day of these on says nothing.
    """
    share = sold.sum(axis=1) / (others.sum(axis=1) + 1)  # as if one more period, without a sale, had been seen
    after = np.zeros_like(known)
    after[:, 1:] = (known & ~sold)[:, :-1]
    seen = after & others
    seen[:, 1:] &= others[:, :-1]
    stays = ((seen & ~sold).sum(axis=1) + 1) / (seen.sum(axis=1) + 2)
    usual = (1 - share)[:, None]
    return np.asarray(np.log(np.where(after, np.maximum(usual, stays[:, None]), usual)))
