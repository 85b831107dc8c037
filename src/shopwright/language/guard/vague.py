"""Counts that say no more than their size: dozens, hundreds of, tens of thousands, 几十, 上百, 成千上万."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from shopwright.language.guard.numerals import HAN_UNITS, han_value

__all__ = ["vague"]

# From how many on it may be said, and from how many on one would say more.
_ENGLISH = {
    "tens of thousands": (1e4, 1e5),
    "hundreds of thousands": (1e5, 1e6),
    "tens of millions": (1e7, 1e8),
    "hundreds of millions": (1e8, 1e9),
    "dozens": (20.0, 200.0),
    "scores": (30.0, 200.0),
    "tens": (20.0, 100.0),
    "hundreds": (150.0, 2e3),
    "thousands": (1500.0, 2e4),
    "millions": (1.5e6, 2e7),
    "billions": (1.5e9, 2e10),
}
_SIZES = {sign: han_value(sign)[0] for sign in (*HAN_UNITS, "十万", "百万", "千万")}
_CHINESE = {f"{few}{sign}": (1.5 * one, 10 * one) for few in "几数" for sign, one in _SIZES.items()}
_CHINESE |= {f"{up}{sign}": (1.0 * one, 10.0 * one) for up in "上成" for sign, one in HAN_UNITS.items() if one > 10}
_CHINESE |= {f"近{sign}": (0.9 * one, 1.0 * one) for sign, one in HAN_UNITS.items()}
_CHINESE |= {"成百上千": (100.0, 1e4), "成千上万": (1e3, 1e5), "成千成万": (1e3, 1e5)}
_PLURAL = re.compile(
    rf"(?<![A-Za-z-])(?:{'|'.join(name.replace(' ', ' +') for name in _ENGLISH)})(?= of\b| more\b)(?![A-Za-z-])", re.I
)
_SIGNS = re.compile(
    f"(?<![好第0-9一二三四五六七八九])(?:{'|'.join(sorted(_CHINESE, key=len, reverse=True))})"
    "(?![一二三四五六七八九0-9十百千万亿货姓能]|分(?!钟)|度(?!电))"
)


def vague(text: str) -> Iterator[tuple[int, int, float, float]]:
    """Start, end (not included), least and most (not included) of each."""
    for match in chain(_PLURAL.finditer(text), () if text.isascii() else _SIGNS.finditer(text)):
        known = _ENGLISH.get(" ".join(match.group().lower().split())) or _CHINESE[match.group()]
        yield *match.span(), *known
