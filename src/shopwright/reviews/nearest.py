"""One complaint, one fault: where a part of a sentence names several, the one that its opinion is about."""

from __future__ import annotations

import re
from functools import cache

from shopwright.reviews.theme_words import WORDS

__all__ = ["PACKAGING", "PARCEL", "SAID_OF", "meant", "packed"]

PACKAGING = "packaging"
# Parts of goods and orders: what is broken, torn or late is one of these if it is said to be.
THINGS = ("zip", "button", "handle", "seam", "light", "power", "printing", PACKAGING, "delivery", "service")
# "Arrived damaged" with nothing said of a parcel is the vaguest of complaints. Not what only begins or ends as one:
# "boxers", "行李箱" (a suitcase).
PARCEL = re.compile(
    r"\b(?:box(?:es)?\b|(?:packag|parcel|carton|wrapp)\w*)|verpackung|karton|embalagem|caixa|embalaje|caja\b"
    r"|包装|[纸外鞋][盒箱]|快递[盒箱]?|盒子|箱子"
)
# A new part begins where another thing is spoken of: "the seam split and the zip broke".
PART = re.compile(
    r"[,;:，；、。]\s*|\s(?:and|und|e|y)\s(?=(?:the|my|its|it|one|a|an|der|die|das|mein\w*|o|a|os|as|el|la|los|las)\b)"
)
OPINION = re.compile(
    r"\b(?:too|so|very|really|far|awful\w*|terribl\w*|horribl\w*|bad\w*|poor\w*|wrong|worst?|cheap\w*|broke\w*|torn|ripp\w+|split"
    r"|fell|came|stopped|won't|doesn't|didn't|can't|disappoint\w*|useless|zu|sehr|schlecht\w*|kaputt\w*|schrecklich\w*|muito|ruim"
    r"|p[ée]ssim\w*|horr[íi]ve\w*|muy|mal\w*|terrible\w*)\b|太|很|差|坏|烂|破"
)
# What may stand between a parcel and what is said of it: "the packaging was far too big".
SAID_OF = re.compile(
    r"(?:(?:子|里|有点|真的|实在|非常|也|都|比较){1,3}"
    r"|(?:\s+(?:it|itself|was|is|were|are|has|had|came|arrived|got|looked|seemed|far|much|way|bit|quite|rather|so|very"
    r"|really|all|completely|in|the|this|that|a|war|ist|viel|sehr|era|estava|está|é|veio|muito|es|fue|estaba|vino|muy|item"
    r"|product)\b){0,6}\s*)"
)


def packed(small: str, fault: str) -> bool:
    """Whether all that a sentence says of a fault is said of the packaging: "the box was far too big".

    Args:
        small: the sentence in small letters.
        fault: a key of `WORDS`.
    """
    of_parcel = {SAID_OF.match(small, parcel.end()).end() for parcel in PARCEL.finditer(small)}  # type: ignore[union-attr]
    found = [each.start() for each in _pattern(fault).finditer(small)]
    return bool(found) and of_parcel.issuperset(found)


def meant(small: str, faults: list[str]) -> list[str]:
    """Those of the faults that a sentence names which its complaints are about: one for each part of it.

    In a part the thing that is complained of counts before what it suffered ("the zip broke" is about the zip), else
    the longer words, then the nearest to the words that judge.

    Args:
        small: the sentence in small letters.
        faults: keys of `WORDS` that it names.
    """
    bounds = [found.end() for found in PART.finditer(small)]
    parts: dict[int, list[tuple[str, int, int]]] = {}
    for fault in faults:
        for found in _pattern(fault).finditer(small):
            part = sum(found.start() >= bound for bound in bounds)
            parts.setdefault(part, []).append((fault, found.start(), found.end()))
    kept = {_nearest(small, named) for named in parts.values()}
    found_at = {fault for named in parts.values() for fault, _, _ in named}
    return [fault for fault in faults if fault in kept or fault not in found_at]


def _nearest(small: str, named: list[tuple[str, int, int]]) -> str:
    if len({fault for fault, _, _ in named}) == 1:
        return named[0][0]
    opinions = [found.span() for found in OPINION.finditer(small)]

    def rank(each: tuple[str, int, int]) -> tuple[int, int, int, int]:
        fault, start, end = each
        is_vague = fault == PACKAGING and PARCEL.search(small[start:end]) is None
        away = min((max(first - end, start - last, 0) for first, last in opinions), default=0)
        return (2 if is_vague else int(fault not in THINGS)), away, start - end, start

    return min(named, key=rank)[0]


@cache
def _pattern(fault: str) -> re.Pattern[str]:
    latin, han = WORDS[fault]
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(latin)})|{han}")
