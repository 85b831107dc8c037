"""The words around each aspect: which they are, how far away, in the same clause or beyond a turn such as "but"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.reviews.aspect_tokens import Places, Tokens

__all__ = ["Context", "around"]

MOST = 40  # tokens on either side: what lies farther away says nothing of an aspect


@dataclass(frozen=True, slots=True)
class Context:
    """One row for each aspect and token of its sentence.

    Attributes:
        n: number of aspects.
        aspect: number of the aspect, ascending.
        token: number of the token.
        away: tokens between, negative to the left; 0 inside the aspect.
        clauses: clauses between.
    """

    n: int
    aspect: Places
    token: Places
    away: Places
    clauses: Places

    def take(self, rows: NDArray[np.bool_]) -> Context:
        """These rows only."""
        return Context(self.n, self.aspect[rows], self.token[rows], self.away[rows], self.clauses[rows])


def around(tokens: Tokens, first: Places, last: Places, judges: NDArray[np.bool_], clause: Places) -> Context:
    """The sentence of each aspect, or all of it that lies within reach.

    Args:
        tokens: of all texts.
        first: first token of each aspect.
        last: its last token; before `first` where the aspect has no place.
        judges: the words of the aspect judge by themselves ("too tight"): they count as if they stood beside it.
        clause: number of each token's clause, over all texts.
    """
    is_placed = last >= first
    begin, end = first, first
    if len(tokens):
        inside = np.minimum(first, len(tokens) - 1)
        until = np.clip(last, 0, len(tokens) - 1)
        begin = np.maximum(np.searchsorted(tokens.sentence, tokens.sentence[inside], side="left"), first - MOST)
        end = np.minimum(np.searchsorted(tokens.sentence, tokens.sentence[until], side="right"), last + 1 + MOST)
        begin, end = np.where(is_placed, begin, first), np.where(is_placed, end, first)
    size = end - begin
    aspect = np.repeat(np.arange(len(first)), size)
    token = np.arange(len(aspect)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(begin, size)
    away = np.minimum(token - first[aspect], 0) + np.maximum(token - last[aspect], 0)
    nearest = np.where(away < 0, first[aspect], last[aspect])
    clauses = np.where(away == 0, 0, np.abs(clause[token] - clause[nearest]))
    return Context(len(first), aspect, token, np.where((away == 0) & judges[aspect], 1, away), clauses)
