"""Kernel ridge regression over vectors: what is near what was seen, and nothing where nothing was seen.

The kernel is exp(sharpness * (cosine - 1)), approximated from landmarks (Nyström; Williams & Seeger 2001). The scores
of each training text as if it had been left out follow from one factorisation (Allen 1974), so that choosing and
calibrating need no second fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from shopwright.language.classifier.linear import Scores
from shopwright.language.encoders import Vectors
from shopwright.processor import one_thread

__all__ = ["Kernel", "LeftOut"]

_JITTER = 1e-3  # keeps landmarks that are copies of each other apart
_GRID = ((2.0, 5.0), (0.03, 0.1, 0.3))  # sharpness, ridge
_SMALL = 2_500  # texts up to which the whole grid is tried


@dataclass(frozen=True, slots=True)
class Kernel:
    """Landmarks, the weight of each for each class, and how fast likeness fades."""

    landmarks: Vectors
    weights: NDArray[np.float32]
    sharpness: float

    @classmethod
    def learn(
        cls, vectors: Vectors, targets: Scores, landmarks: NDArray[np.int64], sharpness: float, ridge: float
    ) -> Kernel:
        """Fit with `landmarks`, rows of `vectors`, where sharpness and ridge are known."""
        with one_thread():
            start, features = _features(vectors, landmarks, sharpness)
            square = (features @ features.T).astype(np.float64)
            factor = _factor(square, ridge)
            return _weighed(start, linalg.cho_solve((factor, True), (features @ targets).astype(np.float64)))

    def scores(self, vectors: Vectors) -> Scores:
        """About 1 for a class whose texts are alike, about 0 for all classes far from everything."""
        with one_thread():  # more threads add in another order: other digits
            return np.asarray(_alike(vectors, self.landmarks, self.sharpness) @ self.weights, np.float32)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A fitted kernel, with the score of each training text had it been left out; `is_named`: it learned names too."""

    kernel: Kernel
    scores: Scores
    ridge: float
    is_named: bool = False

    @classmethod
    def learn(cls, vectors: Vectors, targets: Scores, landmarks: NDArray[np.int64]) -> LeftOut:
        """Fit with `landmarks`, rows of `vectors`: with the ridge, and on small data the sharpness, of least error."""
        sharpness, ridges = _GRID if len(vectors) <= _SMALL else ((5.0,), (0.1, 0.3))
        tried = [fit for sharp in sharpness for fit in _fits(vectors, targets, landmarks, sharp, ridges)]
        return min(tried, key=lambda fit: fit.error(targets))

    def error(self, targets: Scores) -> float:
        """Mean squared error of the left-out scores."""
        return float(np.square(self.scores - targets).mean())

    def first(self, n: int) -> LeftOut:
        """With the scores of the first `n` texts only."""
        return replace(self, scores=self.scores[:n])


def _alike(left: Vectors, right: Vectors, sharpness: float) -> NDArray[np.float32]:
    likeness = np.asarray(left @ right.T, np.float32)
    likeness -= 1
    likeness *= sharpness
    return np.exp(likeness, out=likeness)


def _fits(
    vectors: Vectors, targets: Scores, landmarks: NDArray[np.int64], sharpness: float, ridges: tuple[float, ...]
) -> list[LeftOut]:
    with one_thread():
        start, features = _features(vectors, landmarks, sharpness)
        square = (features @ features.T).astype(np.float64)
        aims = (features @ targets).astype(np.float64)
        return [_fit(features, square, aims, targets, start, ridge) for ridge in ridges]


def _features(vectors: Vectors, landmarks: NDArray[np.int64], sharpness: float) -> tuple[Kernel, NDArray[np.float32]]:
    """A kernel whose weights are still the root of the landmarks' likeness, and its features of each text."""
    chosen = np.ascontiguousarray(vectors[landmarks])
    between = _alike(chosen, chosen, sharpness).astype(np.float64)
    between.flat[:: len(between) + 1] += _JITTER
    root = linalg.cholesky(between, lower=True)
    features = linalg.solve_triangular(
        root.astype(np.float32), _alike(vectors, chosen, sharpness).T, lower=True, check_finite=False
    )
    return Kernel(chosen, root, sharpness), features


def _fit(
    features: NDArray[np.float32],
    square: NDArray[np.float64],
    aims: NDArray[np.float64],
    targets: Scores,
    start: Kernel,
    ridge: float,
) -> LeftOut:
    factor = _factor(square, ridge)
    solved = linalg.cho_solve((factor, True), aims)
    spread = linalg.solve_triangular(factor.astype(np.float32), features, lower=True, check_finite=False)
    pull = np.square(spread).sum(0)[:, None].clip(0, 0.999)  # how far each text draws its own score to its target
    scores = (features.T @ solved.astype(np.float32) - pull * targets) / (1 - pull)
    return LeftOut(_weighed(start, solved), scores.astype(np.float32), ridge)


def _factor(square: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    return np.asarray(linalg.cholesky(square + ridge * np.eye(len(square)), lower=True))


def _weighed(start: Kernel, solved: NDArray[np.float64]) -> Kernel:
    """Weights of features as weights of landmarks."""
    weights = linalg.solve_triangular(start.weights, solved, lower=True, trans=1).astype(np.float32, order="C")
    return Kernel(start.landmarks, weights, start.sharpness)
