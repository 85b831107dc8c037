"""How each word and pair of words feels: an opinion lexicon that was learned from stars, no copied list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.language.static.segment import _mix
from shopwright.reviews.aspect_tokens import Keys, Tokens

__all__ = ["Feelings", "pairs", "salted"]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_HIGH = np.uint64(32)


def salted(keys: Keys, salt: int | Keys) -> Keys:
    """The keys in another role: equal for equal keys and salts, else unlike."""
    return _mix(keys + np.asarray(salt, np.uint64) * _STEP)


def pairs(tokens: Tokens) -> tuple[Keys, NDArray[np.bool_]]:
    """A hash of each token with the next, and whether that is in the same text."""
    key = tokens.key
    joined = np.append(_mix(key[:-1] * _STEP + key[1:]), np.zeros(min(len(key), 1), np.uint64))
    same = np.append(tokens.text[1:] == tokens.text[:-1], np.zeros(min(len(key), 1), np.bool_))
    return joined, same


@dataclass(frozen=True, slots=True)
class Feelings:
    """A weight for each known word or pair, below zero where stars are few.

    Attributes:
        keys: uint32, ascending: the upper halves of hashes.
        weights: int8.
        scale: times the weight is the logit.
    """

    keys: NDArray[np.uint32]
    weights: NDArray[np.int8]
    scale: float

    @classmethod
    def pack(cls, keys: Keys, weights: NDArray[np.float64]) -> Feelings:
        """From full hashes and logits; the few strongest are cut, so that eight bits serve the others."""
        scale = float(np.quantile(np.abs(weights), 0.999)) / 127
        cut = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
        short, first = np.unique((keys >> _HIGH).astype(np.uint32), return_index=True)
        return cls(short, cut[first], scale)

    def look_up(self, keys: Keys) -> NDArray[np.float32]:
        """The logit of each key; nothing for one that is not known."""
        if not len(self.keys):
            return np.zeros(len(keys), np.float32)
        short = (keys >> _HIGH).astype(np.uint32)
        at = np.minimum(np.searchsorted(self.keys, short), len(self.keys) - 1)
        return np.where(self.keys[at] == short, self.weights[at] * np.float32(self.scale), np.float32(0))

    def of(self, tokens: Tokens) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The logit of each token alone, and with its next."""
        joined, same = pairs(tokens)
        return self.look_up(tokens.keys)[tokens.word], self.look_up(joined) * same
