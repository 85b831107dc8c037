"""What a head sees of an aspect: words by how near they are, vectors of the words around it, how those feel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from shopwright.language.static.segment import _mix
from shopwright.reviews.aspect_context import Context
from shopwright.reviews.aspect_tokens import Keys, Places, Tokens
from shopwright.reviews.feelings import Feelings, pairs, salted
from shopwright.reviews.turns import Turns

__all__ = ["BLOCKS", "BUCKETS", "FACTS", "Features", "features"]

BUCKETS = 1 << 17
BLOCKS, FACTS = 7, 25
_NEAR, _BEYOND = 6.0, 0.45  # tokens by which a word counts e times less, and what a clause between leaves of it
_REACHES = (2.0, 5.0, 12.0)
Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Features:
    """One row for each aspect.

    Attributes:
        grams: counts of hashed words and pairs in their roles, (aspects, BUCKETS).
        blocks: weights of the batch's words, (aspects, words) each: near, all, clause, left, right, negated, aspect.
        vectors: float32 (words, d), what `blocks` weigh.
        facts: float32 (aspects, FACTS), sums and extremes of how the words around feel.
    """

    grams: csr_matrix
    blocks: list[csr_matrix]
    vectors: NDArray[np.float32]
    facts: NDArray[np.float32]


def features(tokens: Tokens, turns: Turns, feelings: Feelings, context: Context) -> Features:
    """What can be learned of each aspect; nothing here depends on a language."""
    own = context.take(context.away == 0)
    out = context.take(context.away != 0)
    near = np.exp(-np.abs(out.away) / _NEAR) * _BEYOND ** np.minimum(out.clauses, 3)
    alone, joined = feelings.of(tokens)
    return Features(
        _grams(tokens, turns, own, out, near),
        _blocks(tokens, turns, own, out, near),
        tokens.vectors,
        _facts(turns, out, alone, joined),
    )


def _grams(tokens: Tokens, turns: Turns, own: Context, out: Context, near: NDArray[np.float64]) -> csr_matrix:
    key, row = tokens.key, out.aspect
    pair, _ = pairs(tokens)
    word = np.where(turns.is_turned, _mix(key + np.uint64(99)), key)[out.token]
    root = np.sqrt(np.maximum(1, np.bincount(row, minlength=out.n)))[row]
    close, clause = np.abs(out.away) <= 3, out.clauses == 0
    beside = np.zeros(len(row), np.bool_)
    beside[:-1] = (out.token[1:] == out.token[:-1] + 1) & (row[1:] == row[:-1]) & (out.away[1:] * out.away[:-1] > 0)
    place = (out.away[close] + 10).astype(np.uint64)
    parts = [
        (salted(word, 1), row, 0.7 / root),
        (salted(word, 2), row, near),
        (salted(key[out.token[close]], 100 + place), row[close], np.full(int(close.sum()), 0.5)),
        (salted(pair[out.token[beside]], 4), row[beside], near[beside]),
        (salted(pair[out.token[beside]], 5), row[beside], 0.5 / root[beside]),
        (salted(word[clause], 6), row[clause], np.full(int(clause.sum()), 0.3)),
        (salted(key[own.token], 7), own.aspect, np.full(len(own.token), 0.5)),
    ]
    keys, rows, weights = (np.concatenate([part[at] for part in parts]) for at in range(3))
    return _sparse(weights, rows, _bucket(keys), (out.n, BUCKETS))


def _bucket(keys: Keys) -> NDArray[np.int32]:
    return (keys & np.uint64(BUCKETS - 1)).astype(np.int32)


def _sparse(
    weights: NDArray[np.floating], rows: Places, columns: NDArray[np.integer], shape: tuple[int, int]
) -> csr_matrix:
    found = csr_matrix((weights.astype(np.float32), (rows, columns)), shape=shape)
    found.sum_duplicates()
    return found


def _blocks(tokens: Tokens, turns: Turns, own: Context, out: Context, near: NDArray[np.float64]) -> list[csr_matrix]:
    ways = (
        near,
        np.ones(len(near)),
        (out.clauses == 0) * 1.0,
        near * (out.away < 0),
        near * (out.away > 0),
        near * turns.is_turned[out.token],
    )
    found = [_block(tokens, out, weights) for weights in ways]
    return [*found, _block(tokens, own, np.ones(len(own.token))) * np.float32(0.5)]


def _block(tokens: Tokens, context: Context, weights: NDArray[np.float64]) -> csr_matrix:
    """Weights of one length for each aspect, however many words there are."""
    length = np.sqrt(1e-3 + np.bincount(context.aspect, weights**2, context.n))
    shape = (context.n, len(tokens.keys))
    return _sparse(weights / length[context.aspect], context.aspect, tokens.word[context.token], shape)


def _facts(turns: Turns, out: Context, alone: Weights, joined: Weights) -> NDArray[np.float32]:
    row, n, away = out.aspect, out.n, np.abs(out.away)
    word = np.where(turns.is_turned, np.float32(-0.6), np.float32(1)) * alone
    feel = (word + joined)[out.token].astype(np.float64)
    clause = (out.clauses == 0) * 1.0
    facts: list[NDArray[np.float64]] = []

    def sum_of(weights: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(row, weights, n), np.float64)

    sides = [np.ones(len(row)), clause, (out.away < 0) * 1.0, (out.away > 0) * 1.0]
    for reach in _REACHES:
        weight = np.exp(-away / reach)
        facts += [sum_of(weight * feel * part) for part in sides]
        facts.append(sum_of(weight * np.abs(feel)))
    size = np.bincount(row, minlength=n)
    facts.append(sum_of(feel) / np.sqrt(1 + size))
    for weight in (np.ones(len(row)), np.exp(-away / 5), clause):
        best, worst = np.zeros(n), np.zeros(n)
        np.maximum.at(best, row, weight * feel)
        np.minimum.at(worst, row, weight * feel)
        facts += [best, worst]
    facts += [
        sum_of(np.exp(-away / 5) * turns.negates[out.token].astype(np.float64)),
        sum_of(turns.contrasts[out.token].astype(np.float64)),
    ]
    return np.stack([*facts, np.log1p(size)], axis=1).astype(np.float32)
