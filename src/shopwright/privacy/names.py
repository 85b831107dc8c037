"""Names that a table of customers knows, found in texts; 100,000 of them cost no more than ten."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from shopwright.i18n import t
from shopwright.privacy.found import Found
from shopwright.shop.arguments import check_is, listed

__all__ = ["Names"]

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003134f"
_HAS_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_WORD = re.compile(rf"(?:[^\W\d_{_IDEOGRAPHS}][\u0300-\u036f]*)+")
_ASCII_WORD = re.compile("[A-Za-z]+")
# Letters with accents, each with what is left without case and accent; what else is not ASCII takes the long way.
_ACCENTS = {
    code: plain
    for code in (*range(0xC0, 0x180), *range(0x1E00, 0x1F00))
    if chr(code).isalpha()
    and (
        plain := "".join(s for s in unicodedata.normalize("NFKD", chr(code).casefold()) if not unicodedata.combining(s))
    )
    and plain.isascii()
    and plain.isalpha()
}
_OTHER_LETTER = re.compile("[^\\W\\d_\x00-\x7f]|[\u0300-\u036f]")
_GAP = re.compile(r"[ \t.'’·,-]{1,3}|\n")


class Names:
    """A set of names, made ready once for any number of texts.

    Names in Latin, Cyrillic or similar letters match whole words; capitals and accents do not matter where a name has
    two words or more, and a single word must be written as in the table or all in capitals (`Rose` is not `rose`).
    Names in Chinese, Japanese or Korean signs match exactly and need at least two signs.

    Args:
        names: names as the table has them; empty ones, None, single letters and single signs are left out.

    Raises:
        UsageError: they are no list, or hold something else (USAGE-25).
    """

    def __init__(self, names: Iterable[str | None]) -> None:
        self._words: dict[str, set[tuple[str, ...]]] = {}
        self._single: set[str] = set()
        self._signs: dict[str, set[str]] = {}
        self.n_names = 0
        needed = t("a list of names")
        for name in listed(names, "names", needed):
            if name is not None:  # tables have gaps
                check_is(name, str, "names", needed)
                self._add(name.strip())
        self._heads = self._words.keys() | {_plain(name) for name in self._single}
        self._first = re.compile(f"[{re.escape(''.join({pair[0] for pair in self._signs}))}]") if self._signs else None

    def __repr__(self) -> str:
        return f"Names({self.n_names:,} names)"

    def _add(self, name: str) -> None:
        if _HAS_IDEOGRAPH.search(name):
            if len(name) > 1:
                self._signs.setdefault(name[:2], set()).add(name)
                self.n_names += 1
            return
        words = tuple(_plain(match.group()) for match in _WORD.finditer(name))
        if len(words) > 1:
            self._words.setdefault(words[0], set()).add(words[1:])
        elif words and len(words[0]) > 1:
            self._single |= {name, name.upper()}
        else:
            return
        self.n_names += 1

    def find(self, text: str) -> Iterator[Found]:
        """Known names, the longest where several begin at the same place."""
        if self._heads and self._may_name(text):
            yield from self._find_words(text)
        if self._first:
            for match in self._first.finditer(text):
                at = match.start()
                known = self._signs.get(text[at : at + 2], ())
                lengths = [len(name) for name in known if text.startswith(name, at)]
                if lengths:
                    yield Found("NAME", at, at + max(lengths))

    def _may_name(self, text: str) -> bool:
        """Whether any word of the text begins a name: one quick look, which most texts end with."""
        plain = text.lower()
        if not plain.isascii():
            plain = plain.translate(_ACCENTS)
            if not plain.isascii() and _OTHER_LETTER.search(plain):
                return True
        return not self._heads.isdisjoint(_ASCII_WORD.findall(plain))

    def _find_words(self, text: str) -> Iterator[Found]:
        is_ascii = text.isascii()
        pattern = _ASCII_WORD if is_ascii else _WORD
        words, single = self._words, self._single
        for match in pattern.finditer(text):
            word = match.group()
            rest = words.get(word.lower() if is_ascii else _plain(word))
            stop = self._longest(pattern, text, match.end(), rest) if rest else None
            if stop is None and word in single:
                stop = match.end()
            if stop and _is_free(text, match.start(), stop):
                yield Found("NAME", match.start(), stop)

    @staticmethod
    def _longest(pattern: re.Pattern[str], text: str, at: int, rests: set[tuple[str, ...]]) -> int | None:
        """Where the longest name ends whose first word ended at `at`."""
        read: tuple[str, ...] = ()
        best = None
        for _ in range(max(map(len, rests))):
            gap = _GAP.match(text, at)
            word = pattern.match(text, gap.end()) if gap else None
            if not word:
                break
            at = word.end()
            read = (*read, _plain(word.group()))
            if read in rests:
                best = at
        return best


def _plain(word: str) -> str:
    """A word without case and accents."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _is_free(text: str, start: int, end: int) -> bool:
    """Whether neither side goes on with a digit, an underscore or an @: then it is part of a code or an address."""
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return not any(sign.isdigit() or sign in "_@" for sign in around)
