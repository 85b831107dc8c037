"""Claims and promises by their words: superlatives, guarantees, free shipping, properties, cures."""

# ruff: noqa: E501 - a pattern is read best on one line

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shopwright.language.guard.claim_words import COUNTRIES, GENERAL, ROWS, Sort

__all__ = ["Claim", "claims", "more_general"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim in a text: what it says (`what`, the same in both languages), and whether it is denied."""

    start: int
    end: int
    what: str
    sort: Sort
    denied: bool


def _english(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9])(?:{form})(?![A-Za-z])", re.I)


_ENGLISH = [(what, sort, _english(form)) for what, sort, form, _ in ROWS]
_CHINESE = [(what, sort, re.compile(form)) for what, sort, _, form in ROWS]
# One look that most texts fail is cheaper than a hundred.
_ANY_ENGLISH = _english("|".join(f"(?:{form})" for _, _, form, _ in ROWS))
_ANY_CHINESE = re.compile("|".join(f"(?:{form})" for *_, form in ROWS))
_DENIED = re.compile(
    r"(?:\b(?:not|no|never|without|neither|nor|cannot|can't|isn't|aren't|wasn't|don't|doesn't|didn't|won't|couldn't|unable to|lacks?|hardly|barely|rather than|instead of)"
    r"|n't)(?: (?:be|been|being|a|an|the|any|our|able|to|yet|currently|always|necessarily|really|fully|completely|offer|provide|make|give|claim|include|have|at|all|say|promise|come|with|is|are))*[ -]?$",
    re.I,
)
_DENIED_ZH = re.compile(
    "(?:不(?!仅|但|只|止|光|断)|没有?|无法?|非|未|并非|不是|不能|不会|无法|不可|没法|别|勿|难以|不具备|不支持|不提供|不属于|不算|谈不上)(?:再|能|会|是|够|具|做|提供|支持|保|享受|属于|具备|为|您|进行|有|任何|作)*$"
)
_NON = re.compile(r"\bnon[- ]?$", re.I)
_PLACE = re.compile(
    rf"(?:made in (?:the )?|imported from )(\w+)|\b({'|'.join(name for name in COUNTRIES if name.isascii())})[- ]"
    rf"|({'|'.join(name for name in COUNTRIES if not name.isascii())})",
    re.I,
)
_MARK = re.compile(r"(ce|fda|iso|ul|rohs|oeko-tex)(?![a-z])", re.I)
_ASKED = re.compile(r"^[^.!。！\n]{0,60}[?？]")


def claims(text: str) -> Iterator[Claim]:
    """The claims of a folded text, from the surest row on; a question claims nothing."""
    rows = list(_ENGLISH) if _ANY_ENGLISH.search(text) else []
    if not text.isascii() and _ANY_CHINESE.search(text):
        rows += _CHINESE
    taken = bytearray(len(text))
    found = [(match, what, sort) for what, sort, form in rows for match in form.finditer(text)]
    for match, what, sort in sorted(found, key=lambda row: row[0].start() - row[0].end()):
        start, end = match.span()
        if taken.find(1, start, end) >= 0 or start == end:
            continue
        taken[start:end] = b"\1" * (end - start)
        if not _ASKED.search(text[end : end + 80]):
            yield Claim(start, end, _exact(what, match.group()), sort, _is_denied(text, start, end))


def more_general(what: str) -> str | None:
    """What a claim says as well: who has the mark of the FDA is certified, who returns all the money returns some."""
    return "certified" if what.startswith("certified ") else GENERAL.get(what)


def _exact(what: str, written: str) -> str:
    """A place of origin is a claim of its own for each country, a certificate for each mark."""
    if what == "made in" and (place := _PLACE.search(written)):
        name = (place[1] or place[2] or place[3]).lower()
        return f"made in {COUNTRIES.get(name, name)}"
    if what == "certified" and (mark := _MARK.match(written)):
        return f"certified {mark[1].lower()}"
    return what


def _is_denied(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 44) : start]
    if _DENIED.search(before) or _NON.search(before) or _DENIED_ZH.search(before[-10:]):
        return True
    return bool(
        re.match(r"\s?(?:is|are|was|were)(?:n't| not| never)\b|(?:是|并)?不(?:行|支持|提供|适用)", text[end : end + 14])
    )
