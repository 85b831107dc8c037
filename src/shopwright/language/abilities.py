"""What each model at each endpoint turned out to be able to do, remembered for a week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from shopwright.language.state import State

__all__ = ["Abilities"]

WEEK = 7 * 86_400.0  # seconds; servers are upgraded


class Abilities:
    """Facts by endpoint, model and name.

    Args:
        state: the file they are in.
        now: the instant, in UTC.
    """

    def __init__(self, state: State, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._state, self._now = state, now

    def get(self, endpoint: str, model: str, name: str) -> str | None:
        """What is known, None where nothing is or it is too old."""
        order = "select value from chat_abilities where endpoint = ? and model = ? and name = ? and until > ?"
        with self._state.reading() as database:
            if database is None:
                return None
            row = database.execute(order, (endpoint, model, name, self._now().timestamp())).fetchone()
        return None if row is None else str(row["value"])

    def learn(self, endpoint: str, model: str, name: str, value: str) -> None:
        """Remember it for a week."""
        until = self._now().timestamp() + WEEK
        with self._state.writing() as database:
            database.execute(
                "insert or replace into chat_abilities values (?, ?, ?, ?, ?)", (endpoint, model, name, value, until)
            )
