"""One way to write each sign, so that ８０％ and 80% are read alike; each place in the text as it was is known."""

from __future__ import annotations

import re

__all__ = ["fold", "places_of"]

_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, *range(0x1D7CE, 0x1D800, 10))
_TABLE: dict[int, str] = (
    {0xFF01 + at: chr(0x21 + at) for at in range(94)}
    | {zero + at: str(at) for zero in _ZEROS for at in range(10)}
    | dict.fromkeys((0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)), " ")
    | dict.fromkeys((0x2212, 0xFE58, 0xFE63, *range(0x2010, 0x2016), 0x301C, 0x2053, 0x223C), "-")
    | {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2033: '"', 0x3007: "零", 0x25CB: "零", 0x842C: "万"}
    | {0x5104: "亿", 0x5169: "两", 0x9EDE: "点", 0x5009: "仓", 0x500D: "倍", 0x9019: "这", 0xFE6A: "%", 0x66A: "%"}
    | {0xFFE5: "¥", 0xFFE1: "£", 0xFFE0: "¢", 0xFF5E: "~"}
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0f\ufeff]")
_GROUP_GAP = re.compile("(?<=[0-9])[\u00a0\u202f\u2009](?=[0-9]{3}(?![0-9]))")  # 1 234 with a space that does not break
_FORMAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千")
# As on cheques, against forgery; alone these signs are names and parts of words (陆续, 收拾, 姓伍).
_CHEQUE = re.compile("[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟零万亿]{2,}")


def fold(text: str) -> str:
    """The text sign by sign in plain forms, without the invisible ones; `places_of` leads back."""
    if text.isascii():
        return text
    plain = _GROUP_GAP.sub(",", _INVISIBLE.sub("", text)).translate(_TABLE).replace("\u00a0", " ")
    return _CHEQUE.sub(lambda found: found.group().translate(_FORMAL), plain)


def places_of(text: str) -> list[int] | None:
    """For each sign of the folded text where it stands in `text`, its end last; None where nothing was left out."""
    if text.isascii() or not _INVISIBLE.search(text):
        return None
    return [at for at, sign in enumerate(text) if not _INVISIBLE.match(sign)] + [len(text)]
