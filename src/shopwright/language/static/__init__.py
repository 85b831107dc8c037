"""The encoder that ships: a table of vectors for words, pieces of words and Chinese characters, no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shopwright.language.static import weights
from shopwright.language.static.segment import Segments, Spans, pieces, segment, shortened, span_keys
from shopwright.language.static.weights import Weights
from shopwright.language.texts import checked

__all__ = ["HAN_SALT", "NEAR_SALT", "PIECE_SALT", "SIGN_SALT", "WORD_SALT", "StaticEncoder", "features", "shipped"]

WORD_SALT, HAN_SALT, SIGN_SALT, PIECE_SALT, NEAR_SALT = 1, 2, 3, 4, 5
_BATCH_TEXTS, _BATCH_CHARACTERS = 4096, 1 << 18
# An unknown pair of characters, sign or word says something, but less than what is known.
_UNKNOWN = np.float32(0.5)
# A word an edit away from common ones counts mostly as those; shorter ones have too many neighbours.
_NEAR, _NEAR_LETTERS = 0.75, 5
Found = tuple[NDArray[np.int64], NDArray[np.bool_]]  # rows, and whether they are of something known
Weighted = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]


class StaticEncoder:
    """Adds up the vectors of what stands in a text; quick enough that a cache would only slow it down.

    Words that the table knows count whole; the others by their pieces, so that a typo lands near its word. Chinese and
    Japanese count by characters and pairs of them. After model2vec (Tulkens and van Dongen 2024) and fastText
    (Bojanowski et al. 2017); the model card beside the weights says what they learned from.
    """

    def __init__(self, path: Path = weights.ASSET) -> None:
        self._weights = weights.read(path)

    @property
    def name(self) -> str:
        """`static-` and a hash of the weights."""
        return f"static-{self._weights.digest[:12]}"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._weights.vectors.shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Float32 of shape (texts, dimensions), every row of length one.

        Raises:
            ModelError: `texts` is not a list of strings.
        """
        asked = checked(texts)
        out = np.empty((len(asked), self.dimensions), np.float32)
        for start, end in _batches(asked):
            out[start:end] = self._encode(asked[start:end])
        return out

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        from scipy.sparse import csr_array

        known = self._weights
        text, row, weight = features(segment(texts, known.kinds), known)
        order = np.argsort(text, kind="stable")
        ends = np.searchsorted(text[order], np.arange(len(texts) + 1))
        picked = csr_array((weight[order], row[order], ends), shape=(len(texts), len(known.vectors)))
        return _unit(picked @ known.vectors, known.empty)


@cache
def shipped() -> StaticEncoder:
    """The encoder with the weights of the package, read once."""
    return StaticEncoder()


def features(found: Segments, known: Weights) -> Weighted:
    """For each thing in the texts: number of its text, row of its vector, weight."""
    parts: list[Weighted] = []
    row, is_known = _look_up(found, found.words, WORD_SALT, known.keys)
    parts.append((found.words.text[is_known], row[is_known], np.ones(int(is_known.sum()), np.float32)))
    parts += _unknown_words(found, Spans(*(part[~is_known] for part in found.words)), known)
    for spans, salt in ((found.han, HAN_SALT), (found.pairs, HAN_SALT), (found.signs, SIGN_SALT)):
        row, is_known = _look_up(found, spans, salt, known.keys)
        parts.append((spans.text, row, np.where(is_known, np.float32(1), _UNKNOWN)))
    text, row, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    return text, row, weight


def _look_up(found: Segments, spans: Spans, salt: int, keys: NDArray[np.uint64]) -> Found:
    return _rows(span_keys(found.codes, spans, salt), keys)


def _rows(asked: NDArray[np.uint64], keys: NDArray[np.uint64]) -> Found:
    """Row of each key, and whether it is known; one that is not is given one of the fallback rows by its hash."""
    at = np.searchsorted(keys, asked)
    is_known = keys[np.minimum(at, len(keys) - 1)] == asked
    fallback = len(keys) + (asked % np.uint64(weights.FALLBACK_ROWS)).astype(np.int64)
    return np.where(is_known, at, fallback), is_known


def _unknown_words(found: Segments, words: Spans, known: Weights) -> tuple[Weighted, Weighted]:
    """A word that is not known is the mean of its known pieces, and of the common words it is an edit away from."""
    long = words.end - words.start >= _NEAR_LETTERS
    long &= words.end - words.start < 40  # a longer one is no misspelling, and leaving out each character costs
    near = shortened(found.codes, Spans(*(part[long] for part in words)), NEAR_SALT)
    at = np.minimum(np.searchsorted(known.near_keys, near.key), len(known.near_keys) - 1)
    met = known.near_keys[at] == near.key
    owner = np.flatnonzero(long)[near.word[met]]
    n_met = np.bincount(owner, minlength=len(long))
    by_words = words.text[owner], known.near_rows[at[met]], (_NEAR / n_met[owner]).astype(np.float32)
    return by_words, _by_pieces(found, words, np.where(n_met > 0, 1 - _NEAR, 1), known.keys)


def _by_pieces(found: Segments, words: Spans, share: NDArray[np.float64], keys: NDArray[np.uint64]) -> Weighted:
    """Words as the mean of their known pieces, or of all of them where none is known; `share` weighs each word."""
    piece = pieces(found.codes, words, PIECE_SALT)
    row, is_known = _rows(piece.key, keys)
    n_known = np.bincount(piece.word, is_known, len(words.start))
    n_all = np.bincount(piece.word, minlength=len(words.start))
    counts = is_known | (n_known[piece.word] == 0)
    weight = np.where(is_known, 1 / np.maximum(n_known[piece.word], 1), _UNKNOWN / n_all[piece.word])
    weight *= share[piece.word]
    return words.text[piece.word[counts]], row[counts], weight[counts].astype(np.float32)


def _unit(sums: NDArray[np.float32], empty: NDArray[np.float32]) -> NDArray[np.float32]:
    size = np.sqrt(np.einsum("ij,ij->i", sums, sums, dtype=np.float64))
    nothing = size < 1e-6
    size[nothing] = 1
    vectors: NDArray[np.float32] = (sums / size[:, None]).astype(np.float32)
    vectors[nothing] = empty
    return vectors


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last of as many texts as are worked on at a time: memory stays small whatever is asked."""
    start, size = 0, 0
    for at, text in enumerate(texts):
        if at > start and (at - start == _BATCH_TEXTS or size + len(text) > _BATCH_CHARACTERS):
            yield start, at
            start, size = at, 0
        size += len(text)
    if start < len(texts):
        yield start, len(texts)
