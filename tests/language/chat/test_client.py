"""Whole replies from a real server: what is sent, what comes back, what is tried again and what is not."""

from __future__ import annotations

import json
import time

import pytest
from tests.language.chat.server import (
    calls,
    completion,
    drips,
    drops,
    gives,
    page,
    refuses,
    says,
    stalls,
    tool_call,
)

from shopwright.errors import ProviderError, UsageError
from shopwright.language.messages import Message, Usage

pytestmark = pytest.mark.loopback


def _code(action):
    with pytest.raises(ProviderError) as caught:
        action()
    assert caught.value.__context__ is None, "a chained exception may show the request with its key"
    return caught.value.code


def _rows(model):
    return list(reversed(model.ledger.rows()))


def test_a_reply_and_what_was_sent(server, client):
    model = client()
    reply = model.reply(
        [Message("system", "Be brief."), Message("user", "你好 \x00🙂")], purpose="memo", temperature=0.5
    )
    assert (reply.text, reply.finish, reply.model) == ("Hello!", "stop", "m-2026")
    assert reply.usage == Usage(12, 5, 2)
    (seen,) = server.seen
    assert seen.path == "/v1/chat/completions"
    assert "authorization" not in seen.headers
    assert seen.body == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "你好 \x00🙂"}],
        "max_tokens": 1000,
        "temperature": 0.5,
    }


def test_half_a_sign_is_replaced(server, client):
    """A text cut in the middle of an emoji: JSON takes it, no file and no terminal does."""
    half = "cut \ud83d"
    answer = json.dumps(completion(half, tool_calls=[tool_call("note", f'{{"text": "{half}')])).encode()
    server.does(lambda handler, _: handler.give(200, answer))
    reply = client().reply("Hi")
    assert reply.text == "cut \ufffd"
    assert reply.calls[0].arguments.endswith("cut \ufffd")


def test_every_try_is_in_the_ledger(server, client, hands):
    server.does(refuses(500), refuses(503), says("at last"))
    model = client()
    assert model.reply("Hi", purpose="memo").text == "at last"
    rows = _rows(model)
    assert [row["outcome"] for row in rows] == ["server", "server", "ok"]
    assert [row["try"] for row in rows] == [1, 2, 3]
    assert len({row["call"] for row in rows}) == 1
    assert [row["estimated"] for row in rows] == [1, 1, 0]
    assert rows[0]["tokens_in"] > 0
    assert len(hands.waits) == 2
    assert hands.waits[0] < hands.waits[1]


@pytest.mark.parametrize("after, low", [("7", 7.0), ("Sat, 14 Mar 2026 12:00:07 GMT", 7.0)])
def test_retry_after_is_honoured(server, client, hands, after, low):
    server.does(refuses(429, Retry_After=after), says())
    assert client().reply("Hi").text == "Hello!"
    (wait,) = hands.waits
    assert low <= wait < low + 1


def test_a_retry_after_beyond_the_deadline_is_not_waited_for(server, client, hands):
    server.does(refuses(429, "slow down", Retry_After="3600"), says())
    assert _code(lambda: client().reply("Hi")) == "CHAT-09"
    assert hands.waits == []
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    "status, code",
    [(400, "CHAT-08"), (401, "CHAT-06"), (403, "CHAT-06"), (404, "CHAT-07"), (422, "CHAT-08"), (402, "CHAT-35")],
)
def test_what_would_fail_again_is_not_tried_again(server, client, status, code):
    server.does(refuses(status, "model 'm' does not exist"), says())
    model = client()
    with pytest.raises(ProviderError) as caught:
        model.reply("Hi")
    assert caught.value.code == code
    assert "does not exist" in str(caught.value.why)
    assert len(server.seen) == 1
    (row,) = _rows(model)
    assert (row["tokens_in"], row["estimated"]) == (0, 0)  # refused before any work


def test_no_credit_is_not_a_limit_that_passes(server, client):
    server.does(gives({"error": {"message": "quota", "code": "insufficient_quota"}}, 429), says())
    assert _code(lambda: client().reply("Hi")) == "CHAT-35"
    assert len(server.seen) == 1


def test_the_tries_have_an_end(server, client):
    server.does(refuses(500))
    model = client(tries=3)
    assert _code(lambda: model.reply("Hi")) == "CHAT-10"
    assert len(server.seen) == 3


ANSWERS = {
    "page": (page(), "CHAT-11"),
    "page of a gateway": (page(502), "CHAT-10"),
    "half of it": (lambda handler, _: handler.give(200, b'{"choices": [{"mess'), "CHAT-11"),
    "nothing": (lambda handler, _: handler.give(200, b""), "CHAT-11"),
    "no text": (lambda handler, _: handler.give(200, b"\xff\xfe\x00"), "CHAT-11"),
    "deep": (lambda handler, _: handler.give(200, b"[" * 100_000), "CHAT-11"),
    "list": (gives([1, 2]), "CHAT-15"),
    "no members": (gives({}), "CHAT-15"),
    "no choices": (gives({"choices": []}), "CHAT-15"),
    "no message": (gives({"choices": [{"message": None}]}), "CHAT-15"),
    "no object": (gives({"choices": ["x"]}), "CHAT-15"),
    "error inside": (gives({"error": {"message": "wrong", "type": "invalid_request_error"}}), "CHAT-08"),
    "error as a text": (gives({"error": "wrong"}), "CHAT-08"),
    "overload inside": (gives({"error": {"message": "busy", "type": "overloaded_error"}}), "CHAT-10"),
    "empty reply": (says(""), "CHAT-16"),
    "all tokens thought away": (says(None, finish="length"), "CHAT-16"),
    "dropped": (drops, "CHAT-05"),
    "huge": (lambda handler, _: handler.give(200, b" " * (17 * 2**20)), "CHAT-12"),
    "no HTTP": (lambda handler, _: handler.wfile.write(b"garbage\r\n\r\n"), "CHAT-05"),
    "moved": (lambda handler, _: handler.give(302, b"", Location="https://elsewhere.example/v1"), "CHAT-13"),
}


