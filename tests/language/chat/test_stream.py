"""Streamed replies: however the bytes are cut, whatever breaks, and nobody waits for ever."""

from __future__ import annotations

import json
import time

import pytest
from tests.language.chat.server import (
    chunks_of,
    drips,
    drops,
    events_of,
    page,
    refuses,
    says,
    stalls,
    streams,
)

from shopwright.errors import ProviderError
from shopwright.language.messages import Usage

pytestmark = pytest.mark.loopback
TEXT = "Ihr Paket kommt 明天到 🚚, e custa R$ 3."


def _read(model, **asked):
    pieces = list(model.stream("Hi", **asked))
    assert pieces[-1].text == ""
    assert "".join(piece.text for piece in pieces) == pieces[-1].reply.text
    return pieces[-1].reply, [piece.text for piece in pieces[:-1]]


def _row(model):
    (row,) = model.ledger.rows()
    return row


@pytest.mark.parametrize("cut", [0, 1, 7])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_events_are_read_however_they_are_cut(server, client, cut, end):
    comment = f": keep-alive{end}{end}event: ping{end}id: 3{end}{end}".encode()
    server.does(streams(comment + events_of(chunks_of(TEXT), end=end), cut=cut))
    model = client()
    reply, texts = _read(model)
    assert reply.text == TEXT
    assert len(texts) > 3
    assert reply.usage == Usage(12, 5)
    assert server.seen[0].body["stream_options"] == {"include_usage": True}
    assert _row(model)["outcome"] == "ok"


@pytest.mark.parametrize("empty", [b"data:\n\n", b"data: \n\n", b"data:\ndata:\n\n"], ids=["bare", "space", "twice"])
def test_events_without_data_keep_the_line_open_and_say_nothing(server, client, empty):
    server.does(streams(empty + events_of(chunks_of(TEXT)[:3], done=False) + empty + events_of(chunks_of(TEXT)[3:])))
    assert _read(client())[0].text == TEXT


@pytest.mark.parametrize(
    "pieces, text",
    [
        (["on its way \ud83d", "\ude9a!"], "on its way 🚚!"),
        (["\ud83d", "", "\ude9a"], "🚚"),
        (["cut \ud83d", " off"], "cut \ufffd off"),
        (["cut \ud83d"], "cut \ufffd"),
        (["\ude9a alone"], "\ufffd alone"),
    ],
)
def test_halves_of_a_sign_are_joined_or_replaced(server, client, pieces, text):
    """JSON may escape the two halves of an emoji in two events; a half alone can be written nowhere."""
    chunks = [json.dumps({"choices": [{"delta": {"content": piece}}]}) for piece in pieces]
    end = events_of([{"choices": [{"delta": {}, "finish_reason": "stop"}]}])
    server.does(streams("".join(f"data: {chunk}\n\n" for chunk in chunks).encode() + end))
    reply, texts = _read(client())
    assert reply.text == text
    assert all(piece.encode("utf-8") for piece in texts)


def test_usage_is_estimated_where_the_stream_gives_none(server, client):
    server.does(streams(events_of(chunks_of(TEXT, usage=False))))
    model = client()
    reply, _ = _read(model)
    assert reply.usage.is_estimated
    assert _row(model)["tokens_out"] > 5


def test_a_server_without_stream_options_is_asked_without(server, client):
    server.does(refuses(400, "Unrecognized request argument: stream_options"), streams(events_of(chunks_of(TEXT))))
    assert _read(client())[0].text == TEXT
    assert "stream_options" not in server.seen[1].body


def test_a_stream_may_end_without_done(server, client):
    server.does(streams(events_of(chunks_of(TEXT), done=False)))
    assert _read(client())[0].text == TEXT


def test_calls_come_in_pieces_too(server, client):
    def delta(**call):
        return {"choices": [{"delta": {"tool_calls": [call]}}]}

    chunks = [
        delta(index=0, id="a", function={"name": "order", "arguments": ""}),
        delta(index=0, function={"arguments": '{"id"'}),
        delta(index=1, id="b", function={"name": "stock", "arguments": "{}"}),
        delta(index=0, function={"arguments": ": 7}"}),
        {"choices": [{"delta": {}, "finish_reason": "tool_calls"}]},
    ]
    server.does(streams(events_of(chunks)))
    reply, _ = _read(client())
    assert [(call.id, call.name, json.loads(call.arguments)) for call in reply.calls] == [
        ("a", "order", {"id": 7}),
        ("b", "stock", {}),
    ]
    assert reply.finish == "tool_calls"


