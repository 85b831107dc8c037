"""EASE: what goes with what a customer has, as one ridge regression of all products on all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shopwright.recommend.events import Events
from shopwright.recommend.grams import together
from shopwright.recommend.local import solved, strongest
from shopwright.recommend.members import Links

__all__ = ["DECAY", "linear", "linears"]

RIDGES = (100.0, 400.0)
DECAY = 3.0


def linear(events: Events, ridge: float = RIDGES[0], decay: float = DECAY, gram: Any = None) -> Links:
    """Fit it (Steck 2019, WWW), each product on its 200 strongest partners.

    Args:
        events: of all customers.
        ridge: λ.
        decay: orders after which what a customer has counts 1/e when a list is asked for.
        gram: XᵀX where it is known already.
    """
    return linears(events, (ridge,), decay, gram)[0]


def linears(events: Events, ridges: Sequence[float] = RIDGES, decay: float = DECAY, gram: Any = None) -> list[Links]:
    """The same for several λ at once, which takes little longer than for one.

    Args:
        events: of all customers.
        ridges: λ.
        decay: orders after which what a customer has counts 1/e when a list is asked for.
        gram: XᵀX where it is known already.
    """
    pairs = together(events) if gram is None else gram
    return [Links(strongest(weights), decay) for weights in solved(pairs, pairs, ridges)]
