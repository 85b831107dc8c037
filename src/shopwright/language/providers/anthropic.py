"""Anthropic's Messages protocol; structured output is a tool that must be called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from shopwright.language.messages import Finish, Message, Reply, Rung, ToolCall, Usage
from shopwright.language.providers.failure import TryFailed
from shopwright.language.providers.wire import (
    REPLY_TOOL,
    Quirks,
    Reading,
    Request,
    failed_inside,
    member,
    number,
)

__all__ = ["Anthropic"]

FINISHES: dict[str, Finish] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "refusal",
}


class Anthropic:
    """The protocol of `/messages`."""

    name = "anthropic"
    path = "/messages"
    key_scheme: Literal["bearer", "x-api-key"] = "x-api-key"
    headers: Mapping[str, str] = {"anthropic-version": "2023-06-01"}
    rungs: tuple[Rung, ...] = ("tool", "text")

    def body(self, request: Request, quirks: Quirks) -> dict[str, Any]:
        """See `Wire.body`."""
        body: dict[str, Any] = {
            "model": request.model,
            "max_tokens": request.max_tokens,
            "messages": _turns(request.messages),
        }
        system = "\n\n".join(message.text for message in request.messages if message.role == "system")
        if system:
            body["system"] = system
        if request.temperature is not None and "no temperature" not in quirks:
            body["temperature"] = min(request.temperature, 1.0)
        if request.is_streamed:
            body["stream"] = True
        tools = [_tool(tool.name, tool.about, tool.schema()) for tool in request.tools]
        if request.schema is not None and request.rung == "tool":
            tools.append(_tool(REPLY_TOOL, "Give the reply in this form.", request.schema))
            body["tool_choice"] = {"type": "tool", "name": REPLY_TOOL}
        if tools:
            body["tools"] = tools
        return body

    def read(self, answer: Mapping[str, Any]) -> Reply:
        """See `Wire.read`."""
        failed = failed_inside(answer)
        if failed is not None:
            raise failed
        if not isinstance(answer.get("content"), list):
            raise TryFailed("not_a_reply", json.dumps(answer, ensure_ascii=False)[:160])
        parts = member(answer, "content", list)
        return Reply(
            "".join(member(part, "text", str) for part in parts if member(part, "type", str) == "text"),
            tuple(_call(part) for part in parts if member(part, "type", str) == "tool_use"),
            FINISHES.get(member(answer, "stop_reason", str), "other"),
            _usage(answer.get("usage")),
            member(answer, "model", str),
            thinking="".join(member(part, "thinking", str) for part in parts),
        )

    def reading(self) -> Reading:
        """See `Wire.reading`."""
        return _Events()

    def adapt(self, quirks: Quirks, detail: str) -> Quirks | None:
        """See `Wire.adapt`."""
        found = quirks | {"no temperature"} if "temperature" in detail else quirks
        return found if found != quirks else None


class _Events:
    """A reply that comes in `message_start`, `content_block_delta` … events."""

    def __init__(self) -> None:
        self._blocks: dict[int, dict[str, str]] = {}
        self._usage: dict[str, Any] = {}
        self._model, self._finish = "", ""
        self._is_done = False

    @property
    def received(self) -> str:
        return "".join(block["text"] + block["name"] + block["arguments"] for block in self._blocks.values())

    def feed(self, data: str) -> str:
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            raise TryFailed("not_a_reply", data[:160]) from None
        if not isinstance(event, dict):
            raise TryFailed("not_a_reply", data[:160])
        failed = failed_inside(event)
        if failed is not None:
            raise failed
        match event.get("type"):
            case "message_start":
                message = member(event, "message", dict)
                self._model = member(message, "model", str)
                self._usage |= member(message, "usage", dict)
            case "content_block_start":
                block = member(event, "content_block", dict)
                self._block(event).update(
                    type=member(block, "type", str),
                    text=member(block, "text", str),
                    id=member(block, "id", str),
                    name=member(block, "name", str),
                )
            case "content_block_delta":
                return self._delta(self._block(event), member(event, "delta", dict))
            case "message_delta":
                self._finish = member(member(event, "delta", dict), "stop_reason", str) or self._finish
                self._usage |= member(event, "usage", dict)
            case "message_stop":
                self._is_done = True
        return ""

    def _block(self, event: Mapping[str, Any]) -> dict[str, str]:
        empty = {"type": "", "text": "", "id": "", "name": "", "arguments": ""}
        return self._blocks.setdefault(number(event, "index"), empty)

    def _delta(self, block: dict[str, str], delta: Mapping[str, Any]) -> str:
        block["arguments"] += member(delta, "partial_json", str)
        block["text"] += member(delta, "thinking", str)
        text = str(member(delta, "text", str))
        block["text"] += text
        return text

    def end(self) -> Reply:
        if not self._is_done:
            raise TryFailed("dropped", "")
        blocks = [block for _, block in sorted(self._blocks.items())]
        return Reply(
            "".join(block["text"] for block in blocks if block["type"] == "text"),
            tuple(
                ToolCall(block["id"], block["name"], block["arguments"] or "{}")
                for block in blocks
                if block["type"] == "tool_use"
            ),
            FINISHES.get(self._finish, "other"),
            _usage(self._usage),
            self._model,
            thinking="".join(block["text"] for block in blocks if block["type"] == "thinking"),
        )


def _turns(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    """Turns that alternate: messages of one side in a row become the parts of one turn."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        if message.role == "system":
            continue
        role = "assistant" if message.role == "assistant" else "user"
        if not turns or turns[-1]["role"] != role:
            turns.append({"role": role, "content": []})
        turns[-1]["content"] += _parts(message)
    return turns


def _parts(message: Message) -> list[dict[str, Any]]:
    if message.role == "tool":
        return [{"type": "tool_result", "tool_use_id": message.call_id, "content": message.text}]
    parts: list[dict[str, Any]] = [{"type": "text", "text": message.text}] if message.text.strip() else []
    for call in message.calls:
        parts.append({"type": "tool_use", "id": call.id, "name": call.name, "input": _object(call.arguments)})
    return parts


def _object(arguments: str) -> dict[str, Any]:
    """Arguments as the object the protocol wants; malformed ones go back as the text they were."""
    try:
        found = json.loads(arguments)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"malformed": arguments}


def _tool(name: str, about: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "description": about, "input_schema": schema}


def _call(part: Mapping[str, Any]) -> ToolCall:
    arguments = json.dumps(part.get("input") or {}, ensure_ascii=False)
    return ToolCall(member(part, "id", str), member(part, "name", str), arguments)


def _usage(value: Any) -> Usage:
    cached = number(value, "cache_read_input_tokens")
    sent = number(value, "input_tokens") + cached + number(value, "cache_creation_input_tokens")
    received = number(value, "output_tokens")
    return Usage(sent, received, cached) if sent or received else Usage(is_estimated=True)
