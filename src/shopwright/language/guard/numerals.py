"""Numbers as people write them: 1,234.50 and 1.234,50, 12k, 1.2万, three hundred and twenty, 三百二十, a dozen, ½."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

__all__ = ["HAN_DIGITS", "HAN_NUMERAL", "HAN_SIGN", "HAN_UNITS", "Numeral", "han_value", "numerals"]


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text.

    Attributes:
        start: where it begins.
        end: where it ends, not included.
        value: what it says.
        step: the size of its last digit: 0.01 for 12.50, 100 for 1.2k.
        form: how it is written: in digits, in words of a language, or as a part (half, ½).
        or_value: what it says where the comma is the decimal sign, if it may be so; nan if not.
        is_scaled: whether a k, million or 万 goes with it, so that it is a rounded figure.
    """

    start: int
    end: int
    value: float
    step: float = 1.0
    form: str = "digits"
    or_value: float = float("nan")
    is_scaled: bool = False


HAN_DIGITS = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2}
HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
HAN_SIGN = "[零一二两俩三四五六七八九十百千万亿]"
HAN_NUMERAL = f"{HAN_SIGN}+"
_SCALES = {"k": 1e3, "thousand": 1e3, "grand": 1e3, "mn": 1e6, "mm": 1e6, "million": 1e6, "mio": 1e6, "bn": 1e9}
_SCALES |= {"billion": 1e9, "trillion": 1e12, "hundred": 100.0, "dozen": 12.0, "mil": 1e3, "tsd": 1e3}
_DIGITS = re.compile(
    r"(?<![0-9A-Za-z_])(?<![0-9][.,'])(?P<number>[0-9]+(?:[.,'][0-9]+)*)"
    r"(?:(?P<han>\s?[百千万亿]+(?:(?:[0-9]+|[一二三四五六七八九])[百千万]?)*)"
    r"|\s?(?P<scale>(?i:thousand|million|billion|trillion|hundred|dozen|bn|mn|mio|k(?![A-Za-z]))|M(?![A-Za-z]))(?![A-Za-z]))?"
)
_WORDS = {
    word: at
    for at, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_WORDS |= {
    w: 10 * at for at, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_BIG = {"hundred": 100, "dozen": 12, "thousand": 1000, "million": 10**6, "billion": 10**9}
_ORDINALS = {
    word: at
    for at, word in enumerate(
        [
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
        ],
        3,
    )
}
_ONE = "|".join(sorted([*_WORDS, *_BIG], key=len, reverse=True))
_ENGLISH = re.compile(
    rf"(?<![A-Za-z0-9_-])(?:(?:a|half a) (?=(?:{'|'.join(_BIG)})\b))?(?:{_ONE})(?:(?:-| and | )(?:{_ONE}))*"
    rf"(?: point (?:(?:{'|'.join(list(_WORDS)[:10])})\b ?)+)?(?![A-Za-z])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(rf"(?<![A-Za-z-])(?:{'|'.join(_ORDINALS)})(?![A-Za-z]|-party|s\b)", re.IGNORECASE)
_HAN = re.compile(rf"(?:{HAN_NUMERAL})(?:点[零一二三四五六七八九]+)?")
_PARTS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅕": 0.2, "⅛": 0.125}
_PART = re.compile(f"(?<![0-9])([0-9]*)\\s?([{''.join(_PARTS)}])")
_AND_HALF = re.compile(  # two and a half; 两个半小时; the 两 of 两周半 and of 两年半
    rf"(?<![A-Za-z0-9_.,-])(?:(?P<digits>[0-9]{{1,6}})|(?P<words>(?:{_ONE})(?:(?:-| and | )(?:{_ONE}))*))"
    r"[ -]and a half(?![A-Za-z])"
    rf"|(?<![0-9.,点])(?P<han>[0-9]{{1,6}}|(?<!{HAN_SIGN}){HAN_NUMERAL})"
    "(?:个半(?=小时|钟头|月|星期|礼拜|工作日)|(?=(?:周|年|天|小时|分钟|公斤|斤|吨|米|升|倍)半(?![价数天年月日夜径身])))",
    re.IGNORECASE,
)
_CIRCLED = re.compile("[\u2460-\u2473\u2776-\u277f]")
# Signs of numbers that are parts of other words.
_IDIOM = re.compile(
    "(?<![0-9零一二两三四五六七八九十百千万几数])(?:万一|千万(?=别|不|要|注意|记得|小心|记住|请)|十分(?!之|钟)|十足|百分(?=百)"
    "|百搭|百度(?=搜|一|百|知|网|查|到|了)|百货|百姓|百年|万能|万事|万物|万象|千百|四季|四处|五一(?!折)|十一(?=长假|黄金周|假期|国庆)"
    "|双十一|双十二|双11|双12|六一(?!折)|三八(?!折)|一一(?!折)|七夕|八卦|七上八下|五颜六色|四面八方|三言两语|乱七八糟|十全十美|独一无二"
    "|一心一意|九牛一毛|百万富翁|万元户|五花八门|三心二意|一清二楚|一五一十|百里挑一|数一数二|二手|二维码|二次元|三方|两者|两侧|两边"
    "|两端|两头|三明治|三角|四川|八宝)|统一|唯一"
)
_ASCII_DIGIT = re.compile("[0-9]")


def numerals(text: str, *, comma: bool = False) -> list[Numeral]:
    """Every number of a folded text, from left to right; `comma` where the comma may be the decimal sign."""
    found: list[Numeral] = []
    taken = bytearray(len(text))
    for numeral in _all(text, comma):
        if taken.find(1, numeral.start, numeral.end) < 0:
            taken[numeral.start : numeral.end] = b"\1" * (numeral.end - numeral.start)
            found.append(numeral)
    return sorted(found, key=lambda numeral: numeral.start)


def _all(text: str, comma: bool) -> Iterator[Numeral]:
    for match in _PART.finditer(text) if not text.isascii() else ():
        yield Numeral(*match.span(), int(match[1] or 0) + _PARTS[match[2]], 0.01, "part")
    if "half" in text.casefold() or "半" in text:
        yield from _halves(text)
    if _ASCII_DIGIT.search(text):
        for match in _DIGITS.finditer(text):
            yield from _digits(match, comma)
    for match in _ENGLISH.finditer(text):
        value = _english(match.group().lower())
        is_scaled = bool(re.search("thousand|[mb]illion", match.group().lower())) and value >= 10_000
        step = _last_place(value) if is_scaled else 1.0 if value % 1 == 0 else 0.1
        yield Numeral(
            match.start(), match.start() + len(match.group().rstrip()), value, step, "words", is_scaled=is_scaled
        )
    for match in _ORDINAL.finditer(text):
        yield Numeral(*match.span(), _ORDINALS[match.group().lower()], form="ordinal")
    if not text.isascii():
        yield from _chinese(text)


def _halves(text: str) -> Iterator[Numeral]:
    for match in _AND_HALF.finditer(text):
        written = match["digits"] or match["han"]
        whole = (
            _english(match["words"].lower())
            if written is None
            else float(written)
            if written.isascii()
            else han_value(written)[0]
        )
        yield Numeral(*match.span(), whole + 0.5, 0.01, "part")


def _chinese(text: str) -> Iterator[Numeral]:
    idioms = [match.span() for match in _IDIOM.finditer(text)]
    for match in _HAN.finditer(text):
        start, end = match.span()
        if any(first < end and start < last for first, last in idioms):
            continue
        value, step = han_value(match.group())
        is_scaled = step >= 1e4
        yield Numeral(start, end, value, step, "han" if len(match.group()) > 1 else "han1", is_scaled=is_scaled)
    for match in _CIRCLED.finditer(text):
        yield Numeral(*match.span(), ord(match.group()) - (0x245F if match.group() < "\u2500" else 0x2775), form="list")


def _digits(match: re.Match[str], comma: bool) -> Iterator[Numeral]:
    start, written = match.start(), match["number"]
    read = _read(written, comma)
    if read is None:  # 3,4,5 is a list; 1.2.3 is a version, which is read as a code
        if "." not in written:
            for part in re.finditer("[0-9]+", written):
                yield Numeral(start + part.start(), start + part.end(), float(part.group()))
        return
    value, step, other = read
    if match["han"]:
        whole = han_value(written.replace(",", "") + match["han"].replace(" ", ""))
        yield Numeral(start, match.end(), *whole, is_scaled=whole[1] >= 1e3)
        return
    numeral = Numeral(start, match.end(), value, step, or_value=other)
    if match["scale"]:
        scale = 1e6 if match["scale"] == "M" else _SCALES[match["scale"].lower()]
        numeral = replace(numeral, value=value * scale, step=step * scale, or_value=other * scale, is_scaled=scale > 12)
    yield numeral


def _read(written: str, comma: bool) -> tuple[float, float, float] | None:
    """Value, step and the other reading of digits with points and commas; None if they are not one number."""
    nothing = float("nan")
    written = written.replace("'", ",")
    marks = re.findall("[.,]", written)
    if not marks:
        return float(written), 1.0, nothing
    head, tail = written[: written.rindex(marks[-1])], written[written.rindex(marks[-1]) + 1 :]
    if len(set(marks)) == 2:
        if marks.count(marks[-1]) > 1:
            return None
        return float(re.sub("[.,]", "", head) + "." + tail), 10.0 ** -len(tail), nothing
    is_grouped = bool(re.fullmatch(r"[1-9][0-9]{0,2}(?:[.,][0-9]{2,3})*[.,][0-9]{3}", written))
    whole = float(re.sub("[.,]", "", written)) if is_grouped else nothing
    if len(marks) > 1:
        return (whole, 1.0, nothing) if is_grouped else None
    part = float(f"{head}.{tail}")
    if marks[0] == ",":
        if is_grouped:
            return whole, 1.0, part if comma else nothing
        return (part, 10.0 ** -len(tail), nothing) if len(tail) <= 2 or comma else None
    return part, 10.0 ** -len(tail), whole if comma and is_grouped else nothing


def han_value(written: str) -> tuple[float, float]:
    """Value and step of a number with Chinese signs: 三百二十, 二零二六, 3万5, 1.2亿, 三点五, 两百五."""
    whole, _, part = written.partition("点")
    if part:
        tail = "".join(str(HAN_DIGITS[sign]) for sign in part)
        return han_value(whole)[0] + float(f"0.{tail}"), 10.0 ** -len(tail)
    if all(sign in HAN_DIGITS for sign in whole):
        return float("".join(str(HAN_DIGITS[sign]) for sign in whole)), 1.0
    total = section = 0.0
    number, last, step, decimals = None, 1, 1.0, 0
    for token in re.findall(r"[0-9]+(?:\.[0-9]+)?|.", whole):
        if token in HAN_UNITS:
            last = HAN_UNITS[token]
            if last < 10_000:
                section += (1.0 if number is None else number) * last
            else:
                total = (
                    (total + section + (number or 0.0) or 1.0) * last
                    if last > 10_000
                    else total + (section + (number or 0.0) or 1.0) * last
                )
                section, step = 0.0, float(last)
            number = None
        elif token == "零":
            last, number = 1, None
        else:
            number = float(HAN_DIGITS.get(token, 0)) if token in HAN_DIGITS else float(token)
            decimals = len(token.partition(".")[2])
            step = 1.0
    if number is not None:  # 三万五 is 35,000, while 三万零五 is 30,005
        section += number * (last / 10 if last >= 100 and number < 10 else 1)
        step = last / 10 if last >= 10_000 else 1.0
    elif last < 10_000:
        step = float(last) if last >= 1000 and any(sign.isdigit() for sign in whole) else 1.0
    return total + section, step * 10.0**-decimals if number is None else step


def _english(words: str) -> float:
    words, _, part = words.partition(" point ")
    total = section = 0.0
    half = words.startswith("half a ")
    for word in re.split(r"[ -]", words.removeprefix("half ")):
        if word in _WORDS:
            section += _WORDS[word]
        elif word in ("hundred", "dozen"):
            section = (section or 1) * _BIG[word]
        elif word in _BIG:
            total, section = total + (section or 1) * _BIG[word], 0.0
    value = (total + section) / (2 if half else 1)
    if part:
        value += float("0." + "".join(str(_WORDS[word]) for word in part.split() if word in _WORDS))
    return value


def _last_place(value: float) -> float:
    step = 1.0
    while value and value % (step * 10) == 0:
        step *= 10
    return step
