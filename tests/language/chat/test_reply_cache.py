"""The cache of replies: what is not asked twice."""

from __future__ import annotations

import pytest
from pydantic import BaseModel
from tests.language.chat.server import chunks_of, completion, events_of, gives, says, streams

from shopwright.language.ledger import Ledger
from shopwright.language.messages import Message
from shopwright.language.state import State

loopback = pytest.mark.loopback
PRICED = {"price_in": 1000.0, "price_out": 10_000.0}  # of a million: a thousandth and a hundredth each


@pytest.fixture
def book(tmp_path):
    return Ledger(State(tmp_path / "state.sqlite"))


@loopback
def test_an_equal_question_is_answered_from_the_cache_at_no_cost(server, client, tmp_path):
    folder = tmp_path / "shop"
    first = client(root=folder, **PRICED).reply("Hi", temperature=0, purpose="memo")
    model = client(root=folder, **PRICED)
    again = model.reply("Hi", temperature=0, purpose="other")
    assert (again.text, again.cached, again.cost) == (first.text, True, 0.0)
    assert len(server.seen) == 1
    row = model.ledger.rows()[0]
    assert (row["cached"], row["cost"], row["tokens_in"], row["purpose"], row["outcome"]) == (1, 0.0, 0, "other", "ok")


class Answer(BaseModel):
    a: int


class Other(BaseModel):
    b: int


@loopback
def test_whatever_differs_is_asked_again(server, client):
    server.does(says('{"a": 1, "b": 2}'))
    model = client()
    ways = [
        {}, {"max_tokens": 9}, {"seed": 1}, {"temperature": 0.5, "cache": True}, {"schema": Answer}, {"schema": Other},
    ]  # fmt: skip
    for asked in ways * 2:
        model.reply("Hi", **{"temperature": 0, **asked})
    assert len(server.seen) == len(ways)
    model.reply("Hi ", temperature=0)
    model.reply([Message("system", "x"), Message("user", "Hi")], temperature=0)
    assert len(server.seen) == len(ways) + 2


@loopback
@pytest.mark.parametrize(
    "asked", [{}, {"temperature": 0.7}, {"temperature": 0, "cache": False}], ids=["plain", "warm", "off"]
)
def test_only_what_repeats_itself_or_is_asked_for_is_cached(server, client, asked):
    model = client()
    for _ in range(2):
        assert not model.reply("Hi", **asked).cached
    assert len(server.seen) == 2


@loopback
def test_half_a_reply_is_not_kept(server, client):
    server.does(gives(completion("Half", finish="length")), says("Whole"))
    model = client()
    assert [model.reply("Hi", temperature=0).text for _ in range(3)] == ["Half", "Whole", "Whole"]


@loopback
def test_a_cached_instance_is_an_instance_again(server, client):
    server.does(says('{"a": 1}'))
    model = client()
    replies = [model.reply("Hi", schema=Answer, temperature=0) for _ in range(2)]
    assert [reply.as_(Answer).a for reply in replies] == [1, 1]
    assert replies[1].cached
    assert len(server.seen) == 1


@loopback
def test_streams_are_cached_too(server, client):
    server.does(streams(events_of(chunks_of("Hello there"))))
    model = client()
    for _ in range(2):
        *_, last = model.stream("Hi", temperature=0)
        assert last.reply.text == "Hello there"
    assert last.reply.cached
    assert len(server.seen) == 1
    assert model.books.cache.clear() == 1


@loopback
@pytest.mark.parametrize("is_streamed_first", [True, False])
def test_a_streamed_reply_and_a_whole_one_answer_for_each_other(server, client, is_streamed_first):
    """Streaming is how a reply travels, not what is asked: the key is model, messages, parameters and schema."""
    server.does(
        lambda handler, body: (streams(events_of(chunks_of("Hello"))) if "stream" in body else says())(handler, body)
    )
    model = client()

    def stream():
        return [*model.stream("Hi", temperature=0)][-1].reply

    def whole():
        return model.reply("Hi", temperature=0)

    first, second = (stream, whole) if is_streamed_first else (whole, stream)
    assert not first().cached
    assert second().cached
    assert len(server.seen) == 1
