"""The chat completions protocol: OpenAI, DeepSeek, Qwen, vLLM, Ollama, llama.cpp, transformers serve and many more.

They differ in what they take; what a server refuses is left out or renamed, and remembered (`Quirks`).
"""

from __future__ import annotations

import json
import re
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
    text_of,
)
from shopwright.language.strict import strict

__all__ = ["OpenAICompatible"]

FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}
# What servers have been seen to refuse, and the word their error names it by
LEAVE_OUT = ("stream_options", "temperature", "seed", "parallel_tool_calls", "strict")


class OpenAICompatible:
    """The protocol of `/chat/completions`."""

    name = "openai"
    path = "/chat/completions"
    key_scheme: Literal["bearer", "x-api-key"] = "bearer"
    headers: Mapping[str, str] = {}
    rungs: tuple[Rung, ...] = ("schema", "tool", "json", "text")

    def body(self, request: Request, quirks: Quirks) -> dict[str, Any]:
        """See `Wire.body`."""
        limit = "max_completion_tokens" if "max_completion_tokens" in quirks else "max_tokens"
        body: dict[str, Any] = {
            "model": request.model,
            "messages": [_message(message) for message in request.messages],
            limit: request.max_tokens,
        }
        if request.temperature is not None and "no temperature" not in quirks:
            body["temperature"] = request.temperature
        if request.seed is not None and "no seed" not in quirks:
            body["seed"] = request.seed
        if request.is_streamed:
            body["stream"] = True
            if "no stream_options" not in quirks:
                body["stream_options"] = {"include_usage": True}
        tools = [_tool(tool.name, tool.about, tool.schema()) for tool in request.tools]
        if request.schema is not None:
            tools += _ask_for(body, request.schema, request.rung, is_strict="no strict" not in quirks)
        if tools:
            body["tools"] = tools
        return body

    def read(self, answer: Mapping[str, Any]) -> Reply:
        """See `Wire.read`."""
        failed = failed_inside(answer)
        if failed is not None:
            raise failed
        choices = member(answer, "choices", list)
        if not choices or not isinstance(choices[0], Mapping) or not isinstance(choices[0].get("message"), Mapping):
            raise TryFailed("not_a_reply", json.dumps(answer, ensure_ascii=False)[:160])
        message = choices[0]["message"]
        calls = tuple(
            _call(member(call, "id", str) or f"call_{at}", member(call, "function", dict))
            for at, call in enumerate(member(message, "tool_calls", list))
        )
        refusal = member(message, "refusal", str)
        return Reply(
            text_of(message.get("content")) or refusal,
            calls,
            _finish(choices[0].get("finish_reason"), bool(calls), bool(refusal)),
            usage_of(answer.get("usage")),
            member(answer, "model", str),
            thinking=member(message, "reasoning_content", str) or member(message, "reasoning", str),
        )

    def reading(self) -> Reading:
        """See `Wire.reading`."""
        return _Chunks()

    def adapt(self, quirks: Quirks, detail: str) -> Quirks | None:
        """See `Wire.adapt`."""
        found = set(quirks)
        if "max_completion_tokens" in detail:
            found ^= {"max_completion_tokens"}
        found |= {f"no {name}" for name in LEAVE_OUT if re.search(rf"\b{name}\b", detail)}
        return frozenset(found) if found != quirks else None


