"""Personal data out of a text before it leaves the machine, and back into the reply.

    redact(text) ──▶ text with ⟦EMAIL-1⟧ ──▶ model ──▶ reply with ⟦EMAIL-1⟧ ──▶ restore(reply, mapping)

What is looked for: `shopwright.privacy.found.KINDS`. Numbers with a check digit must have it right; what the words
before call an order, a parcel, a product or a version stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.privacy.accounts import accounts
from shopwright.privacy.addresses import addresses
from shopwright.privacy.fold import fold
from shopwright.privacy.found import KINDS, Found, Kind
from shopwright.privacy.names import Names
from shopwright.privacy.online import emails, ips
from shopwright.privacy.phones import REGIONS, phones
from shopwright.privacy.placeholders import Placeholders, restore
from shopwright.shop.arguments import check_is

__all__ = ["Redacted", "Span", "find", "redact", "redact_all", "restore"]

_TRIGGER = re.compile(r"[0-9@⟦(\[号號]")
_MANY_DIGITS = re.compile(  # or a CNPJ, whose first twelve signs may all be letters
    r"[0-9](?:[^0-9]{0,6}[0-9]){5,}|/[0-9A-Za-z]{4}-[0-9]{2}|(?i:cnpj)[^0-9A-Za-z]{0,4}[0-9A-Za-z]{12}-?[0-9]{2}"
)
_CODE = re.compile("[0-9A-Za-z]+")
_MARK = re.compile(r"⟦(?:[^⟦⟧\n]{0,40}⟧)?")
_RANK = {kind: at for at, kind in enumerate(("MARK", *KINDS))}


@dataclass(frozen=True, slots=True)
class Span:
    """Where personal data stood in the text as it was: kind, start, end (not included), and what stands there now."""

    kind: Kind
    start: int
    end: int
    placeholder: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without the personal data that was found in it.

    Attributes:
        text: the text with placeholders, safe to send.
        spans: what was replaced, from left to right.
        mapping: what the placeholders stand for, shared by the texts of one conversation; keep it here.
    """

    text: str
    spans: tuple[Span, ...]
    mapping: Placeholders

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of personal data that were found."""
        return frozenset(span.kind for span in self.spans)


def redact(
    text: str,
    *,
    names: Names | Iterable[str] | None = None,
    language: str | None = None,
    mapping: Placeholders | None = None,
) -> Redacted:
    """The text with a placeholder for each piece of personal data; `restore` brings it back, sign by sign.

    >>> redacted = redact("Write to jane@example.com about order 536365")
    >>> redacted.text
    'Write to ⟦EMAIL-1⟧ about order 536365'
    >>> restore(redacted.text, redacted.mapping)
    'Write to jane@example.com about order 536365'

    Args:
        text: any text; what looks like a placeholder in it becomes one itself, so that it can stand for nothing else.
        names: names to find, best made ready once with `Names(...)`.
        language: `en`, `zh`, `pt` or `de` where the text is known to be in it: addresses and domestic telephone numbers
            of other countries are then not looked for. All are, without it.
        mapping: the mapping of the conversation so far, which is added to.

    Raises:
        UsageError: the text is not a text, the names are none or the mapping is not that of a conversation, or there
            are no rules for the language.
    """
    ready = _names(names)
    _must_be_known(language)
    return _redact(text, ready, language, _mapping(mapping))


def redact_all(
    texts: Iterable[str],
    *,
    names: Names | Iterable[str] | None = None,
    language: str | None = None,
    mapping: Placeholders | None = None,
) -> list[Redacted]:
    """The texts of one conversation, or one batch, redacted with one mapping; arguments and errors as in `redact`."""
    ready = _names(names)
    _must_be_known(language)
    shared = _mapping(mapping)
    given: object = texts
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise _not_texts(texts)
    return [_redact(text, ready, language, shared) for text in texts]


def find(text: str, *, names: Names | None = None, language: str | None = None) -> list[Found]:
    """Personal data in a text, from left to right, without overlaps; where two overlap the surer kind stays."""
    plain, places = fold(text)
    met = [Found("MARK", *match.span()) for match in _MARK.finditer(plain)] if "⟦" in plain else []
    if _TRIGGER.search(plain):
        met += _search(plain, language)
    if names is not None:
        met += names.find(plain)
    chosen = _without_overlaps(met, len(plain))
    if places is None:
        return chosen
    return [Found(kind, places[start], places[end]) for kind, start, end in chosen]


def _search(text: str, language: str | None) -> Iterator[Found]:
    if "@" in text or "(" in text or "[" in text:
        yield from emails(text)
    for hot in _MANY_DIGITS.finditer(text):
        start, end = max(0, hot.start() - 16), _to_end_of_word(text, hot.end())
        yield from accounts(text, start, end)
        yield from phones(text, start, end, language)
    yield from ips(text)
    yield from addresses(text, language)


def _to_end_of_word(text: str, at: int) -> int:
    """Six signs on, where no digit is by what `_MANY_DIGITS` is, and to the end of a code that stands there."""
    code = _CODE.match(text, at, at + 40)
    return min(len(text), max(at + 6, code.end() + 1 if code else at))


def _without_overlaps(met: list[Found], size: int) -> list[Found]:
    if len(met) < 2:
        return met
    is_taken = bytearray(size)
    chosen = []
    for found in sorted(met, key=lambda found: (_RANK[found.kind], found.start - found.end)):
        taken = is_taken.find(1, found.start, found.end)
        if taken > found.start and found.kind == "ADDRESS":  # ran on into an account: the street stays
            found, taken = found._replace(end=taken), -1
        if taken < 0:
            is_taken[found.start : found.end] = b"\1" * (found.end - found.start)
            chosen.append(found)
    return sorted(chosen, key=lambda found: found.start)


def _redact(text: str, names: Names | None, language: str | None, mapping: Placeholders) -> Redacted:
    if not isinstance(text, str):
        raise _not_texts(text)
    found = find(text, names=names, language=language)
    if not found:
        return Redacted(text, (), mapping)
    parts, spans, at = [], [], 0
    for kind, start, end in found:
        placeholder = mapping.of(kind, text[start:end])
        spans.append(Span(kind, start, end, placeholder))
        parts += [text[at:start], placeholder]
        at = end
    return Redacted("".join([*parts, text[at:]]), tuple(spans), mapping)


def _names(names: Names | Iterable[str] | None) -> Names | None:
    if isinstance(names, str):
        raise UsageError(
            t("one text was given where names are needed"),
            why=t("each of its letters would be taken for a name"),
            fix=t("hand over a list: names=[…], or Names([…]) made once"),
            code="PRIVACY-02",
        )
    return names if names is None or isinstance(names, Names) else Names(names)


def _mapping(mapping: Placeholders | None) -> Placeholders:
    if mapping is None:
        return Placeholders()
    check_is(mapping, Placeholders, "mapping", t("the mapping that redact returned"))
    return mapping


def _must_be_known(language: str | None) -> None:
    if language is not None and str(language) not in REGIONS:
        raise UsageError(
            t("there are no rules for the language {language}", language=repr(language)),
            why=t("addresses and domestic telephone numbers are known for: {languages}", languages=", ".join(REGIONS)),
            fix=t("leave the language out: then all forms are looked for"),
            code="PRIVACY-03",
        )


def _not_texts(value: object) -> UsageError:
    return UsageError(
        t("a value of type {type} cannot be redacted", type=type(value).__name__),
        why=t("redact takes one text, and redact_all a list of texts"),
        fix=t("turn values into texts first, and leave missing ones out"),
        code="PRIVACY-04",
    )