@pytest.mark.parametrize(
    "behaviour",
    [
        says(TEXT),
        streams(events_of(chunks_of(TEXT)), kind="text/plain"),
        streams(events_of(chunks_of(TEXT)), kind="application/json"),
    ],
    ids=["not streamed", "as text", "as JSON"],
)
def test_a_server_that_does_not_stream_or_says_it_wrongly_is_understood(server, client, behaviour):
    server.does(behaviour)
    assert _read(client())[0].text == TEXT


BEGUN = events_of(chunks_of(TEXT)[:3], done=False)


@pytest.mark.parametrize(
    "then, code, outcome",
    [(stalls, "CHAT-04", "timeout"), (drops, "CHAT-05", "dropped"), (None, "CHAT-05", "dropped"),
     (drips(b"400\r\n" + b": x\n" * 256), "CHAT-04", "deadline")],
    ids=["stall", "drop", "early end", "drip"],
)  # fmt: skip
def test_a_stream_that_breaks_off_is_an_error_and_is_paid_for(server, client, then, code, outcome):
    server.does(streams(BEGUN, then=then), says("must not be asked again"))
    model = client(silence=0.3, deadline=1.0)
    got, began = [], time.monotonic()
    with pytest.raises(ProviderError) as caught:
        got += [piece.text for piece in _each(model, got)]
    assert "".join(got) == TEXT[:12]
    assert caught.value.code == code
    assert caught.value.__context__ is None
    assert time.monotonic() - began < 15
    assert len(server.seen) == 1
    row = _row(model)
    assert (row["outcome"], row["estimated"]) == (outcome, 1)
    assert row["tokens_in"] > 0 < row["tokens_out"]


def _each(model, got):
    for piece in model.stream("Hi"):
        got.append(piece.text)
        yield from ()


@pytest.mark.parametrize("first", [refuses(503), streams(b": x\n\n", then=drops), drops], ids=["503", "begun", "drop"])
def test_what_breaks_before_the_first_piece_is_tried_again(server, client, first):
    server.does(first, streams(events_of(chunks_of(TEXT))))
    model = client()
    assert _read(model)[0].text == TEXT
    assert model.ledger.rows()[0]["outcome"] == "ok"
    assert len(model.ledger.rows()) == 2


BROKEN = {
    "page": (page(), "CHAT-11"),
    "no JSON": (streams(b"data: {oops\n\n"), "CHAT-15"),
    "no object": (streams(b"data: 3\n\n"), "CHAT-15"),
    "error": (streams(b'data: {"error": {"message": "bad", "type": "invalid"}}\n\n'), "CHAT-08"),
    "nothing": (streams(b"data: [DONE]\n\n"), "CHAT-16"),
    "refused": (refuses(401), "CHAT-06"),
    "large page": (lambda handler, _: handler.give(200, b"<p>" * 2**23, "text/html"), "CHAT-12"),
    "endless": (streams(b"data: {}" * 2**21 + b"\n\n"), "CHAT-12"),
}


@pytest.mark.parametrize("behaviour, code", list(BROKEN.values()), ids=list(BROKEN))
def test_streams_that_are_none_have_clear_errors(server, client, behaviour, code):
    server.does(behaviour)
    with pytest.raises(ProviderError) as caught:
        list(client(tries=2).stream("Hi"))
    assert caught.value.code == code
    assert caught.value.__context__ is None


def _call(id_, **more):
    return {"choices": [{"delta": {"tool_calls": [{"id": id_, "function": {"name": id_, "arguments": "{}"}, **more}]}}]}


@pytest.mark.parametrize("more", [{}, {"index": None}, {"index": [1]}, {"index": "1"}], ids=str)
def test_calls_of_tools_are_told_apart_without_a_number(server, client, more):
    end = {"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}
    server.does(streams(events_of([_call("a", index=0), _call("b", **more), end])))
    reply, _ = _read(client())
    assert [(call.id, call.name, call.arguments) for call in reply.calls] == [("a", "a", "{}"), ("b", "b", "{}")]


def test_a_stream_nobody_reads_to_its_end_is_closed_and_paid_for(server, client):
    server.does(streams(BEGUN, then=stalls))
    model = client()
    stream = model.stream("Hi")
    assert next(stream).text == TEXT[:4]
    stream.close()
    row = _row(model)
    assert row["outcome"] == "left"
    assert row["tokens_in"] > 0 < row["tokens_out"]


def test_many_streams_at_once_do_not_mix(server, client):
    from concurrent.futures import ThreadPoolExecutor

    server.does(lambda handler, body: streams(events_of(chunks_of(body["messages"][0]["content"] * 5)))(handler, body))
    model = client()

    def ask(text):
        return list(model.stream(text))[-1].reply.text

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, map(str, range(24)))) == [str(n) * 5 for n in range(24)]
    assert len(model.ledger.rows()) == 24
