"""Intervals by the bootstrap (Efron 1979): means over positions drawn again and again with replacement."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from shopwright.seeds import generator

__all__ = ["LEVEL", "means", "sums"]

LEVEL = 0.95
DRAWS = 1_000
DRAWS_AT_ONCE = 50


def means(values: np.ndarray, seed: int, *, draws: int = DRAWS) -> np.ndarray:
    """Means of each column over `draws` samples of the rows, shape (draws, columns).

    Args:
        values: shape (rows, columns), finite. The same rows are drawn for all columns, so that differences between
            columns are those of paired samples.
        seed: of the draws; the same digits with any number of workers.
        draws: number of samples.
    """
    return sums(values, seed, draws=draws) / max(len(values), 1)


def sums(values: np.ndarray, seed: int, *, draws: int = DRAWS) -> np.ndarray:
    """Sums of each column over `draws` samples of as many rows as there are, shape (draws, columns)."""
    n, columns = values.shape
    if n == 0:
        return np.zeros((draws, columns))
    # a sparse product adds up in one fixed order; a dense one is left to a library that splits it over its threads
    across = sparse.csr_matrix(values.T)
    found = np.empty((draws, columns))
    for start in range(0, draws, DRAWS_AT_ONCE):
        many = min(DRAWS_AT_ONCE, draws - start)
        drawn = generator(seed, "bootstrap", start).integers(0, n, size=(many, n), dtype=np.int32)
        times = np.stack([np.bincount(rows, minlength=n) for rows in drawn], axis=1).astype(float)
        found[start : start + many] = (across @ times).T
    return found
