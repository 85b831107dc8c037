"""An encoder's view of an aspect: its clause, and its sentence with the aspect marked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shopwright.language.encoders import Encoder
from shopwright.reviews.aspect_context import Context
from shopwright.reviews.aspect_tokens import Places, Tokens

__all__ = ["clauses", "encoded", "marked"]

_WINDOW = 8  # tokens of the clause on either side


def encoded(
    encoder: Encoder, texts: Sequence[str], tokens: Tokens, context: Context, first: Places, last: Places, *, near: bool
) -> NDArray[np.float32]:
    """Float32 (aspects, 2 × dimensions): vector of the clause (zeros without `near`), vector of the marked sentence."""
    whole = marked(texts, tokens, context, first, last)
    parts = [clauses(texts, tokens, context, first, last), whole] if near else [whole]
    distinct = list(dict.fromkeys(text for part in parts for text in part))
    row = {text: at for at, text in enumerate(distinct)}
    vectors = encoder.encode(distinct)
    found = [vectors[[row[text] for text in part]] for part in parts]
    return np.concatenate(found if near else [np.zeros_like(found[0]), *found], axis=1)


def clauses(texts: Sequence[str], tokens: Tokens, context: Context, first: Places, last: Places) -> list[str]:
    """Each aspect, and the words of its clause that are near it."""
    near = context.take((context.clauses == 0) & (np.abs(context.away) <= _WINDOW))
    return [
        f"{name}: {words}"
        for name, words in zip(_named(texts, tokens, first, last), _cut(texts, tokens, near), strict=True)
    ]


def marked(texts: Sequence[str], tokens: Tokens, context: Context, first: Places, last: Places) -> list[str]:
    """Each aspect, and its sentence in which it stands between marks."""
    names = _named(texts, tokens, first, last)
    left = _cut(texts, tokens, context.take(context.away < 0))
    right = _cut(texts, tokens, context.take(context.away > 0))
    return [f"{name} [SEP] {ahead} # {name} # {behind}" for name, ahead, behind in zip(names, left, right, strict=True)]


def _named(texts: Sequence[str], tokens: Tokens, first: Places, last: Places) -> list[str]:
    return [
        texts[tokens.text[a]][tokens.start[a] : tokens.end[b]] if b >= a else ""
        for a, b in zip(first.tolist(), last.tolist(), strict=True)
    ]


def _cut(texts: Sequence[str], tokens: Tokens, part: Context) -> list[str]:
    """From the first to the last of each aspect's tokens, as they stand in the text."""
    begins = np.searchsorted(part.aspect, np.arange(part.n + 1))
    found = []
    for low, high in zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True):
        if low == high:
            found.append("")
            continue
        a, b = part.token[low], part.token[high - 1]
        found.append(texts[tokens.text[a]][tokens.start[a] : tokens.end[b]])
    return found
