"""Telephone numbers: shapes by country, checked against the numbering plans that the library phonenumbers carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from shopwright.privacy.check_digits import is_gtin
from shopwright.privacy.found import Found
from shopwright.privacy.labels import is_goods, is_phone

__all__ = ["REGIONS", "phones"]

REGIONS = {
    "zh": ("CN", "HK", "TW", "MO"),
    "en": ("US", "GB", "AU", "IN"),
    "pt": ("BR", "PT"),
    "de": ("DE", "AT", "CH"),
}
_EUROPE = ("FR", "IT", "ES", "NL", "PL")
_ALL = (*(region for regions in REGIONS.values() for region in regions), *_EUROPE)
# Commas part numbers of a list or a table, and so does a slash between long ones; "13812345678/2" is a fraction.
_FREE = r"(?<![0-9])(?<![0-9][.:-])(?<!(?<![0-9]{4})[0-9]/)"
_END = r"(?![0-9]|[.:-][0-9]|/[0-9]{1,4}(?![0-9]))"
# Not a later group of something longer: of an IBAN, of a card.
_NO_GROUP = r"(?<![0-9] )(?<![A-Z]{2}[0-9]{2} [A-Z]{4} )"
_WORLD = re.compile(
    rf"(?:(?<![0-9A-Za-z+])\+ ?|(?<![0-9A-Za-z.-]){_NO_GROUP}00)"
    r"(?=[1-9])(?:[ ./-]{0,2}\(?[0-9]{1,13}\)?){1,8}"
)
_CHINA_MOBILE = re.compile(
    rf"(?<!\+){_FREE}(?:86[ -]?)?1[3-9][0-9]"
    rf"(?:[0-9]{{8}}|([ .-])[0-9]{{4}}\1?[0-9]{{4}}|[0-9] [0-9]{{3}} [0-9]{{4}}|[0-9]{{4}}[ -][0-9]{{4}}){_END}"
)
_SHAPES: dict[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    "zh": (
        ("CN",),
        re.compile(
            rf"{_FREE}(?:\(0[1-9][0-9]{{1,2}}\) ?|0[1-9][0-9]{{1,2}} ?- ?|{_NO_GROUP}0[1-9][0-9]{{1,2}} )"
            rf"[2-8][0-9]{{2,3}}[ -]?[0-9]{{4}}{_END}"
        ),
    ),
    "en": (
        ("US",),
        re.compile(
            rf"{_FREE}(?:1[ .-])?(?:\([2-9][0-9]{{2}}\) ?|[2-9][0-9]{{2}}([ .-]))[2-9][0-9]{{2}}[ .-][0-9]{{4}}{_END}"
        ),
    ),
    "pt": (
        ("BR",),
        re.compile(
            rf"{_FREE}(?:\(0?[1-9][1-9]\) ?|0?[1-9][1-9][ -])(?:9[ .]?[0-9]{{4}}|[2-5][0-9]{{3}})[ .-]?[0-9]{{4}}{_END}"
        ),
    ),
    "de": (
        ("DE", "GB", "FR", "AT", "CH", "IT", "NL", "AU"),
        re.compile(
            rf"{_FREE}{_NO_GROUP}(?<![A-Z]\.)(?:\(0[1-9][0-9]{{1,4}}\)|0[1-9][0-9]{{0,4}})"
            rf"(?: ?[ ./-] ?[0-9]{{2,9}}){{1,4}}{_END}"
        ),
    ),
}
_PLAIN = re.compile(rf"{_FREE}[0-9]{{10,13}}{_END}")
_ANNOUNCED = re.compile(r"(?<![0-9])\(?[0-9](?:[ ().-]{0,2}[0-9]){6,14}(?![0-9])")
_DATE = re.compile(r"[0-9]{1,2}([./ -])[0-9]{1,2}\1(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}([./ -])[0-9]{1,2}\2[0-9]{1,2}")
_COMPANY = re.compile(r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}")  # a CNPJ, if its check digits are wrong
# Behind digits and a comma: "R$ 19,99 20241128". Nine digits that begin with a 9 are a mobile in a row of a table.
_CENTS = re.compile(r"[0-9]{2} (?!9[0-9]{8}$)[0-9]+")
_UNITS = re.compile(r"[0-9],$")
# With more groups, "12,01 23 45 67 89" is a price behind a currency or a word for one, and a row of a table elsewhere.
_GROUPS = re.compile(r"[0-9]{2}(?! 9[0-9]{3,4} ?[0-9]{4}$)(?: [0-9]+){2,}")
_PRICED = re.compile(
    r"(?:[€$£¥]|合计|总计|价格|金额|\b(?:eur|euros?|usd|gbp|chf|brl|reais|r\$|total|subtotal|totale|amount|sum|price|montant|somme|prix|preis|"
    r"betrag|summe|gesamt|importe|precio|prezzo|preço|valor))[:：]? ?[0-9][0-9.]{0,11},$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"[0-9]{5,14}/$")  # as one number of an order with what follows, where a label says so
_CHINESE = re.compile("[\u4e00-\u9fff]")
_HINTS = re.compile(r"(?:wx|vx|v|tel|mob|fone|phone|cel|qq|zap|fax)[.:]?$", re.IGNORECASE)


def phones(text: str, start: int, end: int, language: str | None) -> Iterator[Found]:
    """Numbers of telephones between `start` and `end`; with a language, domestic forms of its countries only."""
    for match in _WORLD.finditer(text, start, end):
        stop = _worldwide(text, match.start(), match.end())
        if stop:
            yield Found("PHONE", match.start(), stop)
    for match in _CHINA_MOBILE.finditer(text, start, end):
        if _may_be(text, match.start()) and _is_valid(match.group().removeprefix("86"), ("CN",)):
            yield Found("PHONE", *match.span())
    for spoken, (regions, shape) in _SHAPES.items():
        if language in (None, spoken) or (language == "en" and spoken == "de"):  # 020 7946 0018 has the German shape
            for match in shape.finditer(text, start, end):
                written = match.group()
                is_other = _DATE.search(written) or _COMPANY.match(written) or _is_price(text, *match.span())
                if not is_other and _may_be(text, match.start()) and _is_valid(written, regions):
                    yield Found("PHONE", *match.span())
    yield from _plain(text, start, end, language)


def _may_be(text: str, start: int) -> bool:
    """Not part of a code like SF1234567890, unless the letters say telephone; not the number of an order."""
    before = text[max(0, start - 6) : start]
    if before[-1:].isascii() and before[-1:].isalnum() and not _HINTS.search(before):
        return False
    joined = _JOINED.search(text, max(0, start - 15), start)
    return not is_goods(text, start) and not (joined and is_goods(text, joined.start()))


def _is_price(text: str, start: int, end: int) -> bool:
    """Whether it is the cents of a price with decimals and the number behind them."""
    if not _UNITS.search(text, max(0, start - 2), start):
        return False
    is_priced = _PRICED.search(text, max(0, start - 24), start)
    return bool(_CENTS.fullmatch(text, start, end) or (is_priced and _GROUPS.fullmatch(text, start, end)))


def _worldwide(text: str, start: int, end: int) -> int | None:
    """Where a number with its country code ends: the longest reading that is valid, else one that is possible."""
    written = text[start:end]
    ends = [match.end() for match in re.finditer("[0-9](?![0-9])", written)][-5:]
    for is_right in ("is_valid_number", "is_possible_number") if written[0] == "+" else ("is_valid_number",):
        for stop in reversed(ends):
            digits = re.sub("[^0-9]", "", written[:stop]).removeprefix("00")
            if 8 <= len(digits) <= 15 and _says(is_right, f"+{digits}", None):
                return start + stop
    return None


def _plain(text: str, start: int, end: int, language: str | None) -> Iterator[Found]:
    """Digits alone: where a word announces a telephone, or where they can hardly be anything else."""
    regions = REGIONS.get(language or "", _ALL)
    for match in _PLAIN.finditer(text, start, end):
        digits = match.group()
        if _may_be(text, match.start()) and not is_gtin(digits) and _is_clear(text, match.start(), digits):
            yield Found("PHONE", *match.span())
    for match in _ANNOUNCED.finditer(text, start, end):
        if is_phone(text, match.start()) and not _DATE.search(match.group()) and not is_goods(text, match.start()):
            n_digits = len(re.sub("[^0-9]", "", match.group()))
            is_local = 7 <= n_digits <= 9 and is_phone(text, match.start(), directly=True)
            if is_local or _is_valid(match.group(), regions):
                yield Found("PHONE", *match.span())


def _is_clear(text: str, start: int, digits: str) -> bool:
    """A Chinese landline in Chinese words, or a Brazilian mobile with its country code, as chat programs write it."""
    if digits[0] == "0":
        around = text[max(0, start - 12) : start] + text[start + len(digits) : start + len(digits) + 12]
        return len(digits) in (11, 12) and bool(_CHINESE.search(around)) and _is_valid(digits, ("CN",))
    return len(digits) in (12, 13) and digits[:2] == "55" and _is_valid(digits[2:], ("BR",))


def _is_valid(written: str, regions: tuple[str, ...]) -> bool:
    digits = re.sub("[^0-9]", "", written)
    return 9 <= len(digits) <= 15 and any(_says("is_valid_number", digits, region) for region in regions)


def _says(question: str, digits: str, region: str | None) -> bool:
    library = _library()
    try:
        return bool(getattr(library, question)(library.parse(digits, region)))
    except library.NumberParseException:
        return False


@cache
def _library() -> Any:
    import phonenumbers  # 30 ms, and most texts have no number

    return phonenumbers
