"""Progress on the terminal: bars for work that takes longer than a moment, nothing when piped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shopwright.i18n import Text
from shopwright.progress import Step, display

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["shown"]


@contextmanager
def shown() -> Iterator[None]:
    """Draw the steps of library code inside the block, where a person is watching."""
    if not sys.stderr.isatty():
        yield
        return
    bars = _Bars()
    try:
        with display(bars):
            yield
    finally:
        bars.close()


class _Bar:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self.progress, self.task = progress, task

    def advance(self, amount: float = 1.0) -> None:
        self.progress.advance(self.task, amount)


class _Bars:
    """One live display, opened by the first step and cleared when the last one ends."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._open = 0

    def begin(self, label: Text, total: float | None) -> Step:
        progress = self._live()
        self._open += 1
        return _Bar(progress, progress.add_task(str(label), total=total))

    def end(self, step: Step) -> None:
        self._open -= 1
        if isinstance(step, _Bar) and self._progress is not None:
            self._progress.remove_task(step.task)
        if self._open == 0:
            self.close()

    def close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _live(self) -> Progress:
        if self._progress is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            self._progress = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._progress.start()
        return self._progress
