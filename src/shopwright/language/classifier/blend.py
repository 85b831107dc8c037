"""Scores of several heads added up, so that the sum says how likely each class is.

The weights are the ones under which the labels of held-out texts were most likely: temperature scaling (Guo et al.
2017) with one temperature for each head. The scores of the heads over vectors are nearly chances themselves, as of a
regression on zeros and ones, so their logarithms are added: with the scores as they are labels were less likely.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from shopwright.language.classifier.linear import Scores

__all__ = ["AS_THEY_ARE", "NEAR", "blended", "losses", "told", "weigh"]

NEAR = ("vectors", "spread")  # heads whose scores are nearly chances
AS_THEY_ARE = "vectors as they are"  # scores of the head over vectors in classifiers of format 1
_RANGE = (0.02, 200.0)
_LEAST = 0.02  # no chance is taken for smaller: scores near zero, and below it, say hardly more than that
_SLOPE = 0.01  # enough that the highest of such scores stays the highest


def told(scores: Mapping[str, Scores], name: str) -> Scores:
    """What a head adds to the sum."""
    if name == AS_THEY_ARE:
        return scores["vectors"]
    if name not in NEAR:
        return scores[name]
    low = np.minimum(scores[name] - np.float32(_LEAST), 0)
    return np.asarray(np.log(np.maximum(scores[name], np.float32(_LEAST))) + np.float32(_SLOPE) * low, np.float32)


def weigh(parts: Sequence[Scores], classes: NDArray[np.int64], start: Sequence[float]) -> list[float]:
    """A weight for each part of a sum, from texts nothing was learned from, and their classes.

    A few texts that are all told rightly would ask for weights without end: above `start` they cost as much as one text
    that is e times as unlikely, when they are e times as large.
    """
    stack, begin = np.stack(parts).astype(np.float64), np.array(start, np.float64)
    truth = np.arange(len(classes)), classes

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logs = log_softmax(np.tensordot(weights, stack, 1), axis=1)
        chances = np.exp(logs)
        slope = [((chances * head).sum(1) - head[truth]).mean() for head in stack]
        beyond = np.log(np.maximum(weights / begin, 1))
        cost, steep = np.square(beyond).sum() / len(classes), 2 * beyond / weights / len(classes)
        return float(-logs[truth].mean() + cost), np.array(slope) + steep

    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=[_RANGE] * len(stack))
    return [float(weight) for weight in found.x]


def blended(scores: Mapping[str, Scores], weights: Mapping[str, float]) -> Scores:
    """The weighted sum: logits of the classes."""
    return np.asarray(sum(np.float32(weight) * told(scores, name) for name, weight in weights.items()), np.float32)


def losses(logits: Scores, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each text the surprise at its class, in nats."""
    logs = log_softmax(logits.astype(np.float64), axis=1)
    return np.asarray(-logs[np.arange(len(classes)), classes])
