"""Check digits and structures of identifiers beyond those of `shopwright.shop.personal`."""

from __future__ import annotations

from shopwright.shop.personal import ISSUERS, is_iban, is_luhn, is_resident_id

__all__ = ["IBAN_LENGTHS", "is_card", "is_citizen", "is_cnpj", "is_company", "is_gtin", "is_known_iban"]

# Length of an IBAN by country (SWIFT IBAN registry, release 99).
_BY_LENGTH = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
IBAN_LENGTHS = {country: length for length, countries in _BY_LENGTH.items() for country in countries.split()}

PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
    ]
) | frozenset(["61", "62", "63", "64", "65", "71", "81", "82", "83"])
# Registering office and kind of body, the first two signs of a unified social credit code (GB 32100-2015, table 1).
BODIES = frozenset(
    [
        "11",
        "12",
        "13",
        "19",
        "21",
        "29",
        "31",
        "32",
        "33",
        "34",
        "35",
        "39",
        "41",
        "49",
        "51",
        "52",
        "53",
        "54",
        "55",
        "59",
        "61",
        "62",
        "69",
        "71",
        "72",
        "79",
        "81",
        "89",
        "91",
        "92",
        "93",
    ]
) | (frozenset(["A1", "A9", "G1", "N1", "N2", "N3", "N9", "Y1"]))
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_card(digits: str) -> bool:
    """Whether a card issuer gives out such numbers and the last digit fits (ISO/IEC 7812-1)."""
    return bool(ISSUERS.fullmatch(digits)) and is_luhn(digits)


def is_known_iban(plain: str) -> bool:
    """ISO 13616: the length its country uses, remainder 1 after 97; upper case, without spaces."""
    return IBAN_LENGTHS.get(plain[:2]) == len(plain) and is_iban(plain)


def is_citizen(text: str) -> bool:
    """GB 11643-1999, 18 signs: a province and the check digit; the date stands in the pattern that found it."""
    return text[:2] in PROVINCES and is_resident_id(text)


def is_company(code: str) -> bool:
    """GB 32100-2015, 18 signs: office, body, region, and a check digit of weights 3**i mod 31."""
    if code[:2] not in BODIES or not (code[2:4] in PROVINCES or code[2:4] == "10"):
        return False
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(code[:17]))
    return CREDIT_SIGNS[-total % 31] == code[17]


def is_cnpj(plain: str) -> bool:
    """Brazil's CNPJ of 14 signs, letters allowed in the first twelve (Instrução Normativa RFB 2.229/2024).

    Each sign counts as its ASCII code less 48; both check digits are weighted sums modulo 11, weights 2 to 9 from
    the right, over and over.
    """
    values = [ord(sign) - 48 for sign in plain]
    for n in (12, 13):
        rest = sum(value * (2 + (n - 1 - at) % 8) for at, value in enumerate(values[:n])) % 11
        if values[n] != (0 if rest < 2 else 11 - rest):
            return False
    return len(set(plain)) > 1


def is_gtin(digits: str) -> bool:
    """Whether it may be the number of a product: EAN-8, UPC-A, EAN-13 or GTIN-14 with its check digit (GS1)."""
    if len(digits) not in (8, 12, 13, 14):
        return False
    total = sum(int(digit) * (3 - 2 * (at % 2)) for at, digit in enumerate(reversed(digits[:-1])))
    return (10 - total % 10) % 10 == int(digits[-1])
