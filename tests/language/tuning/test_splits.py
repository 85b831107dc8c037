"""Questions and answers before anything is learned: personal data gone, no question on two sides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shopwright.errors import ModelError
from shopwright.language.tuning.splits import Pair, cleaned, same, split
from shopwright.privacy import Names

DAY = date(2026, 1, 1)


def _pairs(n, days=True):
    return [Pair(f"question number {at}", f"answer {at}", DAY + timedelta(at) if days else None) for at in range(n)]


def test_older_pairs_teach_and_newer_ones_test():
    parts = split(list(reversed(_pairs(100))))
    assert (parts.sizes, parts.by) == ({"train": 80, "validation": 10, "test": 10}, "time")
    assert max(p.day for p in parts.train) < min(p.day for p in parts.validation)
    assert max(p.day for p in parts.validation) < min(p.day for p in parts.test)


@pytest.mark.parametrize("days", [True, False])
def test_a_question_asked_twice_is_on_one_side(days):
    later = DAY + timedelta(99) if days else None
    again = [Pair(f" QUESTION number  {at}?", "another answer", later) for at in range(50)]
    parts = split(_pairs(100, days) + again)
    sides = [{same(pair.question) for pair in side} for side in (parts.train, parts.validation, parts.test)]
    assert not sides[0] & sides[1]
    assert not (sides[0] | sides[1]) & sides[2]
    assert all(sides)


def test_without_days_the_question_decides_whatever_the_order():
    pairs = _pairs(60, days=False)
    one, other = split(pairs), split(list(reversed(pairs)))
    assert (one.by, set(one.test)) == ("question", set(other.test))


def test_one_day_missing_leaves_it_to_the_question():
    assert split([*_pairs(60), Pair("no day", "at all")]).by == "question"


def test_personal_data_is_marked_alike_in_question_and_answer():
    told = "Dear Jane Miller, see jane@example.com"
    given = [(f"question {n}: I am Jane Miller, jane@example.com", told) for n in range(12)]
    (first, *_) = cleaned(given, None, True, Names(["Jane Miller"]))
    assert "jane@example.com" not in first.question + first.answer
    assert "Miller" not in first.question + first.answer
    assert first.question.split()[-1] == first.answer.split()[-1]
    assert "jane@example.com" in cleaned(given, None, False, None)[0].answer


@pytest.mark.parametrize(
    "given, days, code",
    [
        ([("a question", "an answer")] * 50, None, "MODEL-81"),  # one question, however often
        ([("", "answer"), ("question", " ")] * 20, None, "MODEL-81"),
        ([], None, "MODEL-81"),
        (["question"] * 20, None, "MODEL-80"),
        ([("question", 7)] * 20, None, "MODEL-80"),
        ([("question", "answer")] * 20, ["someday"] * 20, "MODEL-80"),
        ([("question", "answer")] * 20, ["2026-01-01"], "MODEL-80"),
    ],
)
def test_what_is_no_pair_is_refused(given, days, code):
    with pytest.raises(ModelError) as refused:
        cleaned(given, days, True, None)
    assert refused.value.code == code
