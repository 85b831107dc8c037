"""iALS: customers and products as vectors whose products tell what is bought (Hu, Koren and Volinsky 2008, ICDM)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from shopwright.processor import cores, one_thread
from shopwright.recommend.events import Events
from shopwright.recommend.histories import Histories
from shopwright.recommend.members import Scores
from shopwright.recommend.nearest import Nearest
from shopwright.seeds import derive

__all__ = ["Factors", "factors"]

SIZE, RIDGE, TRUST, ROUNDS = 128, 0.1, 10.0, 12
DECAY = 3.0


@dataclass(frozen=True, eq=False)
class Factors:
    """Vectors of products; a customer's own is solved from the history when a list is asked for.

    Attributes:
        items: shape (n, f).
        decay: orders after which what a customer has counts 1/e.
        more: further such vectors of the customer that are added: how much of each, and its decay. All cost one
            product with the items together, which is what takes the time.
        nearest: finds the best of the same vectors, where there are so many that only a part is looked at.
    """

    items: NDArray[np.float32]
    decay: float
    more: tuple[tuple[float, float], ...] = ()
    nearest: Nearest | None = None
    kind = "factors"

    def scores(self, asked: Histories) -> Scores:
        """Products of vectors, shape (m, n); see `Nearest.scores` for what many products have."""
        if self.nearest is not None:
            told = [self.nearest.scores(query) for query in self.folded(asked)]
            return np.stack(told) if told else np.zeros((0, len(self.items)), np.float32)
        return np.asarray((self._items @ self.folded(asked).T).T, np.float32)  # row by row, as they lie in memory

    def folded(self, asked: Histories) -> NDArray[np.float32]:
        """The vector of each history, shape (m, f): (YᵀY + αYᵀWY + λI)⁻¹ (Yᵀ(1 + αW)1)."""
        found = self._folded(asked, self.decay)
        for share, decay in self.more:
            found += np.float32(share) * self._folded(asked, decay)
        return found

    def _folded(self, asked: Histories, decay: float) -> NDArray[np.float32]:
        weights = asked.matrix(decay)
        found = np.zeros((len(asked), self.items.shape[1]), np.float32)
        for at in range(len(asked)):
            span = slice(weights.indptr[at], weights.indptr[at + 1])
            near, trust = self._items[weights.indices[span]], TRUST * weights.data[span]
            if len(near):
                found[at] = np.linalg.solve(self._all + (near.T * trust) @ near, near.T @ (1 + trust))
        return found

    @cached_property
    def _items(self) -> NDArray[np.float32]:
        return np.asarray(self.items)  # without the costs of a mapped array's own class

    @cached_property
    def _all(self) -> NDArray[np.float32]:
        return np.asarray(self.items.T @ self.items + RIDGE * np.eye(self.items.shape[1]), np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """The vectors."""
        more = np.array(self.more, float).reshape(-1, 2)
        found = {"items": self.items, "decay": np.array([self.decay]), "more": more}
        return found if self.nearest is None else found | self.nearest.arrays()

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Factors:
        """Made again from `arrays`."""
        more = tuple((float(share), float(decay)) for share, decay in arrays["more"])
        items = arrays["items"]
        return cls(items, float(arrays["decay"][0]), more, Nearest.of(items, arrays))


def factors(events: Events, seed: int = 0, size: int = SIZE, decay: float = DECAY) -> Factors:
    """Fit them with `implicit`'s alternating least squares; the digits hang on the seed alone.

    Args:
        events: of all customers.
        seed: of the first vectors.
        size: numbers in a vector, f.
        decay: orders after which what a customer has counts 1/e when a list is asked for.
    """
    from implicit.cpu.als import AlternatingLeastSquares

    with one_thread():  # its threads are its own; it warns where BLAS has some too
        model = AlternatingLeastSquares(
            factors=size,
            regularization=RIDGE,
            alpha=TRUST,
            iterations=ROUNDS,
            num_threads=cores(),
            random_state=derive(seed, "recommend", "factors") % 2**31,
        )
        model.fit(events.matrix(), show_progress=False)
    items = np.asarray(model.item_factors, np.float32)
    return Factors(items, decay, nearest=Nearest.among(items))
