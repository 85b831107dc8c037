"""The heads of a classifier: over n-grams, over vectors, over both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shopwright.language.classifier.folds import landmarks
from shopwright.language.classifier.grams import Grams
from shopwright.language.classifier.kernel import Kernel, LeftOut
from shopwright.language.classifier.linear import Linear, Scores
from shopwright.language.classifier.spread import learned
from shopwright.language.classifier.weights import Ratios, Rows, Tfidf
from shopwright.language.encoders import Vectors

__all__ = ["Heads", "Material", "learn", "left_out", "spread_out"]

COSTS = {"words": 1.0, "joined": 0.5, "ratios": 0.5}  # of an error, beside large weights
_MANY = 5_000  # texts from which an n-gram has to occur twice
_LOUDER = 1.5  # how long vectors are beside rows of n-grams, which have length one


@dataclass(frozen=True, slots=True)
class Material:
    """What heads learn from: n-grams and vectors of texts, and their classes 0 … n-1."""

    grams: Grams
    vectors: Vectors | None
    classes: NDArray[np.int64]
    n: int

    def take(self, rows: NDArray[np.int64]) -> Material:
        """These texts only."""
        vectors = None if self.vectors is None else self.vectors[rows]
        return Material(self.grams.take(rows), vectors, self.classes[rows], self.n)

    @property
    def targets(self) -> Scores:
        """1 for the class of a text and 0 for the others."""
        return np.eye(self.n, dtype=np.float32)[self.classes]


@dataclass(frozen=True, slots=True)
class Heads:
    """Fitted heads by name: `words` over n-grams, `joined` over n-grams and vectors, `vectors` by nearness.

    Of two classes there may be one more, `ratios`, over n-grams weighed by the class they speak for. Where `spread` is
    there, it learned from texts without labels too, and `vectors` only says how far a text is from those with one.
    """

    tfidf: Tfidf
    linear: dict[str, Linear]
    kernel: Kernel | None
    ratios: Ratios | None = None
    spread: Kernel | None = None

    @property
    def names(self) -> set[str]:
        """Names of the heads."""
        kernels = {"vectors": self.kernel, "spread": self.spread}
        return {*self.linear, *(name for name, kernel in kernels.items() if kernel is not None)}

    def scores(self, grams: Grams, vectors: Vectors | None) -> dict[str, Scores]:
        """The scores of each head."""
        plain = self.tfidf.rows(grams) if self.linear.keys() - {"ratios"} else None
        found = {}
        for name, head in self.linear.items():
            rows = self.ratios.rows(grams) if name == "ratios" and self.ratios else plain
            found[name] = head.scores(rows, vectors if name == "joined" else None)
        if self.kernel is not None and vectors is not None:
            found["vectors"] = self.kernel.scores(vectors)
        if self.spread is not None and vectors is not None:
            found["spread"] = self.spread.scores(vectors)
        return found


def learn(material: Material, names: Iterable[str], seed: int, counts: NDArray[np.float64] | None = None) -> Heads:
    """Fit the linear heads of these names; `counts` says how much each text counts."""
    wanted = set(names) & set(COSTS)
    least = 2 if len(material.grams) >= _MANY else 1
    tfidf = Tfidf.learn(material.grams, least)
    ratios = Ratios.learn(material.grams, material.classes, least) if "ratios" in wanted else None
    plain = tfidf.rows(material.grams) if wanted - {"ratios"} else None
    linear = {}
    for name in sorted(wanted):
        rows: Rows = ratios.rows(material.grams) if name == "ratios" and ratios else plain
        if name == "joined":
            assert material.vectors is not None
            rows = sparse.hstack([plain, sparse.csr_matrix(_LOUDER * material.vectors)], "csr")
        linear[name] = Linear.learn(rows, material.classes, material.n, COSTS[name], seed, counts)
        if name == "joined":
            linear[name].weights[len(tfidf.keys) :] *= _LOUDER
    return Heads(tfidf, linear, None, ratios)


def left_out(material: Material, seed: int, n_landmarks: int, named: Vectors | None = None) -> LeftOut:
    """The head over vectors, with the score of each text as if it had not been there.

    `named` are the vectors of the classes' names: taken as further examples where the texts are better told apart so.
    """
    assert material.vectors is not None
    chosen = landmarks(material.classes, n_landmarks, seed)
    plain = LeftOut.learn(material.vectors, material.targets, chosen)
    if named is None:
        return plain
    helped = LeftOut.learn(*_with_names(material, named, chosen)).first(len(material.classes))
    return replace(helped, is_named=True) if helped.error(material.targets) < plain.error(material.targets) else plain


def spread_out(
    material: Material, more: Vectors, near: LeftOut, seed: int, n_landmarks: int, named: Vectors | None = None
) -> Kernel:
    """The head over vectors that learns from texts without labels too; `near` is the one that did not."""
    assert material.vectors is not None
    own = landmarks(material.classes, n_landmarks // 2, seed)
    examples = material.vectors, material.targets, own
    if near.is_named and named is not None:
        examples = _with_names(material, named, own)
    return learned(*examples, more, near.kernel, n_landmarks, seed)


def _with_names(
    material: Material, named: Vectors, chosen: NDArray[np.int64]
) -> tuple[Vectors, Scores, NDArray[np.int64]]:
    """Vectors, targets and landmarks, the names of the classes last in each."""
    assert material.vectors is not None
    vectors = np.concatenate([material.vectors, named])
    targets = np.concatenate([material.targets, np.eye(material.n, dtype=np.float32)])
    return vectors, targets, np.append(chosen, np.arange(len(material.classes), len(vectors)))