@pytest.mark.parametrize("behaviour, code", list(ANSWERS.values()), ids=list(ANSWERS))
def test_answers_that_are_none_have_clear_errors(server, client, behaviour, code):
    server.does(behaviour)
    assert _code(lambda: client(tries=2).reply("Hi")) == code


HOLD_UPS = {
    "stall": stalls,
    "headers drip": drips(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 5000),
    "body drips": drips(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n" + b" " * 9000
    ),
}


@pytest.mark.parametrize("behaviour", list(HOLD_UPS.values()), ids=list(HOLD_UPS))
def test_a_server_that_stalls_or_drips_is_left_at_the_deadline(server, client, behaviour):
    server.does(behaviour)
    model = client(deadline=0.4)
    began = time.monotonic()
    assert _code(lambda: model.reply("Hi")) == "CHAT-04"
    assert time.monotonic() - began < 15  # the server would go on for much longer
    (row,) = _rows(model)
    assert (row["outcome"], row["estimated"]) == ("deadline", 1)


def test_nobody_listens(server, client):
    model = client(given={"url": "http://127.0.0.1:1/v1"}, tries=2)
    assert _code(lambda: model.reply("Hi")) == "CHAT-02"
    assert [row["tokens_in"] for row in _rows(model)] == [0, 0]


@pytest.mark.parametrize("finish, means", [("length", "length"), ("content_filter", "content_filter"), ("eos", "stop")])
def test_how_a_reply_ended_is_told(server, client, finish, means):
    server.does(says("Half a", finish=finish))
    assert client().reply("Hi").finish == means


def test_a_refusal_is_told(server, client):
    server.does(gives(completion(None, refusal="I cannot help with that.")))
    model = client()
    reply = model.reply("Hi")
    assert (reply.finish, reply.text) == ("refusal", "I cannot help with that.")
    assert _rows(model)[0]["outcome"] == "refusal"


def test_thinking_is_kept_apart(server, client):
    server.does(gives(completion("42", reasoning_content="hm")))
    reply = client().reply("Hi")
    assert (reply.text, reply.thinking) == ("42", "hm")
    assert "hm" not in repr(reply)


def test_calls_of_tools_are_told_whatever_form_they_have(server, client):
    odd = {"function": {"name": "stock", "arguments": {"sku": "A"}}}  # Ollama has sent objects, and no id
    server.does(calls(tool_call("order", '{"id": 7}'), odd))
    reply = client().reply("Hi")
    assert [(call.id, call.name, call.arguments) for call in reply.calls] == [
        ("c1", "order", '{"id": 7}'),
        ("call_1", "stock", '{"sku": "A"}'),
    ]
    assert reply.finish == "tool_calls"


def test_tokens_are_estimated_where_the_server_does_not_count(server, client):
    server.does(says("Hello!", usage=False))
    model = client()
    reply = model.reply("Hi")
    assert reply.usage.is_estimated
    assert reply.usage.tokens_in > 0 < reply.usage.tokens_out
    assert _rows(model)[0]["estimated"] == 1


def test_a_parameter_the_server_refuses_is_renamed_and_remembered(server, client, tmp_path):
    message = (
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    )
    server.does(refuses(400, message), refuses(400, "'temperature' does not support 0.5"), says())
    folder = tmp_path / "shop"
    assert client(root=folder).reply("Hi", temperature=0.5).text == "Hello!"
    assert [set(seen.body) & {"max_tokens", "max_completion_tokens", "temperature"} for seen in server.seen] == [
        {"max_tokens", "temperature"},
        {"max_completion_tokens", "temperature"},
        {"max_completion_tokens"},
    ]
    client(root=folder).reply("Hi", temperature=0.5)
    assert "max_completion_tokens" in server.seen[3].body
    assert len(server.seen) == 4


def test_a_server_that_takes_neither_name_is_not_asked_for_ever(server, client):
    server.does(refuses(400, "max_completion_tokens and max_tokens are both wrong"))
    assert _code(lambda: client().reply("Hi")) == "CHAT-08"
    assert len(server.seen) < 8


@pytest.mark.parametrize(
    "asked, messages",
    [
        ({"temperature": 3.0}, "Hi"),
        ({"max_tokens": 0}, "Hi"),
        ({"temprature": 0.1}, "Hi"),
        ({}, ""),
        ({}, []),
        ({}, [Message("system", "only")]),
        ({}, [Message("robot", "Hi")]),
    ],
    ids=["hot", "no tokens", "misspelt", "no text", "no message", "system only", "no role"],
)
def test_a_question_that_is_none_is_not_sent(server, client, asked, messages):
    with pytest.raises(UsageError):
        client().reply(messages, **asked)
    assert server.seen == []


def test_a_megabyte_and_lone_surrogates_are_sent(server, client):
    model = client()
    model.reply("a" * 2**20)
    model.reply("\ud800 odd")
    assert len(server.seen[0].body["messages"][0]["content"]) == 2**20
    assert server.seen[1].body["messages"][0]["content"] == "? odd"


async def _together(model):
    import asyncio

    return await asyncio.gather(model.areply("Hi"), model.areply("Hi"))


def test_asynchronous_programs_can_ask_too(server, client):
    import asyncio

    assert [reply.text for reply in asyncio.run(_together(client()))] == ["Hello!", "Hello!"]
