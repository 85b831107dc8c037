"""Where aspects stand: those that are asked about by name or place, and those that are found."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.reviews.aspect_terms import spans
from shopwright.reviews.aspect_tokens import Places, Tokens
from shopwright.reviews.taxonomy import Taxonomy

__all__ = ["Asked", "asked", "found", "in_tokens", "without_markup"]

_LONGEST = 5  # tokens of a term; what is longer is a mistake of the tagger
Asked = str | tuple[int, int]
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,300}>|&(?:[a-zA-Z]{2,8}|#\d{1,6});")


def without_markup(text: str) -> str:
    """HTML as blanks of the same length, so that every place stays where it is."""
    return _MARKUP.sub(lambda met: " " * len(met[0]), text) if "<" in text or "&" in text else text


def asked(texts: Sequence[str], aspects: Sequence[Asked]) -> list[tuple[int, int]]:
    """First and past-the-last character of each aspect; (0, 0) where its words are not in the text.

    Raises:
        UsageError: an aspect is neither words nor a place inside its text.
    """
    places = []
    for row, (text, aspect) in enumerate(zip(texts, aspects, strict=True)):
        if isinstance(aspect, str):
            places.append(_of_words(text, aspect))
        elif _is_place(aspect, len(text)):
            places.append((int(aspect[0]), int(aspect[1])))
        else:
            raise UsageError(
                t("aspect {row} cannot be used: {value}", row=row, value=repr(aspect)[:80]),
                why=t("an aspect is words, or first and past-the-last character in its sentence of {n}", n=len(text)),
                fix=t('give it as "battery life" or as (4, 16)'),
                code="REVIEWS-52",
            )
    return places


def _is_place(value: object, length: int) -> bool:
    if not isinstance(value, tuple | list) or len(value) != 2:
        return False
    whole = all(isinstance(one, int | np.integer) and not isinstance(one, bool) for one in value)
    return whole and 0 <= value[0] < value[1] <= length


def _of_words(text: str, words: str) -> tuple[int, int]:
    """As a whole word where it stands as one, else inside another."""
    wanted = words.strip()
    if not wanted:
        return 0, 0
    whole = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text, re.IGNORECASE)
    met = whole or re.search(re.escape(wanted), text, re.IGNORECASE)
    return met.span() if met else (0, 0)


def in_tokens(tokens: Tokens, places: Sequence[tuple[int, int]]) -> tuple[Places, Places, NDArray[np.bool_]]:
    """First and last token of a place in each text, and whether it is the whole text for want of a place."""
    edges = np.searchsorted(tokens.text, np.arange(len(places) + 1))
    low, high = edges[:-1], edges[1:]
    begin, end = (np.array([place[at] for place in places], np.int64).reshape(-1) for at in (0, 1))
    if not len(tokens):
        return np.zeros(len(places), np.int64), np.full(len(places), -1, np.int64), np.ones(len(places), np.bool_)
    inside = (tokens.start < end[tokens.text]) & (tokens.end > begin[tokens.text])
    counted = np.concatenate([[0], np.cumsum(inside)])
    n = counted[high] - counted[low]
    at = np.flatnonzero(inside)
    is_missing = n == 0
    first, last = low.copy(), high - 1
    first[~is_missing] = at[counted[low[~is_missing]]]
    last[~is_missing] = at[counted[high[~is_missing]] - 1]
    return first, last, is_missing


def found(
    tokens: Tokens, labels: NDArray[np.int8], taxonomy: Taxonomy
) -> tuple[Places, Places, Places, NDArray[np.bool_]]:
    """Tagged terms, and what the taxonomy knows outside them: first and last token, topic (-1: none), is a cue."""
    met = taxonomy.find(tokens)
    first, last = spans(labels)
    # The tagger has seen no language that is written without spaces: there the taxonomy alone speaks.
    known = ~tokens.is_han[first] & ~tokens.is_sign[first] & (last - first < _LONGEST)
    first, last = first[known], last[known]
    topic = np.full(len(first), -1, np.int64)
    inside = np.searchsorted(last, met.first) if len(last) else np.zeros(len(met.first), np.int64)
    overlaps = np.zeros(len(met.first), np.bool_)
    if len(first):
        nearest = np.minimum(inside, len(first) - 1)
        overlaps = (met.first <= last[nearest]) & (met.last >= first[nearest])
        names = overlaps & ~met.is_cue
        topic[nearest[names]] = met.topic[names]
    rest = ~overlaps
    first, last = np.concatenate([first, met.first[rest]]), np.concatenate([last, met.last[rest]])
    topic = np.concatenate([topic, met.topic[rest]])
    is_cue = np.concatenate([np.zeros(len(topic) - int(rest.sum()), np.bool_), met.is_cue[rest]])
    order = np.argsort(first, kind="stable")
    return first[order], last[order], topic[order], is_cue[order]
