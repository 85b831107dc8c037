"""What every model of a blend can do: score all products for many histories, and be put on disk as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shopwright.recommend.histories import Histories

__all__ = ["Links", "Member", "Popular", "Scores"]

Scores = NDArray[np.float32]
Arrays = Mapping[str, np.ndarray]


class Member(Protocol):
    """A model: the larger a score, the sooner the product is bought next; only differences within a row count."""

    @property
    def kind(self) -> str:
        """Name of the class on disk."""

    def scores(self, asked: Histories) -> Scores:
        """Scores of all products, shape (m, n)."""

    def arrays(self) -> dict[str, np.ndarray]:
        """All that `of` needs to make it again."""


@dataclass(frozen=True, eq=False)
class Links:
    """Weights from each product to those that follow it or go with it.

    Attributes:
        weights: sparse (n, n), rows are what is known, columns what is told.
        decay: orders after which what is known counts 1/e.
    """

    weights: Any
    decay: float
    kind = "links"

    def scores(self, asked: Histories) -> Scores:
        """The sum of the weights of what is known."""
        return np.asarray((asked.matrix(self.decay) @ self.weights).toarray(), np.float32)

    def known(self, asked: Histories) -> dict[int, float]:
        """How much each product of one history counts."""
        weights = asked.matrix(self.decay)
        return dict(zip(weights.indices.tolist(), weights.data.tolist(), strict=True))

    def arrays(self) -> dict[str, np.ndarray]:
        """The parts of the sparse matrix."""
        found = self.weights
        return {
            "data": found.data.astype(np.float32),
            "indices": found.indices.astype(np.int32),
            "indptr": found.indptr.astype(np.int64),
            "decay": np.array([self.decay]),
        }

    @classmethod
    def of(cls, arrays: Arrays) -> Links:
        """Made again from `arrays`, which may lie on disk."""
        n = len(arrays["indptr"]) - 1
        found = sparse.csr_matrix((n, n), dtype=np.float32)
        found.data, found.indices, found.indptr = arrays["data"], arrays["indices"], arrays["indptr"]
        return cls(found, float(arrays["decay"][0]))


@dataclass(frozen=True, eq=False)
class Popular:
    """The same for everybody.

    Attributes:
        share: of what was bought, shape (n,).
    """

    share: NDArray[np.float32]
    kind = "popular"

    def scores(self, asked: Histories) -> Scores:
        """Shares of all products in each row."""
        return np.broadcast_to(self.share, (len(asked), len(self.share)))

    def arrays(self) -> dict[str, np.ndarray]:
        """The shares."""
        return {"share": self.share}

    @classmethod
    def of(cls, arrays: Arrays) -> Popular:
        """Made again from `arrays`."""
        return cls(np.asarray(arrays["share"]))
