"""Texts to the hashed keys of their words, characters and pieces of words, a whole batch at a time.

A key is a 64-bit polynomial hash of code points, in exact integer arithmetic: it is the same on every machine, in every
version of Python and whatever stands beside the text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shopwright.language.static.characters import APOSTROPHE, DROPPED, HAN, SIGN, WORD

__all__ = ["GRAM_SIZES", "Segments", "Spans", "grams", "pieces", "segment", "shortened", "span_keys"]

GRAM_SIZES = (3, 4, 5)
_BETWEEN = "\x1e"  # between two texts; taken out of the texts themselves
_EDGE_LEFT, _EDGE_RIGHT, _DIGIT = 0x110001, 0x110002, 0x110003  # no code points: no text can hold them
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2^64
_INVERSE = pow(_BASE, -1, 2**64)
Keys = NDArray[np.uint64]
Places = NDArray[np.int64]


class Spans(NamedTuple):
    """Stretches of characters, `start` included and `end` not, and the number of the text each lies in."""

    start: Places
    end: Places
    text: Places


@dataclass(frozen=True, slots=True)
class Segments:
    """A batch of texts taken apart.

    Attributes:
        codes: code points of all texts, one after the other, as they are after normalisation.
        words: runs of letters and digits.
        han: characters of scripts written without spaces, each alone.
        pairs: two such characters side by side.
        signs: punctuation, symbols and emoji, each alone.
    """

    codes: NDArray[np.uint32]
    words: Spans
    han: Spans
    pairs: Spans
    signs: Spans

    def string(self, start: int, end: int) -> str:
        """The characters of a span."""
        return "".join(map(chr, self.codes[start:end].tolist()))


def segment(texts: Sequence[str], kinds: NDArray[np.uint8]) -> Segments:
    """Take texts apart; `kinds` is the table of `characters`."""
    codes = _normal(texts, kinds)
    kind = kinds[codes]
    text_of = np.cumsum(codes == ord(_BETWEEN))
    # An apostrophe between letters belongs to neither side: don't is one word, written dont.
    inside = kind == APOSTROPHE
    if inside.any():
        inside[1:-1] &= (kind[:-2] == WORD) & (kind[2:] == WORD)
        inside[:1] = inside[-1:] = False
        kind = np.where(kind == APOSTROPHE, np.uint8(SIGN), kind)
        codes, kind, text_of = codes[~inside], kind[~inside], text_of[~inside]
    is_word = np.concatenate(([False], kind == WORD, [False]))
    change = np.flatnonzero(is_word[1:] != is_word[:-1])
    start, end = change[::2], change[1::2]
    han, signs = np.flatnonzero(kind == HAN), np.flatnonzero(kind == SIGN)
    pairs = han[:-1][np.diff(han) == 1]
    return Segments(
        codes,
        Spans(start, end, text_of[start]),
        Spans(han, han + 1, text_of[han]),
        Spans(pairs, pairs + 2, text_of[pairs]),
        Spans(signs, signs + 1, text_of[signs]),
    )


def _normal(texts: Sequence[str], kinds: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Code points after NFKD, lower case and without accents, texts set apart."""
    joined = _BETWEEN.join(texts)
    if joined.count(_BETWEEN) >= len(texts):
        joined = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in texts)
    if joined.isascii():
        return np.frombuffer(joined.lower().encode("ascii"), np.uint8).astype(np.uint32)
    # Marks go first: Python sorts a run of them in quadratic time, and a text of a million would never end.
    bare = _without_marks(_codes(joined), kinds).tobytes().decode("utf-32-le", "surrogatepass")
    return _without_marks(_codes(unicodedata.normalize("NFKD", bare).lower()), kinds)


def _codes(text: str) -> NDArray[np.uint32]:
    codes: NDArray[np.uint32] = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint32)
    return codes


def _without_marks(codes: NDArray[np.uint32], kinds: NDArray[np.uint8]) -> NDArray[np.uint32]:
    kept: NDArray[np.uint32] = codes[kinds[codes] != DROPPED]
    return kept


