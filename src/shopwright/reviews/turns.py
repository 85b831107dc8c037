"""Negations and contrasts in five languages: what they turn, and where something else begins."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from shopwright.reviews.aspect_tokens import Keys, Places, Tokens, word_keys

__all__ = ["Turns", "turns"]

REACH = 4  # tokens a negation reaches ahead inside its clause (five words in Das & Chen 2001; fewer lose less)


@dataclass(frozen=True, slots=True)
class Turns:
    """For each token.

    Attributes:
        negates: it is a negation.
        contrasts: it is a word such as "but".
        is_turned: a negation in the same clause reaches it.
        clause: number of its clause; contrasts begin one as punctuation does.
    """

    negates: NDArray[np.bool_]
    contrasts: NDArray[np.bool_]
    is_turned: NDArray[np.bool_]
    clause: Places


def turns(tokens: Tokens) -> Turns:
    """What turns in the texts."""
    negates, contrasts = (_begins(tokens, _phrases(kind)) for kind in ("negations", "contrasts"))
    clause = tokens.clause + np.cumsum(contrasts)
    reached = np.zeros(len(tokens), np.bool_)
    for step in range(1, min(REACH, len(tokens) - 1) + 1):
        reached[step:] |= negates[:-step] & (clause[step:] == clause[:-step])
    return Turns(negates, contrasts, reached, clause)


def _begins(tokens: Tokens, phrases: tuple[Keys, ...]) -> NDArray[np.bool_]:
    """Whether one of the phrases begins at a token."""
    found = np.zeros(len(tokens), np.bool_)
    for size in {len(phrase) for phrase in phrases}:
        rows = np.array([phrase for phrase in phrases if len(phrase) == size])
        if size > len(tokens):
            continue
        at = np.flatnonzero(np.isin(tokens.keys, rows[:, 0])[tokens.word[: len(tokens) - size + 1]])
        there = np.stack([tokens.key[at + step] for step in range(size)], axis=1)
        same = (tokens.text[at] == tokens.text[at + size - 1])[:, None]
        found[at] |= ((there[:, None, :] == rows[None]).all(axis=2) & same).any(axis=1)
    return found


@cache
def _phrases(kind: str) -> tuple[Keys, ...]:
    path = resources.files("shopwright.reviews") / "assets" / "turns.toml"
    told = tomllib.loads(path.read_text("utf-8"))[kind]
    return tuple(word_keys([phrase for phrases in told.values() for phrase in phrases]))
