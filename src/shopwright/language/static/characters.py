"""What kind of character each code point is, as numbers in one table."""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

__all__ = ["APOSTROPHE", "DROPPED", "HAN", "N_CODES", "SIGN", "SPACE", "WORD", "kinds_now", "runs", "table"]

SPACE, WORD, HAN, SIGN, DROPPED, APOSTROPHE = range(6)
N_CODES = 0x110000
_HAN = ((0x3005, 0x3008), (0x3040, 0x3130), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000))
# Joiners, variation selectors, skin tones: they change how a sign looks, hardly what it says.
_DROPPED = ((0xFE00, 0xFE10), (0x1F3FB, 0x1F400), (0xE0000, 0xE1000))
_APOSTROPHES = (0x27, 0x60, 0xB4, 0x2BC, 0x2019)


def kinds_now() -> NDArray[np.uint8]:
    """The table by this Python's edition of Unicode; the one in the weights is frozen when they are made."""
    kinds = np.zeros(N_CODES, np.uint8)
    for code in range(N_CODES):
        kinds[code] = _kind(chr(code))
    for low, high in _HAN:
        kinds[low:high] = HAN
    for low, high in _DROPPED:
        kinds[low:high] = DROPPED
    kinds[list(_APOSTROPHES)] = APOSTROPHE
    return kinds


def _kind(char: str) -> int:
    category = unicodedata.category(char)
    # Accents carry a combining class; vowel signs of Indian scripts and of Thai do not, and are letters to a reader.
    if unicodedata.combining(char) or category == "Cf":
        return DROPPED
    if category[0] in "LNM":
        return WORD
    return SIGN if category[0] in "PS" else SPACE


def runs(kinds: NDArray[np.uint8]) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """The table as (first code point, kind) of each run, some thousands instead of a million."""
    starts = np.flatnonzero(np.diff(kinds, prepend=255)).astype(np.uint32)
    return starts, kinds[starts]


def table(starts: NDArray[np.uint32], kinds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The table that `runs` took apart."""
    return np.repeat(kinds, np.diff(np.append(starts.astype(np.int64), N_CODES)))
