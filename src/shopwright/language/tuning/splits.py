"""Question/answer pairs to learn from, to stop by and to test on: the future after the past, no question twice."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from shopwright.errors import ModelError
from shopwright.i18n import Text, t
from shopwright.privacy import Names, redact_all
from shopwright.seeds import derive

__all__ = ["Pair", "Split", "cleaned", "split"]

SHARE = 0.1  # of the pairs to stop by, and as many to test on
FEWEST = 10  # different questions: with fewer, a tenth is nothing

By = Literal["time", "question"]


@dataclass(frozen=True, slots=True)
class Pair:
    """What was asked and what was answered; `day` where it is known."""

    question: str
    answer: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Pairs by their use.

    Attributes:
        train: to learn from.
        validation: to stop by.
        test: seen once, at the end.
        by: what they were split by.
    """

    train: tuple[Pair, ...]
    validation: tuple[Pair, ...]
    test: tuple[Pair, ...]
    by: By

    @property
    def sizes(self) -> dict[str, int]:
        """Pairs of each part."""
        return {"train": len(self.train), "validation": len(self.validation), "test": len(self.test)}


def cleaned(
    pairs: Sequence[tuple[str, str]], days: Sequence[date | str | None] | None, redact: bool, names: Names | None
) -> list[Pair]:
    """Pairs with both sides, each once, with placeholders for personal data where `redact`.

    Raises:
        ModelError: they are no pairs of texts, a day is none, or too few different questions are left.
    """
    dated = [_day(day, at) for at, day in enumerate(days)] if days is not None else [None] * len(pairs)
    if len(dated) != len(pairs):
        raise _unfit(t("there are {pairs:,} pairs and {days:,} days", pairs=len(pairs), days=len(dated)))
    found = [_pair(pair, day, at) for at, (pair, day) in enumerate(zip(pairs, dated, strict=True))]
    kept = list(dict.fromkeys(pair for pair in found if pair.question and pair.answer))
    if redact:
        kept = list(dict.fromkeys(_redacted(pair, names) for pair in kept))
    n = len({same(pair.question) for pair in kept})
    if n < FEWEST:
        raise ModelError(
            t("there are too few questions to learn from"),
            why=t("needed are {fewest} different ones with an answer; found: {n}", fewest=FEWEST, n=n),
            fix=t("hand over more of the shop's past questions and answers"),
            code="MODEL-81",
        )
    return kept


def split(pairs: Sequence[Pair], seed: int = 0) -> Split:
    """The last tenth of the days to test on and the tenth before to stop by; without days, by a hash of the question.

    A question that was learned from is taken out of the other two parts, however it is spelled; so are those of
    validation out of the test. Where days leave a part empty, the hash decides.
    """
    by_time = _by_time(pairs)
    return by_time if by_time is not None else _by_question(pairs, seed)


def same(question: str) -> str:
    """A question without what does not make it another one: width and case of letters, spaces, marks at its end."""
    plain = unicodedata.normalize("NFKC", question).casefold()
    return " ".join(plain.split()).rstrip(" ?!.。…")


def _by_time(pairs: Sequence[Pair]) -> Split | None:
    days = sorted(pair.day for pair in pairs if pair.day is not None)
    if len(days) < len(pairs) or len(set(days)) < 3:
        return None
    share = max(round(SHARE * len(pairs)), 1)
    tested = days[-share]  # whole days: what was asked on one day is not on both sides
    earlier = [day for day in days if day < tested]
    if not earlier:
        return None
    checked = earlier[-min(share, len(earlier))]
    parts: tuple[list[Pair], list[Pair], list[Pair]] = ([], [], [])
    seen: dict[str, int] = {}
    for pair in sorted(pairs, key=lambda pair: pair.day or date.min):
        day = pair.day or date.min
        part = 2 if day >= tested else 1 if day >= checked else 0
        if seen.setdefault(same(pair.question), part) == part:
            parts[part].append(pair)
    return Split(tuple(parts[0]), tuple(parts[1]), tuple(parts[2]), "time") if all(parts) else None


def _by_question(pairs: Sequence[Pair], seed: int) -> Split:
    order = sorted({same(pair.question) for pair in pairs}, key=lambda name: derive(seed, "answers", name))
    share = max(round(SHARE * len(order)), 1)
    test, validation = set(order[:share]), set(order[share : 2 * share])
    parts: tuple[list[Pair], list[Pair], list[Pair]] = ([], [], [])
    for pair in pairs:
        name = same(pair.question)
        parts[2 if name in test else 1 if name in validation else 0].append(pair)
    return Split(tuple(parts[0]), tuple(parts[1]), tuple(parts[2]), "question")


def _pair(value: Any, day: date | None, at: int) -> Pair:
    is_pair = isinstance(value, tuple | list) and len(value) == 2
    if not is_pair or not all(isinstance(side, str | None) for side in value):
        raise _unfit(t("number {at} is {value}", at=at + 1, value=repr(value)[:60]))
    question, answer = ((side or "").replace("\0", " ").strip() for side in value)
    return Pair(question, answer, day)


def _redacted(pair: Pair, names: Names | None) -> Pair:
    """Question and answer share one mapping: the address in both is the same placeholder."""
    question, answer = redact_all([pair.question, pair.answer], names=names)
    return Pair(question.text, answer.text, pair.day)


def _day(value: object, at: int) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError as error:
        raise _unfit(t("day {value} at number {at} is not a day", value=repr(value)[:40], at=at + 1)) from error


def _unfit(why: Text) -> ModelError:
    return ModelError(
        t("these are no questions and answers to learn from"),
        why=why,
        fix=t("give pairs of two texts (question, answer), and for days YYYY-MM-DD, one for each pair, or none"),
        code="MODEL-80",
    )
