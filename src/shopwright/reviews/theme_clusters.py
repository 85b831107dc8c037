"""Groups of sentences that mean alike: spherical k-means that starts from the words people use, not from chance."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from shopwright.reviews.terms import PLACE, TERM

__all__ = ["centred", "grouped", "nearest", "starts"]

Floats = NDArray[np.float32]
ROUNDS, ANCHORS = 30, 400
MERGE = 0.80
# How strongly a group holds to the words it began with: two samples of one shop then give the same groups.
PULL = 0.6
CHUNK = 65_536


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Unit vectors after what all sentences have in common is taken off, shape as given; in the place of `vectors`.

    There may be half a gigabyte of them.
    """
    vectors -= mean
    vectors /= np.maximum(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)), np.float32(1e-6))[:, None]
    return vectors


def starts(vectors: Floats, weight: NDArray[np.float64], found: pl.DataFrame, most: int) -> Floats:
    """Directions to start from: of frequent terms, each as far as can be from those before it.

    A term stands for the mean of the sentences that hold it. The first is the heaviest one; then the one with the most
    weight × distance to the nearest chosen. No chance is involved.

    Args:
        vectors: unit vectors of the sentences, shape (sentences, dimensions).
        weight: of each sentence.
        found: the sentences' terms, as `terms` makes them.
        most: number of directions, at most.
    """
    single = found.filter(pl.col("length") == 1)
    mass = (
        single.with_columns(pl.Series("w", weight[single[PLACE].to_numpy()]))
        .group_by(TERM)
        .agg(pl.col("w").sum(), pl.len())
        .filter(pl.col("len") >= 3)
        .sort("w", TERM, descending=[True, False])
        .head(ANCHORS)
        .with_row_index("column")
    )
    if mass.is_empty():
        return vectors[:1]
    # Weights of double length would make a double copy of all vectors.
    light = weight.astype(np.float32)
    held = single.join(mass.select(TERM, "column"), on=TERM)
    column, place = held["column"].to_numpy(), held[PLACE].to_numpy()
    means = csr_array((light[place], (column, place)), shape=(mass.height, len(vectors))) @ vectors
    length = np.linalg.norm(means, axis=1)
    anchors = np.asarray(means / np.maximum(length, 1e-9)[:, None], np.float32)
    # a word said in all kinds of sentences points nowhere: its mean is short
    worth = length
    chosen = [int(np.argmax(worth))]
    near = anchors @ anchors[chosen[0]]
    while len(chosen) < min(most, mass.height):
        gain = worth * np.clip(1 - near, 0, None)
        at = int(np.argmax(gain))
        if near[at] > MERGE:
            break
        chosen.append(at)
        near = np.maximum(near, anchors @ anchors[at])
    return anchors[chosen]


def grouped(vectors: Floats, weight: NDArray[np.float64], centres: Floats, least: float) -> Floats:
    """Centres after spherical k-means, close ones merged, small ones dissolved (Dhillon and Modha 2001).

    Args:
        vectors: unit vectors, shape (sentences, dimensions).
        weight: of each sentence.
        centres: where to start, shape (groups, dimensions).
        least: weight that a group must have.

    Returns:
        Unit vectors, shape (groups, dimensions), the heaviest first.
    """
    while True:
        centres, mass = _settled(vectors, weight, centres)
        alike = centres @ centres.T
        np.fill_diagonal(alike, -1)
        smallest = int(np.argmin(mass))
        if len(centres) > 1 and mass[smallest] < least:
            centres = np.delete(centres, smallest, axis=0)
        elif len(centres) > 1 and alike.max() > MERGE:
            one, other = divmod(int(alike.argmax()), len(centres))
            joint = centres[one] * mass[one] + centres[other] * mass[other]
            centres = np.delete(centres, other, axis=0)
            centres[one - (other < one)] = joint / np.linalg.norm(joint)
        else:
            return np.asarray(centres[np.argsort(-mass, kind="stable")], np.float32)


def nearest(vectors: Floats, centres: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The nearest centre of each vector and the cosine to it."""
    which, close = np.empty(len(vectors), np.int64), np.empty(len(vectors), np.float32)
    for begin in range(0, len(vectors), CHUNK):
        cosines = vectors[begin : begin + CHUNK] @ centres.T
        part = cosines.argmax(axis=1)
        which[begin : begin + CHUNK] = part
        close[begin : begin + CHUNK] = cosines[np.arange(len(part)), part]
    return which, close


def _settled(vectors: Floats, weight: NDArray[np.float64], begun: Floats) -> tuple[Floats, NDArray[np.float64]]:
    """Centres once assignments stay, and their weights; each is drawn back towards where it began."""
    before = np.full(len(vectors), -1)
    centres, mass = begun, np.zeros(len(begun), np.float64)
    light = weight.astype(np.float32)
    for _ in range(ROUNDS):
        which, _close = nearest(vectors, centres)
        sums = csr_array((light, (which, np.arange(len(which)))), shape=(len(centres), len(vectors))) @ vectors
        mass = np.bincount(which, weight, len(centres)).astype(np.float64)
        sums = sums + PULL * np.linalg.norm(sums, axis=1)[:, None] * begun
        length = np.linalg.norm(sums, axis=1)
        centres = np.where(length[:, None] > 1e-9, sums / np.maximum(length, 1e-9)[:, None], begun).astype(np.float32)
        if (which != before).mean() < 1e-3:
            break
        before = which
    return centres, mass
