"""A small planned shop, and ways to call the command: in this process, or as one of its own."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from shopwright import i18n
from shopwright.cli.app import main
from shopwright.shop.synthetic import Params, write
from shopwright.strategy.run import plan_shop


@dataclass(frozen=True)
class Answer:
    """What a command line gave back."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of 600 orders with a plan; to be read, not written."""
    folder = tmp_path_factory.mktemp("cli") / "shop"
    write(Params(orders=600, seed=5, days=240), folder)
    with i18n.using("en"):
        plan_shop(folder)
    return folder


@pytest.fixture
def shop(planned: Path, tmp_path: Path) -> Path:
    """A copy of that shop to write to."""
    return Path(shutil.copytree(planned, tmp_path / "shop"))


@pytest.fixture
def call() -> Callable[..., Answer]:
    """Run a command line in this process."""

    def run(*arguments: object) -> Answer:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), i18n.using(None):
            try:
                main([str(argument) for argument in arguments])
            except SystemExit as left:
                return Answer(int(left.code or 0), out.getvalue(), err.getvalue())
        raise AssertionError("a command line always ends with an exit code")

    return run


@pytest.fixture
def spawn() -> Callable[..., subprocess.Popen[str]]:
    """Start the command as a process of its own, its three streams piped."""

    def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "shopwright", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        )

    return start
