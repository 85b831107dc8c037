"""Vectors of Chinese characters and pairs of them, from the reviews they stand in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shopwright.language.static.segment import segment

__all__ = ["han_vectors"]


def han_vectors(
    texts: Sequence[str], n: int, size: int, kinds: NDArray[np.uint8], seed: int
) -> dict[str, NDArray[np.float32]]:
    """Latent semantic analysis (Deerwester et al. 1990) of the `n` commonest characters and pairs.

    Every row has unit length times its inverse document frequency, scaled so that the rows are one long on average.
    Window counts with PPMI cost fifteen times as long and were no better where the category was new.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import svds

    found = segment(texts, kinds)
    singles = [chr(code) for code in found.codes[found.han.start].tolist()]
    pairs = [found.string(at, at + 2) for at in found.pairs.start.tolist()]
    forms, at, count = np.unique(np.array(singles + pairs), return_inverse=True, return_counts=True)
    text = np.concatenate([found.han.text, found.pairs.text])
    chosen = np.argsort(-count, kind="stable")[:n]
    new = np.full(len(forms), -1)
    new[chosen] = np.arange(len(chosen))
    keep = new[at] >= 0
    stands = csr_array((np.ones(keep.sum()), (text[keep], new[at][keep])), shape=(len(texts), len(chosen)))
    stands.sum_duplicates()
    stands.data[:] = 1
    rarity = np.log(len(texts) / stands.sum(0))
    _, _, axes = svds(csr_array(stands * rarity[None, :]), k=size, v0=np.random.default_rng(seed).random(len(chosen)))
    vectors = axes.T / np.maximum(np.linalg.norm(axes.T, axis=1, keepdims=True), 1e-9)
    vectors *= (rarity / rarity.mean())[:, None]
    return {str(forms[at]): vector.astype(np.float32) for at, vector in zip(chosen, vectors, strict=True)}
