"""Personal data in free text: e-mail addresses, phones, cards, bank accounts, identity numbers.

Each kind has a `hint` in the regular expressions that Polars takes (no look-around), to pick the few texts worth a
closer look out of millions, and a `pattern` with a checksum where the kind has one, to be sure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shopwright.i18n import Text, t

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "ISSUERS",
    "KINDS",
    "Kind",
    "Match",
    "contains",
    "find",
    "is_cpf",
    "is_iban",
    "is_luhn",
    "is_resident_id",
    "mask",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of personal data.

    Attributes:
        name: stable name, as it stands in masked text.
        label: name for people.
        hint: regular expression of Polars that every text with such data matches.
        pattern: exact expression.
        is_valid: a last test of what the pattern matched: issuer, checksum.
    """

    name: str
    label: Text
    hint: str
    pattern: re.Pattern[str]
    is_valid: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Match:
    """A piece of personal data in a text: its kind and where it stands, end not included."""

    kind: Kind
    start: int
    end: int


def _digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))


def is_luhn(digits: str) -> bool:
    """Whether the last digit fits the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


ISSUERS = re.compile(
    r"(4\d{15}|5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(0[0-5]|[68]\d)\d{11}"
    r"|6(011|5\d\d)\d{12}|35(2[89]|[3-8]\d)\d{12}|62\d{14,17})"
)


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return bool(ISSUERS.fullmatch(digits)) and is_luhn(digits)


def is_iban(text: str) -> bool:
    """ISO 13616: letters as numbers from 10 on, country and check digits last, remainder 1 after 97."""
    plain = text.replace(" ", "").upper()
    return 15 <= len(plain) <= 34 and int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def is_resident_id(text: str) -> bool:
    """GB 11643-1999: weights 2**(17-i) mod 11."""
    total = sum(int(digit) * (2 ** (17 - at) % 11) for at, digit in enumerate(text[:17]))
    return "10X98765432"[total % 11] == text[17].upper()


def is_cpf(text: str) -> bool:
    """Brazil's CPF: two check digits, each a weighted sum modulo 11."""
    digits = [int(digit) for digit in _digits(text)]
    for n in (9, 10):
        rest = sum(digit * (n + 1 - at) for at, digit in enumerate(digits[:n])) * 10 % 11
        if rest % 10 != digits[n]:
            return False
    return len(set(digits)) > 1


def _is_phone(text: str) -> bool:
    digits = _digits(text)
    return 8 <= len(digits) <= 15 and len(set(digits)) > 2


def _always(_: str) -> bool:
    return True


# The order matters where two kinds overlap: the one that is sure of itself comes first.
KINDS: tuple[Kind, ...] = (
    Kind(
        "e-mail",
        t("e-mail address"),
        r"[\w.+-]@[\w-]+\.\w",
        re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"),
        _always,
    ),
    Kind(
        "iban",
        t("bank account (IBAN)"),
        r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11}",
        re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
        is_iban,
    ),
    Kind(
        "id",
        t("identity number"),
        r"\d{17}[\dXx]",
        re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"),
        is_resident_id,
    ),
    Kind(
        "id",
        t("identity number"),
        r"\d{3}\.\d{3}\.\d{3}-\d{2}",
        re.compile(r"(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)"),
        is_cpf,
    ),
    Kind(
        "card",
        t("payment card number"),
        r"\d(?:[ -]?\d){13}",
        re.compile(
            r"(?<![\d.])(?:\d{4}[ -]?){3}\d{1,4}(?:[ -]?\d{1,3})?(?!\d)|(?<![\d.])\d{4}[ -]?\d{6}[ -]?\d{4,5}(?!\d)"
        ),
        _is_card,
    ),
    Kind(
        "phone",
        t("phone number"),
        r"\+\d|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\(\d{2,5}\) ?\d{3}|\d{3}[-.]\d{3}[-.]\d{4}|\b0\d{2,4}[ /-]\d{3}",
        re.compile(
            r"(?<![\w+])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?!\w)"  # +44 20 7946 0018
            r"|(?<![\d.])1[3-9]\d([ -]?)\d{4}\1\d{4}(?![\d.])"  # 13800138000, mainland China
            r"|(?<!\w)\(\d{2,5}\) ?\d{3,5}[ -]?\d{3,4}(?!\d)"  # (555) 123-4567, (11) 91234-5678
            r"|(?<![\d.-])\d{3}([-.])\d{3}\2\d{4}(?![\d-])"  # 555-123-4567
            r"|(?<![\d.,/-])(?<!\d )0\d{2,4}[ /-]\d{3,4}(?:[ -]?\d{3,4})(?![\d.]| \d)"  # 020 7946 0018, 030/1234567
        ),
        _is_phone,
    ),
)
ANY_HINT = "|".join(f"(?:{kind.hint})" for kind in KINDS)


def contains(text: pl.Expr) -> pl.Expr:
    """Whether a text may hold personal data; `find` tells for sure."""
    return text.str.contains(ANY_HINT)


def find(text: str) -> Iterator[Match]:
    """Personal data in a text, from left to right, without overlaps."""
    taken: list[Match] = []
    for kind in KINDS:
        for found in kind.pattern.finditer(text):
            start, end = found.span()
            is_free = all(end <= other.start or start >= other.end for other in taken)
            if is_free and kind.is_valid(found.group()):
                taken.append(Match(kind, start, end))
    yield from sorted(taken, key=lambda match: match.start)


def mask(text: str) -> str:
    """The text with each piece of personal data replaced by its kind in brackets: `write to [e-mail]`."""
    parts, at = [], 0
    for match in find(text):
        parts += [text[at : match.start], f"[{match.kind.name}]"]
        at = match.end
    return "".join([*parts, text[at:]])
