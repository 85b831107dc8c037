"""A model writes, the guard reads, the model corrects itself or the template speaks; each path says its name."""

from __future__ import annotations

import pytest

from shopwright.errors import BudgetError, UsageError
from shopwright.i18n import using
from shopwright.language.doubles import Scripted
from shopwright.language.guard import Facts, guarded, guarded_chat

FACTS = Facts({"price": 12.5, "discount": 0.2}, currency="EUR")


class Writer:
    """Says one draft after another and keeps what it was told."""

    def __init__(self, *drafts):
        self.drafts, self.told = list(drafts), []

    def __call__(self, reasons):
        self.told.append(reasons)
        return self.drafts.pop(0)


def test_a_faithful_text_is_the_models():
    writer = Writer("It costs 12.50 EUR.")
    result = guarded(writer, FACTS, "template")
    assert (result.text, result.path, result.tries, result.problems) == ("It costs 12.50 EUR.", "model", 1, ())
    assert writer.told == [[]]


def test_the_reason_leads_to_a_repair():
    writer = Writer("现价七折！", "现价八折！")
    with using("zh"):
        result = guarded(writer, FACTS, "template")
    assert (result.text, result.path, result.tries) == ("现价八折！", "repaired", 2)
    assert writer.told == [[], ["证据中没有这个比例或折扣：七折"]]


def test_the_template_speaks_after_the_last_try():
    writer = Writer("13 EUR", "14 EUR", "12.50 EUR")
    result = guarded(writer, FACTS, lambda: "See the product's page.")
    assert (result.text, result.path, result.tries) == ("See the product's page.", "template", 2)
    assert [problem.value for problem in result.problems] == ["14 EUR"]


def test_nothing_is_not_an_answer():
    writer = Writer(" ", "fine")
    assert guarded(writer, FACTS, "template").text == "fine"
    assert writer.told[1] == ["nothing was written"]


def test_without_a_model_or_with_a_broken_one_the_template_speaks():
    def broken(reasons):
        raise BudgetError("spent", why="spent", fix="wait", code="CHAT-99")

    assert guarded(None, FACTS, "template").path == "template"
    result = guarded(broken, FACTS, "template")
    assert (result.path, result.tries) == ("template", 0)
    assert isinstance(result.failure, BudgetError)
    assert guarded(Writer("x"), FACTS, "template", tries=0).tries == 0


def test_the_path_is_told_in_words():
    with using("zh"):
        assert str(guarded(None, FACTS, "x").note) == "由模板写成"
        assert str(guarded(Writer("好"), FACTS, "x").note) == "由模型写成，已对照证据核对"


@pytest.mark.parametrize("tries", [-1, "x", 1.5, None, True])
def test_tries_that_are_no_count_are_refused(tries):
    with pytest.raises(UsageError, match="CHAT-50"):
        guarded(None, FACTS, "x", tries=tries)


def test_a_chat_model_is_told_why_and_corrects_itself():
    model = Scripted("It costs 13 EUR.", ("13 EUR", "It costs 12.50 EUR."))
    result = guarded_chat(model, "What does it cost?", FACTS, "template")
    assert (result.text, result.path) == ("It costs 12.50 EUR.", "repaired")
    assert guarded_chat(None, "What does it cost?", FACTS, "template").path == "template"
