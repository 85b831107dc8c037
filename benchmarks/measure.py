"""Commands run as a user would run them: seconds, processor seconds and peak memory of the whole process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from machine import facts

__all__ = ["Row", "Run", "cli", "command", "python", "report", "table"]


@dataclass(frozen=True, slots=True)
class Run:
    """One finished command.

    Attributes:
        seconds: wall-clock time.
        cpu: processor seconds, of all threads.
        peak_mb: largest resident memory, in megabytes.
        code: exit code.
        out: standard output.
        err: standard error.
    """

    seconds: float
    cpu: float
    peak_mb: float
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the printed table.

    `asked` is the most that is allowed, or with `is_least` the least; None for a figure that is only told.
    """

    what: str
    measured: float
    unit: str
    asked: float | None = None
    note: str = ""
    is_least: bool = False

    @property
    def ok(self) -> str:
        """Whether the figure is within what was asked."""
        if self.asked is None:
            return ""
        fits = self.measured >= self.asked if self.is_least else self.measured <= self.asked
        return "yes" if fits else "NO"

    def as_json(self) -> dict[str, object]:
        """The line for a JSON file."""
        return {**asdict(self), "ok": self.ok}


def command(arguments: Sequence[str], allowed: Sequence[int] = (0,)) -> Run:
    """Run a command to its end.

    Raises:
        RuntimeError: its exit code is not one of `allowed`.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen(list(arguments), stdout=out, stderr=err)
        # wait4 tells of this child alone; getrusage would mix it with those before.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        kilo = 1e6 if sys.platform == "darwin" else 1e3
        cpu = usage.ru_utime + usage.ru_stime
        run = Run(seconds, cpu, usage.ru_maxrss / kilo, process.returncode, _text(out), _text(err))
    if run.code not in allowed:
        raise RuntimeError(f"{' '.join(arguments)} left with {run.code}:\n{run.out[-2000:]}\n{run.err[-2000:]}")
    return run


def cli(*arguments: str, allowed: Sequence[int] = (0,)) -> Run:
    """Run the command line `shopwright`."""
    return command([sys.executable, "-m", "shopwright", *arguments], allowed)


def python(code: str, *arguments: str) -> Run:
    """Run Python code in a process of its own."""
    return command([sys.executable, "-c", code, *arguments])


def table(rows: Sequence[Row]) -> str:
    """The rows as text, in columns."""
    head = ("what", "asked", "measured", "", "ok", "")
    cells = [head]
    for row in rows:
        asked = "" if row.asked is None else f"{row.asked:g}"
        cells.append((row.what, asked, f"{row.measured:.3g}", row.unit, row.ok, row.note))
    width = [max(len(line[at]) for line in cells) for at in range(len(head))]
    return "\n".join(
        "  ".join(text.ljust(size) for text, size in zip(line, width, strict=True)).rstrip() for line in cells
    )


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def report(rows: Sequence[Row], target: Path) -> None:
    """Print the machine and the table, and write both as JSON."""
    machine = facts()
    print(" · ".join(f"{name} {value}" for name, value in machine.items()), end="\n\n")
    print(table(rows))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"machine": machine, "rows": [row.as_json() for row in rows]}, indent=1), "utf-8")
