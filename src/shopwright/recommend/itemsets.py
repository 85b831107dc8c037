"""Sets of products that stand together in baskets, level by level: pairs from products, triples from pairs.

A set can only be frequent if all its parts are (Agrawal and Srikant 1994), so each level is joined from the one
below and counted by a bitwise and over rows of bits, one bit a basket.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

__all__ = ["MOST_SETS", "FrequentSets", "frequent_sets"]

MOST_SETS = 200_000  # sets of one size that are kept; where there are more, more baskets are asked for
WORDS_AT_ONCE = 500_000  # 4 MB of bits: they stay in the processor's cache
ROWS_AT_ONCE = 1000


@dataclass(frozen=True, eq=False)
class FrequentSets:
    """Sets of products in at least so many baskets.

    Attributes:
        columns: columns of the matrix that the f frequent products have, rising, shape (f,).
        places: by size, the sets as rising places in `columns`, shape (m, size), sorted.
        counts: by size, baskets with each set, shape (m,).
        held: by size, products of all kinds in the baskets with each set, added up, shape (m,).
        bits: baskets with each frequent product, one bit each, in words of baskets that hold equally many products,
            shape (f, words).
        position: place of each basket among the bits, shape (baskets,).
        n_held: products in all baskets, added up.
        least: baskets that the largest sets had to be in.
    """

    columns: np.ndarray
    places: dict[int, np.ndarray]
    counts: dict[int, np.ndarray]
    held: dict[int, np.ndarray]
    bits: np.ndarray
    position: np.ndarray
    n_held: int
    least: int

    def counts_of(self, sets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Baskets with each of some frequent sets of one size, and products in these, each of shape (m,)."""
        size, at = sets.shape[1], self.find(sets)
        return self.counts[size][at], self.held[size][at]

    def find(self, sets: np.ndarray) -> np.ndarray:
        """Where each of some frequent sets of one size stands among them, shape (m,)."""
        n = len(self.columns)
        return np.searchsorted(_codes(self.places[sets.shape[1]], n), _codes(sets, n))

    def count_among(self, sets: np.ndarray, among: np.ndarray) -> np.ndarray:
        """Baskets with each of some sets of one size among some baskets: places of these, shape (m,)."""
        mask = np.zeros(self.bits.shape[1], dtype=np.uint64)
        _set(mask, self.position[among])
        return _count(self.bits & mask, sets)


def frequent_sets(baskets: sparse.csr_matrix, least: int, largest: int) -> FrequentSets:
    """Every set of up to `largest` products in at least `least` baskets.

    Memory stays below that of a matrix of bits (products in enough baskets × baskets ÷ 8 bytes) and, at each size,
    200,000 sets (below 20 MB) and a few times 4 MB of bits: where a size has more sets, it asks for more baskets,
    which `least` then says.

    Args:
        baskets: baskets × products, one where the basket holds the product.
        least: fewest baskets of a set, 1 or more.
        largest: most products of a set, 2 to 4.
    """
    matrix = baskets.tocsc()
    sizes = np.asarray(baskets.sum(axis=1), dtype=np.int64).ravel()
    position, words = _positions(sizes)
    n_with = np.diff(matrix.indptr)
    single = np.flatnonzero(n_with >= least)
    bits = _bits(matrix, single, position, len(words))
    places, counts = {1: np.arange(len(single))[:, None]}, {1: n_with[single].astype(np.int64)}
    places[2], counts[2], needed = _pairs(matrix[:, single], least)
    for size in range(3, largest + 1):
        places[size], counts[size], needed = _next(bits, places[size - 1], needed)
    held = {size: _count(bits, sets, words) for size, sets in places.items()}
    return FrequentSets(single, places, counts, held, bits, position, int(sizes.sum()), needed)