class _Chunks:
    """A reply that comes in `chat.completion.chunk` events."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._refusal: list[str] = []
        self._calls: dict[int, dict[str, str]] = {}
        self._finish, self._model = "", ""
        self._usage: Any = None
        self._is_done = False

    @property
    def received(self) -> str:
        arguments = (call["name"] + call["arguments"] for call in self._calls.values())
        return "".join([*self._text, *self._thinking, *self._refusal, *arguments])

    def feed(self, data: str) -> str:
        if data.strip() == "[DONE]":
            self._is_done = True
            return ""
        try:
            chunk = json.loads(data)
        except (ValueError, RecursionError):
            raise TryFailed("not_a_reply", data[:160]) from None
        if not isinstance(chunk, dict):
            raise TryFailed("not_a_reply", data[:160])
        failed = failed_inside(chunk)
        if failed is not None:
            raise failed
        self._model = member(chunk, "model", str) or self._model
        self._usage = chunk.get("usage") or self._usage
        choices = member(chunk, "choices", list)
        return self._choice(choices[0]) if choices else ""

    def _choice(self, choice: Any) -> str:
        delta = member(choice, "delta", dict)
        self._finish = member(choice, "finish_reason", str) or self._finish
        self._thinking.append(member(delta, "reasoning_content", str) or member(delta, "reasoning", str))
        self._refusal.append(member(delta, "refusal", str))
        for at, call in enumerate(member(delta, "tool_calls", list)):
            kept = self._calls.setdefault(self._place(call, at), {"id": "", "name": "", "arguments": ""})
            function = member(call, "function", dict)
            kept["id"] = member(call, "id", str) or kept["id"]
            kept["name"] += member(function, "name", str)
            kept["arguments"] += _arguments(function)
        text = text_of(delta.get("content"))
        self._text.append(text)
        return text

    def _place(self, call: Any, at: int) -> int:
        """Which call a piece belongs to. Some servers leave the index out: then a new id begins a new one."""
        index = call.get("index") if isinstance(call, dict) else None
        if isinstance(index, int):
            return index
        last, id_ = max(self._calls, default=-1), member(call, "id", str)
        if not id_:
            return max(at, last)
        return next((place for place, kept in self._calls.items() if kept["id"] == id_), last + 1)

    def end(self) -> Reply:
        if not self._is_done and not self._finish:
            raise TryFailed("dropped", "")
        calls = tuple(
            ToolCall(call["id"] or f"call_{at}", call["name"], call["arguments"] or "{}")
            for at, call in sorted(self._calls.items())
        )
        refusal = "".join(self._refusal)
        return Reply(
            "".join(self._text) or refusal,
            calls,
            _finish(self._finish, bool(calls), bool(refusal)),
            usage_of(self._usage),
            self._model,
            thinking="".join(self._thinking),
        )


def _message(message: Message) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id, "content": message.text}
    told: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.calls:
        told["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.calls
        ]
    return told


def _tool(name: str, about: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "description": about, "parameters": schema}}


def _ask_for(body: dict[str, Any], schema: Mapping[str, Any], rung: Rung, *, is_strict: bool) -> list[dict[str, Any]]:
    """Ask for structured output; returns the tool that stands for it, where it is one."""
    if rung == "schema":
        wanted, can_be_strict = strict(schema)
        form: dict[str, Any] = {"name": REPLY_TOOL, "schema": wanted}
        if is_strict:
            form["strict"] = can_be_strict
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    elif rung == "json":
        body["response_format"] = {"type": "json_object"}
    elif rung == "tool":
        body["tool_choice"] = {"type": "function", "function": {"name": REPLY_TOOL}}
        return [_tool(REPLY_TOOL, "Give the reply in this form.", schema)]
    return []


def _arguments(function: Mapping[str, Any]) -> str:
    """Arguments as JSON text; some servers send them as an object."""
    found = function.get("arguments")
    if isinstance(found, str):
        return found
    return "" if found is None else json.dumps(found, ensure_ascii=False)


def _call(name: str, function: Mapping[str, Any]) -> ToolCall:
    return ToolCall(name, member(function, "name", str), _arguments(function) or "{}")


def _finish(reason: Any, has_calls: bool, is_refused: bool) -> Finish:
    if is_refused:
        return "refusal"
    if has_calls and reason != "length":
        return "tool_calls"
    return FINISHES.get(str(reason), "stop" if reason is None else "other")


def usage_of(value: Any) -> Usage:
    """Tokens as the server counts them; DeepSeek names its cache otherwise. None counted: to be estimated."""
    sent, received = number(value, "prompt_tokens"), number(value, "completion_tokens")
    if not sent and not received:
        return Usage(is_estimated=True)
    cached = number(member(value, "prompt_tokens_details", dict), "cached_tokens")
    return Usage(sent, received, min(sent, cached or number(value, "prompt_cache_hit_tokens")))
