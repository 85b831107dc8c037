"""Scores of several heads added up, so that the sum says how likely each class is.

The weights are the ones under which the labels of held-out texts were most likely: temperature scaling (Guo et al.
2017) with one temperature for each head.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from shopwright.language.classifier.linear import Scores

__all__ = ["blended", "losses", "weigh"]

_RANGE = (0.02, 200.0)


def weigh(scores: Sequence[Scores], classes: NDArray[np.int64], start: Sequence[float]) -> list[float]:
    """A weight for each head, from its scores for texts it did not learn from, and their classes."""
    stack = np.stack(scores).astype(np.float64)
    truth = np.arange(len(classes)), classes

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logs = log_softmax(np.tensordot(weights, stack, 1), axis=1)
        chances = np.exp(logs)
        slope = [((chances * head).sum(1) - head[truth]).mean() for head in stack]
        return float(-logs[truth].mean()), np.array(slope)

    found = minimize(loss, np.array(start, np.float64), jac=True, method="L-BFGS-B", bounds=[_RANGE] * len(stack))
    return [float(weight) for weight in found.x]


def blended(scores: Mapping[str, Scores], weights: Mapping[str, float]) -> Scores:
    """The weighted sum: logits of the classes."""
    return np.asarray(sum(np.float32(weight) * scores[name] for name, weight in weights.items()), np.float32)


def losses(logits: Scores, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each text the surprise at its class, in nats."""
    logs = log_softmax(logits.astype(np.float64), axis=1)
    return np.asarray(-logs[np.arange(len(classes)), classes])
