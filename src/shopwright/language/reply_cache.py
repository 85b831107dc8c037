"""Replies to equal questions: same endpoint, model, messages, parameters and schema, to the letter.

Replies are kept as they came, with placeholders where personal data was taken out of the question.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from shopwright.language.messages import Reply, ToolCall, Usage
from shopwright.language.state import State

__all__ = ["ReplyCache", "key_of"]


def key_of(endpoint: str, body: dict[str, Any]) -> str:
    """A key for a request: a hash of everything in it, in an order that does not matter."""
    text = json.dumps([endpoint, body], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class ReplyCache:
    """Whole replies by key.

    Args:
        state: the file they are in.
        now: the instant, in UTC.
    """

    def __init__(self, state: State, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._state, self._now = state, now

    def get(self, key: str) -> Reply | None:
        """The reply kept under a key."""
        with self._state.reading() as database:
            if database is None:
                return None
            row = database.execute("select reply from chat_replies where key = ?", (key,)).fetchone()
        return None if row is None else _reply(json.loads(row["reply"]))

    def put(self, key: str, reply: Reply) -> None:
        """Keep a reply that ended by itself; another is not worth keeping."""
        if reply.finish not in ("stop", "tool_calls"):
            return
        kept = {
            "text": reply.text,
            "calls": [asdict(call) for call in reply.calls],
            "finish": reply.finish,
            "usage": asdict(reply.usage),
            "model": reply.model,
            "rung": reply.rung,
        }
        values = (key, self._now().isoformat(timespec="seconds"), json.dumps(kept, ensure_ascii=True))
        with self._state.writing() as database:
            database.execute("insert or replace into chat_replies values (?, ?, ?)", values)

    def clear(self) -> int:
        """Forget all replies, and return how many there were: texts of customers are to be erased on request."""
        with self._state.writing() as database:
            return int(database.execute("delete from chat_replies").rowcount)


def _reply(kept: dict[str, Any]) -> Reply:
    calls = tuple(ToolCall(**call) for call in kept.pop("calls"))
    return Reply(**{**kept, "calls": calls, "usage": Usage(**kept["usage"])}, cached=True)
