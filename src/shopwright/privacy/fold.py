"""One way to write each sign before patterns are tried: full-width forms, foreign digits, odd spaces and dashes.

A folded text has one sign for each sign of the text it came from, except that invisible signs are left out; then a
list says where each sign came from. Someone who writes 138\u200b1234\u200b5678 is found all the same.
"""

from __future__ import annotations

import re

__all__ = ["fold"]

# The first digit of each ten in other scripts that chats use: Arabic, Persian, Devanagari, Bengali, Thai, mathematical.
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, *range(0x1D7CE, 0x1D800, 10))
# The full-width colon (25) stays: it announces numbers, while the plain one is part of IP addresses.
_TABLE: dict[int, str] = (
    {0xFF01 + at: chr(0x21 + at) for at in range(94) if at != 25}
    | {zero + at: str(at) for zero in _ZEROS for at in range(10)}
    | dict.fromkeys((0xA0, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)), " ")
    | dict.fromkeys((0x2212, 0xFE58, 0xFE63, *range(0x2010, 0x2016)), "-")
)
# Full-width punctuation is all over Chinese texts and matters only beside such signs, or beside digits.
_PUNCTUATION = "！＂＃＄％＆＇＊，；＜＝＞？［＼］＾＿｀｛｜｝～"
_UNUSUAL = re.compile(f"[{re.escape(''.join(chr(sign) for sign in _TABLE if chr(sign) not in _PUNCTUATION))}]")
# A number spelled out, 一三八1234五六七八, as it is written to get past filters; shorter ones are counts and years.
_SPELLED = re.compile("[0-9零〇一二三四五六七八九幺]{9,}")
_SPOKEN = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
# What shows nothing: soft hyphens, joiners, marks of direction, fillers of Hangul and Mongolian, tags.
_SIGNS = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\u20e3"
    "\u3164\uffa0\ufeff\U000e0000-\U000e007f"
)
_HIDES = re.compile(f"[{_SIGNS}]")
_INVISIBLE = re.compile(f"[{_SIGNS}\ufe0f]")


def fold(text: str) -> tuple[str, list[int] | None]:
    """The text with each sign in its plain form; if signs were left out, where each came from, the text's end last."""
    if text.isascii():
        return text, None
    places = None
    if _HIDES.search(text):
        places = [at for at, sign in enumerate(text) if not _INVISIBLE.match(sign)] + [len(text)]
        text = _INVISIBLE.sub("", text)
    if _UNUSUAL.search(text):
        text = text.translate(_TABLE)
    if _SPELLED.search(text):
        text = _SPELLED.sub(lambda match: match.group().translate(_SPOKEN), text)
    return text, places
