"""Days and times of day as people write them: 3 March 2026, 2026-03-03, 3/3, 3月3日, yesterday, 周一, 3 pm, 下午三点."""

# ruff: noqa: E501 - Chinese signs count double, and a pattern is read best on one line

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from shopwright.language.guard.numerals import HAN_SIGN, han_value

__all__ = ["Day", "Period", "When", "days", "times"]


@dataclass(frozen=True, slots=True)
class Day:
    """What a text says of a day; None where it says nothing. `weekday` counts from Monday, 0."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    quarter: int | None = None

    def agrees(self, known: Day, as_of: date | None) -> bool:
        """Whether everything that is said here is so of the known day."""
        year = known.year
        if year is None and as_of is not None:
            year = as_of.year
        if self.weekday is not None:
            whole = _date(year, known.month, known.day)
            return known.weekday == self.weekday or (whole is not None and whole.weekday() == self.weekday)
        quarter = known.quarter or ((known.month + 2) // 3 if known.month else None)
        pairs = [(self.year, year), (self.month, known.month), (self.day, known.day), (self.quarter, quarter)]
        return all(mine is None or mine == theirs for mine, theirs in pairs)


@dataclass(frozen=True, slots=True)
class Period:
    """From a first to a last day, both included."""

    first: date
    last: date

    def holds(self, known: Day, as_of: date | None) -> bool:
        """Whether the known day, as far as it is known, lies within."""
        if known.weekday is not None:
            return False
        year = known.year or (as_of.year if as_of else None)
        whole = _date(year, known.month, known.day)
        if whole is not None:
            return self.first <= whole <= self.last
        if known.day is not None or year is None:
            return False
        months = [known.month] if known.month else [3 * known.quarter - 2] if known.quarter else [1]
        first = date(year, months[0], 1)
        return self.first == first or (known.month is not None and self.first <= first <= self.last)


@dataclass(frozen=True, slots=True)
class When:
    """A day or a time of day in a text: readings of which one must be right, and whether it may be a number instead."""

    start: int
    end: int
    readings: tuple[Day | Period | int, ...]  # an int: minutes since midnight
    or_number: bool = False


_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = {name[:3]: at for at, name in enumerate(_MONTHS, 1)}
_M = (
    r"(?P<m>(?i:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec))(?![A-Za-z])\.?"
)
_D = r"(?P<d>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9A-Za-z%])"
_Y = r"(?P<y>(?:19|20)[0-9]{2})(?![0-9])"
_TO = r"(?:\s?(?:-|~|to|until|through|and|至|到|—)\s?)"
_H = f"(?:[0-9]{{1,2}}|{HAN_SIGN}{{1,4}})"  # 三十一 is the longest of a month, a day, an hour or a minute
_YEAR_ZH = r"(?:(?P<y>(?:19|20)[0-9]{2}|[一二][零一二三四五六七八九]{3}|[0-9]{2}(?=年[0-9]))年\s?)"
_BEFORE = r"(?<![0-9A-Za-z/.-])"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_BEFORE}(?P<y>(?:19|20)[0-9]{{2}})(?P<_s>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=_s)(?P<d>[0-2]?[0-9]|3[01])(?![0-9])",
        rf"(?<![A-Za-z]){_M} {_D}(?:{_TO}(?P<d2>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?![0-9A-Za-z%]))?(?:,? {_Y})?",
        rf"{_BEFORE}(?P<d>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?(?:{_TO}(?P<d2>3[01]|[12][0-9]|0?[1-9])(?:st|nd|rd|th)?)?"
        rf" (?:of )?{_M}(?:,? {_Y})?",
        rf"(?<![A-Za-z]){_M},? (?:of )?{_Y}",
        rf"{_YEAR_ZH}?(?P<m>{_H})月\s?(?P<d>{_H})[日号](?:{_TO}(?P<d2>{_H})[日号])?",
        rf"{_YEAR_ZH}?(?P<m>{_H})月(?P<d>{_H}){_TO}(?P<d2>{_H})[日号]",
        rf"{_YEAR_ZH}(?P<m>{_H})月(?:份)?",
        r"(?P<y>(?:19|20)[0-9]{2}|[一二][零一二三四五六七八九]{3})年(?:(?:第?(?P<q>[一二三四1-4])季度?))?",
        rf"{_BEFORE}(?P<y>(?:19|20)[0-9]{{2}})-(?P<m>0[1-9]|1[0-2])(?![0-9-])",
        r"(?<![A-Za-z0-9])[Qq](?P<q>[1-4])(?:,? (?P<y>(?:19|20)[0-9]{2}))?(?![0-9A-Za-z])",
        r"(?P<y>(?:19|20)[0-9]{2}) ?[Qq](?P<q>[1-4])(?![0-9A-Za-z])",
        r"第?(?P<q>[一二三四])季度",
        rf"(?<![0-9零一二两三四五六七八九十]){_H}(?<=(?P<_x>.))月(?!份?[0-9])(?:份)?(?!内|后|前|饼|球|亮|光)",
    )
)
_MONTH_ALONE = re.compile(
    r"(?<![A-Za-z])(?:(?:in|since|by|until|of|from|during|for|through|to|and|last|this|next|late|early|mid) )?"
    r"(January|February|March|April|June|July|August|September|October|November|December)(?![A-Za-z])"
    r"|(?<![A-Za-z])(?:in|since|by|until|of|during|through) (May)(?![A-Za-z])"
)
_MONTH_ZH = re.compile(rf"(?<![个0-9零一二两三四五六七八九十])({_H})月份?(?![0-9饼球亮光])")
_DAY_ZH = re.compile(
    rf"(?<![0-9零一二两三四五六七八九十百年第型])({_H})[日号](?!内|后|前|游|楼|店|线|码|球|电池|房|机)"
)
_NUMERIC = re.compile(
    rf"{_BEFORE}([0-9]{{1,2}})([/.-])([0-9]{{1,2}})(?:\2((?:19|20)?[0-9]{{2}}))?(?![0-9/A-Za-z%])(?![.,-][0-9])"
)
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAY = re.compile(
    rf"(?<![A-Za-z])({'|'.join(name.title() for name in _WEEKDAYS)}|{'|'.join(_WEEKDAYS)})s?(?![A-Za-z])"
)
_WEEKDAY_ZH = re.compile("(?:[上下本这]个?)?(?:星期|周|礼拜)([一二三四五六日天])(?!年|个)")
_RELATIVE = {
    "day before yesterday": -2, "yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2,
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今晚": 0, "明天": 1, "明日": 1, "明早": 1,
    "后天": 2, "大后天": 3,
}  # fmt: skip
_SPANS = {
    "week": ("week", "周", "星期", "礼拜"), "month": ("month", "月"), "quarter": ("quarter", "季度"), "year": ("year", "年"),
}  # fmt: skip
_REL = re.compile(
    r"(?<![A-Za-z])(?i:day before yesterday|yesterday|today|tonight|day after tomorrow|tomorrow)(?![A-Za-z])"
    r"|大前天|前天|昨[天日晚]|今[天日晚]|明[天日早]|大后天|(?<!然)后天"
)
_SPAN = re.compile(
    r"(?<![A-Za-z])(?i:(?P<how>last|past|previous|this|current|next|coming) (?P<of>week|month|quarter|year))(?![A-Za-z])"
    r"|(?P<zh>上上?|本|这|当|下)一?个?(?P<zof>周(?!边|到|全|围|年)|星期|礼拜|月|季度)(?![一二三四五六日天])|(?P<zy>去年|今年|明年|前年|本年度?)"
)
_SHIFT = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1, "上": -1, "上上": -2,
          "本": 0, "这": 0, "当": 0, "下": 1, "去年": -1, "前年": -2, "今年": 0, "本年": 0, "本年度": 0, "明年": 1}  # fmt: skip
_TIMES = (
    re.compile(
        r"(?<![0-9:.])(?P<h>[01]?[0-9]|2[0-4]):(?P<min>[0-5][0-9])(?::[0-5][0-9])?(?:\s?(?P<ap>[aApP])\.?[mM]\.?)?(?![0-9:])"
    ),
    re.compile(r"(?<![0-9A-Za-z:.,])(?P<h>1[0-2]|0?[1-9])\s?(?P<ap>[aApP])\.?[mM](?![A-Za-z])\.?"),
    re.compile(r"(?<![A-Za-z])(?P<word>noon|midnight|midday)(?![A-Za-z])", re.IGNORECASE),
    re.compile(
        rf"(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|今晚|明早|昨晚|夜里)\s?(?P<h>{_H})(?:点|时)"
        rf"(?:(?P<half>半|一刻|三刻)|(?P<min>{_H})分?|整|钟)?"
    ),
    re.compile(
        rf"(?<![0-9零一二两三四五六七八九十有])(?<!分之)(?P<h>{_H})点(?:(?P<half>半|一刻|三刻)|(?P<min>[0-5]?[0-9]|{HAN_SIGN}{{1,4}})分|整|钟)"
    ),
    re.compile(r"(?<![0-9.])(?<!分之)(?P<h>[01]?[0-9]|2[0-4])[点时](?P<min>[0-5][0-9])?分?(?![0-9])"),
)


def days(text: str, as_of: date | None) -> Iterator[When]:
    """Days, months, weekdays and periods of a folded text; those that may overlap come surest first."""
    for form in _FORMS[:-1]:
        yield from (found for match in form.finditer(text) if (found := _written(match)))
    for match in _NUMERIC.finditer(text):
        yield from _numeric(match)
    for match in _MONTH_ALONE.finditer(text):
        group = 1 if match[1] else 2
        yield When(*match.span(group), (Day(month=_MONTH[match[group].lower()[:3]]),))
    for match in _MONTH_ZH.finditer(text):
        month = _number(match[1])
        if month and 1 <= month <= 12:
            yield When(*match.span(), (Day(month=month),))
    for match in _WEEKDAY.finditer(text):
        yield When(*match.span(), (Day(weekday=_WEEKDAYS.index(match[1].lower())),))
    for match in _WEEKDAY_ZH.finditer(text):
        yield When(*match.span(), (Day(weekday="一二三四五六日天".index(match[1]) % 7 if match[1] != "天" else 6),))
    for match in _DAY_ZH.finditer(text):
        day = _number(match[1])
        if day and 1 <= day <= 31:
            yield When(*match.span(), (Day(day=day),), or_number=True)
    for match in _REL.finditer(text):
        yield When(*match.span(), _relative(_RELATIVE[match.group().lower()], as_of))
    for match in _SPAN.finditer(text):
        yield When(*match.span(), _span(match, as_of))


def times(text: str) -> Iterator[When]:
    """Times of day of a folded text, in minutes since midnight."""
    for form in _TIMES:
        for match in form.finditer(text):
            minutes = _minutes(match)
            if minutes is not None:
                yield When(*match.span(), minutes)


def _written(match: re.Match[str]) -> When | None:
    parts = match.groupdict()
    month = parts.get("m")
    number = _MONTH.get(month.lower()[:3]) if month and month[0].isalpha() and month.isascii() else _number(month)
    year = _number(parts.get("y"))
    if year is not None and year < 100:
        year += 2000
    quarter = _number(parts.get("q"))
    day, last = _number(parts.get("d")), _number(parts.get("d2"))
    if (month and not (number and 1 <= number <= 12)) or any(d is not None and not 1 <= d <= 31 for d in (day, last)):
        return None
    first = Day(year, number, day, quarter=quarter)
    if last is None:
        return When(*match.span(), (first,))
    return When(*match.span(), (_Both(year, number, day, last=last),))


@dataclass(frozen=True, slots=True)
class _Both(Day):
    """Two days of one month: both must be known."""

    last: int = 0


def _numeric(match: re.Match[str]) -> Iterator[When]:
    first, mark, second = int(match[1]), match[2], int(match[3])
    year = int(match[4]) if match[4] else None
    if year is not None and year < 100:
        year += 2000
    if year is None and mark != "/":
        return
    # Points are written where the day comes first; with slashes either may.
    orders = ((second, first),) if mark == "." else ((first, second), (second, first))
    readings = tuple(Day(year, month, day) for month, day in orders if 1 <= month <= 12 and 1 <= day <= 31)
    if readings:
        yield When(*match.span(), readings, or_number=year is None)


def _relative(shift: int, as_of: date | None) -> tuple[Day | Period, ...]:
    if as_of is None:
        return ()
    day = as_of + timedelta(days=shift)
    return (Day(day.year, day.month, day.day),)


def _span(match: re.Match[str], as_of: date | None) -> tuple[Day | Period, ...]:
    if as_of is None:
        return ()
    how = match["how"] or match["zh"] or match["zy"]
    of = (match["of"] or match["zof"] or "年").lower()
    shift = _SHIFT[how.lower()]
    unit = next(name for name, forms in _SPANS.items() if of in forms)
    if unit == "week":
        monday = as_of - timedelta(days=as_of.weekday()) + timedelta(weeks=shift)
        return (Period(monday, monday + timedelta(days=6)),)
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    start = (as_of.year * 12 + as_of.month - 1) // length * length + shift * length
    first, after = (date(at // 12, at % 12 + 1, 1) for at in (start, start + length))
    return (Period(first, after - timedelta(days=1)),)


def _minutes(match: re.Match[str]) -> tuple[int, ...] | None:
    parts = match.groupdict()
    if parts.get("word"):
        return (0, 24 * 60) if parts["word"].lower() == "midnight" else (12 * 60,)
    hour = _number(parts.get("h"))
    if hour is None or hour > 24:
        return None
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(parts.get("half") or "", _number(parts.get("min")) or 0)
    half_day = (parts.get("ap") or "").lower()
    part = parts.get("part") or ""
    if half_day:
        hour = hour % 12 + (12 if half_day == "p" else 0)
    elif (part in ("下午", "傍晚", "晚上", "今晚", "昨晚", "夜里") and hour < 12) or (part == "中午" and hour < 3):
        hour += 12
    elif not part and match.re is not _TIMES[0] and hour <= 12:
        return (hour * 60 + minute, (hour + 12) * 60 + minute)
    return (hour * 60 + minute,) if minute < 60 else None


def _number(written: str | None) -> int | None:
    if not written:
        return None
    return int(written) if written.isascii() else int(han_value(written)[0])


def _date(year: int | None, month: int | None, day: int | None) -> date | None:
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
