"""What of a history says nothing of demand and is left out, and told: slips, and stock-outs that no record tells of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from shopwright.i18n import Text, t
from shopwright.shop.demand import periods_of
from shopwright.shop.hidden import hidden_stock_outs
from shopwright.shop.notes import joined
from shopwright.shop.slips import without_slips

if TYPE_CHECKING:
    from shopwright.shop.history import History

__all__ = ["cleaned", "without_hidden"]


def cleaned(known: History) -> History:
    """The same with slips unknown (`without_slips`), neither sold nor paid for, and told."""
    units, notes = without_slips(known.units, known.skus)
    if not notes:
        return known
    is_slip = np.isnan(units) & np.isfinite(known.units)
    found = {
        known.skus[row]: tuple(known.days[at] for at in np.flatnonzero(is_slip[row]))
        for row in np.flatnonzero(is_slip.any(axis=1)).tolist()
    }
    sold, revenue = (np.where(is_slip, 0.0, values) for values in (known.sold, known.revenue))
    return replace(known, units=units, sold=sold, revenue=revenue, notes=notes, slips=found)


def without_hidden(known: History, settled: np.ndarray, closed: np.ndarray | None = None) -> History:
    """The same with stock-outs that no record tells of unknown, and told (`hidden_stock_outs`).

    Args:
        known: the history.
        settled: periods that were recorded to be in stock, shape (n, T).
        closed: periods in which nothing could sell, as the shop was closed, shape (n, T); None: none known.
    """
    units = known.units if closed is None else np.where(closed, np.nan, known.units)
    hidden = hidden_stock_outs(units, known.period, settled)
    if not hidden:
        return known
    masked, notes = known.units.copy(), dict[str, Text]()
    for row, stretches in hidden.items():
        places = np.concatenate([np.arange(each.begin, each.end) for each in stretches])
        masked[row, places] = np.nan
        notes[known.skus[row]] = _hidden_note(known, places)
    by_sku = {known.skus[row]: stretches for row, stretches in hidden.items()}
    return replace(known, units=masked, notes=joined(known.notes, notes), hidden=by_sku)


def _hidden_note(known: History, places: np.ndarray) -> Text:
    """What is said of a product that sold nothing in these periods."""
    told = {
        "n": len(places),
        "unit": periods_of(len(places), known.period),
        "day": str(known.days[places[-1]]),
        "times": 1 + int((np.diff(places) > 1).sum()),
    }
    if told["times"] == 1:
        return t(
            "sold nothing for {n} {unit}, the last of them {day}, too long to be chance by how often it sells: taken to"
            " have been out of stock",
            **{name: each for name, each in told.items() if name != "times"},
        )
    return t(
        "sold nothing {times} times, for {n} {unit} together, the last of them {day}, too long to be chance by how"
        " often it sells: taken to have been out of stock",
        **told,
    )
