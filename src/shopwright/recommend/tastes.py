"""Tastes: a mixture of a few kinds of customers, each with its own shares of products, times what sells of late.

Each customer is of one kind z, drawn with probability π_z, and draws each product with probability p_z (a mixture of
multinomials, fitted by expectation-maximisation; Nigam et al. 2000, Machine Learning 39). Kinds say how much more or
less a product is wanted than by everybody, p_z / p; that is multiplied with its share of what sells of late, so that a
product of last summer does not come back for its fans in winter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.recommend.events import Events
from shopwright.recommend.fashion import lately
from shopwright.recommend.histories import Histories
from shopwright.recommend.members import Scores
from shopwright.seeds import generator

__all__ = ["Tastes", "tastes"]

KINDS, ROUNDS = 8, 60
TRIES, BRIEF, TRIED_ON = 4, 25, 10_000  # first kinds that are tried, their rounds and customers: the likeliest go on
ALIKE = 400.0  # events each kind is given as everybody buys: a kind nobody needs becomes everybody
MOST_CUSTOMERS = 100_000
SETTLED = 1e-7  # change of the log likelihood by event that ends the fitting


@dataclass(frozen=True, eq=False)
class Tastes:
    """Kinds of customers.

    Attributes:
        wants: log of how much more a kind wants a product than everybody does, shape (z, n).
        common: log of the kinds' shares of customers, shape (z,).
        lately: each product's share of what sells of late, shape (n,).
    """

    wants: NDArray[np.float32]
    common: NDArray[np.float32]
    lately: NDArray[np.float32]
    kind = "tastes"

    def scores(self, asked: Histories) -> Scores:
        """Expected wish times share of late, shape (m, n)."""
        return np.asarray(self.belongs(asked) @ self._told, np.float32)

    def belongs(self, asked: Histories) -> NDArray[np.float32]:
        """Probability of each kind given the history, shape (m, z)."""
        return _softmax(np.asarray(asked.summed(asked.weights) @ self.wants.T + self.common))

    @cached_property
    def _told(self) -> NDArray[np.float32]:
        return np.asarray(np.exp(self.wants) * self.lately, np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Kinds and shares."""
        return {"wants": self.wants, "common": self.common, "lately": self.lately}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Tastes:
        """Made again from `arrays`."""
        return cls(*(np.asarray(arrays[name]) for name in ("wants", "common", "lately")))


def tastes(events: Events, seed: int = 0, kinds: int = KINDS) -> Tastes:
    """Fit them; on a draw of customers where there are very many.

    Args:
        events: of all customers.
        seed: of the first kinds.
        kinds: how many there may be, z.
    """
    random = generator(seed, "recommend", "tastes")
    bought = _drawn(events.matrix(), MOST_CUSTOMERS, random)
    told = np.asarray(bought.sum(axis=0)).ravel() + 0.5
    everybody = told / told.sum()
    few = _drawn(bought, TRIED_ON, random)
    tries = [_settled(few, everybody, random.dirichlet(np.full(kinds, 0.3), few.shape[0]), BRIEF) for _ in range(TRIES)]
    wants, common, _ = max(tries, key=lambda each: each[2])
    wants, common, _ = _settled(bought, everybody, _softmax(np.asarray(bought @ wants.T) + common), ROUNDS)
    return Tastes(wants.astype(np.float32), common.astype(np.float32), lately(events).astype(np.float32))


def _drawn(bought: Any, most: int, random: np.random.Generator) -> Any:
    n = bought.shape[0]
    return bought if n <= most else bought[np.sort(random.permutation(n)[:most])]


def _settled(
    bought: Any, everybody: NDArray[np.float64], belongs: NDArray[np.floating[Any]], rounds: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Kinds from what customers may be: log wishes, log shares, and the log likelihood by event."""
    before = -np.inf
    for _ in range(rounds):
        wants, common = _kinds(bought, belongs, everybody), _common(belongs)
        likely = np.asarray(bought @ wants.T) + common
        belongs = _softmax(likely)
        now = float(np.logaddexp.reduce(likely, axis=1).sum() / max(bought.sum(), 1.0))
        if now - before < SETTLED:
            break
        before = now
    return wants, common, now


def _kinds(bought: Any, belongs: NDArray[np.floating[Any]], everybody: NDArray[np.float64]) -> NDArray[np.float64]:
    counts = np.asarray((bought.T @ belongs).T, float) + ALIKE * everybody
    return np.asarray(np.log(counts / counts.sum(axis=1, keepdims=True)) - np.log(everybody))


def _common(belongs: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    return np.asarray(np.log((belongs.sum(axis=0) + 1.0) / (len(belongs) + belongs.shape[1])))


def _softmax(likely: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    found = np.exp(likely - likely.max(axis=1, keepdims=True))
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)
