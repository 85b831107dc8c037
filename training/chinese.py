"""Vectors of Chinese characters and pairs of them, from what they stand beside in reviews."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shopwright.language.static.segment import segment

__all__ = ["han_vectors"]


def han_vectors(
    texts: Sequence[str], n: int, size: int, kinds: NDArray[np.uint8], seed: int
) -> dict[str, NDArray[np.float32]]:
    """Unit-length on average, lighter the commoner the form; the `n` commonest of at least five."""
    from scipy.sparse import csr_array, diags_array
    from scipy.sparse.linalg import svds

    found = segment(texts, kinds)
    singles = [chr(code) for code in found.codes[found.han.start].tolist()]
    pairs = [found.string(at, at + 2) for at in found.pairs.start.tolist()]
    forms, at, count = np.unique(np.array(singles + pairs), return_inverse=True, return_counts=True)
    text = np.concatenate([found.han.text, found.pairs.text])
    chosen = np.argsort(-count, kind="stable")[:n]
    chosen = chosen[count[chosen] >= 5]
    new = np.full(len(forms), -1)
    new[chosen] = np.arange(len(chosen))
    keep = new[at] >= 0
    counts = csr_array((np.ones(keep.sum()), (text[keep], new[at][keep])), shape=(len(texts), len(chosen)))
    counts.data[:] = 1
    together = (counts.T @ diags_array(1 / np.sqrt(np.maximum(counts.sum(1), 1))) @ counts).tocoo()
    total, side = together.sum(), np.asarray(together.sum(1)).ravel()
    smooth = side**0.75 / (side**0.75).sum()
    value = np.log(np.maximum(together.data / (side[together.row] * smooth[together.col]), 1))
    ppmi = csr_array((value, (together.row, together.col)), shape=together.shape)
    left, singular, _ = svds(ppmi, k=size, v0=np.random.default_rng(seed).standard_normal(len(chosen)))
    vectors = left * np.sqrt(singular)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    share = count[chosen] / count[chosen].sum()
    rarity = 1e-3 / (1e-3 + share)
    assert total > 0
    return {str(forms[c]): (v * r).astype(np.float32) for c, v, r in zip(chosen, vectors, rarity, strict=True)}
