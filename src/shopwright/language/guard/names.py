"""Names of products in a text: the longest of a catalogue at each place; 100,000 of them cost no more than ten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from shopwright.i18n import t
from shopwright.language.guard.folding import fold
from shopwright.shop.arguments import check_is, listed

__all__ = ["Catalogue"]

_WORD = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_GAP = re.compile(r"[\s'’\"()/,+&.-]{1,3}")


class Catalogue:
    """The names of a shop's products, made ready once for any number of texts.

    Capitals do not matter where a name has two words or more; a single word must be written as in the catalogue, or
    all in capitals. Names in Chinese signs match wherever they stand.

    Args:
        names: titles as the catalogue has them; empty ones and single signs are left out.

    Raises:
        UsageError: they are no list of texts (USAGE-25).
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._words: dict[str, dict[tuple[str, ...], str]] = {}
        self._signs: dict[str, dict[str, str]] = {}
        self.n_names = 0
        for name in listed(names, "names", t("a list of titles")):
            check_is(name, str, "names", t("a list of titles"))
            self._add(name.strip())
        heads = sorted({re.escape(pair) for pair in self._signs}, key=len)
        self._heads = re.compile("|".join(heads)) if heads and len(heads) < 2000 else None

    def __repr__(self) -> str:
        return f"Catalogue({self.n_names:,} names)"

    def _add(self, name: str) -> None:
        plain = fold(name).lower()
        if len(plain) < 2:
            return
        if _HAN.search(plain):
            self._signs.setdefault(plain[:2], {})[plain] = name
        else:
            words = tuple(match.group() for match in _WORD.finditer(plain))
            if not words or (words[0].isdigit() and len(words) == 1):
                return
            self._words.setdefault(words[0], {})[words] = name
        self.n_names += 1

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and name of each product named in a folded text; the longest where several begin there."""
        low = text.lower()
        low = low if len(low) == len(text) else text
        done = 0
        for start, end, name in sorted(self._all(text, low), key=lambda row: (row[0], -row[1])):
            if start >= done:
                yield start, end, name
                done = end

    def _all(self, text: str, low: str) -> Iterator[tuple[int, int, str]]:
        if self._words:
            words = [match.span() for match in _WORD.finditer(low)]
            for at, (start, end) in enumerate(words):
                known = self._words.get(low[start:end]) or self._words.get(low[start:end].removesuffix("s"))
                if known:
                    yield from self._longest(text, low, words, at, known)
        if self._signs:
            for at in self._places(low):
                known_signs = self._signs.get(low[at : at + 2], {})
                best = max((name for name in known_signs if low.startswith(name, at)), key=len, default="")
                if best:
                    yield at, at + len(best), known_signs[best]

    def _places(self, low: str) -> Iterable[int]:
        return (match.start() for match in self._heads.finditer(low)) if self._heads else range(len(low) - 1)

    @staticmethod
    def _longest(
        text: str, low: str, words: list[tuple[int, int]], at: int, known: dict[tuple[str, ...], str]
    ) -> Iterator[tuple[int, int, str]]:
        read: list[str] = []
        best: tuple[int, int, str] | None = None
        start = words[at][0]
        for place in range(at, min(len(words), at + max(map(len, known)))):
            if place > at and not _GAP.fullmatch(low, words[place - 1][1], words[place][0]):
                break
            read.append(low[words[place][0] : words[place][1]])
            end = words[place][1]
            name = known.get(tuple(read)) or known.get((*read[:-1], read[-1].removesuffix("s")))
            if name and (len(read) > 1 or _is_named(text[start:end], name)):
                best = (start, end, name)
        if best:
            yield best


def _is_named(written: str, name: str) -> bool:
    """Whether a single word is meant as a name: `Rose`, not `rose`, unless the catalogue writes it small."""
    return written in (name, name.upper(), name + "s") or (not name.isalpha() and written.lower() == name.lower())
