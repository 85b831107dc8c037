"""Progress: silent unless somebody draws it, and always brought to an end."""

from __future__ import annotations

import pytest

from shopwright.i18n import t
from shopwright.progress import display, step


class Recorder:
    def __init__(self):
        self.events = []

    def begin(self, label, total):
        self.events.append(("begin", str(label), total))
        return _Drawn(self.events, str(label))

    def end(self, step):
        self.events.append(("end", step.label))


class _Drawn:
    def __init__(self, events, label):
        self.events, self.label = events, label

    def advance(self, amount=1.0):
        self.events.append(("advance", self.label, amount))


def test_without_a_display_nothing_is_drawn(capsys):
    with step(t("Writing the plan"), total=3) as bar:
        bar.advance()
        bar.advance(2)
    assert capsys.readouterr() == ("", "")


def test_steps_are_drawn_in_their_order_and_may_nest():
    drawn = Recorder()
    with display(drawn), step(t("Writing the plan"), total=2) as outer:
        outer.advance()
        with step(t("Reading the stars")) as inner:
            inner.advance(0.5)
    assert drawn.events == [
        ("begin", "Writing the plan", 2),
        ("advance", "Writing the plan", 1.0),
        ("begin", "Reading the stars", None),
        ("advance", "Reading the stars", 0.5),
        ("end", "Reading the stars"),
        ("end", "Writing the plan"),
    ]


def test_a_step_that_fails_is_ended_too():
    drawn = Recorder()

    def fail():
        with step(t("Writing the plan")):
            raise ZeroDivisionError

    with display(drawn), pytest.raises(ZeroDivisionError):
        fail()
    assert drawn.events[-1] == ("end", "Writing the plan")


def test_a_display_is_gone_after_its_block():
    drawn = Recorder()
    with display(drawn):
        pass
    with display(None), step(t("Writing the plan")):
        pass
    with step(t("Writing the plan")):
        pass
    assert drawn.events == []
