"""Whether a text says only what its evidence says: numbers, prices, days, shares, names of products, claims."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shopwright.i18n import Text, t
from shopwright.language.guard.amounts import Amount, amounts
from shopwright.language.guard.claims import Claim, claims
from shopwright.language.guard.days import Day, Period, When, days, times
from shopwright.language.guard.facts import Facts
from shopwright.language.guard.folding import fold, places_of
from shopwright.language.guard.rounding import backs
from shopwright.shop.arguments import check_is

__all__ = ["Problem", "ProblemKind", "Verdict", "check"]

ProblemKind = Literal["number", "money", "percent", "date", "time", "code", "product", "claim", "link"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a text says that its evidence does not.

    Attributes:
        start: where it stands.
        end: its end, not included.
        kind: what it is.
        value: as the text has it.
        why: what is wrong, for people and for the model that writes again.
    """

    start: int
    end: int
    kind: ProblemKind
    value: str
    why: Text


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a text may be shown, and what stands in the way."""

    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all that the text says is in its evidence."""
        return not self.problems

    @property
    def reasons(self) -> list[str]:
        """The problems in the language in force, each once."""
        return list(dict.fromkeys(str(problem.why) for problem in self.problems))


_MARK = re.compile("⟦[^⟦⟧\n]{0,40}⟧")
_LINK = re.compile(  # every repetition has an end, so that no text takes long
    r"(?:https?://|www\.)[^\s<>()\"'，。）]+|(?<![\w@.-])(?:[A-Za-z0-9-]{1,63}\.){1,6}"
    r"(?:com|cn|net|org|io|shop|store|ru|top|xyz|info|link|click|co|me|br|de)(?![A-Za-z0-9])(?:/[^\s<>()\"'，。）]*)?"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]+"
)
_CODE = re.compile(
    r"(?<![A-Za-z0-9_#-])#?(?=[A-Za-z_-]{0,24}[0-9])(?:[A-Za-z]{1,10}[-_]?[0-9][A-Za-z0-9_-]*|[0-9]+[A-Za-z]+[0-9][A-Za-z0-9_-]*"
    r"|[0-9]{7,})(?![A-Za-z0-9_])(?![.,][0-9])|(?<![0-9A-Za-z.])v?[0-9]+(?:\.[0-9]+){2,}(?![0-9])"
    r"|(?<![0-9A-Za-z-])[0-9]{3,}(?:-[0-9]{3,})+(?![0-9A-Za-z-])"
)
_NO_CODE = re.compile(
    r"(?:[QH][1-4]|[A-B][0-9]|B2[BC]|MP[34]|USB-?[0-9C]|COVID-19|UTF-?8|[0-9]D|TOP ?[0-9]+|top-?[0-9]+)$"
)
_SCALE = re.compile(r"(?:out of|of|/)\s?$|满分(?:为|是)?\s?$", re.I)


def check(text: str, facts: Facts) -> Verdict:
    """Whether each number, price, day, share, code, link, product and claim of a text is in its facts.

    Numbers match up to the rounding that is shown: "about 1.2k" stands for 1,184, "1,200 exactly" does not. Nothing is
    worked out: a sum or a difference must be among the facts itself.

    >>> verdict = check("We sold 1,250 mugs at 12.50 EUR.", Facts({"sold": 1184, "price": 12.5}, currency="EUR"))
    >>> [(problem.kind, problem.value) for problem in verdict.problems]
    [('number', '1,250')]

    Args:
        text: what is to be shown.
        facts: what may be said.

    Raises:
        UsageError: the text is none, or the facts are none (USAGE-25).
    """
    check_is(text, str, "text", t("one text"))
    check_is(facts, Facts, "facts", t("Facts, as Facts(values, texts) makes them"))
    plain = fold(text)
    places = places_of(text)
    found = sorted(_problems(plain, facts), key=lambda problem: problem.start)
    return Verdict(tuple(_as_written(problem, text, places) for problem in found))


def _as_written(problem: Problem, text: str, places: list[int] | None) -> Problem:
    start, end = problem.start, problem.end
    if places is not None:
        start, end = places[start], places[end - 1] + 1
    return Problem(start, end, problem.kind, text[start:end], problem.why)


def _problems(text: str, facts: Facts) -> Iterator[Problem]:
    taken = bytearray(len(text))
    yield from _codes(text, facts, taken, _MARK, "code")
    yield from _codes(text, facts, taken, _LINK, "link")
    yield from _products(text, facts, taken)
    stated = list(claims(text))
    yield from _claims(text, facts, stated)
    for claim in stated:  # the 24 of 24/7 and the 1 of No. 1 belong to their claims
        taken[claim.start : claim.end] = b"\1" * (claim.end - claim.start)
    yield from _days(text, facts, taken)
    yield from _codes(text, facts, taken, _CODE, "code")
    yield from _amounts(text, facts, taken)


def _codes(text: str, facts: Facts, taken: bytearray, form: re.Pattern[str], kind: ProblemKind) -> Iterator[Problem]:
    for match in form.finditer(text):
        start, end = match.span()
        value = match.group().rstrip(".,") if kind == "link" else match.group()
        if taken.find(1, start, end) >= 0 or (kind == "code" and _NO_CODE.fullmatch(value)):
            continue
        bare = re.escape(value.casefold().lstrip("#").removeprefix("https://").removeprefix("http://").rstrip("/"))
        taken[start:end] = b"\1" * (end - start)
        if not re.search(rf"(?<![0-9a-z]){bare}(?![0-9a-z])", facts.words) and not _is_known_number(value, facts):
            why = (
                t("the address {value} is not in the evidence", value=value)
                if kind == "link"
                else t("the number or code {value} is not in the evidence", value=value)
            )
            yield Problem(start, start + len(value), kind, value, why)


