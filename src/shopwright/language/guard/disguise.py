"""Texts without their disguises: look-alike letters, leetspeak, s p a c e d words, invisible tags, encodings."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

__all__ = ["HIDING", "PARTED", "Reading", "bare", "makes_sense", "readings", "tags"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text: in plain letters, with the place each sign came from; `how` names the disguise."""

    text: str
    places: tuple[int, ...]
    how: str = ""


# Signs that show nothing or turn the order of others: zero width, bidirectional controls, tags, fillers.
HIDING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef\U0001d173-\U0001d17a]"
)
PARTED = "parted"
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")
_ALIKE = dict(
    zip(
        "аеорсухіјѕԁһӏԛԝьгпкмтвнαοερτυνικχηωϲΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxijsdhlqwbrnkmtbhaoeptuvikxnwcabezhikmnoptyx",
        strict=True,
    )
)
_LEET = str.maketrans("013457@$!|8", "oieastasilb")
_LEET_WORD = re.compile(
    r"(?<![A-Za-z0-9@$!|])(?=[a-z0-9@$!|]*[a-z])(?=[a-z0-9@$!|]*[013457@$!|])[a-z0-9@$!|8]{4,}(?![A-Za-z0-9@$])"
)
# The same where "!" and "|" end a word, as in "Now!1gn0re"; whether one is a letter or an end, only the words tell.
_LEET_PART = re.compile(
    r"(?<![A-Za-z0-9@$])(?=[a-z0-9@$]*[a-z])(?=[a-z0-9@$]*[013457@$])[a-z0-9@$8]{4,}(?![A-Za-z0-9@$])"
)
_GLUED = re.compile(r"[a-z0-9@$][!|]+[a-z0-9@$]")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ ._*-]{1,2}){4,}[^\W\d_](?![^\W_])")
_SPACED_HAN = re.compile(r"(?:[\u4e00-\u9fff][ ._*/|\-·~]){3,}[\u4e00-\u9fff]")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}={0,2}(?![A-Za-z0-9+/=])")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:(?:0x|\\x)?[0-9a-fA-F]{2}[ ,]?){12,}(?![0-9A-Za-z])")
_ESCAPED = re.compile(r"(?:\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}){4,}|(?:&#x?[0-9a-fA-F]{2,6};){4,}")
_COMMON = re.compile(
    r"(?<![a-z])(?:the|and|to|you|your|of|is|all|that|in|for|with|this|as|are|was|my|me|now|not|will|it)(?![a-z])"
)
_LETTER = re.compile(r"[^\W\d_]")


def bare(text: str) -> str:
    """The text without signs that show nothing."""
    return text if text.isascii() else HIDING.sub("", text)


def tags(text: str) -> Iterator[tuple[int, int, str]]:
    """What is written in invisible tag signs, and where."""
    if text.isascii():
        return
    for match in _TAGS.finditer(text):
        yield *match.span(), "".join(chr(ord(sign) - 0xE0000) for sign in match.group())


def readings(text: str) -> Iterator[Reading]:
    """The text in plain letters, then what each of its disguised parts says."""
    plain = _plain(text)
    yield plain
    undone = _undone(plain)
    if undone.text != plain.text:
        yield undone
    if _GLUED.search(plain.text):
        parted = _undone(plain, _LEET_PART)
        if parted.text not in (plain.text, undone.text):
            yield replace(parted, how=PARTED)
    for start, end, said in tags(text):
        yield Reading(said.casefold(), tuple([start] * len(said) + [end]), "tags")
    for start, end, said, how in _decoded(text):
        yield Reading(_plain(said).text, tuple([start] * (len(said) * 4) + [end]), how)
    if text.isascii() or len(_LETTER.findall(text[:400])) > 20:
        for said, how in ((codecs.encode(plain.text, "rot13"), "rot13"), (plain.text[::-1], "reversed")):
            places = plain.places if how == "rot13" else (*plain.places[-2::-1], 0)
            yield Reading(said, places, how)


def makes_sense(said: str, how: str) -> bool:
    """Whether what came out of `rot13` or `reversed` reads like English, and what went in does not."""
    before = codecs.encode(said, "rot13") if how == "rot13" else said[::-1]
    return len(_COMMON.findall(said)) >= 2 + 2 * len(_COMMON.findall(before))


def _plain(text: str) -> Reading:
    """Compatibility forms, small letters, look-alikes turned, hidden signs left out; accents stay."""
    if text.isascii():
        return Reading(text.lower(), tuple(range(len(text) + 1)))
    signs: list[str] = []
    places: list[int] = []
    latin = bool(re.search("[A-Za-z\uff21-\uff5a]", text))
    for at, sign in enumerate(text):
        if sign.isascii():
            signs.append(sign.lower())
            places.append(at)
        elif not HIDING.match(sign):
            for part in unicodedata.normalize("NFKC", sign).casefold():
                signs.append(_ALIKE.get(part, part) if latin else part)
                places.append(at)
    return Reading("".join(signs), (*places, len(text)))


def _undone(plain: Reading, leet: re.Pattern[str] = _LEET_WORD) -> Reading:
    """Leetspeak read as letters, and words in spaced letters closed up."""
    text = leet.sub(lambda match: match.group().translate(_LEET), plain.text)
    drop: set[int] = set()
    for match in [*_SPACED.finditer(text), *_SPACED_HAN.finditer(text)]:
        for at in range(match.start() + 1, match.end(), 1):
            is_gap = text[at] in " ._*-/|·~"
            is_word_end = text[at : at + 2] in ("  ", " -") or text[at - 1 : at + 1] == "  "
            if is_gap and not is_word_end:
                drop.add(at)
    if drop:
        kept = [at for at in range(len(text)) if at not in drop]
        return Reading("".join(text[at] for at in kept), tuple(plain.places[at] for at in [*kept, len(text)]), "spaced")
    return Reading(text, plain.places, "leet")


def _decoded(text: str) -> Iterator[tuple[int, int, str, str]]:
    for match in _BASE64.finditer(text):
        if said := _readable(match.group(), "base64"):
            yield *match.span(), said, "base64"
    for match in _HEX.finditer(text):
        if said := _readable(match.group(), "hex"):
            yield *match.span(), said, "hex"
    for match in _ESCAPED.finditer(text):
        said = re.sub(r"\\u([0-9a-fA-F]{4})", lambda one: chr(int(one[1], 16)), html.unescape(unquote(match.group())))
        yield *match.span(), said, "escapes"


def _readable(written: str, form: str) -> str:
    """What the bytes say, if it is text with letters and spaces, or Chinese."""
    try:
        if form == "hex":
            read = bytes.fromhex(re.sub(r"0x|\\x|[ ,]", "", written))
        else:
            bare_form = written.rstrip("=").replace("-", "+").replace("_", "/")
            read = base64.b64decode(bare_form + "=" * (-len(bare_form) % 4))
        said = read.decode("utf-8")
    except (UnicodeDecodeError, binascii.Error, ValueError):
        return ""
    letters = sum(sign.isalpha() or sign.isspace() for sign in said)
    is_text = said.replace("\n", "").isprintable()
    return said if len(said) > 5 and is_text and letters > 0.75 * len(said) else ""
