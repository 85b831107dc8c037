"""Anthropic's Messages protocol, whole and streamed."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel
from tests.language.chat.server import drops, gives, refuses, streams

from shopwright.errors import ProviderError
from shopwright.language.messages import Message, Tool, ToolCall, Usage

pytestmark = pytest.mark.loopback


def _answer(*parts, stop="end_turn"):
    usage = {"input_tokens": 10, "output_tokens": 4, "cache_read_input_tokens": 2}
    return {"type": "message", "model": "claude-x", "content": list(parts), "stop_reason": stop, "usage": usage}


def _text(text):
    return {"type": "text", "text": text}


@pytest.fixture
def claude(client, monkeypatch):
    monkeypatch.setenv("SHOPWRIGHT_CHAT_KEY", "sk-ant-0123456789")
    return lambda **language: client(chat_provider="anthropic", **language)


def test_a_conversation_is_put_into_its_form(server, claude):
    server.does(gives(_answer(_text("Sent "), _text("today."))))
    tool = Tool("order", "Find an order.", {"type": "object", "properties": {}})
    reply = claude().reply(
        [
            Message("system", "Be brief."),
            Message("user", "Where is 7?"),
            Message("assistant", "", (ToolCall("t1", "order", '{"id": 7}'), ToolCall("t2", "order", "{oops"))),
            Message("tool", "sent", call_id="t1"),
            Message("tool", "error", call_id="t2"),
            Message("user", "So?"),
        ],
        tools=[tool],
        temperature=1.5,
    )
    assert (reply.text, reply.finish, reply.usage) == ("Sent today.", "stop", Usage(12, 4, 2))
    (seen,) = server.seen
    assert seen.path == "/v1/messages"
    assert seen.headers["x-api-key"] == "sk-ant-0123456789"
    assert seen.headers["anthropic-version"]
    assert "authorization" not in seen.headers
    assert seen.body["system"] == "Be brief."
    assert [turn["role"] for turn in seen.body["messages"]] == ["user", "assistant", "user"]
    assert [part["type"] for part in seen.body["messages"][2]["content"]] == ["tool_result", "tool_result", "text"]
    assert [part["input"] for part in seen.body["messages"][1]["content"]] == [{"id": 7}, {"malformed": "{oops"}]
    assert seen.body["temperature"] == 1.0
    assert seen.body["tools"][0]["name"] == "order"


class Answer(BaseModel):
    a: int


def test_structured_output_is_a_tool_that_must_be_called(server, claude):
    part = {"type": "tool_use", "id": "t", "name": "reply", "input": {"a": 5}}
    server.does(gives(_answer(part, stop="tool_use")))
    reply = claude().reply("Hi", schema=Answer)
    assert (reply.as_(Answer).a, reply.rung) == (5, "tool")
    assert server.seen[0].body["tool_choice"] == {"type": "tool", "name": "reply"}


def _events(*events):
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()


START = {"type": "message_start", "message": {"model": "claude-x", "usage": {"input_tokens": 9, "output_tokens": 1}}}
PIECES = [
    START,
    {"type": "ping"},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hal"}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "lo"}},
    {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "t", "name": "order"}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"id"'}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": ": 7}"}},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 30}},
]


def test_events_become_pieces_and_a_whole(server, claude):
    server.does(streams(_events(*PIECES, {"type": "message_stop"}), cut=5))
    *pieces, last = claude().stream("Hi")
    assert [piece.text for piece in pieces] == ["Hal", "lo"]
    reply = last.reply
    assert (reply.text, reply.thinking, reply.usage) == ("Hallo", "hm", Usage(9, 30))
    assert reply.calls == (ToolCall("t", "order", '{"id": 7}'),)


@pytest.mark.parametrize(
    "behaviour, code",
    [
        (streams(_events(*PIECES)), "CHAT-05"),
        (streams(_events(START), then=drops), "CHAT-05"),
        (
            streams(_events(START, {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}})),
            "CHAT-10",
        ),
        (gives({"type": "message", "content": "x"}), "CHAT-15"),
        (gives({"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}, 400), "CHAT-08"),
        (refuses(529, "overloaded"), "CHAT-10"),
    ],
    ids=["no end", "drop", "overloaded", "no reply", "refused", "529"],
)
def test_what_breaks_is_explained(server, claude, behaviour, code):
    server.does(behaviour)
    with pytest.raises(ProviderError) as caught:
        list(claude(tries=2).stream("Hi"))
    assert caught.value.code == code
