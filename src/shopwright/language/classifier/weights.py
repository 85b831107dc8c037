"""TF-IDF: which n-grams are known and how much each says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shopwright.language.classifier.grams import Grams, Keys

__all__ = ["Tfidf"]

Rows = Any  # scipy's csr_matrix of float32; scipy comes without types


@dataclass(frozen=True, slots=True)
class Tfidf:
    """Known n-grams, ascending, and their weights: 1 + log((1 + texts) / (1 + texts with it)).

    Rows are 1 + log(count) times that weight, of unit length (Salton & Buckley 1988); a text without a known n-gram
    gives an empty row.
    """

    keys: Keys
    weights: NDArray[np.float32]

    @classmethod
    def learn(cls, grams: Grams, least: int = 1) -> Tfidf:
        """From the n-grams of texts; those in fewer than `least` texts are not kept."""
        keys, texts = np.unique(grams.keys, return_counts=True)
        kept = texts >= least
        weights = np.log((1 + len(grams)) / (1 + texts[kept])) + 1
        return cls(keys[kept], weights.astype(np.float32))

    def rows(self, grams: Grams) -> Rows:
        """A sparse row for each text, one column for each known n-gram."""
        at = np.searchsorted(self.keys, grams.keys)
        at[at == len(self.keys)] = 0
        known = self.keys[at] == grams.keys if len(self.keys) else np.zeros(len(at), np.bool_)
        starts = np.concatenate([[0], np.cumsum(known)])[grams.starts]
        columns = at[known].astype(np.int32)
        values = (1 + np.log(grams.counts[known])) * self.weights[columns]
        sums = np.concatenate([[0], np.cumsum(values.astype(np.float64) ** 2)])
        length = np.sqrt(np.maximum(sums[starts[1:]] - sums[starts[:-1]], 1e-12))
        values = (values / np.repeat(length, np.diff(starts))).astype(np.float32)
        return sparse.csr_matrix((values, columns, starts), shape=(len(grams), len(self.keys)))
