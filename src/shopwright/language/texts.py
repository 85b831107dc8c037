"""Texts as they are handed to an encoder or classifier: a list of strings, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from shopwright.errors import ModelError
from shopwright.i18n import Text, t

__all__ = ["checked", "without_halves", "words_of"]

_HALF = re.compile("[\ud800-\udfff]")


def without_halves(text: str) -> str:
    """The text with U+FFFD for each half of a pair of UTF-16, which tables and files cannot hold; places stay."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


def words_of(text: str) -> str:
    """The same for two texts that differ in case and spaces only."""
    return " ".join(text.lower().split())


def checked(texts: object) -> list[str]:
    """The texts as a list.

    Raises:
        ModelError: a single string was handed in, or something in the list is not a string.
    """
    if isinstance(texts, str | bytes) or not isinstance(texts, Iterable):
        raise _wrong(t("one value of type {kind}", kind=type(texts).__name__), t("put it in a list: encode([text])"))
    found: list[Any] = list(texts)
    if not set(map(type, found)) <= {str}:
        for at, text in enumerate(found):
            if not isinstance(text, str):
                got = t("{kind} at position {at}", kind=type(text).__name__, at=at)
                raise _wrong(got, t("leave such entries out, or put an empty string in their place"))
    return found


def _wrong(got: Text, fix: Text) -> ModelError:
    return ModelError(
        t("texts to encode must be a list of strings"), why=t("got {got}", got=got), fix=fix, code="MODEL-02"
    )
