"""Progress of long work, reported from the inside and drawn at the edge.

Library code says `with step(t("Reading {file}", file=name), total=n) as bar: bar.advance(k)`. Nothing is shown
unless the program around it installed a display with `display`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from shopwright.i18n import Text

__all__ = ["Display", "Step", "display", "step"]


class Step(Protocol):
    """One piece of work that is under way."""

    def advance(self, amount: float = 1.0) -> None:
        """Say that `amount` more of the total is done."""


class Display(Protocol):
    """Something that can draw steps."""

    def begin(self, label: Text, total: float | None) -> Step:
        """Start to draw a step; `total` is None where it is not known."""

    def end(self, step: Step) -> None:
        """The step is over, finished or failed."""


class _Silent:
    def advance(self, amount: float = 1.0) -> None:
        return


_display: ContextVar[Display | None] = ContextVar("shopwright_progress", default=None)


@contextmanager
def display(shown: Display | None) -> Iterator[None]:
    """Draw the steps inside the block on `shown`."""
    token = _display.set(shown)
    try:
        yield
    finally:
        _display.reset(token)


@contextmanager
def step(label: Text, total: float | None = None) -> Iterator[Step]:
    """One step of work: `label` says what is done, `total` how much of it there is."""
    shown = _display.get()
    if shown is None:
        yield _Silent()
        return
    begun = shown.begin(label, total)
    try:
        yield begun
    finally:
        shown.end(begun)
