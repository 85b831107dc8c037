"""What sells, of late and all in all."""

from __future__ import annotations

import numpy as np

from shopwright.recommend.events import Events
from shopwright.recommend.members import Popular

__all__ = ["RECENT_DAYS", "popular"]

RECENT_DAYS = 7


def popular(events: Events, days: int | None = None) -> Popular:
    """Shares of the events by product.

    Args:
        events: of all customers.
        days: only those of the last so many days; None for all. Events without dates all count.
    """
    weights = events.weights
    if days is not None and events.is_dated and len(events.days):
        weights = np.where(events.days > events.days.max() - days, weights, np.float32(0))
    counts = np.bincount(events.items, weights=weights, minlength=events.n_items)
    return Popular((counts / max(counts.sum(), 1e-9)).astype(np.float32))
