"""Structured output: from whatever a model wrote to an instance of the schema, or the reason why not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from shopwright.language.messages import Message, Reply, Rung, ToolCall
from shopwright.language.providers.wire import REPLY_TOOL

__all__ = ["Invalid", "again", "instructed", "parse", "parse_reply", "validated"]

_THOUGHT, _THOUGHT_END = "<think>", "</think>"
_FENCE = re.compile(r"```(?:json)?[^\S\n]*\n(.*?)```", re.DOTALL)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
LONGEST = 1_000_000  # signs looked through for JSON


class Invalid(Exception):
    """The text does not fit the schema; the message says why, for the model to read.

    Attributes:
        reply: the whole reply that did not fit, where there is one.
    """

    reply: Reply | None = None


def parse(text: str, schema: type[BaseModel]) -> BaseModel:
    """An instance of the schema out of a text: JSON, JSON in a fence, or the first object in prose that fits.

    Raises:
        Invalid: nothing in it fits.
    """
    reason: Invalid | None = None
    for candidate in _candidates(text[:LONGEST]):
        try:
            return schema.model_validate_json(candidate)
        except ValidationError as error:
            if reason is None or not _is_syntax(error):
                reason = Invalid(_told(error))
    raise reason or Invalid("the reply holds no JSON")


def parse_reply(reply: Reply, schema: type[BaseModel]) -> BaseModel:
    """An instance out of a reply: of the tool that stands for structured output where it was called, else of the text.

    Raises:
        Invalid: nothing in it fits.
    """
    for call in reply.calls:
        if call.name == REPLY_TOOL:
            return parse(call.arguments, schema)
    return parse(reply.text, schema)


def instructed(messages: tuple[Message, ...], schema: dict[str, Any], rung: Rung) -> tuple[Message, ...]:
    """The messages with the schema in words, for servers that are not told of it otherwise."""
    if rung not in ("json", "text"):
        return messages
    told = f"Reply with one JSON object and nothing else. It must fit this JSON schema:\n{json.dumps(schema)}"
    system = [message for message in messages if message.role == "system"]
    others = tuple(message for message in messages if message.role != "system")
    return (Message("system", "\n\n".join([*(message.text for message in system), told])), *others)


def again(messages: tuple[Message, ...], reply: Reply, reason: Invalid) -> tuple[Message, ...]:
    """The conversation with the reply that did not fit and why, for one more attempt."""
    wrong = reply.text or "".join(call.arguments for call in reply.calls) or "-"
    ask = f"That does not fit: {reason}. Reply again, corrected."
    return (*messages, Message("assistant", wrong[:20_000]), Message("user", ask))


def validated(call: ToolCall, schema: type[BaseModel]) -> BaseModel:
    """A tool's arguments as an instance of their model.

    Raises:
        Invalid: they do not fit.
    """
    return parse(call.arguments or "{}", schema)


def _candidates(text: str) -> Iterator[str]:
    text = _without_thoughts(text).strip()
    yield text
    found = [match.group(1).strip() for match in _FENCE.finditer(text)]
    found += list(_values(text))
    for candidate in found:
        yield candidate
    for candidate in [text, *found]:
        mended = _TRAILING_COMMA.sub("", candidate)
        if mended != candidate:
            yield mended


def _without_thoughts(text: str) -> str:
    """The text without what a model thought aloud; read once, also where thoughts are opened and never closed."""
    parts, at = [], 0
    while (start := text.find(_THOUGHT, at)) >= 0 and (end := text.find(_THOUGHT_END, start)) >= 0:
        parts.append(text[at:start])
        at = end + len(_THOUGHT_END)
    return "".join([*parts, text[at:]])


def _values(text: str) -> Iterator[str]:
    """Balanced objects and lists in a text, the outermost ones, at most ten."""
    at, count = 0, 0
    while count < 10:
        starts = [place for sign in "{[" if (place := text.find(sign, at)) >= 0]
        if not starts:
            return
        start = min(starts)
        end = _end(text, start)
        if end is None:
            at = start + 1
        else:
            yield text[start:end]
            at = end
        count += 1


def _end(text: str, start: int) -> int | None:
    """Where the value that begins at `start` is closed; brackets in texts do not count."""
    depth, is_text, at = 0, False, start
    while at < len(text):
        sign = text[at]
        if is_text:
            at += sign == "\\"
            is_text = sign != '"'
        elif sign == '"':
            is_text = True
        elif sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return None


def _is_syntax(error: ValidationError) -> bool:
    return any(problem["type"] == "json_invalid" for problem in error.errors(include_url=False, include_input=False))


def _told(error: ValidationError) -> str:
    """What does not fit, without the values: they may be a customer's."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, p['loc'])) or 'reply'}: {p['msg']}" for p in problems[:8])
