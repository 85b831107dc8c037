"""Character and word n-grams of many texts at once, as 32-bit keys.

A polynomial hash of every stretch follows from one running sum over all characters (Karp & Rabin 1987), so counting is
a handful of array operations instead of a loop in Python: 10,000 short texts take a third of a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["Grams", "Shape", "count", "numbered"]

Keys = NDArray[np.uint32]
_Hashes = NDArray[np.uint64]
_Places = NDArray[np.int64]

_STEP = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64
_BACK = pow(_STEP, -1, 2**64)
_CHUNK = 1_000_000  # characters hashed at a time: bounds the memory
_SPACE = ord(" ")
_NEAREST = 2  # signs next to each other are n-grams already


@dataclass(frozen=True, slots=True)
class Shape:
    """Which n-grams are counted.

    Attributes:
        chars: shortest and longest stretch of characters inside a word, its borders included.
        words: most words in a row.
        apart: how far after a Chinese or Japanese sign another one of the same clause makes a pair with it; 0: none.
    """

    chars: tuple[int, int] = (1, 5)
    words: int = 3
    apart: int = 5


@dataclass(frozen=True, slots=True)
class Grams:
    """How often each n-gram occurs in each text, in rows one after the other.

    Attributes:
        starts: where each text's keys begin, and the end of the last: one more than there are texts.
        keys: n-grams of each text, ascending.
        counts: how often each occurs.
        size: how many keys there are, where they are numbers from 0 (`numbered`); 0 where they are hashes.
    """

    starts: _Places
    keys: Keys
    counts: NDArray[np.float32]
    size: int = 0

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, rows: NDArray[np.int64]) -> Grams:
        """These texts only, in this order."""
        sizes = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        places = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], sizes)
        return Grams(starts, self.keys[places], self.counts[places], self.size)


def count(texts: Sequence[str], shape: Shape) -> Grams:
    """The n-grams of texts that `normal` has been over."""
    parts = [_count(part, shape) for part in _chunks(texts)]
    if not parts:
        return Grams(np.zeros(1, np.int64), np.zeros(0, np.uint32), np.zeros(0, np.float32))
    sizes = np.concatenate([np.diff(part.starts) for part in parts])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    keys = np.concatenate([part.keys for part in parts])
    return Grams(starts, keys, np.concatenate([part.counts for part in parts]))


def numbered(*many: Grams) -> tuple[Keys, list[Grams]]:
    """All their keys, ascending, and the same n-grams with places in there for keys.

    For what is fitted several times: numbers are counted and looked up without sorting, which hashes are not.
    """
    keys = np.concatenate([grams.keys for grams in many])
    # A third of the time that numpy takes to say where each of millions of keys stands among them.
    places = pl.Series(keys).rank("dense").to_numpy().astype(np.uint32) - np.uint32(1)
    table = np.empty(int(places.max()) + 1 if len(keys) else 0, np.uint32)
    table[places] = keys
    parts = np.split(places, np.cumsum([len(grams.keys) for grams in many])[:-1])
    return table, [Grams(grams.starts, part, grams.counts, len(table)) for grams, part in zip(many, parts, strict=True)]


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    begin, size = 0, 0
    for at, text in enumerate(texts):
        if size and size + len(text) > _CHUNK:
            yield texts[begin:at]
            begin, size = at, 0
        size += len(text) + 3
    if len(texts) > begin:
        yield texts[begin:]


def _count(texts: Sequence[str], shape: Shape) -> Grams:
    joined = "".join(f" {text} \0" for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = codes == 0
    text_of = np.cumsum(ends) - ends
    hashes = _Stretches(codes)
    found = [
        *_characters(codes, ends, hashes, shape.chars),
        *_words(codes, text_of, hashes, shape.words),
        *_apart(codes, hashes, shape.apart),
    ]
    keys = np.concatenate([key for key, _ in found]) >> np.uint64(32)
    pairs = (text_of[np.concatenate([place for _, place in found])].astype(np.uint64) << np.uint64(32)) | keys
    pairs.sort()
    first = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]])) if len(pairs) else np.zeros(0, np.int64)
    counts = np.diff(np.append(first, len(pairs))).astype(np.float32)
    unique = pairs[first]
    starts = np.searchsorted(unique >> np.uint64(32), np.arange(len(texts) + 1, dtype=np.uint64))
    return Grams(starts, (unique & np.uint64(0xFFFFFFFF)).astype(np.uint32), counts)


class _Stretches:
    """Hashes of any stretches of a long row of characters."""

    def __init__(self, codes: NDArray[np.uint32]) -> None:
        size = len(codes)
        self._back = _powers(_BACK, size)
        self._sums = np.zeros(size + 1, np.uint64)
        np.cumsum(_mixed(codes.astype(np.uint64) + np.uint64(1)) * _powers(_STEP, size), out=self._sums[1:])

    def between(self, begin: _Places, end: _Places) -> _Hashes:
        """One hash for each stretch: equal for equal characters, wherever they stand."""
        return (self._sums[end] - self._sums[begin]) * self._back[begin]


def _powers(base: int, size: int) -> _Hashes:
    powers = np.full(size, base, np.uint64)
    powers[:1] = 1
    return np.cumprod(powers, dtype=np.uint64)


def _mixed(hashes: _Hashes) -> _Hashes:
    # The finaliser of splitmix64 (Steele, Lea & Flood 2014): neighbouring numbers come out far apart.
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def _characters(
    codes: NDArray[np.uint32], ends: NDArray[np.bool_], hashes: _Stretches, sizes: tuple[int, int]
) -> Iterator[tuple[_Hashes, _Places]]:
    """Stretches that hold no end of a text, and a space only as their first or last character."""
    size = len(codes)
    ended = np.concatenate([[0], np.cumsum(ends)])
    spaced = np.concatenate([[0], np.cumsum(codes == _SPACE)])
    for length in range(sizes[0], sizes[1] + 1):
        begin = np.arange(max(size - length + 1, 0))
        inside = ended[begin + length] == ended[begin]
        inside &= (
            spaced[begin + length - 1] == spaced[np.minimum(begin + 1, size)] if length > 1 else codes[begin] != _SPACE
        )
        begin = begin[inside]
        yield _mixed(hashes.between(begin, begin + length) + np.uint64(length)), begin


def _words(
    codes: NDArray[np.uint32], text_of: _Places, hashes: _Stretches, most: int
) -> Iterator[tuple[_Hashes, _Places]]:
    inside = _letters()[codes].astype(np.int8)
    edges = np.diff(np.concatenate([[0], inside, [0]]))
    begin, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    one = _mixed(hashes.between(begin, end) + np.uint64(1_000))
    row = one
    for length in range(1, most + 1):
        if length > 1:
            row = row[:-1] * np.uint64(_STEP) + one[length - 1 :]
        first, last = begin[: len(row)], begin[length - 1 :]
        same = text_of[first] == text_of[last]
        yield _mixed(row[same] + np.uint64(length)), first[same]


def _apart(codes: NDArray[np.uint32], hashes: _Stretches, farthest: int) -> Iterator[tuple[_Hashes, _Places]]:
    """Two signs of one clause with others in between, whatever they are: 没…好, 质…差."""
    size, sign = len(codes), _signs()[codes]
    if farthest < _NEAREST or not sign.any():
        return
    broken = np.concatenate([[0], np.cumsum(~_letters()[codes])])
    each = np.arange(size)
    one = _mixed(hashes.between(each, each + 1) + np.uint64(2_000))
    for distance in range(_NEAREST, min(farthest, size - 1) + 1):
        begin = each[: size - distance]
        inside = sign[begin] & sign[begin + distance] & (broken[begin + distance] == broken[begin])
        begin = begin[inside]
        yield _mixed(one[begin] * np.uint64(_STEP) + one[begin + distance]), begin


@cache
def _signs() -> NDArray[np.bool_]:
    """For each code point whether it is a Chinese or Japanese sign, which stands without spaces."""
    table = np.zeros(0x110000, np.bool_)
    for first, last in ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)):
        table[first : last + 1] = True
    return table


@cache
def _letters() -> NDArray[np.bool_]:
    """For each code point whether it is part of a word; beyond the first plane all are (Chinese, emoji)."""
    table = np.ones(0x110000, np.bool_)
    table[:0x10000] = [chr(code).isalnum() for code in range(0x10000)]
    return table
