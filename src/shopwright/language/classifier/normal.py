"""Texts as a classifier reads them: one form for what looks the same, and never too long."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

__all__ = ["LONGEST", "normal", "normal_all"]

LONGEST = 20_000  # characters of a text that are read: what a customer wants stands in the first pages


def normal(text: str) -> str:
    """Lower case, full-width forms made plain (NFKC), white space and NUL as single spaces, cut at `LONGEST`."""
    text = text[:LONGEST].replace("\0", " ")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.lower().split())


def normal_all(texts: Iterable[str]) -> list[str]:
    """`normal` of each text."""
    return [normal(text) for text in texts]
