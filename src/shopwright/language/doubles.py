"""Chat models that need no server: for tests, for demonstrations, and for runs that must repeat to the letter."""

from __future__ import annotations

import json
import re
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Unpack

from pydantic import BaseModel

from shopwright.errors import ProviderError
from shopwright.i18n import t
from shopwright.language.call import must_be_right
from shopwright.language.messages import Asked, Message, Messages, Piece, Reply, Usage, as_messages
from shopwright.language.structured import Invalid, parse_reply
from shopwright.language.tokens import estimate, estimate_prompt

__all__ = ["Double", "Echo", "Scripted", "Turn"]

_PIECES = re.compile(r"\S+\s*|\s+")


class Double(ABC):
    """What doubles have in common: a subclass says what to answer."""

    name = "double"

    @abstractmethod
    def answer(self, messages: tuple[Message, ...], asked: Asked) -> Reply:
        """The reply, without usage and without an instance of the schema."""

    def reply(self, messages: Messages, **asked: Unpack[Asked]) -> Reply:
        """See `ChatModel.reply`."""
        told = as_messages(messages)
        must_be_right(asked, told)
        reply = self.answer(told, asked)
        usage = Usage(estimate_prompt(told, asked.get("tools", ()), None), estimate(reply.text), is_estimated=True)
        reply = replace(reply, model=reply.model or self.name, usage=usage, cost=0.0)
        schema = asked.get("schema")
        return reply if schema is None or reply.calls else _with_instance(reply, schema)

    def stream(self, messages: Messages, **asked: Unpack[Asked]) -> Iterator[Piece]:
        """See `ChatModel.stream`: word by word."""
        reply = self.reply(messages, **asked)
        for match in _PIECES.finditer(reply.text):
            yield Piece(match.group())
        yield Piece("", reply)


class Echo(Double):
    """Says what the user said last."""

    name = "echo"

    def answer(self, messages: tuple[Message, ...], asked: Asked) -> Reply:
        """See `Double.answer`."""
        return Reply(next(message.text for message in reversed(messages) if message.role != "system"))


Answer = str | Reply | BaseModel | ProviderError
Turn = Answer | tuple[str, Answer] | Callable[[tuple[Message, ...]], Answer]


class Scripted(Double):
    """Gives prepared replies in their order, and objects to a question that is not the one expected.

    >>> model = Scripted("Hello!", ("order 7", "It is on its way."))
    >>> model.reply("Hi").text, model.reply("Where is order 7?").text
    ('Hello!', 'It is on its way.')

    Args:
        turns: for each question a text, a `Reply`, an instance (sent as JSON) or an error to raise; a pair of a text
            that must occur in the messages and one of these; or a function of the messages that gives one.

    Attributes:
        asked: the messages and arguments of every question so far.
    """

    name = "scripted"

    def __init__(self, *turns: Turn) -> None:
        self._turns = list(turns)
        self._lock = threading.Lock()
        self.asked: list[tuple[tuple[Message, ...], Asked]] = []

    def answer(self, messages: tuple[Message, ...], asked: Asked) -> Reply:
        """See `Double.answer`.

        Raises:
            ProviderError: the script has ended (CHAT-32), or expects another question (CHAT-33).
        """
        with self._lock:
            self.asked.append((messages, asked))
            if not self._turns:
                raise ProviderError(
                    t("the script has no reply left"),
                    why=t("this is question {n}", n=len(self.asked)),
                    fix=t("give Scripted a reply for every question"),
                    code="CHAT-32",
                )
            turn = self._turns.pop(0)
        if isinstance(turn, tuple):
            expected, turn = turn
            if not any(expected in message.text for message in messages):
                raise ProviderError(
                    t("the script expects another question"),
                    why=t("{expected} does not occur in the messages", expected=repr(expected)),
                    fix=t("correct the script, or what is asked"),
                    code="CHAT-33",
                )
        found = turn(messages) if callable(turn) else turn
        if isinstance(found, ProviderError):
            raise found
        if isinstance(found, BaseModel):
            return Reply(found.model_dump_json())
        return Reply(found) if isinstance(found, str) else found

    @property
    def left(self) -> int:
        """Replies not asked for yet: 0 at the end of a test that asked everything."""
        return len(self._turns)


def _with_instance(reply: Reply, schema: type[BaseModel]) -> Reply:
    try:
        return replace(reply, parsed=parse_reply(reply, schema), rung=reply.rung or "text")
    except Invalid as invalid:
        reason = str(invalid)
    raise ProviderError(
        t("{reply} does not fit {schema}", reply=json.dumps(reply.text[:80]), schema=schema.__name__),
        why=reason,
        fix=t("let the double reply with an instance of it"),
        code="CHAT-40",
    )
