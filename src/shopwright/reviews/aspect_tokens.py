"""Texts as tokens that know where they stand: words, Chinese signs and punctuation, whole batches at a time."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from shopwright.language.static import HAN_SALT, SIGN_SALT, WORD_SALT, features
from shopwright.language.static import weights as static_weights
from shopwright.language.static.characters import APOSTROPHE, DROPPED, HAN, N_CODES, SIGN, WORD
from shopwright.language.static.segment import Segments, Spans, span_keys

__all__ = ["Tokens", "known", "word_keys"]

Places = NDArray[np.int64]
Keys = NDArray[np.uint64]
_BETWEEN = "\x1e"
_ENDS = ".!?…。！？；;\n\r\x1e‽⋯।"
_BREAKS = ',:()[]{}，、：（）—–|/"“”「」'


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a batch of texts, one after the other.

    Attributes:
        start, end: characters of its own text that a token covers, `end` not included.
        text: number of the text.
        sentence: number of the sentence, over all texts.
        clause: number of the clause as punctuation has it, over all texts.
        is_sign: punctuation, symbols, emoji.
        is_han: single characters of scripts written without spaces.
        word: number of the word in `keys`.
        keys: hashes of the words of the batch, ascending.
        vectors: float32 (words, d), the static vector of each.
    """

    start: Places
    end: Places
    text: Places
    sentence: Places
    clause: Places
    is_sign: NDArray[np.bool_]
    is_han: NDArray[np.bool_]
    word: Places
    keys: Keys
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def key(self) -> Keys:
        """The hash of each token."""
        return self.keys[self.word]

    @classmethod
    def read(cls, texts: Sequence[str]) -> Tokens:
        """Take texts apart. Case and accents do not matter; the places are those in the texts as they were given."""
        joined = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in texts)
        raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint32)
        kind = known().kinds[raw]
        codes, at, kind = _folded(raw, kind)
        start, end, kinds = _runs(codes, kind)
        begins = np.array([0, *accumulate(len(text) + 1 for text in texts)], np.int64)
        first, last = at[start], at[end - 1] + 1
        text = np.searchsorted(begins, first, side="right") - 1
        key = _keyed(codes, start, end, kinds)
        keys, seen, word = np.unique(key, return_index=True, return_inverse=True)
        spans = start[seen], end[seen], kinds[seen]
        return cls(
            first - begins[text],
            last - begins[text],
            text,
            _counted(raw, _ENDS, first),
            _counted(raw, _ENDS + _BREAKS, first),
            kinds == SIGN,
            kinds == HAN,
            word.astype(np.int64),
            keys,
            _vectors(codes, spans),
        )


@cache
def known() -> static_weights.Weights:
    """The static table, read once."""
    from shopwright.language.static import shipped

    return shipped()._weights


def word_keys(words: Sequence[str]) -> list[Keys]:
    """For each phrase the hashes of its tokens."""
    tokens = Tokens.read(words)
    ends = np.searchsorted(tokens.text, np.arange(len(words) + 1))
    key = tokens.key
    return [key[ends[row] : ends[row + 1]] for row in range(len(words))]


def _folded(raw: NDArray[np.uint32], kind: NDArray[np.uint8]) -> tuple[NDArray[np.uint32], Places, NDArray[np.uint8]]:
    """Small letters without accents, one for one; what is left out (marks, apostrophes in words) is left out."""
    inside = kind == APOSTROPHE
    inside[1:-1] &= (kind[:-2] == WORD) & (kind[2:] == WORD)
    inside[:1] = inside[-1:] = False
    at = np.flatnonzero((kind != DROPPED) & ~inside)
    codes, kind = raw[at], kind[at]
    folded = np.zeros(N_CODES, np.uint32)
    folded[codes] = 1
    seen = np.flatnonzero(folded)
    folded[seen] = [_fold(code) for code in seen.tolist()]
    return folded[codes], at, np.where(kind == APOSTROPHE, np.uint8(SIGN), kind)


def _fold(code: int) -> int:
    if 0xD800 <= code < 0xE000:
        return code
    plain = [char for char in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(char)]
    low = "".join(plain).lower()
    return ord(low) if len(low) == 1 else code


def _runs(codes: NDArray[np.uint32], kind: NDArray[np.uint8]) -> tuple[Places, Places, NDArray[np.uint8]]:
    is_word = np.concatenate(([False], kind == WORD, [False]))
    change = np.flatnonzero(is_word[1:] != is_word[:-1])
    alone = np.flatnonzero((kind == HAN) | (kind == SIGN))
    start = np.concatenate([change[::2], alone])
    end = np.concatenate([change[1::2], alone + 1])
    order = np.argsort(start, kind="stable")
    return start[order], end[order], kind[start[order]]


def _keyed(codes: NDArray[np.uint32], start: Places, end: Places, kinds: NDArray[np.uint8]) -> Keys:
    """Hashes as the static table has them, so that a word that it knows is found there."""
    key = np.empty(len(start), np.uint64)
    for kind, salt in ((WORD, WORD_SALT), (HAN, HAN_SALT), (SIGN, SIGN_SALT)):
        of = kinds == kind
        key[of] = span_keys(codes, Spans(start[of], end[of], start[of]), salt)
    return key


def _vectors(codes: NDArray[np.uint32], spans: tuple[Places, Places, NDArray[np.uint8]]) -> NDArray[np.float32]:
    from scipy.sparse import csr_array

    start, end, kinds = spans
    number = np.arange(len(start))
    part = {kind: Spans(start[kinds == kind], end[kinds == kind], number[kinds == kind]) for kind in (WORD, HAN, SIGN)}
    nothing = Spans(*(np.empty(0, np.int64) for _ in range(3)))
    owner, row, weight = features(Segments(codes, part[WORD], part[HAN], nothing, part[SIGN]), known())
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(len(start) + 1))
    picked = csr_array((weight[order], row[order], ends), shape=(len(start), len(known().vectors)))
    return np.asarray(picked @ known().vectors, np.float32)


def _counted(raw: NDArray[np.uint32], marks: str, first: Places) -> Places:
    """How many of the marks stand before each place; a stop between digits is a decimal point and does not count."""
    is_mark = np.isin(raw, np.array([ord(mark) for mark in marks], np.uint32))
    is_point = is_mark & np.isin(raw, np.array([ord("."), ord(","), ord(":")], np.uint32))
    if len(raw) > 2:
        digit = (raw >= ord("0")) & (raw <= ord("9"))
        is_mark[1:-1] &= ~(is_point[1:-1] & digit[:-2] & digit[2:])
    ahead = np.concatenate([[0], np.cumsum(is_mark)])
    return ahead[first]
