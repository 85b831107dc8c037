"""Texts without labels: the heads over n-grams learn the words of a new subject from their own surest answers.

Self-training (Yarowsky 1995) in a few rounds, each taking more of the texts: of every class as it was predicted the
surest share, so that no class is lost to a more frequent one. With two classes own answers count more than examples:
there are few ways to be wrong, and what is new in the subject is in them. Chosen on Chinese reviews of seven kinds,
each left out in turn (two classes: 89.8 % for 89.2), and on 77 intents with ten examples each (counting four times
there loses a point).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shopwright.language.classifier.grams import Grams
from shopwright.language.classifier.heads import Material
from shopwright.language.classifier.linear import Scores
from shopwright.language.classifier.normal import normal_all
from shopwright.language.encoders import Vectors

__all__ = ["fresh", "joined_rows", "rounds", "surest"]

_SHARES, _COUNT = (0.3, 0.6, 0.9), 1.0
_SHARES_OF_TWO, _COUNT_OF_TWO = (0.2, 0.4, 0.6, 0.8, 0.9), 4.0


def fresh(texts: list[str], known: list[str]) -> list[str]:
    """Those of `texts` that, once made plain, are neither among `known` nor there before."""
    plain = dict(zip(reversed(normal_all(texts)), reversed(texts), strict=True))
    gone = set(normal_all(known))
    return [text for one, text in reversed(plain.items()) if one not in gone]


def rounds(n: int) -> tuple[tuple[float, ...], float]:
    """Shares of the texts that are believed in turn, and what each counts beside an example, for `n` classes."""
    return (_SHARES_OF_TWO, _COUNT_OF_TWO) if n == 2 else (_SHARES, _COUNT)


def surest(logits: Scores, share: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to believe, and their classes: of each predicted class the share with the widest margin."""
    predicted = logits.argmax(axis=1)
    best = np.sort(logits, axis=1)
    margin = best[:, -1] - best[:, -2]
    order = np.lexsort((-margin, predicted))
    sizes = np.bincount(predicted, minlength=logits.shape[1])
    place = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    rows = np.sort(order[place < np.ceil(share * sizes[predicted[order]])])
    return rows, predicted[rows]


def joined_rows(material: Material, more: Material) -> Material:
    """Both, one after the other."""
    grams = Grams(
        np.concatenate([material.grams.starts, material.grams.starts[-1] + more.grams.starts[1:]]),
        np.concatenate([material.grams.keys, more.grams.keys]),
        np.concatenate([material.grams.counts, more.grams.counts]),
        material.grams.size,
    )
    vectors: Vectors | None = None
    if material.vectors is not None and more.vectors is not None:
        vectors = np.concatenate([material.vectors, more.vectors])
    return Material(grams, vectors, np.concatenate([material.classes, more.classes]), material.n)
