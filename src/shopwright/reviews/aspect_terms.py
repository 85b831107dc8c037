"""A tagger of terms: a conditional random field over words, their vectors and how they feel, in numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from shopwright.language.static.segment import _mix
from shopwright.processor import one_thread
from shopwright.reviews import chain
from shopwright.reviews.aspect_tokens import Places, Tokens
from shopwright.reviews.feelings import Feelings, pairs, salted

__all__ = ["BUCKETS", "OFFSETS", "Tagger", "spans"]

BUCKETS = 1 << 16
OFFSETS = (-2, -1, 0, 1, 2)  # words around a token whose identity and vector count
_ROUNDS, _RARE = 50, 2
_VECTORS, _FEELS = 0.4, 0.5
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tagger:
    """Weights for outside, begin and inside (Lafferty, McCallum & Pereira 2001).

    Attributes:
        grams: int8 (BUCKETS, 3), of words by where they stand and of pairs.
        scale: times `grams` are the weights.
        vectors: float32 (OFFSETS, d + 4, 3), of what `_known` tells of a word.
        steps: float32 (3, 3), from a label to the next.
        bias: float32 (3,).
    """

    grams: NDArray[np.int8]
    scale: float
    vectors: Array
    steps: Array
    bias: Array

    @classmethod
    def learn(cls, tokens: Tokens, feelings: Feelings, labels: NDArray[np.int64], cost: float = 1.0) -> Tagger:
        """Fit to a label for each token; the same texts give the same digits."""
        found = _grams(tokens)
        used = np.flatnonzero(np.diff(found.tocsc().indptr) >= _RARE)
        known = _known(tokens, feelings)
        sparse, vectors, steps, bias = _fit(tokens, found[:, used], known, labels, 1 / cost)
        grams = np.zeros((BUCKETS, 3), np.float32)
        grams[used] = sparse
        scale = float(np.abs(grams).max() or 1) / 127
        packed = np.round(grams / scale).astype(np.int8)
        return cls(packed, scale, vectors.astype(np.float16).astype(np.float32), steps, bias)

    def tag(self, tokens: Tokens, feelings: Feelings) -> NDArray[np.int8]:
        """The label of each token."""
        labels = np.zeros(len(tokens), np.int8)
        if not len(tokens):
            return labels
        with one_thread():
            scores = self._by_grams(tokens)
            known = _known(tokens, feelings)
            for offset, weights in zip(OFFSETS, self.vectors, strict=True):
                scores += _moved((known @ weights)[tokens.word], offset, tokens.text)
        for rows in chain.laid_out(tokens.sentence):
            at, label = chain.best(scores, self.steps, rows)
            labels[at] = label
        return labels

    def _by_grams(self, tokens: Tokens) -> Array:
        """What `_grams` times the weights is, looked up once for each word and not for each token."""
        weights = self.grams.astype(np.float32) * np.float32(self.scale)
        scores = np.tile(self.bias, (len(tokens), 1)).astype(np.float32)
        for offset in OFFSETS:
            table = weights[_bucket(salted(tokens.keys, 10 + offset))]
            scores += _moved(table[tokens.word], offset, tokens.text)
        pair = _pairs(tokens)
        scores += weights[_bucket(salted(pair, 20))]
        scores += _moved(weights[_bucket(salted(pair, 21))], -1, tokens.text)
        return scores


def spans(labels: NDArray[np.integer]) -> tuple[Places, Places]:
    """First and last token of each term."""
    first = np.flatnonzero(labels == chain.BEGIN)
    stops = np.flatnonzero(np.append(labels, chain.OUTSIDE) != chain.INSIDE)
    return first, stops[np.searchsorted(stops, first, side="right")] - 1


def _grams(tokens: Tokens) -> csr_matrix:
    n, rows, buckets = len(tokens), [], []
    word = tokens.key
    for offset in OFFSETS:
        at = np.arange(max(0, -offset), n - max(0, offset))
        at = at[tokens.text[at] == tokens.text[at + offset]]
        rows.append(at)
        buckets.append(_bucket(salted(word[at + offset], 10 + offset)))
    pair = _pairs(tokens)
    behind = np.flatnonzero(tokens.text[1:] == tokens.text[:-1]) + 1
    rows += [np.arange(n), behind]
    buckets += [_bucket(salted(pair, 20)), _bucket(salted(pair[behind - 1], 21))]
    row, bucket = np.concatenate(rows), np.concatenate(buckets)
    found = csr_matrix((np.ones(len(row), np.float32), (row, bucket)), shape=(n, BUCKETS))
    found.sum_duplicates()
    return found


def _pairs(tokens: Tokens) -> NDArray[np.uint64]:
    joined, same = pairs(tokens)
    return np.where(same, joined, _mix(tokens.key))


def _bucket(keys: NDArray[np.uint64]) -> NDArray[np.int32]:
    return (keys & np.uint64(BUCKETS - 1)).astype(np.int32)


def _known(tokens: Tokens, feelings: Feelings) -> Array:
    """What is known of each word of the batch, whatever its language: vector, feeling, kind of token."""
    feel = np.clip(feelings.look_up(tokens.keys) * _FEELS, -2, 2)
    kind = np.zeros((2, len(tokens.keys)), np.float32)
    kind[0, tokens.word[tokens.is_sign]] = 1
    kind[1, tokens.word[tokens.is_han]] = 1
    return np.concatenate([tokens.vectors * _VECTORS, np.stack([feel, np.abs(feel), *kind], axis=1)], axis=1)


def _moved(values: Array, offset: int, text: Places) -> Array:
    """For each token what the one `offset` further on has; nothing beyond the ends of its text."""
    moved = np.zeros_like(values)
    n = len(values)
    here, there = slice(max(0, -offset), n - max(0, offset)), slice(max(0, offset), n - max(0, -offset))
    moved[here] = values[there] * (text[here] == text[there])[:, None]
    return moved


def _fit(
    tokens: Tokens, sparse: csr_matrix, known: Array, labels: NDArray[np.int64], penalty: float
) -> tuple[Array, Array, Array, Array]:
    from scipy.optimize import minimize

    n, d, e = len(labels), sparse.shape[1], known.shape[1]
    rows = chain.laid_out(tokens.sentence)
    truth = np.eye(3, dtype=np.float32)[labels]
    follows = np.flatnonzero(_follows(rows, n))
    taken = np.zeros((3, 3))
    np.add.at(taken, (labels[follows - 1], labels[follows]), 1)
    turned, by_word = (
        sparse.T.tocsr(),
        csr_matrix((np.ones(n, np.float32), (tokens.word, np.arange(n))), shape=(len(tokens.keys), n)),
    )
    sizes = np.cumsum([d * 3, len(OFFSETS) * e * 3, 9])

    def parts(flat: NDArray[np.float64]) -> tuple[Array, Array, Array, Array]:
        grams, vectors, steps, bias = np.split(flat.astype(np.float32), sizes)
        return grams.reshape(d, 3), vectors.reshape(len(OFFSETS), e, 3), steps.reshape(3, 3), bias

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        grams, vectors, steps, bias = parts(flat)
        scores = sparse @ grams + bias
        for offset, weights in zip(OFFSETS, vectors, strict=True):
            scores += _moved((known @ weights)[tokens.word], offset, tokens.text)
        chance, stepped, total = np.zeros((n, 3), np.float32), np.zeros((3, 3)), 0.0
        for some in rows:
            sums, label, summed = chain.chances(scores, steps, some)
            real = np.arange(some.token.shape[1]) < some.size[:, None]
            chance[some.token[real]] = label[real]
            stepped += summed
            total += float(sums.sum())
        total -= float((scores * truth).sum(dtype=np.float64)) + float((steps * taken).sum())
        off = chance - truth
        by_offset = [known.T @ (by_word @ _moved(off, -offset, tokens.text)) for offset in OFFSETS]
        slope = np.concatenate(
            [(turned @ off).ravel(), np.stack(by_offset).ravel(), (stepped - taken).ravel(), off.sum(axis=0)]
        ).astype(np.float64)
        slope += penalty * flat
        held = 0.5 * penalty * float((flat**2).sum())
        return (total + held) / n, slope / n

    with one_thread():
        start = np.zeros(sizes[-1] + 3)
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS})
    return parts(found.x)


def _follows(rows: list[chain.Rows], n: int) -> NDArray[np.bool_]:
    """Whether a token stands in its row behind another."""
    found = np.ones(n, np.bool_)
    for some in rows:
        found[some.token[:, 0]] = False
    return found
