"""The share of baskets with one product that hold another, as a member of a blend: P(b | a), averaged over a basket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shopwright.recommend.baskets import RECENT_DAYS
from shopwright.recommend.events import Events
from shopwright.recommend.histories import Histories
from shopwright.recommend.local import strongest
from shopwright.recommend.members import Scores
from shopwright.recommend.scoring import SHRINKAGE

__all__ = ["Counted", "counted"]


@dataclass(frozen=True, eq=False)
class Counted:
    """P(b | a) = (n_ab + κ p_b) / (n_a + κ) with κ = 10, as `scoring.Together` has it.

    Attributes:
        pairs: n_ab / (n_a + κ), sparse (n, n).
        backing: κ / (n_a + κ), shape (n,).
        share: p_b, of the recent baskets that hold it, shape (n,).
    """

    pairs: Any
    backing: NDArray[np.float32]
    share: NDArray[np.float32]
    kind = "counted"

    def scores(self, asked: Histories) -> Scores:
        """The mean over the products of each basket, shape (m, n)."""
        held = asked.summed(np.ones(len(asked.items), np.float32))
        sizes = np.maximum(np.asarray(held.sum(axis=1)).ravel(), 1.0)
        weights = sparse.diags((1 / sizes).astype(np.float32)) @ held
        popular_share = np.outer(weights @ self.backing, self.share)
        return np.asarray((weights @ self.pairs).toarray() + popular_share, np.float32)

    def arrays(self) -> dict[str, np.ndarray]:
        """Pairs and shares."""
        names = ("data", "indices", "indptr")
        return {**{name: getattr(self.pairs, name) for name in names}, "backing": self.backing, "share": self.share}

    @classmethod
    def of(cls, arrays: Mapping[str, np.ndarray]) -> Counted:
        """Made again from `arrays`, which may lie on disk."""
        n = len(arrays["indptr"]) - 1
        pairs = sparse.csr_matrix((n, n), dtype=np.float32)
        pairs.data, pairs.indices, pairs.indptr = arrays["data"], arrays["indices"], arrays["indptr"]
        return cls(pairs, np.asarray(arrays["backing"]), np.asarray(arrays["share"]))


def counted(baskets: Events, gram: Any) -> Counted:
    """Count pairs.

    Args:
        baskets: one for each order.
        gram: how many of them hold two products, sparse (n, n); the diagonal: how many hold one.
    """
    n_with = np.asarray(gram.diagonal(), np.float64)
    pairs = (sparse.diags(1 / (n_with + SHRINKAGE)) @ gram).tocsr().astype(np.float32)
    pairs.setdiag(0)
    backing = (SHRINKAGE / (n_with + SHRINKAGE)).astype(np.float32)
    is_recent = baskets.days > baskets.days.max(initial=0) - RECENT_DAYS
    recent = np.bincount(baskets.items[is_recent], minlength=baskets.n_items)
    share = recent / max(len(np.unique(baskets.owners[is_recent])), 1)
    return Counted(strongest(pairs), backing, share.astype(np.float32))
