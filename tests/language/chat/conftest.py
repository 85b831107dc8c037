"""A server, a clock that only the test moves, and the client of the one by the other."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from tests.language.chat.server import Server

from shopwright.language.client import Client
from shopwright.language.configured import chat
from shopwright.language.providers.clock import Clock


@dataclass
class Hands:
    """Hands of a clock: they move when somebody waits."""

    at: datetime = datetime(2026, 3, 14, 12, tzinfo=UTC)
    waits: list[float] = field(default_factory=list)
    passed: float = 0.0

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.passed += seconds

    @cached_property
    def clock(self) -> Clock:
        """One clock: an endpoint's limits are shared by the clients that go by it."""
        return Clock(lambda: self.at + timedelta(seconds=self.passed), lambda: self.passed, self.sleep, lambda: 0.5)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def client(server: Server, hands: Hands, tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """Make a client of the server with settings of `[language]`; each in a shop's folder of its own or a given one."""
    numbers = itertools.count()
    with ExitStack() as opened:

        def make(*, root: Path | None = None, given: dict[str, Any] | None = None, **language: Any) -> Client:
            folder = root or tmp_path / f"shop{next(numbers)}"
            folder.mkdir(exist_ok=True)
            asked = {"url": server.url, "clock": hands.clock, **(given or {})}
            language = {"calls_per_minute": 0, "deadline": 20.0, **language}
            (folder / "shop.toml").write_text(tomlkit.dumps({"language": language}), "utf-8")
            return opened.enter_context(chat("m", shop=folder, **asked))

        yield make
