"""Sums over pairs of products in customers' histories, from which the linear models are solved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from shopwright.recommend.events import Events

__all__ = ["Sequential", "chained", "together"]

LONGEST = 200  # latest events of a customer: longer histories are robots and resellers, and cost their square
FURTHEST = 100  # events between the two of a pair
PAST, AHEAD = 2.0, 1.0  # steps in which what was before, and what comes after, falls to 1/e
PAIRS_AT_ONCE = 8_000_000


@dataclass(frozen=True, eq=False)
class Sequential:
    """Sums over all places t in which a history can be cut, S what was before (decayed), T what comes after.

    Attributes:
        past: SᵀS, sparse (n, n).
        ahead: SᵀT, sparse (n, n).
    """

    past: Any
    ahead: Any


def together(events: Events) -> Any:
    """XᵀX, sparse (n, n): how many customers have both products, their latest 200 events."""
    seen = _latest(events).matrix()
    return (seen.T @ seen).tocsr()


def chained(events: Events) -> Sequential:
    """SᵀS and SᵀT in closed form, pair by pair.

    With S(t, i) = e^(−(t−1−i)/δ) for steps i < t and T(t, j) = e^(−(j−t)/ε) for j ≥ t, a pair of steps i < j with gap
    g and u steps after j adds e^(−g/δ) Σ_{x<u} e^(−2x/δ) to SᵀS and Σ_{x<g} e^(−x/δ) e^(−(g−1−x)/ε) to SᵀT. Models
    of this kind: SLIST (Choi et al. 2021, WWW).
    """
    recent = _latest(events)
    n = events.n_items
    past, ahead = (sparse.csr_matrix((n, n), dtype=np.float32) for _ in range(2))
    for first, second, gaps, after in _pairs(recent):
        is_later = gaps > 0
        weights = recent.weights[first] * recent.weights[second]
        both = (weights * np.exp(-gaps / PAST) * _geometric(np.exp(-2 / PAST), after)).astype(np.float32)
        past = past + _summed(both, recent.items[first], recent.items[second], n)
        follows = (weights * _follows(gaps))[is_later].astype(np.float32)
        ahead = ahead + _summed(follows, recent.items[first[is_later]], recent.items[second[is_later]], n)
    own = (recent.weights**2 * _geometric(np.exp(-2 / PAST), _left(recent))).astype(np.float32)
    past = past + past.T + _summed(own, recent.items, recent.items, n)
    return Sequential(past.tocsr(), ahead.tocsr())


def _latest(events: Events) -> Events:
    """At most the last 200 events of each customer."""
    lengths = np.diff(events.starts)
    if not len(lengths) or lengths.max() <= LONGEST:
        return events
    from_end = np.repeat(events.starts[1:], lengths) - np.arange(len(events.items))
    return events.only(from_end <= LONGEST)


def _left(events: Events) -> np.ndarray:
    """Steps after each event's own, shape (e,)."""
    lengths = np.diff(events.starts)
    last = events.steps[np.maximum(events.starts[1:] - 1, 0)] if len(events.steps) else np.zeros(0, np.int32)
    return np.asarray(np.repeat(last, lengths) - events.steps)


def _pairs(events: Events) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """Pairs of events of a customer in portions: both, steps between them, steps after the second."""
    lengths = np.diff(events.starts)
    behind = np.repeat(events.starts[1:], lengths) - np.arange(len(events.items)) - 1  # events after each
    left = _left(events)
    held: list[tuple[np.ndarray, np.ndarray]] = []
    size = 0
    for apart in range(1, min(FURTHEST, int(lengths.max(initial=0))) + 1):
        first = np.flatnonzero(behind >= apart)
        held.append((first, first + apart))
        size += len(first)
        if size >= PAIRS_AT_ONCE:
            yield _told(events, left, held)
            held, size = [], 0
    if size:
        yield _told(events, left, held)


def _told(
    events: Events, left: np.ndarray, held: list[tuple[np.ndarray, np.ndarray]]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    first, second = (np.concatenate(each) for each in zip(*held, strict=True))
    return first, second, events.steps[second] - events.steps[first], left[second]


def _geometric(ratio: float, n: np.ndarray) -> np.ndarray:
    """1 + ratio + … of n terms."""
    return np.asarray((1 - ratio**n) / (1 - ratio))


def _follows(gaps: np.ndarray) -> np.ndarray:
    """Σ_{x<g} a^x b^(g−1−x) for each gap g; 0 for 0."""
    a, b = np.exp(-1 / PAST), np.exp(-1 / AHEAD)
    most = int(gaps.max(initial=0))
    table = np.array([sum(a**x * b ** (g - 1 - x) for x in range(g)) for g in range(most + 1)])
    return np.asarray(table[gaps])


def _summed(values: np.ndarray, first: np.ndarray, second: np.ndarray, n: int) -> Any:
    return sparse.coo_matrix((values, (first, second)), shape=(n, n)).tocsr()
