"""Showing now and then what is not known to be best, with the chance of each choice told exactly.

Each slot of a list is filled in turn. A policy gives the chance of each product for the next slot, given what stands
in the slots above; the chance of the product that was drawn is its propensity, which estimates of another policy
from what was shown need (IPS, SNIPS, DR).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from shopwright.recommend.rules import Rules
from shopwright.seeds import generator

__all__ = ["GREEDY", "POOL", "EpsilonLast", "Greedy", "PlackettLuce", "Policy", "draws", "policy_of"]

POOL = 50  # products that a slot may be drawn from: the best of those the rules allow


class Policy(Protocol):
    """Gives the chance of each product for the next slot."""

    @property
    def name(self) -> str:
        """The policy with its numbers, as the log of propensities holds it."""

    def chances(self, values: np.ndarray, slot: int, k: int) -> np.ndarray:
        """Chances that add up to one, shape (n,).

        Args:
            values: worth of each product in this slot, shape (n,); minus infinity for what must not stand there, at
                least one finite.
            slot: the slot, from 0.
            k: length of the list.
        """


@dataclass(frozen=True, slots=True)
class Greedy:
    """The best product, always; the first of several that are equally good."""

    @property
    def name(self) -> str:
        """The policy's name."""
        return "greedy"

    def chances(self, values: np.ndarray, slot: int, k: int) -> np.ndarray:
        """One for the best."""
        del slot, k
        chances = np.zeros(len(values))
        chances[values.argmax()] = 1.0
        return chances


@dataclass(frozen=True, slots=True)
class PlackettLuce:
    """Every slot drawn from the best 50, with chances as exp(value / temperature) (Plackett 1975, Luce 1959).

    Attributes:
        temperature: above 0; the lower, the nearer to always the best.
    """

    temperature: float

    @property
    def name(self) -> str:
        """The policy's name with its temperature."""
        return f"plackett-luce({self.temperature:g})"

    def chances(self, values: np.ndarray, slot: int, k: int) -> np.ndarray:
        """Softmax over the pool."""
        del slot, k
        pool = _pool(values)
        weights = np.exp((values[pool] - values[pool].max()) / self.temperature)
        chances = np.zeros(len(values))
        chances[pool] = weights / weights.sum()
        return chances


@dataclass(frozen=True, slots=True)
class EpsilonLast:
    """The best product, but in the last slots with chance epsilon one of the best 50, each as likely.

    Attributes:
        epsilon: 0 to 1.
        slots: how many slots at the end of the list.
    """

    epsilon: float
    slots: int

    @property
    def name(self) -> str:
        """The policy's name with its numbers."""
        return f"epsilon({self.epsilon:g},last {self.slots})"

    def chances(self, values: np.ndarray, slot: int, k: int) -> np.ndarray:
        """1 − ε for the best and ε spread evenly over the pool, the best among it."""
        chances = GREEDY.chances(values, slot, k)
        if slot < k - self.slots:
            return chances
        pool = _pool(values)
        chances *= 1.0 - self.epsilon
        chances[pool] += self.epsilon / len(pool)
        return chances


GREEDY = Greedy()


def policy_of(rules: Rules) -> Policy:
    """The policy that rules ask for."""
    if rules.temperature:
        return PlackettLuce(rules.temperature)
    return EpsilonLast(rules.explore, rules.explore_slots) if rules.explore else GREEDY


def draws(seed: int, request: str, k: int) -> np.ndarray:
    """One number from [0, 1) for each slot of one request's list, shape (k,); the same whenever it is asked again."""
    return generator(seed, "explore", request).random(k)


def _pool(values: np.ndarray) -> np.ndarray:
    """Places of the best 50 that may be shown, the first ones among equals."""
    allowed = np.flatnonzero(values > -np.inf)
    if len(allowed) > POOL:
        allowed = allowed[np.argsort(-values[allowed], kind="stable")[:POOL]]
    return allowed