def _positions(sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place of each basket among the bits, those of one size in words of their own; size of the baskets by word."""
    every, group, n_of = np.unique(sizes, return_inverse=True, return_counts=True)
    n_words = -(-n_of // 64)
    order = np.argsort(group, kind="stable")
    rank = np.arange(len(sizes)) - np.repeat(n_of.cumsum() - n_of, n_of)
    position = np.empty(len(sizes), dtype=np.int64)
    position[order] = np.repeat((n_words.cumsum() - n_words) * 64, n_of) + rank
    return position, np.repeat(every, n_words)


def _bits(matrix: sparse.csc_matrix, columns: np.ndarray, position: np.ndarray, n_words: int) -> np.ndarray:
    """One row of bits for each column: shape (columns, words)."""
    bits = np.zeros((len(columns), n_words), dtype=np.uint64)
    for at, column in enumerate(columns):
        _set(bits[at], position[matrix.indices[matrix.indptr[column] : matrix.indptr[column + 1]]])
    return bits


def _set(words: np.ndarray, places: np.ndarray) -> None:
    np.bitwise_or.at(words, places >> 6, np.uint64(1) << (places & 63).astype(np.uint64))


def _pairs(matrix: sparse.csc_matrix, least: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Frequent pairs, their counts, and the baskets they had to be in; some products at a time."""
    across, some = matrix.T.tocsr(), matrix.tocsr()
    kept, found = np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.int64)
    for start in range(0, across.shape[0], ROWS_AT_ONCE):
        together = (across[start : start + ROWS_AT_ONCE] @ some).tocoo()
        first, second = together.row.astype(np.int64) + start, together.col.astype(np.int64)
        is_frequent = (first < second) & (together.data >= least)
        kept = np.concatenate([kept, np.column_stack([first, second])[is_frequent]])
        found = np.concatenate([found, together.data[is_frequent]])
        kept, found, least = _fewer(kept, found, least)
    order = np.lexsort((kept[:, 1], kept[:, 0]))
    return kept[order], found[order], least


def _fewer(kept: np.ndarray, found: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray, int]:
    """The sets where there are not too many, else those in more baskets."""
    if len(found) > MOST_SETS:
        least = int(np.partition(found, len(found) - MOST_SETS)[len(found) - MOST_SETS]) + 1
        kept, found = kept[found >= least], found[found >= least]
    return kept, found, least


def _next(bits: np.ndarray, sets: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Frequent sets with one product more, their counts, and the baskets they had to be in."""
    size, n = sets.shape[1] + 1, len(bits)
    kept, found = np.zeros((0, size), dtype=np.int64), np.zeros(0, dtype=np.int64)
    known, prefix = _codes(sets, n), _codes(sets[:, :-1], n)
    # each set is joined with the later ones that share all but the last product
    reach = np.searchsorted(prefix, prefix, side="right") - np.arange(len(sets)) - 1
    total = reach.cumsum()
    at, most = 0, max(1, WORDS_AT_ONCE // max(1, bits.shape[1]))
    while at < len(sets):
        done = total[at - 1] if at else 0
        stop = max(at + 1, int(np.searchsorted(total, done + most, side="right")))
        joined = _joined(sets, at, stop, reach[at:stop], known, n)
        kept, found, least = _counted(bits, joined, kept, found, least)
        at = stop
    return kept, found, least


def _joined(sets: np.ndarray, at: int, stop: int, reach: np.ndarray, known: np.ndarray, n: int) -> np.ndarray:
    """Sets from `at` to `stop`, each with the last product of the next `reach`, where every part is frequent."""
    left = np.repeat(np.arange(at, stop), reach)
    right = left + 1 + np.arange(len(left)) - np.repeat(reach.cumsum() - reach, reach)
    joined = np.column_stack([sets[left], sets[right, -1]])
    for left_out in range(joined.shape[1] - 2):  # the two parts that were joined are frequent
        part = _codes(np.delete(joined, left_out, axis=1), n)
        place = np.minimum(np.searchsorted(known, part), len(known) - 1)
        joined = joined[known[place] == part]
    return joined


def _counted(
    bits: np.ndarray, sets: np.ndarray, kept: np.ndarray, found: np.ndarray, least: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """The sets so far and those of these that are in enough baskets; fewer, where that would be too many."""
    counts = _count(bits, sets)
    is_frequent = counts >= least
    kept, found = np.concatenate([kept, sets[is_frequent]]), np.concatenate([found, counts[is_frequent]])
    return _fewer(kept, found, least)


def _count(bits: np.ndarray, sets: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Baskets with each set, shape (m,); or the weights of their words added up."""
    counts = np.zeros(len(sets), dtype=np.int64)
    most = max(1, WORDS_AT_ONCE // max(1, bits.shape[1]))
    for start in range(0, len(sets), most):
        some = sets[start : start + most]
        together = bits[some[:, 0]]
        for at in range(1, some.shape[1]):
            together &= bits[some[:, at]]
        ones = np.bitwise_count(together)
        # sums below 2^53 are exact as floats, which multiply far faster
        counts[start : start + most] = ones.sum(axis=1) if weights is None else ones.astype(float) @ weights
    return counts


def _codes(sets: np.ndarray, n: int) -> np.ndarray:
    """One number for each set, in the order of the sets; sets of 3 fit for two million products."""
    codes = np.zeros(len(sets), dtype=np.int64)
    for at in range(sets.shape[1]):
        codes = codes * max(n, 1) + sets[:, at]
    return codes
