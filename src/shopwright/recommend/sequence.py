"""SLIST-type model: what comes next, from what came before, as a ridge regression over all cuts of all histories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shopwright.recommend.events import Events
from shopwright.recommend.grams import Sequential, chained, together
from shopwright.recommend.local import solved, strongest
from shopwright.recommend.members import Links

__all__ = ["RIDGES", "sequences"]

RIDGES = (30.0, 120.0)
TOGETHER = 0.2  # α: share of XᵀX, the rest is SᵀS and SᵀT
DECAY = 3.0


def sequences(
    events: Events,
    ridges: Sequence[float] = RIDGES,
    decay: float = DECAY,
    gram: Any = None,
    chains: Sequential | None = None,
) -> list[Links]:
    """B = (αXᵀX + (1−α)SᵀS + λI)⁻¹ (αXᵀX + (1−α)SᵀT), zero diagonal (Choi et al. 2021, WWW), one for each λ.

    Args:
        events: of all customers.
        ridges: λ.
        decay: orders after which what a customer has counts 1/e when a list is asked for.
        gram: XᵀX where it is known already.
        chains: SᵀS and SᵀT where they are known already.
    """
    pairs = TOGETHER * (together(events) if gram is None else gram)
    order = chained(events) if chains is None else chains
    known, told = pairs + (1 - TOGETHER) * order.past, pairs + (1 - TOGETHER) * order.ahead
    return [Links(strongest(weights), decay) for weights in solved(known.tocsr(), told.tocsr(), ridges)]
