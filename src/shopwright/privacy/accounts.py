"""Numbers with check digits: cards, bank accounts, identities of people and companies.

All functions look at `text` from `start` to `end` only, a stretch with many digits; what stands before is seen too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from shopwright.privacy.check_digits import IBAN_LENGTHS, is_card, is_citizen, is_cnpj, is_company, is_known_iban
from shopwright.privacy.found import Found, Kind
from shopwright.privacy.labels import is_goods
from shopwright.shop.personal import is_cpf

__all__ = ["accounts", "ibans"]

# A comma is no sign of the number: "13812345678,4111111111111111" is a row of a table, and both must be found.
_NO_SIGN_BEFORE = r"(?<![0-9A-Za-z])(?<![0-9]\.)"
_NONE_AFTER = r"(?![0-9A-Za-z]|\.[0-9])"
_IBAN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}[ -]?[0-9]{2}(?=[ -]?[0-9A-Za-z])")
_CITIZEN = re.compile(
    rf"{_NO_SIGN_BEFORE}[1-8][0-9]{{5}}([ -]?)(?:18|19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])\1"
    rf"[0-9]{{3}}[0-9Xx]{_NONE_AFTER}"
)
_COMPANY = re.compile(rf"{_NO_SIGN_BEFORE}[1-9AGNY][1-9][0-9]{{6}}[0-9A-HJ-NPQRTUWXY]{{10}}{_NONE_AFTER}")
_CNPJ = re.compile(
    rf"{_NO_SIGN_BEFORE}(?:[0-9A-Z]{{2}}(?:[0-9A-Z]{{6}}/[0-9A-Z]{{4}}-?|[0-9A-Z]{{10}}-?"
    r"| [0-9A-Z]{3} [0-9A-Z]{3} ?/? ?[0-9A-Z]{4}[ -])"
    r"|[0-9A-Za-z]{2}\.[0-9A-Za-z]{3}\.[0-9A-Za-z]{3}/[0-9A-Za-z]{4}-"
    # Small letters without points and slash are any code, unless a label stands before them
    rf"|(?<=(?i:cnpj)[ :])[0-9A-Za-z]{{12}}-?|(?<=(?i:cnpj): )[0-9A-Za-z]{{12}}-?)[0-9]{{2}}{_NONE_AFTER}"
)
_CPF = re.compile(
    rf"{_NO_SIGN_BEFORE}[0-9]{{3}}(?:\.[0-9]{{3}}\.[0-9]{{3}}[-/ ]?| [0-9]{{3}} [0-9]{{3}}[ -]|-[0-9]{{3}}-[0-9]{{3}}-"
    rf"|[0-9]{{6}}-?)[0-9]{{2}}{_NONE_AFTER}"
)
# Longest first: a card of 19 digits begins like one of 16.
_CARDS = tuple(
    re.compile(rf"{_NO_SIGN_BEFORE}{shape}{_NONE_AFTER}")
    for shape in (
        r"[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}\1[0-9]{1,3}",
        r"[0-9]{6}[ -][0-9]{10,13}",
        # Not later groups of a bank account, nor the first ones of 19 digits from China, with wrong check digits.
        r"(?<![A-Z]{2}[0-9]{2} )(?<!(?<![0-9])[0-9]{4} )(?<![A-Z][0-9]{3} )(?!62[0-9 -]{17}[ -][0-9]{3}(?![0-9]))"
        r"[0-9]{4}([ .-])[0-9]{4}\1[0-9]{4}\1[0-9]{4}",
        r"[0-9]{4}([ .-])[0-9]{6}\1[0-9]{4,5}",
        r"[0-9]{14,19}",
    )
)


_NEXT_CARD = re.compile(rf" [0-9]{{4}}([ .-])[0-9]{{4}}\1[0-9]{{4}}\1[0-9]{{4}}{_NONE_AFTER}")


def accounts(text: str, start: int, end: int) -> Iterator[Found]:
    """Numbers of identities and cards whose check digits are right; plain ones that a label calls an order stay."""
    yield from ibans(text, start, end)
    yield from _checked("ID", _CITIZEN, is_citizen, text, start, end)
    yield from _checked("COMPANY", _COMPANY, is_company, text, start, end)
    yield from _checked("CNPJ", _CNPJ, is_cnpj, text, start, end)
    yield from _checked("CPF", _CPF, is_cpf, text, start, end)
    for shape in _CARDS:
        for card in _checked("CARD", shape, is_card, text, start, end):
            yield card
            yield from _next_cards(text, card.end, end)


def ibans(text: str, start: int, end: int) -> Iterator[Found]:
    """Bank accounts, in one piece or in groups; as many signs are read as their country uses."""
    for match in _IBAN.finditer(text, start, end):
        length = IBAN_LENGTHS.get(match.group()[:2].upper())
        stop = _after(text, match.start(), length) if length else None
        if stop and is_known_iban(re.sub("[ -]", "", text[match.start() : stop]).upper()):
            yield Found("IBAN", match.start(), stop)


def _after(text: str, start: int, length: int) -> int | None:
    """Where `length` letters and digits from `start` on end, single spaces or dashes between them not counted."""
    match = re.compile(rf"(?:[0-9A-Za-z][ -]?){{{length - 1}}}[0-9A-Za-z](?![0-9A-Za-z])").match(text, start)
    return match.end() if match else None


def _next_cards(text: str, start: int, end: int) -> Iterator[Found]:
    """Cards in groups of four with only a space to the one before: alone they would be later groups of an account."""
    match = _NEXT_CARD.match(text, start, end)
    while match and is_card(re.sub(r"[ .-]", "", match.group())):
        yield Found("CARD", match.start() + 1, match.end())
        match = _NEXT_CARD.match(text, match.end(), end)


def _checked(
    kind: Kind, shape: re.Pattern[str], is_valid: Callable[[str], bool], text: str, start: int, end: int
) -> Iterator[Found]:
    for match in shape.finditer(text, start, end):
        written = match.group()
        plain = re.sub(r"[ ./-]", "", written).upper()
        if is_valid(plain) and not (written.isalnum() and is_goods(text, match.start())):
            yield Found(kind, *match.span())
