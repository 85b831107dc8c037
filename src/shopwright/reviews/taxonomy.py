"""What shoppers speak of: topics with their terms and cues in five languages, found as whole words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from shopwright.reviews.aspect_tokens import Keys, Places, Tokens, word_keys

__all__ = ["LANGUAGES", "Found", "Taxonomy", "retail"]

LANGUAGES = ("en", "zh", "pt", "es", "de")


@dataclass(frozen=True, slots=True)
class Found:
    """Terms and cues in the texts, ascending and without overlap; where two overlap, the longer one stays.

    Attributes:
        first, last: tokens of each, `last` included.
        topic: number of its topic.
        is_cue: it judges without naming what.
    """

    first: Places
    last: Places
    topic: Places
    is_cue: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Topics and their words.

    Attributes:
        topics: names of the topics.
        words: (phrase as hashes of its tokens, number of the topic, whether it is a cue).
    """

    topics: tuple[str, ...]
    words: tuple[tuple[Keys, int, bool], ...]

    @classmethod
    def of(cls, told: Mapping[str, Mapping[str, Mapping[str, list[str]]]]) -> Taxonomy:
        """From topics, languages, `terms` and `cues` as the file has them; of two alike the first one counts."""
        kept: dict[bytes, tuple[Keys, int, bool]] = {}
        for topic, by_language in enumerate(told.values()):
            for lists in by_language.values():
                for kind in ("terms", "cues"):
                    for keys in word_keys(lists.get(kind, [])):
                        kept.setdefault(keys.tobytes(), (keys, topic, kind == "cues"))
        return cls(tuple(told), tuple(kept.values()))

    def find(self, tokens: Tokens) -> Found:
        """Where they stand."""
        parts = [self._of_size(tokens, size) for size in sorted({len(keys) for keys, _, _ in self.words}, reverse=True)]
        taken = np.zeros(len(tokens) + 1, np.bool_)
        kept = []
        for first, last, topic, is_cue in parts:  # the longest first
            counted = np.concatenate([[0], np.cumsum(taken)])
            free = counted[last + 1] == counted[first]
            free &= np.concatenate([[True], first[1:] > last[:-1]]) if len(first) else free
            for at in range(int((last - first).max()) + 1 if free.any() else 0):
                taken[np.minimum(first[free] + at, last[free])] = True
            kept.append((first[free], last[free], topic[free], is_cue[free]))
        first, last, topic, is_cue = (np.concatenate([part[at] for part in kept]) for at in range(4))
        order = np.argsort(first, kind="stable")
        return Found(first[order], last[order], topic[order], is_cue[order])

    def _of_size(self, tokens: Tokens, size: int) -> tuple[Places, Places, Places, NDArray[np.bool_]]:
        rows = [(keys, topic, is_cue) for keys, topic, is_cue in self.words if len(keys) == size]
        table = {tuple(keys.tolist()): (topic, is_cue) for keys, topic, is_cue in rows}
        begins = np.isin(tokens.keys, np.array([keys[0] for keys, _, _ in rows], np.uint64))
        at = np.flatnonzero(begins[tokens.word[: max(0, len(tokens) - size + 1)]])
        at = at[tokens.text[at] == tokens.text[at + size - 1]] if len(at) else at
        said = zip(*(tokens.key[at + step].tolist() for step in range(size)), strict=True)
        met = [table.get(one) for one in said]
        there = np.array([one is not None for one in met], np.bool_)
        topic = np.array([one[0] for one in met if one], np.int64)
        is_cue = np.array([one[1] for one in met if one], np.bool_)
        return at[there], at[there] + size - 1, topic, is_cue


@cache
def retail() -> Taxonomy:
    """The taxonomy that ships, read once."""
    path = resources.files("shopwright.reviews") / "assets" / "taxonomy.toml"
    return Taxonomy.of(tomllib.loads(path.read_text("utf-8")))
