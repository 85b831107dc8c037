"""The products whose vectors fit a query best, found by a graph of neighbours: for many products.

The graph is usearch's (hierarchical navigable small worlds, Malkov and Yashunin 2018); what it finds is scored exactly.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from usearch.index import Index

__all__ = ["MANY", "Nearest"]

MANY = 25_000  # products from which on looking at a part is worth what it misses
FOUND = 500  # products that a query is told of: lists are short, but rules and other models want a choice
BEAM = 500  # candidates that a search keeps (usearch's expansion); fewer than FOUND would miss some of them


@dataclass(frozen=True, eq=False)
class Nearest:
    """Vectors of n products and the graph over them, which is made when it is first needed.

    Attributes:
        vectors: shape (n, f).
        kept: the graph as bytes, shape (b,), which may lie on disk; None: it is made of the vectors.
    """

    vectors: NDArray[np.float32]
    kept: NDArray[np.uint8] | None = None

    def scores(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Products of vectors, shape (n,); what is not among the first 500 scores as the least of those.

        Args:
            query: shape (f,).
        """
        places = self._graph.search(query, min(FOUND, len(self.vectors)), threads=1).keys.astype(np.int64)
        told = np.asarray(self.vectors)[places] @ query  # the graph's own are of two bytes
        found = np.full(len(self.vectors), told.min(), np.float32)
        found[places] = told
        return found

    @cached_property
    def _graph(self) -> Index:
        from usearch.index import Index

        graph = Index(ndim=self.vectors.shape[1], metric="ip", dtype="bf16", expansion_search=BEAM)
        if self.kept is not None:
            graph.view(np.asarray(self.kept).data)
        else:  # one thread: several would link products in the order in which they happen to come
            graph.add(np.arange(len(self.vectors)), np.asarray(self.vectors), threads=1)
        return graph

    def arrays(self) -> dict[str, np.ndarray]:
        """The graph and its check sum, by name; the vectors are kept by who has them."""
        kept = np.frombuffer(self._graph.save() or b"", np.uint8) if self.kept is None else self.kept
        return {"graph": kept, "graph_sum": np.array([zlib.crc32(kept.data)], np.int64)}

    @classmethod
    def of(cls, vectors: NDArray[np.float32], arrays: Mapping[str, np.ndarray]) -> Nearest | None:
        """Made again from `arrays`, which may lie on disk; None where there is no graph.

        Raises:
            ValueError: the graph is damaged; following its links would read anywhere in memory.
        """
        if "graph" not in arrays:
            return None
        kept = arrays["graph"]
        if zlib.crc32(kept.data) != int(arrays["graph_sum"][0]):
            raise ValueError("graph.npy: check sum")
        return cls(vectors, kept)

    @classmethod
    def among(cls, vectors: NDArray[np.float32]) -> Nearest | None:
        """Of many vectors, shape (n, f); None for so few that all of them are looked at."""
        return cls(vectors) if len(vectors) >= MANY else None