def span_keys(codes: NDArray[np.uint32], spans: Spans, salt: int) -> Keys:
    """The key of every span; `salt` keeps a word apart from the same letters in another role."""
    if not len(spans.start):
        return np.empty(0, np.uint64)
    ahead = _ahead(codes)
    found = (ahead[spans.end] - ahead[spans.start]) * _powers(_INVERSE, len(codes))[spans.start]
    return _mix(found + np.uint64(salt))


def _ahead(codes: NDArray[np.uint32]) -> Keys:
    """Hash of all characters ahead of each place, each weighted by where it stands."""
    ahead = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(_mix(codes) * _powers(_BASE, len(codes)), out=ahead[1:])
    return ahead


class Pieces(NamedTuple):
    """Pieces of words: the key of each and the number of the word it is a piece of, in the order of the words."""

    key: Keys
    word: Places


def pieces(codes: NDArray[np.uint32], words: Spans, salt: int) -> Pieces:
    """The n-grams of words between marks for their edges (Bojanowski et al. 2017), every digit taken as one."""
    marked, word = _marked(codes, words)
    keys, owners = [], []
    mixed = _mix(marked)
    rolled, power = mixed.copy(), 1
    for size in range(2, max(GRAM_SIZES) + 1):
        power = power * _BASE % 2**64
        rolled = rolled[:-1] + mixed[size - 1 :] * np.uint64(power) if len(mixed) >= size else rolled[:0]
        if size in GRAM_SIZES and len(rolled):
            whole = word[: len(rolled)] == word[size - 1 :]
            keys.append(_mix(rolled[whole] + np.uint64(salt)))
            owners.append(word[: len(rolled)][whole])
    if not keys:
        return Pieces(np.empty(0, np.uint64), np.empty(0, np.int64))
    return Pieces(np.concatenate(keys), np.concatenate(owners))


def shortened(codes: NDArray[np.uint32], words: Spans, salt: int) -> Pieces:
    """Every word as it is and with one character left out: words an edit apart share one (Garbe's SymSpell, 2012)."""
    size = words.end - words.start
    word = np.repeat(np.arange(len(size)), size + 1)
    left_out = np.arange(len(word)) - np.repeat(np.cumsum(size + 1) - size - 1, size + 1)
    start, end = words.start[word], words.end[word]
    gap = start + left_out
    ahead, back = _ahead(codes), _powers(_INVERSE, len(codes) + 2)
    after = np.minimum(gap + 1, end)  # past the last character there is nothing to leave out
    key = (ahead[gap] - ahead[start]) * back[start] + (ahead[end] - ahead[after]) * back[start + 1]
    return Pieces(_mix(key + np.uint64(salt)), word)


def grams(word: str) -> list[str]:
    """The pieces that `pieces` hashes, as one can read them; for training and for tests."""
    marked = f"<{word}>"
    return [marked[at : at + size] for size in GRAM_SIZES for at in range(len(marked) - size + 1)]


def _marked(codes: NDArray[np.uint32], words: Spans) -> tuple[NDArray[np.uint32], Places]:
    size = words.end - words.start + 2
    first = np.cumsum(size) - size
    word = np.repeat(np.arange(len(size)), size)
    place = np.arange(len(word)) - first[word] + words.start[word] - 1
    marked = codes[np.clip(place, 0, len(codes) - 1)] if len(place) else np.empty(0, np.uint32)
    marked = np.where((marked >= ord("0")) & (marked <= ord("9")), np.uint32(_DIGIT), marked)
    marked[first], marked[first + size - 1] = _EDGE_LEFT, _EDGE_RIGHT
    return marked, word


def _mix(values: NDArray[np.unsignedinteger]) -> Keys:
    """Spread 64-bit values evenly (the finaliser of SplitMix64, Steele et al. 2014)."""
    mixed = values.astype(np.uint64) + np.uint64(_BASE)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _powers(base: int, n: int) -> Keys:
    """base^0 … base^(n-1) modulo 2^64."""
    values = np.full(n, base, np.uint64)
    values[:1] = 1
    return np.cumprod(values, dtype=np.uint64)
