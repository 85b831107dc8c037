"""What holds for every chat model: the client of a real server and the doubles alike."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import BaseModel
from tests.language.chat.server import Server, chunks_of, completion, events_of, gives, streams

from shopwright.errors import ShopError, UsageError
from shopwright.language.configured import chat
from shopwright.language.doubles import Echo, Scripted
from shopwright.language.messages import ChatModel, Message, Reply
from shopwright.language.replay import Recorder, Replay

pytestmark = pytest.mark.loopback
QUESTIONS = ["Where is my order?", "你好 🚚", "line\nbreak", "  spaces  kept ", '{"a": 7}', "x" * 5000]


class Answer(BaseModel):
    a: int


def _echoes(handler, body):
    text = body["messages"][-1]["content"]
    if text.startswith("Reply") or body.get("tools"):
        text = next(message["content"] for message in body["messages"] if message["role"] == "user")
    answer = streams(events_of(chunks_of(text))) if body.get("stream") else gives(completion(text))
    answer(handler, body)


@pytest.fixture(params=["client", "echo", "scripted", "recorder", "replay"])
def model(request, tmp_path):
    """Models that say again what they are told."""
    if request.param == "client":
        server = Server()
        server.does(_echoes)
        with chat("m", url=server.url, shop=tmp_path) as client:
            yield client
        server.stop()
        return
    if request.param == "replay":
        recorder = Recorder(Echo(), tmp_path / "f")
        for question in QUESTIONS:
            recorder.reply(question)
        recorder.reply('{"a": 7}', schema=Answer)
        recorder.reply([Message("system", "Be brief."), Message("user", "Hi")], purpose="memo", cache=False)
    yield {
        "echo": lambda: Echo(),
        "scripted": lambda: Scripted(*[lambda messages: messages[-1].text] * 50),
        "recorder": lambda: Recorder(Echo(), tmp_path / "g"),
        "replay": lambda: Replay(tmp_path / "f"),
    }[request.param]()


def test_it_is_a_chat_model_with_a_name(model):
    assert isinstance(model, ChatModel)
    assert model.name


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_a_text_gets_a_whole_reply(model, question):
    reply = model.reply(question)
    assert isinstance(reply, Reply)
    assert (reply.text, reply.finish, reply.parsed) == (question, "stop", None)
    assert reply.usage.tokens_in > 0 < reply.usage.tokens_out
    assert reply.model


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_a_stream_says_the_same_in_pieces_and_ends_with_the_whole(model, question):
    *pieces, last = model.stream(question)
    assert "".join(piece.text for piece in pieces) == question
    assert all(piece.text and piece.reply is None for piece in pieces)
    assert (last.text, last.reply.text) == ("", question)
    assert last.reply.usage.tokens_out > 0


def test_a_conversation_and_arguments_are_taken(model):
    told = [Message("system", "Be brief."), Message("user", "Hi")]
    assert model.reply(told, purpose="memo", cache=False).text == "Hi"


def test_a_schema_gives_an_instance(model):
    reply = model.reply('{"a": 7}', schema=Answer)
    assert reply.as_(Answer) == Answer(a=7)
    assert json.loads(reply.text) == {"a": 7}


@pytest.mark.parametrize(
    "messages", ["", " \n", [], [Message("system", "x")]], ids=["empty", "blank", "none", "system"]
)
def test_nothing_to_reply_to_is_a_usage_error(model, messages):
    with pytest.raises(UsageError):
        model.reply(messages)
    with pytest.raises(ShopError):
        next(model.stream(messages))


@pytest.mark.parametrize(
    "asked", [{"temperature": -1}, {"max_tokens": 0}, {"tempratur": 1}], ids=["cold", "none", "typo"]
)
def test_arguments_out_of_range_are_a_usage_error(model, asked):
    with pytest.raises(UsageError):
        model.reply("Hi", **asked)


def test_threads_may_share_it(model):
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda question: model.reply(question).text, QUESTIONS)) == QUESTIONS


def test_its_representation_is_short_and_plain(model):
    model.reply(QUESTIONS[0])
    assert QUESTIONS[0] not in repr(model)
