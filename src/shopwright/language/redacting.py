"""Personal data out of the messages before they are sent, and back into the reply, streamed ones too."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from shopwright.language.messages import Message, Reply, ToolCall

if TYPE_CHECKING:
    from shopwright.privacy import Names, Placeholders

__all__ = ["Redaction"]

_OPEN = re.compile(r"⟦[^⟦⟧\n]{0,24}$")


class Redaction:
    """One conversation's placeholders.

    Args:
        names: names to find besides what has a form of its own.
    """

    def __init__(self, names: Names | None = None) -> None:
        from shopwright.privacy.placeholders import Placeholders

        self._names = names
        self._mapping: Placeholders = Placeholders()
        self._held = ""

    def messages(self, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        """The messages without personal data; what the system says is the shop's own and stays."""
        return tuple(message if message.role == "system" else self._one(message) for message in messages)

    def _one(self, message: Message) -> Message:
        calls = tuple(replace(call, arguments=self.out(call.arguments)) for call in message.calls)
        return replace(message, text=self.out(message.text), calls=calls)

    def out(self, text: str) -> str:
        """A text without personal data."""
        from shopwright.privacy.redact import redact

        return redact(text, names=self._names, mapping=self._mapping).text

    def back(self, text: str) -> str:
        """A text with what its placeholders stand for."""
        from shopwright.privacy.placeholders import restore

        return restore(text, self._mapping) if self._mapping else text

    def reply(self, reply: Reply) -> Reply:
        """The reply with what its placeholders stand for."""
        calls = tuple(ToolCall(call.id, call.name, self._back_in_json(call.arguments)) for call in reply.calls)
        return replace(reply, text=self.back(reply.text), thinking=self.back(reply.thinking), calls=calls)

    def reply_as_json(self, reply: Reply) -> Reply:
        """The reply, whose text is JSON, with what its placeholders stand for."""
        return replace(self.reply(reply), text=self._back_in_json(reply.text))

    def _back_in_json(self, text: str) -> str:
        """What is put into JSON text is escaped as JSON is."""
        from shopwright.privacy.placeholders import restore

        escaped = {name: json.dumps(value, ensure_ascii=False)[1:-1] for name, value in self._mapping.items()}
        return restore(text, escaped)

    def piece(self, text: str) -> str:
        """A piece of a streamed text; the beginning of a placeholder is held back until its end comes."""
        text = self._held + text
        opened = _OPEN.search(text)
        self._held = opened.group() if opened else ""
        return self.back(text[: len(text) - len(self._held)])

    def rest(self) -> str:
        """What is still held back at the end of a stream."""
        held, self._held = self._held, ""
        return self.back(held)
