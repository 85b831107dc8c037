"""Texts to hashed grams for the small classifier of injections: pairs to sixes of letters, words and pairs of words."""

from __future__ import annotations

import re
import zlib
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["BUCKETS", "grams", "is_han", "pieces"]

BUCKETS = 1 << 18
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_WORD = re.compile(r"[^\W_]+")
_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])|\n+")
_HAN = re.compile("[\u4e00-\u9fff]")
_LONG, _LONG_HAN = 300, 72  # a Chinese review often has one full stop, and an order between its commas would drown
_PAUSE = re.compile(r"[\s,，、;；:：]")


def is_han(text: str) -> bool:
    """Whether a good part of a text is in Chinese signs."""
    return not text.isascii() and 5 * len(_HAN.findall(text)) > len(text)


def grams(text: str) -> NDArray[np.int64]:
    """Buckets of the grams of a text in plain small letters, each once."""
    signs = np.frombuffer(f" {text.strip()} ".encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    parts = []
    with np.errstate(over="ignore"):
        value = np.zeros(len(signs), dtype=np.uint64)
        for size in range(1, 6):
            value = value[: len(signs) - size + 1] * np.uint64(1_000_003) + signs[size - 1 :]
            if size > 1:
                parts.append((value * _MULTIPLIER + np.uint64(size)) * _MULTIPLIER >> np.uint64(46))
    words = _WORD.findall(text)
    pairs = [*words, *(f"{one} {two}" for one, two in pairwise(words))]
    hashed = np.array([zlib.crc32(word.encode("utf-8", "surrogatepass")) % BUCKETS for word in pairs], dtype=np.uint64)
    return np.unique(np.concatenate([*parts, hashed])).astype(np.int64)


def pieces(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand, very long ones cut: an instruction is a sentence in a text that is none."""
    found, start = [], 0
    ends = [match.end() for match in _END.finditer(text)] + [len(text)]
    for end in ends:
        most = _LONG_HAN if is_han(text[start : start + _LONG]) else _LONG
        while end - start > most:
            pauses = [match.end() for match in _PAUSE.finditer(text, start + most // 2, start + most)]
            cut = pauses[-1] if pauses else start + most
            found.append((start, cut))
            start = cut
        if text[start:end].strip():
            found.append((start, end))
        start = end
    return [(first, last) for first, last in found if _is_said(text[first:last])]


def _is_said(piece: str) -> bool:
    """Whether it is long enough to say anything: three words, or five signs."""
    return sum(3 if _HAN.match(sign) else sign.isalpha() for sign in piece) >= 12
