"""How a product sells of late beside how it sold before: what is going out of fashion, what is coming in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shopwright.recommend.events import Events
from shopwright.recommend.members import Links

__all__ = ["fashion", "fashioned", "lately"]

HALF_LIFE, QUICK = 20.0, 7.0  # days: of what sells of late; of what makes one product the fashion rather than another
STEADY = 1.0  # events a product is given at its old rate: one sold twice in its life tells little
LEAST = 1e-3


def lately(events: Events, half_life: float = HALF_LIFE) -> NDArray[np.float64]:
    """Each product's share of what sells, shape (n,): an event counts half as much each `half_life` days back."""
    weights = events.weights.astype(float)
    if events.is_dated and len(events.days):
        weights = weights * np.exp2(-(events.days.max() - events.days) / half_life)
    counts = np.bincount(events.items, weights=weights, minlength=events.n_items)
    return np.asarray(counts / max(counts.sum(), 1e-12), np.float64)


def fashion(events: Events, half_life: float = QUICK, steady: float = STEADY) -> NDArray[np.float64]:
    """A product's share of late as a multiple of its share all in all, shape (n,); 1 for all without dates.

    Args:
        events: of all customers.
        half_life: days after which an event counts half.
        steady: events each product is given at its rate all in all.
    """
    if not events.is_dated or not len(events.days):
        return np.ones(events.n_items)
    weights = events.weights.astype(float)
    now = np.exp2(-(events.days.max() - events.days) / half_life) * weights
    recent, ever = (np.bincount(events.items, weights=each, minlength=events.n_items) for each in (now, weights))
    expected = ever * (recent.sum() / max(ever.sum(), 1e-12))
    return np.asarray(np.maximum((recent + steady) / (expected + steady), LEAST), np.float64)


def fashioned(links: Links, ratio: NDArray[np.float64]) -> Links:
    """The same links, each product that is told times its ratio, shape (n,)."""
    weights = links.weights.copy()  # the order of the columns stays: reasons look them up by halving
    weights.data = weights.data * ratio[weights.indices].astype(np.float32)
    return replace(links, weights=weights)