def _is_known_number(value: str, facts: Facts) -> bool:
    return value.isdigit() and any(amount.value == float(value) for amount, _ in facts.amounts)


def _products(text: str, facts: Facts, taken: bytearray) -> Iterator[Problem]:
    for start, end, name in facts.catalogue.find(text):
        if taken.find(1, start, end) >= 0:
            continue
        taken[start:end] = b"\1" * (end - start)
        if name not in facts.products:
            why = t("the product “{value}” is not in the evidence", value=name)
            yield Problem(start, end, "product", text[start:end], why)


def _claims(text: str, facts: Facts, stated: list[Claim]) -> Iterator[Problem]:
    for claim in stated:
        if (claim.what, claim.denied) in facts.claims or (claim.denied and claim.sort != "property"):
            continue
        value = text[claim.start : claim.end]
        if (claim.what, not claim.denied) in facts.claims:
            why = t("the evidence says the opposite of “{value}”", value=value)
        else:
            why = t("the claim “{value}” is not in the evidence", value=value)
        yield Problem(claim.start, claim.end, "claim", value, why)


def _days(text: str, facts: Facts, taken: bytearray) -> Iterator[Problem]:
    kinds: list[tuple[ProblemKind, When]] = [("date", when) for when in days(text, facts.as_of)]
    for kind, when in [*kinds, *(("time", when) for when in times(text))]:
        if taken.find(1, when.start, when.end) >= 0:
            continue
        is_known = _is_known(when, facts, text[when.start : when.end])
        if not is_known and when.or_number:
            continue  # it may still be a fraction or a number
        taken[when.start : when.end] = b"\1" * (when.end - when.start)
        if not is_known:
            value = text[when.start : when.end]
            why = (
                t("the day {value} is not in the evidence", value=value)
                if kind == "date"
                else t("the time {value} is not in the evidence", value=value)
            )
            yield Problem(when.start, when.end, kind, value, why)


def _is_known(when: When, facts: Facts, written: str) -> bool:
    if any(_is_right(reading, at, facts) for at, reading in enumerate(when.readings)):
        return True
    if len(written) == 4 and written.isdigit():
        return any(amount.value == float(written) for amount, _ in facts.amounts)
    return not when.readings and written.casefold() in facts.words


def _is_right(reading: Day | Period | int, at: int, facts: Facts) -> bool:
    if isinstance(reading, int):
        return reading in facts.minutes
    if isinstance(reading, Period):
        return any(
            known == reading or (isinstance(known, Day) and reading.holds(known, facts.as_of)) for known in facts.days
        )
    # Today alone does not back a bare "the 4th", nor 4/3 read the other way round.
    is_vague = at > 0 or (reading.month is None and reading.day is not None)
    days_known = [known for known in facts.days if isinstance(known, Day)]
    days_known = days_known[:-1] if is_vague and facts.as_of else days_known
    last = getattr(reading, "last", 0)
    both = [reading, Day(reading.year, reading.month, last)] if last else [reading]
    return all(any(day.agrees(known, facts.as_of) for known in days_known) for day in both)


def _amounts(text: str, facts: Facts, taken: bytearray) -> Iterator[Problem]:
    known = list(facts.amounts)
    for amount in amounts(text, taken, comma=facts.comma):
        if any(backs(fact, amount, facts.currency, is_fraction=is_fraction) for fact, is_fraction in known):
            continue
        if _is_year(text, amount, facts) or _is_scale(text, amount) or _is_fraction(text, amount, known):
            continue
        value = text[amount.start : amount.end].strip()
        yield Problem(amount.start, amount.end, amount.kind, value, _why(amount, value, facts))


def _why(amount: Amount, value: str, facts: Facts) -> Text:
    if amount.kind == "money" and any(
        abs(fact.value - amount.value) <= 0.005 for fact, _ in facts.amounts if fact.kind in ("money", "number")
    ):
        return t("{value}: the evidence gives this amount in another currency or in none", value=value)
    if amount.kind == "money":
        return t("the amount {value} is not in the evidence", value=value)
    if amount.kind == "percent":
        return t("the share or discount {value} is not in the evidence", value=value)
    return t("the number {value} is not in the evidence", value=value)


def _is_year(text: str, amount: Amount, facts: Facts) -> bool:
    written = text[amount.start : amount.end]
    if not re.fullmatch("(?:19|20)[0-9]{2}", written):
        return False
    return any(isinstance(day, Day) and day.year == int(written) for day in facts.days)


def _is_scale(text: str, amount: Amount) -> bool:
    """The 5 of "4.6 out of 5" and of 满分5分."""
    if amount.value not in (5, 10, 100) or amount.kind != "number":
        return False
    before = _SCALE.search(text[max(0, amount.start - 8) : amount.start])
    if not before:
        return False
    is_rating = re.search(
        r"[0-9]\.[0-9]\s?$|stars? $", text[max(0, amount.start - 16) : amount.start][: -len(before.group())]
    )
    return (
        "满" in before.group()
        or bool(is_rating)
        or bool(re.match(r" ?stars?\b|分|星", text[amount.end : amount.end + 6]))
    )


def _is_fraction(text: str, amount: Amount, known: list[tuple[Amount, bool]]) -> bool:
    """The 3 and the 4 of "3/4" where 75 % is known."""
    around = text[max(0, amount.start - 2) : amount.end + 2]
    match = re.search("(?<![0-9/])([1-9])/([2-9])(?![0-9/])", around)
    if not match or amount.kind != "number":
        return False
    share = Amount(0, 0, "percent", 100 * int(match[1]) / int(match[2]))
    return any(backs(fact, share, None, is_fraction=is_fraction) for fact, is_fraction in known)
