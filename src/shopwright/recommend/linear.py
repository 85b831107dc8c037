"""EASE: what goes with what a customer has, as one ridge regression of all products on all others."""

from __future__ import annotations

from typing import Any

from shopwright.recommend.events import Events
from shopwright.recommend.grams import together
from shopwright.recommend.local import solved, strongest
from shopwright.recommend.members import Links

__all__ = ["DECAY", "linear"]

RIDGE = 100.0
DECAY = 3.0


def linear(events: Events, ridge: float = RIDGE, decay: float = DECAY, gram: Any = None) -> Links:
    """Fit it (Steck 2019, WWW), each product on its 200 strongest partners.

    Args:
        events: of all customers.
        ridge: λ.
        decay: orders after which what a customer has counts 1/e when a list is asked for.
        gram: XᵀX where it is known already.
    """
    pairs = together(events) if gram is None else gram
    return Links(strongest(solved(pairs, pairs, [ridge])[0]), decay)
