"""Which words judge an aspect: a known opinion in its clause, else the words there that feel the strongest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shopwright.reviews.aspect_context import Context
from shopwright.reviews.aspect_tokens import Places, Tokens
from shopwright.reviews.feelings import Feelings
from shopwright.reviews.turns import Turns

__all__ = ["judging"]

_LEAST = 2.0  # from which strength on an untagged word counts as a judgement
_FADE = 5.0
_KNOWN = 10.0
_LONGEST = 6


def judging(
    tokens: Tokens,
    feelings: Feelings,
    turned: Turns,
    spoken: tuple[Places, Places],
    context: Context,
) -> tuple[Places, Places]:
    """First and last token of each aspect's opinion; where there is none, `last` lies before `first`.

    Args:
        tokens: of all texts.
        feelings: how words feel.
        turned: negations, which judge nothing by themselves.
        spoken: first and last token of opinions that are known as such.
        context: the words around each aspect.
    """
    begin, until, strength = _felt(tokens, feelings, turned)
    strength[context.token[context.away == 0]] = 0
    for first, last in zip(*(part.tolist() for part in spoken), strict=True):
        last = min(last, first + _LONGEST - 1)
        begin[first : last + 1], until[first : last + 1], strength[first : last + 1] = first, last, _KNOWN
    near = context.take((context.clauses == 0) & (context.away != 0))
    worth = strength[near.token] * np.exp(-np.abs(near.away) / _FADE)
    order = np.lexsort((-worth, near.aspect))
    rows, which = np.unique(near.aspect[order], return_index=True)
    best = order[which]
    found = np.zeros(context.n, np.int64), np.full(context.n, -1, np.int64)
    rows, best = rows[worth[best] > 0], best[worth[best] > 0]
    found[0][rows], found[1][rows] = begin[near.token[best]], until[near.token[best]]
    return found


def _felt(tokens: Tokens, feelings: Feelings, turned: Turns) -> tuple[Places, Places, NDArray[np.float64]]:
    """For each token first and last of the words that it stands for, and how strongly they feel."""
    alone, joined = feelings.of(tokens)
    # Vectors of words that stand everywhere are short: "the" may lean to praise, but judges nothing.
    size = np.sqrt((tokens.vectors**2).sum(axis=1))[tokens.word]
    single = np.abs(alone) * size
    of_two = np.zeros(len(tokens))
    # Chinese words are mostly two characters.
    of_two[:-1] = (np.abs(joined[:-1]) * (size[:-1] + size[1:]) * 2) * (tokens.is_han[:-1] & tokens.is_han[1:])
    strength = np.maximum(single, of_two)
    strength = np.where((strength >= _LEAST) & ~(tokens.is_sign | turned.negates), strength, 0.0)
    places = np.arange(len(tokens))
    return places.copy(), places + (of_two > single), strength
