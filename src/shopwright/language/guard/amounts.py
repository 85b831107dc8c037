"""What a number in a text is: a count, money, a share, a measure; how exactly it is said, and which way it points."""

# ruff: noqa: E501 - Chinese signs count double, and a pattern is read best on one line

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from shopwright.language.guard.numerals import HAN_DIGITS, HAN_NUMERAL, HAN_SIGN, Numeral, han_value, numerals
from shopwright.language.guard.units import CURRENCY_AFTER, CURRENCY_BEFORE, UNIT, currencies, measure
from shopwright.language.guard.vague import vague

__all__ = ["Amount", "AmountKind", "How", "amounts"]

AmountKind = Literal["number", "money", "percent"]
How = Literal["plain", "about", "over", "under", "nearly", "exactly", "sized"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what stands around it.

    Attributes:
        start: where it begins, its sign and unit included.
        end: where it ends, not included.
        kind: a number (with a unit or without one), money or a share in percent.
        value: the number; money in whole units of the currency, shares in percent.
        step: size of the last digit shown.
        unit: family of the unit it is measured in, already turned to the family's first unit; empty for counts.
        currency: the currencies its sign may stand for; empty unless money.
        how: plain, or what the words around make of it; sized where only a size is said (dozens).
        direction: 1 if the words say that something rose, -1 if it fell, 0 if neither.
        is_scaled: whether it is written with a k, million or 万.
        or_value: what else it may say, where a comma or point can be read in two ways; nan if nothing. Of a size: the
            least that would be said in other words.
    """

    start: int
    end: int
    kind: AmountKind
    value: float
    step: float = 1.0
    unit: str = ""
    currency: tuple[str, ...] = ()
    how: How = "plain"
    direction: int = 0
    is_scaled: bool = False
    or_value: float = float("nan")
    scale: float = 1.0


_ABOUT = re.compile(
    r"(?:about|around|approximately|approx\.?|roughly|some|circa|ca\.|~|≈|约|大约|大概|差不多|约为|近似|估计|长约|高约|重约)\s*"
    r"(?:[$€£¥]|R\$)?$",
    re.I,
)
_HOW_BEFORE: tuple[tuple[How, re.Pattern[str]], ...] = (
    ("exactly", re.compile(r"(?:exactly|precisely|正好|刚好|恰好|整整)\s*$", re.I)),
    (
        "over",
        re.compile(
            r"(?:over|more than|above|at least|exceed(?:s|ed|ing)?|upwards of|超过|超|至少|不低于|不少于|高于|大于|>|≥)\s*$",
            re.I,
        ),
    ),
    ("under", re.compile(r"(?:less than|under|below|fewer than|不到|不足|低于|少于|小于|<|≤)\s*$", re.I)),
    ("nearly", re.compile(r"(?:nearly|almost|close to|将近|接近|几近|近)\s*$", re.I)),
    ("about", _ABOUT),
)
_HOW_AFTER: tuple[tuple[How, re.Pattern[str]], ...] = (
    ("exactly", re.compile(r"\s*(?:exactly|整(?!体|个|理|齐|套|机)|precisely)", re.I)),
    (
        "over",
        re.compile(
            r"\s?(?:\+(?![0-9])|or more\b|and up\b|plus\b|以上|[多余](?=[个件元块条天位款年次人斤公万]|$|，|。))", re.I
        ),
    ),
    ("about", re.compile(r"\s?(?:个|件|元|块|天|条|位)?(?:左右|上下)|\s(?:or so|give or take)\b", re.I)),
)
_PERCENT = re.compile(
    r"\s?(?:%|percent(?:age points?)?\b|per ?cent\b|pct\b|pp\b|个?百分点|个点(?!赞))|-percent\b", re.I
)
_OFF = re.compile(r"\s?(?:off|discount|reduction|的?(?:优惠|折扣|降价))", re.I)
_DISCOUNT = re.compile(r"\s?折(?![叠扣返磨旧腾断线射])")
_TENTHS = re.compile(r"\s?成(?![本为功分熟员交立长绩果都人品就效套色份了型像年])([半一二三四五六七八九])?")
_TIMES = re.compile(r"\s?倍|[ -](?:times|fold)(?![A-Za-z])|[x×](?![0-9A-Za-z])", re.I)
_RATIO = re.compile(
    r"(?<![A-Za-z0-9-])(?P<n>[0-9]+|a|one|two|three|four|five|six|seven|eight|nine|ten) (?P<link>in|out of) (?P<of>every )?"
    r"(?P<d>[0-9]+|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|a hundred|a thousand)(?![0-9A-Za-z.,:-]*[0-9A-Za-z])",
    re.I,
)
_FRACTION = re.compile(
    r"(?<![A-Za-z])(?:(?P<n>a|one|two|three|four|five|six|seven|eight|nine)[ -])(?P<d>third|quarter|fifth|sixth|seventh|eighth|tenth)s?"
    r"(?![A-Za-z]| place| time)(?! (?:ago|before|after|to\b))",
    re.I,
)
_SLASH = re.compile(r"(?<![0-9A-Za-z/.-])([1-9])/([2-9]|1[0-2])(?![0-9/A-Za-z])")
_HALF = re.compile(
    r"(?<![A-Za-z-])(?:(?P<price>half[ -]price|half[ -]off)|(?P<share>(?:by|in|one) half|half (?=of|the|its|our|as|all)))(?![A-Za-z])"
    r"|(?P<an>(?<![A-Za-z-])half (?:an? )(?=[A-Za-z]))|(?P<zp>半价)|(?P<zh>一半(?!会)|过半|半数)|(?P<zu>半(?=个?(?:小时|年|天|个月|公斤|斤|升|米)))",
    re.I,
)
_DOUBLE = re.compile(
    r"(?<![A-Za-z-])(?:(?P<two>twice|doubl(?:ed|es|ing)|double (?=the|its|our|last|that))|(?P<three>tripl(?:ed|es|ing)|thrice|triple (?=the|its)))"
    r"(?![A-Za-z-])|(?P<zh>翻(?:了)?(?:一)?(?:倍|番)|双倍)",
    re.I,
)
_HAN_FRACTION = re.compile(  # begun at the first digit only, so that a long row of them is read once
    rf"(?P<d>(?<!{HAN_SIGN}){HAN_NUMERAL}|(?<![0-9])[0-9]+)分之"
    rf"(?P<n>(?:{HAN_NUMERAL}|[0-9]+(?:\.[0-9]+)?)(?:(?<!\.)点[零一二三四五六七八九]+)?)"
)
_RISE = re.compile(
    r"\b(?:rose|risen|rises?|rising|grew|grow[ns]?|growing|increas\w+|up|gain(?:ed|s)?|climb\w*|jump\w*|higher|more)\b|上升|上涨|增长|增加|提高|提升|涨|多了|高出",
    re.I,
)
_FALL = re.compile(
    r"\b(?:fell|fallen|falls?|falling|drop\w*|declin\w+|decreas\w+|down|shr[aiu]nk\w*|lost|los[et]s?|lower|less|fewer|slipp?\w*)\b"
    r"|下降|下跌|下滑|减少|降低|跌|少了|低出|降了",
    re.I,
)
_CLAUSE = re.compile(r"[,;.!?:，；。！？：、\n]")
# Nouns that a single Chinese digit counts: without one it is a part of a word.
_COUNTED = re.compile(
    r"\s?(?:[个件款种条张只双瓶盒袋箱包支台部本次位名页排项步份笔单家套颗粒片组期级星把朵间碗杯桶斗堆打对匹头座辆场](?![面来性子])"
    r"|色(?!彩)|人(?!民|们|气|生|家)|[天日周年月号秒元块毛角折倍成层斤吨克米升寸尺岁度磅刻]|小时|分钟|星期|礼拜|公斤|千克|厘米|毫米|毫升|公里|英寸|季度|美元|欧元|英镑|[百千万亿])"
)
_ARTICLE = re.compile(
    r"\s?[个件款种条张只双瓶盒袋箱包支台部本次位名页排项步份笔单家套颗粒片组期级把朵间层场度般些点下定样起直旦边面]"
)
_NO_COUNT_BEFORE = re.compile("[每有某这那同上下第任哪进另统单唯专万之逐]$")
_MINUS = re.compile(r"(?<![0-9A-Za-z一-鿿%)])-$|(?:minus |负)$")
_RANGE = re.compile(r"\s?(?:%|[kK万])?\s?(?:-|~|—|to|至|到)\s?(?:[$€£¥]|R\$)?$")


def amounts(text: str, taken: bytearray, *, comma: bool = False) -> list[Amount]:
    """Every number of a folded text outside of what is `taken` already, which is added to."""
    sizes = (Amount(start, end, "number", least, how="sized", or_value=most) for start, end, least, most in vague(text))
    found = [amount for amount in chain(_phrases(text), sizes) if _take(taken, amount.start, amount.end)]
    singles = [n for n in numerals(text, comma=comma) if taken.find(1, n.start, n.end) < 0]
    read: list[Amount | None] = []
    end = points = 0
    for numeral in singles:
        if _is_point(text, numeral, points):
            points += 1
            continue
        amount = _classified(text, numeral) if numeral.start >= end else None
        end = amount.end if amount else end
        read.append(amount)
    together = [amount for group in _ranges(text, read) for amount in group]
    return sorted(found + [_pointed(text, amount) for amount in together], key=lambda amount: amount.start)


def _take(taken: bytearray, start: int, end: int) -> bool:
    if taken.find(1, start, end) >= 0:
        return False
    taken[start:end] = b"\1" * (end - start)
    return True


def _phrases(text: str) -> Iterator[Amount]:
    """Shares and ratios that are said in several words."""
    for match in _HAN_FRACTION.finditer(text):
        above, below = (_part(part) for part in (match["n"], match["d"]))
        if below:
            step = 10.0 ** -len(match["n"].partition(".")[2].partition("点")[0]) if below == 100 else 1.0
            if "点" in match["n"]:
                step = 10.0 ** -len(match["n"].partition("点")[2])
            yield _pointed(text, Amount(*match.span(), "percent", 100 * above / below, step))
    for match in _FRACTION.finditer(text):
        above = _word(match["n"])
        below = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10}[
            match["d"].lower()
        ]
        if above < below:
            yield Amount(*match.span(), "percent", 100 * above / below, 1.0)
    for match in _RATIO.finditer(text):
        above, below = _word(match["n"]), _word(match["d"])
        if match["link"].lower() == "in" and 0 < above < below:
            yield Amount(*match.span(), "percent", 100 * above / below, 1.0)
    for match in _HALF.finditer(text):
        if match["an"] or match["zu"]:
            unit = UNIT.match(text, match.end()) or UNIT.match(
                text, match.end() + (text[match.end() : match.end() + 1] == "个")
            )
            unit = unit or UNIT.match(" " + text[match.end() : match.end() + 20])
            family, factor = measure(unit) if unit else ("", 1.0)
            if unit:
                yield Amount(*match.span(), "number", 0.5 * factor, 0.01 * factor, family, scale=factor)
        else:
            yield Amount(*match.span(), "percent", 50.0, 1.0)
    for match in _DOUBLE.finditer(text):
        yield Amount(*match.span(), "number", 3.0 if match["three"] else 2.0, unit="times")


def _part(written: str) -> float:
    """Above or below the line of 分之: 3.5, 三, 5点三."""
    return float(written) if written.isascii() else han_value(written)[0]


def _word(written: str) -> float:
    low = written.lower()
    if low.isdigit():
        return float(low)
    small = ["zero", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    more = {"one": 1, "twenty": 20, "fifty": 50, "a hundred": 100, "a thousand": 1000}
    return float(more[low] if low in more else small.index(low))


def _classified(text: str, numeral: Numeral) -> Amount | None:  # noqa: PLR0911 - one return for each kind
    """What the number is, by what stands before and after it; None where it is a part of a word."""
    start, end = numeral.start, numeral.end
    before, after = text[max(0, start - 24) : start], text[end : end + 24]
    if not _is_number(numeral, before, after):
        return None
    plain = Amount(
        start, end, "number", numeral.value, numeral.step, is_scaled=numeral.is_scaled, or_value=numeral.or_value
    )
    sign = CURRENCY_BEFORE.search(before)
    if sign:
        minus = bool(sign["minus"])
        return replace(
            plain,
            kind="money",
            start=start - len(sign.group()),
            currency=currencies(sign["sign"]),
            value=-plain.value if minus else plain.value,
        )
    if match := _PERCENT.match(after):
        off = _OFF.match(text, end + match.end())
        return replace(plain, kind="percent", end=off.end() if off else end + match.end())
    if match := _DISCOUNT.match(after):
        tenths = plain.value / 10 if plain.value >= 10 else plain.value
        return replace(
            plain, kind="percent", value=100 - 10 * tenths, step=1.0, or_value=float("nan"), end=end + match.end()
        )
    if (match := _TENTHS.match(after)) and 0 < plain.value <= 10:
        extra = 5 if match[1] == "半" else HAN_DIGITS.get(match[1] or "零", 0)
        return replace(plain, kind="percent", value=10 * plain.value + extra, step=1.0, end=end + match.end())
    if match := CURRENCY_AFTER.match(after):
        return _money(text, plain, match)
    if match := _TIMES.match(after):
        return replace(plain, unit="times", end=end + match.end())
    if numeral.form != "ordinal" and (match := UNIT.match(after)):
        family, factor = measure(match)
        scaled = {"value": plain.value * factor, "step": plain.step * factor, "or_value": plain.or_value * factor}
        return replace(plain, unit=family, end=end + match.end(), scale=factor, **scaled)  # type: ignore[arg-type]
    return plain


def _is_point(text: str, numeral: Numeral, points: int) -> bool:
    """Whether it is the number of a point in a list, 1. … 2. …, each one more than the last."""
    if numeral.value != points + 1 or not re.match(r"[.)、](?:\s|[^0-9\s])", text[numeral.end : numeral.end + 2]):
        return False
    return bool(re.search(r"(?:^|\n|[.!?;。！？；])\s*[(]?$", text[max(0, numeral.start - 4) : numeral.start]))


def _money(text: str, plain: Amount, match: re.Match[str]) -> Amount:
    end = plain.end + match.end()
    if match["small"] or match["jiao"] or match["fen"]:
        factor = 0.1 if match["jiao"] else 0.01
        currency = ("CNY",) if not match["small"] else ("USD", "EUR", "AUD", "CAD", "GBP", "BRL")
        return replace(
            plain, kind="money", value=plain.value * factor, step=plain.step * factor, currency=currency, end=end
        )
    money = replace(plain, kind="money", currency=currencies(match["sign"]), end=end)
    small = re.compile(
        "([0-9一二三四五六七八九])(?:[毛角]|(?![0-9一二三四五六七八九十百个折]))(?:([0-9一二三四五六七八九])分)?"
    ).match(text, end)
    if small and match["sign"] in "元块":  # 12块5, 12元5角3分
        tenth, cent = (float(han_value(part)[0]) if part else 0.0 for part in small.groups())
        return replace(money, value=money.value + tenth / 10 + cent / 100, step=0.01 if cent else 0.1, end=small.end())
    return money


def _is_number(numeral: Numeral, before: str, after: str) -> bool:
    """Not an article (one of them, 一个) or a part of a word."""
    if numeral.form == "list":
        return False
    if numeral.form == "words" and numeral.value == 1:
        return bool(UNIT.match(after) or CURRENCY_AFTER.match(after) or _PERCENT.match(after)) and not re.search(
            r"\b(?:no|any|every|each|this|that) $", before, re.I
        )
    if numeral.form == "han1":
        is_measured = after.startswith(("个月", "个星期", "个小时", "折")) or bool(_TENTHS.match(after))
        if numeral.value == 1 and not is_measured and (_ARTICLE.match(after) or _NO_COUNT_BEFORE.search(before)):
            return False
        if re.search("第$", before):
            return numeral.value >= 3
        return (bool(_COUNTED.match(after)) and not re.search("[好几数]$", before)) or bool(
            re.search(r"[¥:：]\s?$", before)
        )
    return True


def _ranges(text: str, read: list[Amount | None]) -> Iterator[list[Amount]]:
    """Units that stand once for both ends: 3-5 kg, $3-5, 100至200元; 三四天 is three or four."""
    for at, amount in enumerate(read):
        if amount is None:
            continue
        after = next((other for other in read[at + 1 : at + 2] if other), None)
        if (
            after
            and amount.kind == "number"
            and not amount.unit
            and _RANGE.fullmatch(text[amount.end : after.start])
            and (after.kind != "number" or after.unit)
        ):
            step, value = amount.step * after.scale, amount.value * after.scale
            amount = replace(
                amount,
                kind=after.kind,
                unit=after.unit,
                currency=after.currency,
                step=step,
                value=value,
                scale=after.scale,
            )
        before = read[at - 1] if at else None
        is_priced = before is not None and before.kind == "money" and amount.kind == "number" and not amount.unit
        if before and is_priced and _RANGE.fullmatch(text[before.end : amount.start]):
            amount = replace(amount, kind="money", currency=before.currency)
        written = text[amount.start : amount.end]
        pair = re.match("([一两二三四五六七八])([二三四五六七八九])(?![零一二三四五六七八九十百千万亿])", written)
        if pair and HAN_DIGITS[pair[2]] - HAN_DIGITS[pair[1]] == 1:
            yield [replace(amount, value=HAN_DIGITS[sign] * amount.scale) for sign in pair.groups()]
        else:
            yield [amount]


def _pointed(text: str, amount: Amount) -> Amount:
    """With its sign, how exactly it is said, and whether the clause says that it rose or fell."""
    before, after = text[max(0, amount.start - 28) : amount.start], text[amount.end : amount.end + 14]
    how = amount.how if amount.how == "sized" else _how(before, after)
    value, direction = amount.value, 0
    if _MINUS.search(before) and not amount.unit:
        value = -abs(value)
    if amount.kind == "percent":
        clause = _CLAUSE.split(before)[-1]
        rise, fall = _RISE.search(clause), _FALL.search(clause)
        direction = 1 if rise and not fall else -1 if fall and not rise else 0
        if not direction and not (rise and fall):
            direction = (
                1
                if re.match(r"\s(?:more|higher|up)\b", after)
                else -1
                if re.match(r"\s(?:less|lower|down|fewer)\b", after)
                else 0
            )
    if value < 0:
        direction = -1
    return replace(amount, how=how, value=value, direction=direction)


def _how(before: str, after: str) -> How:
    for how, form in _HOW_BEFORE:
        if form.search(before):
            return how
    return next((how for how, form in _HOW_AFTER if form.match(after)), "plain")
