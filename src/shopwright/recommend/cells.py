"""The products whose vectors fit a query best, found among a part of them: for catalogues too large to look at whole.

Vectors are put into cells by k-means; a query looks into the cells whose centres fit it best (an inverted file, Jégou,
Douze and Schmid 2011, without the compression). What lies in them is scored exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.processor import one_thread
from shopwright.seeds import derive, generator

__all__ = ["MANY", "Cells", "cells_of"]

MANY = 100_000  # products from which on looking at a part is worth what it misses
SHARE = 0.1  # of the products that are looked at
TAUGHT = 60_000  # vectors that the centres are found from
AT_ONCE = 8_192
PARTS = ("centres", "starts", "order", "vectors")


@dataclass(frozen=True, eq=False)
class Cells:
    """Vectors of n products, cell by cell.

    Attributes:
        centres: mean vector of each cell, shape (c, f).
        starts: where each cell starts, shape (c + 1,).
        order: the product of each place, shape (n,).
        vectors: its vector, shape (n, f).
    """

    centres: NDArray[np.float32]
    starts: NDArray[np.int64]
    order: NDArray[np.int32]
    vectors: NDArray[np.float32]

    def scores(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Products of vectors, shape (n,); what is not looked at scores as the least of what is.

        Args:
            query: shape (f,).
        """
        centres, vectors = np.asarray(self.centres), np.asarray(self.vectors)  # without a mapped array's own class
        starts = np.asarray(self.starts)
        near = np.argsort(-(centres @ query), kind="stable")
        size = np.cumsum(starts[near + 1] - starts[near])
        n = int(np.searchsorted(size, SHARE * len(vectors))) + 1
        spans = [slice(int(starts[at]), int(starts[at + 1])) for at in near[:n]]
        told = np.concatenate([vectors[span] @ query for span in spans])
        found = np.full(len(vectors), told.min(), np.float32)
        found[np.concatenate([self.order[span] for span in spans])] = told
        return found

    def arrays(self) -> dict[str, np.ndarray]:
        """The parts, by name."""
        return {f"cells_{name}": getattr(self, name) for name in PARTS}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Cells | None:
        """Made again from `arrays`, which may lie on disk; None where there are none."""
        if "cells_order" not in arrays:
            return None
        parts: dict[str, Any] = {name: arrays[f"cells_{name}"] for name in PARTS}
        return cls(**parts)


def cells_of(vectors: NDArray[np.float32], many: int | None = None) -> Cells | None:
    """Cells of about √n / 2 products each; the same vectors give the same digits.

    Args:
        vectors: shape (n, f).
        many: fewest products that are put into cells; None: `MANY`.

    Returns:
        None for fewer: all of them are looked at.
    """
    if len(vectors) < (MANY if many is None else many):
        return None
    from sklearn.cluster import MiniBatchKMeans

    n = max(1, int(2 * np.sqrt(len(vectors))))
    some = np.sort(generator(0, "recommend", "cells").permutation(len(vectors))[:TAUGHT])
    with one_thread():  # sums in another order have other digits
        means = MiniBatchKMeans(n, random_state=derive(0, "recommend", "cells") % 2**31, batch_size=AT_ONCE, n_init=1)
        centres = means.fit(vectors[some]).cluster_centers_.astype(np.float32)
        half = (centres**2).sum(axis=1) / 2
        parts = (vectors[at : at + AT_ONCE] for at in range(0, len(vectors), AT_ONCE))
        cell = np.concatenate([(half - part @ centres.T).argmin(axis=1) for part in parts])
    order = np.argsort(cell, kind="stable").astype(np.int32)
    starts = np.searchsorted(cell[order], np.arange(n + 1)).astype(np.int64)
    return Cells(centres, starts, order, np.ascontiguousarray(vectors[order], np.float32))
