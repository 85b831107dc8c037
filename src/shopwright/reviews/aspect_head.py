"""The head that says how a customer speaks of an aspect: softmax regression, learned in numpy, kept in few bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

from shopwright.processor import one_thread
from shopwright.reviews.aspect_features import Features

__all__ = ["Head", "Recipe", "softmax"]

Array = NDArray[np.float32]
_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Recipe:
    """How strongly each part may speak; a smaller number holds its weights back more."""

    block: float = 0.6
    facts: float = 0.3
    vectors: float = 2.0
    cost: float = 1.0


@dataclass(frozen=True, slots=True)
class Head:
    """Weights for three classes.

    Attributes:
        grams: int8 (BUCKETS, 3).
        scale: times `grams` are the weights.
        blocks: float32 (BLOCKS, d, 3).
        facts: float32 (FACTS, 3).
        vectors: float32 (e, 3), of an encoder's vectors; no rows where there is no encoder.
        bias: float32 (3,).
    """

    grams: NDArray[np.int8]
    scale: float
    blocks: Array
    facts: Array
    vectors: Array
    bias: Array

    @classmethod
    def learn(
        cls,
        found: Features,
        classes: NDArray[np.int64],
        vectors: Array | None = None,
        recipe: Recipe | None = None,
        offset: Array | None = None,
    ) -> Head:
        """Fit to classes 0, 1 and 2 by L-BFGS (Liu & Nocedal 1989); the same rows give the same digits.

        Args:
            found: one row for each aspect.
            classes: 0 negative, 1 neutral, 2 positive.
            vectors: of an encoder, one row for each aspect.
            recipe: how strongly the parts may speak.
            offset: scores that another head gives already; what is learned is added to them.
        """
        how = recipe or Recipe()
        counts = np.diff(found.grams.tocsc().indptr)
        used = np.flatnonzero(counts > 1)  # a bucket that one row alone fills would only learn that row by heart
        spread = np.maximum(found.facts.std(axis=0), np.float32(1e-6))
        size = np.float32(np.sqrt((found.vectors**2).sum(axis=1).mean()))
        extra = np.zeros((len(classes), 0), np.float32) if vectors is None else vectors
        dense = np.concatenate(
            [
                *(np.asarray(block @ found.vectors) * (how.block / size) for block in found.blocks),
                found.facts * (how.facts / spread),
                extra * how.vectors,
            ],
            axis=1,
        ).astype(np.float32)
        telling = _telling(found.grams[:, used], classes)
        sparse, whole, bias = _fit(
            csr_matrix(found.grams[:, used] @ diags(telling)), dense, classes, 1 / how.cost, offset
        )
        grams = np.zeros((found.grams.shape[1], 3), np.float32)
        grams[used] = sparse * telling[:, None]
        scale = float(np.abs(grams).max() or 1) / 127
        width = found.vectors.shape[1]
        ends = np.cumsum([len(found.blocks) * width, found.facts.shape[1]])
        blocks, facts, rest = np.split(whole, ends)
        return cls(
            np.round(grams / scale).astype(np.int8),
            scale,
            _half((blocks * (how.block / size)).reshape(len(found.blocks), width, 3)),
            (facts * (how.facts / spread)[:, None]).astype(np.float32),
            (rest * how.vectors).astype(np.float32),
            bias,
        )

    def plus(self, other: Head) -> Head:
        """The head whose scores are those of both together."""
        grams = self.grams * np.float32(self.scale) + other.grams * np.float32(other.scale)
        scale = float(np.abs(grams).max() or 1) / 127
        vectors = [head.vectors for head in (self, other) if len(head.vectors)]
        return Head(
            np.round(grams / scale).astype(np.int8),
            scale,
            _half(self.blocks + other.blocks),
            self.facts + other.facts,
            np.sum(vectors, axis=0, dtype=np.float32) if vectors else self.vectors,
            self.bias + other.bias,
        )

    def scaled(self, by: float) -> Head:
        """The head with all scores times a number."""
        parts = (
            np.asarray(part * np.float32(by), np.float32) for part in (self.blocks, self.facts, self.vectors, self.bias)
        )
        return Head(self.grams, self.scale * by, *parts)

    def scores(self, found: Features, vectors: Array | None = None) -> Array:
        """One score for each aspect and class."""
        with one_thread():  # more threads add in another order: other digits
            scores = found.grams @ self.grams.astype(np.float32) * np.float32(self.scale) + self.bias
            for block, weights in zip(found.blocks, self.blocks, strict=True):
                scores += block @ (found.vectors @ weights)
            scores += found.facts @ self.facts
            if vectors is not None and len(self.vectors):
                scores += vectors @ self.vectors
        return np.asarray(scores, np.float32)


def _telling(grams: csr_matrix, classes: NDArray[np.int64]) -> Array:
    """How much each column tells: the root of its largest log-ratio between a class and the others, 1 on average.

    After the ratios of naive Bayes as features (Wang & Manning 2012).
    """
    there = csr_matrix((np.ones_like(grams.data), grams.indices, grams.indptr), shape=grams.shape)
    every = np.asarray(there.sum(axis=0)).ravel()
    most = np.full(len(every), 1e-3)
    for one in np.unique(classes):
        own = np.asarray(there[classes == one].sum(axis=0)).ravel()
        others = every - own
        ratio = (own + 0.5) / (own.sum() + 1) * (others.sum() + 1) / (others + 0.5)
        most = np.maximum(most, np.abs(np.log(ratio)))
    root = np.sqrt(most)
    return np.asarray(root / np.sqrt(np.mean(root**2)) if len(root) else root, np.float32)


def _half(weights: Array) -> Array:
    """As they will be read again: kept in half the bits."""
    return weights.astype(np.float16).astype(np.float32)


def softmax(scores: Array) -> Array:
    """Scores as chances."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def _fit(
    sparse: csr_matrix, dense: Array, classes: NDArray[np.int64], penalty: float, offset: Array | None
) -> tuple[Array, Array, Array]:
    from scipy.optimize import minimize

    n, d, e = len(classes), sparse.shape[1], dense.shape[1]
    truth = np.eye(3, dtype=np.float32)[classes]
    turned, given = sparse.T.tocsr(), np.float32(0) if offset is None else offset

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.reshape(d + e + 1, 3).astype(np.float32)
        scores = sparse @ weights[:d] + dense @ weights[d:-1] + weights[-1] + given
        chances = softmax(scores)
        missed = -np.log(np.maximum((chances * truth).sum(axis=1, dtype=np.float64), 1e-12)).sum()
        held = 0.5 * penalty * float((weights[:-1].astype(np.float64) ** 2).sum())
        off = chances - truth
        slope = np.concatenate([turned @ off, dense.T @ off, off.sum(axis=0)[None]]).astype(np.float64)
        slope[:-1] += penalty * weights[:-1]
        return (missed + held) / n, slope.ravel() / n

    with one_thread():
        found = minimize(loss, np.zeros((d + e + 1) * 3), jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS})
    weights = found.x.reshape(d + e + 1, 3).astype(np.float32)
    return weights[:d], weights[d:-1], weights[-1]
