"""Lines as wide as there is room for: broken between words, or between Chinese signs, never inside a figure."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

__all__ = ["TITLE", "cells", "narrowest", "shortened", "widths", "wrapped"]

CLOSING, OPENING = " ，。；：、！？）”》％%", "（“《"
TITLE = 48  # cells for the title of a product
LONGEST = 24  # cells a word without a figure may ask of a column; a longer one is broken


def cells(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def wrapped(text: str, width: int, indent: int = 0) -> Iterator[str]:
    """Lines no wider than `width` cells; Chinese has no spaces and may break between any two characters."""
    if text.isascii():
        yield from textwrap.wrap(text, width, subsequent_indent=" " * indent, break_on_hyphens=False)
        return
    line = ""
    for word in _words(text):
        if cells(line + word.rstrip()) > width and line.strip():
            yield line.rstrip()
            line = " " * indent
        line += word
    if line.strip():
        yield line.rstrip()


def narrowest(text: str) -> int:
    """Cells of the widest piece of a text that must not be broken."""
    pieces = (piece.rstrip() for piece in (text.split() if text.isascii() else _words(text)))
    return max((min(cells(p), LONGEST) if p.isalpha() else cells(p) for p in pieces), default=0)


def shortened(text: str, width: int) -> str:
    """A text of `width` cells at most: what does not fit is left out by whole words, and an ellipsis says so."""
    if cells(text) <= width:
        return text
    kept = ""
    for word in _words(text):
        if cells(kept + word.rstrip()) >= width:
            break
        kept += word
    return f"{kept.rstrip()}…" if kept else text  # one long word: a name, perhaps with a figure in it


def widths(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """How wide columns are, in cells, where all of them have `room`: the widest give way first, none below its least.

    The sum is above `room` only where all are as narrow as they can be.
    """
    found = list(wanted)
    while sum(found) > room:
        able = [at for at, width in enumerate(found) if width > least[at]]
        if not able:
            break
        found[max(able, key=found.__getitem__)] -= 1
    return found


def _words(text: str) -> Iterator[str]:
    """The pieces between which a line may break; closing marks stay with what they close."""
    word = ""
    for sign, after in zip(text, [*text[1:], " "], strict=True):
        word += sign
        is_wide = cells(sign) == 2 or cells(after) == 2
        if sign == " " or (is_wide and after not in CLOSING and sign not in OPENING):
            yield word
            word = ""
    if word:
        yield word
