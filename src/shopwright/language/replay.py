"""Exchanges with a chat model, recorded once and replayed: the same reply to the same question, and to no other.

A recording is a file of JSON lines. Personal data is taken out before it is written, secrets are masked.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from shopwright.errors import ProviderError
from shopwright.i18n import t
from shopwright.language.doubles import Double
from shopwright.language.keys import mask
from shopwright.language.messages import Asked, ChatModel, Message, Messages, Piece, Reply, ToolCall, as_messages
from shopwright.language.redacting import Redaction

if TYPE_CHECKING:
    from shopwright.privacy import Names

__all__ = ["Recorder", "Replay"]


class Recorder:
    """A `ChatModel` that asks another one and writes down what was said.

    Args:
        model: who is asked.
        file: JSON lines are appended to it.
        names: names to take out, besides what has a form of its own; `Replay` needs the same.
    """

    def __init__(self, model: ChatModel, file: Path | str, *, names: Names | None = None) -> None:
        self._model, self._file, self._names = model, Path(file), names
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Name of the model that is asked."""
        return self._model.name

    def reply(self, messages: Messages, **asked: Unpack[Asked]) -> Reply:
        """See `ChatModel.reply`."""
        reply = self._model.reply(messages, **asked)
        self._write(as_messages(messages), asked, reply)
        return reply

    def stream(self, messages: Messages, **asked: Unpack[Asked]) -> Iterator[Piece]:
        """See `ChatModel.stream`; a stream that is not read to its end is not recorded."""
        for piece in self._model.stream(messages, **asked):
            if piece.reply is not None:
                self._write(as_messages(messages), asked, piece.reply)
            yield piece

    def _write(self, messages: tuple[Message, ...], asked: Asked, reply: Reply) -> None:
        question, redaction = _question(messages, asked, self._names)
        answer = {
            "text": mask(redaction.out(reply.text)),
            "calls": [{**asdict(call), "arguments": mask(redaction.out(call.arguments))} for call in reply.calls],
            "finish": reply.finish,
            "rung": reply.rung,
        }
        line = json.dumps({"model": self.name, "question": question, "answer": answer}, ensure_ascii=False)
        with self._lock, self._file.open("a", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            file.write(line + "\n")


class Replay(Double):
    """Gives the recorded reply to a recorded question; one asked more often than it was recorded gets the last reply.

    Args:
        file: what a `Recorder` wrote.
        names: what it was given.

    Raises:
        ProviderError: the file cannot be read (CHAT-41).
    """

    def __init__(self, file: Path | str, *, names: Names | None = None) -> None:
        self._file, self._names = Path(file), names
        self._lock = threading.Lock()
        self._answers: dict[str, list[dict[str, Any]]] = {}
        self.name = "replay"
        for found in self._lines():
            self.name = f"replay of {found['model']}"
            self._answers.setdefault(_key(found["question"]), []).append(found["answer"])

    def _lines(self) -> list[dict[str, Any]]:
        try:
            lines = [json.loads(line) for line in self._read().split("\n") if line.strip()]
            if all(isinstance(line, dict) and {"model", "question", "answer"} <= line.keys() for line in lines):
                return lines
            reason = ""
        except (OSError, ValueError) as error:
            reason = str(error)
        raise ProviderError(
            t("the recording {file} cannot be read", file=str(self._file)),
            why=reason or t("a line of it is no exchange"),
            fix=t("record it anew with Recorder"),
            code="CHAT-41",
        )

    def _read(self) -> str:
        return self._file.read_text("utf-8", "surrogatepass")  # half an emoji, as texts that were cut have it

    def answer(self, messages: tuple[Message, ...], asked: Asked) -> Reply:
        """See `Double.answer`.

        Raises:
            ProviderError: this question was not recorded (CHAT-42).
        """
        question, redaction = _question(messages, asked, self._names)
        with self._lock:
            answers = self._answers.get(_key(question), [])
            found = answers.pop(0) if len(answers) > 1 else answers[0] if answers else None
        if found is None:
            raise ProviderError(
                t("this exchange was not recorded"),
                why=t("{file} holds no reply to: {question}", file=str(self._file), question=_start(question)),
                fix=t("record it with Recorder, or ask exactly what was asked then"),
                code="CHAT-42",
            )
        calls = tuple(ToolCall(**call) for call in found["calls"])
        reply = Reply(found["text"], calls, found["finish"], rung=found["rung"])
        restore = redaction.reply if asked.get("schema") is None else redaction.reply_as_json
        return replace(restore(reply), cached=False)


def _question(messages: tuple[Message, ...], asked: Asked, names: Names | None) -> tuple[dict[str, Any], Redaction]:
    """What is compared and written: the messages without personal data and secrets, and what shapes a reply."""
    redaction = Redaction(names)
    told = [asdict(message) for message in redaction.messages(messages)]
    for message in told:
        message["text"] = mask(message["text"])
        for call in message["calls"]:
            call["arguments"] = mask(call["arguments"])
    schema = asked.get("schema")
    return {
        "messages": told,
        "schema": None if schema is None else schema.model_json_schema(),
        "tools": [{"name": tool.name, "about": tool.about, "schema": tool.schema()} for tool in asked.get("tools", ())],
        "temperature": asked.get("temperature"),
        "max_tokens": asked.get("max_tokens"),
        "seed": asked.get("seed"),
    }, redaction


def _key(question: dict[str, Any]) -> str:
    text = json.dumps(question, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _start(question: dict[str, Any]) -> str:
    return repr(str(question["messages"][-1]["text"])[:80])
