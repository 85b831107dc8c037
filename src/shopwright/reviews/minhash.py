"""Texts that are nearly the same, found without comparing all with all.

MinHash over runs of characters (Broder 1997), with bands of signatures as buckets (Leskovec, Rajaraman and Ullman,
"Mining of Massive Datasets", section 3.4); who falls into one bucket is then compared exactly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shopwright.seeds import generator

__all__ = ["LEAST_SIGNS", "OF_HAN", "alike", "letters", "plain", "signatures"]

# A pair that shares 0.8 of its runs meets in one of 10 bands of 3 with a chance of 0.999, one that shares 0.3 in 0.24.
BANDS, ROWS = 10, 3
RUN, READ = 4, 2_000
# Shorter phrases ("did not get the product") are written by many who never met; a Chinese sign says as much as three.
LEAST_SIGNS, OF_HAN = 36, 3
HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# Share of equal marks below which two are not looked at closely: of a pair that shares 0.7, one in 5,000 has so few.
UNLIKE = 0.4
CHUNK = 1 << 21
BASE = np.uint64(0x9E3779B97F4A7C15)
UNSEEN = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Letters and digits alone, small: what is compared; the first 2,000 of them."""
    return UNSEEN.sub("", text[: 4 * READ].lower())[:READ]


def alike(texts: Sequence[str], least: float = 0.7) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each text the first one that it is nearly the same as, −1 for none, and how much they share.

    Args:
        texts: in the order in which they came; those of less than 36 letters, or 12 Chinese signs, are like nothing.
        least: share of the runs of four letters that two have in common, of those in either (Jaccard).

    Returns:
        Places of the earlier texts and shares, shape (texts,) each.
    """
    ready = [plain(text) for text in texts]
    long = np.array([letters(text) >= LEAST_SIGNS for text in ready], bool)
    places = np.flatnonzero(long)
    first, share = np.full(len(ready), -1), np.zeros(len(ready))
    if len(places) < 2:
        return first, share
    marks = signatures([ready[at] for at in places])
    row_of = np.full(len(ready), -1)
    row_of[places] = np.arange(len(places))
    runs: dict[int, frozenset[str]] = {}
    for band in range(BANDS):
        heads = _heads(marks[:, band * ROWS : (band + 1) * ROWS])
        runs.clear()  # heads of one band are met again and again, those of another hardly
        for at in np.flatnonzero((heads != np.arange(len(heads))) & (first[places] < 0)).tolist():
            mine, other = int(places[at]), int(places[heads[at]])
            other = int(first[other]) if first[other] >= 0 else other
            if (marks[at] == marks[row_of[other]]).mean() < UNLIKE and ready[mine] != ready[other]:
                continue
            shared = _jaccard(ready, mine, other, runs)
            if shared >= least:
                first[mine], share[mine] = other, shared
    return first, share


def letters(text: str) -> int:
    """How long a text is in letters, a Chinese sign saying as much as three of them."""
    return len(text) + (OF_HAN - 1) * len(HAN.findall(text))


def signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    """MinHash signatures of texts of four characters or more, shape (texts, bands × rows)."""
    draw = generator(0, "minhash")
    turns = draw.integers(1, 1 << 63, BANDS * ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    out = np.empty((len(texts), BANDS * ROWS), np.uint32)
    begin = 0
    while begin < len(texts):
        end, size = begin, 0
        while end < len(texts) and (end == begin or size + len(texts[end]) <= CHUNK):
            size += len(texts[end])
            end += 1
        out[begin:end] = _signed(texts[begin:end], turns)
        begin = end
    return out


def _signed(texts: Sequence[str], turns: NDArray[np.uint64]) -> NDArray[np.uint32]:
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32).astype(np.uint64)
    lengths = np.array([len(text) for text in texts])
    starts = np.concatenate([[0], lengths.cumsum()[:-1]])
    hashed = np.zeros(len(codes) - RUN + 1, np.uint64)
    for at in range(RUN):
        hashed = hashed * BASE + codes[at : at + len(hashed)]
    # A run over the end of its text is put in the place of the text's first one.
    owner = np.repeat(np.arange(len(texts)), lengths)[: len(hashed)]
    over = np.arange(len(hashed)) + RUN > (starts + lengths)[owner]
    hashed[over] = hashed[starts[owner[over]]]
    hashed ^= hashed >> np.uint64(29)
    marks = np.empty((len(texts), len(turns)), np.uint32)
    for column, turn in enumerate(turns):
        marks[:, column] = np.minimum.reduceat((hashed * turn) >> np.uint64(32), starts)
    return marks


def _heads(band: NDArray[np.uint32]) -> NDArray[np.int64]:
    """The first row that is the same as each."""
    _, head, which = np.unique(band, axis=0, return_index=True, return_inverse=True)
    return np.asarray(head[which.ravel()])


def _jaccard(texts: Sequence[str], one: int, first: int, runs: dict[int, frozenset[str]]) -> float:
    """Share of common runs; those of texts that are the first of many are kept."""
    if texts[one] == texts[first]:
        return 1.0
    if first not in runs:
        runs[first] = _runs(texts[first])
    mine, theirs = _runs(texts[one]), runs[first]
    common = len(mine & theirs)
    return common / (len(mine) + len(theirs) - common)


def _runs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + RUN] for at in range(len(text) - RUN + 1))
