"""Street addresses by their shape: English, German, Portuguese, Chinese. A number is part of each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shopwright.privacy.found import Found

__all__ = ["addresses"]

_UP = "A-ZÀ-ÖØ-ÞĀŐŚŠŽ"
_WORD = rf"[{_UP}0-9][\w'’.-]{{0,30}}"
_NO_STREET = r"(?!(?:The|On|In|By|My|This|That|Of|For|Stars?|Days?|Weeks?|Pack|Pcs|X)\b)"
_POSTCODE = "(?:(?:[A-Z]{2} )?[0-9]{5}(?:-[0-9]{4})?|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[A-Z]{2})"
_ENGLISH = re.compile(
    rf"(?<![\w.,/-])[0-9]{{1,5}}[A-Za-z]?(?:-[0-9]{{1,4}})?,? (?:{_NO_STREET}{_WORD} ){{1,4}}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Square|Sq|Terrace|Place|Pl|Way|Crescent"
    r"|Close|Highway|Hwy|Parkway|Pkwy|Gardens|Mews|Row|Quay|Broadway)\b\.?(?: (?:[NS][EW]?|[EW])\b)?"
    r"(?:,? ?(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|#)\b\.? ?#?[0-9A-Za-z-]{1,6})?"
    rf"(?:, [{_UP}][a-z'’.-]+(?: [{_UP}][a-z'’.-]+){{0,2}})?(?:,? {_POSTCODE}(?!\w))?(?!\w)"
)
_SMALL = re.compile(  # written without capitals, as people do
    r"(?<![\w.,/-])[0-9]{1,5}[a-z]? (?:[nsew] )?"
    r"(?!(?:the|a|my|this|that|our|your|star|stars|blocks?|minutes?|miles?|houses?|of|per|on|in|from|way|x)\b)"
    r"[a-z][a-z'’]{2,20} (?:street|avenue|boulevard|road|lane|drive|ave|blvd|rd)\b"
)
_BOX = re.compile(r"\b(?:P\.? ?O\.? ?Box|Caixa Postal|Postfach) [0-9]{1,6}\b", re.IGNORECASE)
_GERMAN = re.compile(
    rf"(?<!\w)(?:[{_UP}][a-zäöüß-]{{2,30}}"
    r"(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|chaussee|graben)"
    rf"|[{_UP}][\w-]{{1,25}} (?:Straße|Strasse|Str\.|Allee|Platz|Weg|Gasse|Ring|Damm|Ufer)"
    r"|Straße des [\w. ]{3,15}) ?[0-9]{1,4}(?: ?[a-h](?!\w))?(?:[-/][0-9]{1,4})?(?![0-9.,]*[0-9%€])"
    rf"(?:,? (?:D-)?[0-9]{{5}} [{_UP}][\w-]+(?: (?:am|an der|im) [{_UP}]\w+)?)?"
)
_GERMAN_TOWN = re.compile(  # Am Markt 5, 04109 Leipzig
    r"(?<!\w)(?:Am|An der|An den|Im|In der|Auf der|Auf dem|Unter den|Zum|Zur|Hinter der|Alter|Neuer) "
    rf"[{_UP}][\w-]{{2,25}} [0-9]{{1,4}}(?: ?[a-h])?,? (?:D-)?[0-9]{{5}} [{_UP}][\w-]+"
)
_PORTUGUESE = re.compile(
    r"(?<!\w)(?:Rua|R\.|RUA|Avenida|AVENIDA|Av\.?|AV\.?|Alameda|Al\.|Travessa|Tv\.|Trav\.|Praça|Pça\.?|Rodovia|Rod\."
    r"|Estrada|Largo|Ladeira) "
    rf"(?:(?:d[aeo]s?|e|{_WORD}) ){{0,6}}[{_UP}0-9][\w'’.-]{{0,30}}(?:,| ?-)? ?"
    r"(?:n[º°o.]{1,2} ?|número |num\.? )?[0-9]{1,5}"
    r"(?:[,\s-]{1,3}(?:[Aa]pto?|[Aa]partamento|[Aa]p|[Bb]loco|[Cc]asa|[Ss]ala|andar|conj|lote)\.? ?[0-9A-Z]{1,5})*"
    rf"(?:[,\s-]{{1,3}}(?:d[aeo]s? |[{_UP}][\w'’.]* ?){{1,4}}(?:[/,-] ?[A-Z]{{2}}\b)?)?"
    r"(?:[,\s-]{1,3}(?:CEP:? ?)?[0-9]{5}-?[0-9]{3})?(?![0-9])",
)
_CEP = re.compile(r"CEP[: ]{0,3}([0-9]{2}\.?[0-9]{3}-?[0-9]{3})(?![0-9])", re.IGNORECASE)
_FIVE_DIGITS = re.compile(r"[0-9]{2}\.?[0-9]{3}")
_NUMBER = re.compile("[0-9]+")
_STREETS = ("straße", "strasse", "str.", "weg", "platz", "allee", "gasse", "ring", "damm", "ufer", "chaussee", "graben")
_BOXES = ("box", "postfach", "postal")
_CHINESE_SIGN = re.compile("[号號弄室座栋幢]")
_N = "[0-9一二三四五六七八九十百零〇]{1,6}"
# Signs that seldom stand in names of places, and often before them: "please send it to …".
_HAN = "(?:(?![我你您他她它们在住到寄送是的请往至给了收货拿去还位])[\u4e00-\u9fff])"
_PROVINCE = (
    "(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南"
    "|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?"
)
# (?>…): once read, a level is not read again in another way, so that no text takes long.
_ADMIN = (
    rf"(?>{_PROVINCE})?+(?>{_HAN}{{2,6}}?(?:市|自治州|地区|盟))?+(?>{_HAN}{{1,6}}?(?:新区|(?<!小)区|县|旗|市))?+"
    rf"(?>{_HAN}{{1,8}}?(?:镇|乡|街道))?+"
)
_TAIL = (
    rf"(?:[,，\s]?(?:{_HAN}{{2,10}}?(?:小区|花园|公寓|大厦|广场|家园|新村|苑|园|中心|城|座))?"
    r"(?:[,，\s]?[0-9A-Za-z一二三四五六七八九十]{1,6}(?:号楼|栋|幢|楼|单元|室|座|层|号房|房|号|门))+)?"
)
_CHINESE = re.compile(
    rf"{_ADMIN}"
    rf"(?:{_HAN}{{1,8}}?(?:(?<![线电网铁思])路|街|大道|巷|胡同|里|弄)"
    rf"(?:{_HAN}?[东南西北中]?[一二三四五]?[路段街巷])?{_N}[号弄號](?!线|楼?口)"
    rf"|{_HAN}{{1,8}}?村(?:{_HAN}{{1,4}}[组屯])?(?:{_N}组)?{_N}号"
    # A house of an estate, by its door: A栋3单元502, 5号楼1203室
    rf"|(?:{_HAN}{{2,10}}?(?:小区|花园|公寓|大厦|广场|家园|新村|苑|园|中心|城|[东南西北]区|[一二三]期))?(?:[0-9A-Za-z一二三四五六七八九十]{{1,3}}(?:栋|幢|号楼)|[A-Za-z]座)(?:{_N}单元)?(?:[0-9]{{1,2}}[层楼])?"
    "[0-9]{2,5}(?:室|房|号)?(?![0-9年月日元块个件款])"
    rf"|{_HAN}{{2,10}}?(?:小区|花园|公寓|大厦|家园|新村|苑){_N}(?:号楼|栋|幢|座|号)(?=[0-9一二三四五六七八九十]))"
    rf"{_TAIL}"
)


def addresses(text: str, language: str | None) -> Iterator[Found]:
    """Addresses of streets and boxes; with a language, in its form only."""
    for pattern in _fitting(text, language):
        yield from (Found("ADDRESS", *match.span(match.lastindex or 0)) for match in pattern.finditer(text))


def _fitting(text: str, language: str | None) -> Iterator[re.Pattern[str]]:
    """The patterns worth trying: a look for a few letters costs less than the whole pattern."""
    words = [text[max(0, match.start() - 10) : match.start()].rstrip().lower() for match in _NUMBER.finditer(text)]
    if language in (None, "en"):
        yield _ENGLISH
        yield _SMALL
    if language in (None, "de"):
        if any(word.endswith(_STREETS) for word in words) or "Straße des" in text:
            yield _GERMAN
        if _FIVE_DIGITS.search(text):
            yield _GERMAN_TOWN
    if language in (None, "pt"):
        yield _PORTUGUESE
        if _FIVE_DIGITS.search(text):
            yield _CEP
    if language in (None, "zh") and not text.isascii() and _CHINESE_SIGN.search(text):
        yield _CHINESE
    if any(word.endswith(_BOXES) for word in words):
        yield _BOX
