"""Models without a server: scripts, echoes, recordings."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

from shopwright.errors import ProviderError
from shopwright.language.doubles import Echo, Scripted
from shopwright.language.messages import Message, Reply, ToolCall
from shopwright.language.replay import Recorder, Replay
from shopwright.privacy import Names


class Answer(BaseModel):
    a: int


def _code(action):
    with pytest.raises(ProviderError) as caught:
        action()
    return caught.value.code


def test_a_script_gives_what_it_was_given():
    error = ProviderError("x", why="y", fix="z", code="CHAT-00")
    model = Scripted(
        "one", Reply("two", finish="length"), Answer(a=3), lambda messages: messages[-1].text.upper(), error
    )
    assert model.reply("Hi").text == "one"
    assert model.reply("Hi").finish == "length"
    assert model.reply("Hi", schema=Answer).as_(Answer).a == 3
    assert model.reply("four").text == "FOUR"
    assert _code(lambda: model.reply("Hi")) == "CHAT-00"
    assert _code(lambda: model.reply("Hi")) == "CHAT-32"
    assert [messages[-1].text for messages, _ in model.asked] == ["Hi", "Hi", "Hi", "four", "Hi", "Hi"]


def test_a_script_objects_to_another_question():
    model = Scripted(("order 7", "sent"))
    assert _code(lambda: model.reply("Where is order 8?")) == "CHAT-33"


def test_what_does_not_fit_the_schema_is_an_error_of_the_test():
    assert _code(lambda: Echo().reply("no JSON", schema=Answer)) == "CHAT-40"
    assert Echo().reply('{"a": 1}', schema=Answer).as_(Answer).a == 1


MAIL = "jane@example.com"


def test_a_recording_replays_without_secrets_and_personal_data(tmp_path):
    file = tmp_path / "exchanges.jsonl"
    question = f"Write to {MAIL} with key sk-0123456789ab"
    model = Recorder(Scripted(lambda messages: f"I wrote to {MAIL}", "again", '{"a": 1}'), file)
    first = [model.reply(question).text, model.reply(question).text, model.reply("Hi", schema=Answer).parsed]
    assert model.name == "scripted"
    text = file.read_text("utf-8")
    assert MAIL not in text
    assert "sk-0123456789ab" not in text
    assert len([json.loads(line) for line in text.splitlines()]) == 3
    replay = Replay(file)
    assert replay.name == "replay of scripted"
    assert [replay.reply(question).text, replay.reply(question).text, replay.reply("Hi", schema=Answer).parsed] == first
    assert replay.reply(question).text == "again"


def test_names_that_are_known_are_not_recorded(tmp_path):
    names = Names(["Maria da Silva"])
    Recorder(Echo(), tmp_path / "f", names=names).reply("Maria da Silva waits")
    assert "Maria" not in (tmp_path / "f").read_text("utf-8")
    assert Replay(tmp_path / "f", names=names).reply("Maria da Silva waits").text == "Maria da Silva waits"


def test_secrets_in_calls_of_tools_are_not_recorded(tmp_path):
    call = ToolCall("c1", "login", '{"key": "sk-0123456789abcdef"}')
    model = Recorder(Scripted(Reply("", (call,)), "done"), tmp_path / "f")
    first = model.reply("Log in")
    talk = [Message("user", "Log in"), first.message(), Message("tool", "in", call_id="c1")]
    model.reply(talk)
    assert "sk-0123456789abcdef" not in (tmp_path / "f").read_text("utf-8")
    assert Replay(tmp_path / "f").reply(talk).text == "done"


@pytest.mark.parametrize("text", ["a\u2028b", "a\x85b", "a\x0bb\x1cc", "an emoji cut: \ud83d", "a\r\nb"])
def test_a_recording_holds_any_text(tmp_path, text):
    Recorder(Echo(), tmp_path / "f").reply(text)
    assert Replay(tmp_path / "f").reply(text).text == text


@pytest.mark.parametrize(
    "question, asked",
    [("Ho", {}), ("Hi", {"temperature": 0.5}), ("Hi", {"max_tokens": 9}), ("Hi", {"schema": Answer})],
    ids=["text", "temperature", "tokens", "schema"],
)
def test_what_was_not_recorded_is_not_replayed(tmp_path, question, asked):
    Recorder(Echo(), tmp_path / "f").reply("Hi")
    assert _code(lambda: Replay(tmp_path / "f").reply(question, **asked)) == "CHAT-42"


def test_streams_are_recorded_at_their_end(tmp_path):
    list(Recorder(Echo(), tmp_path / "f").stream("Hello you"))
    next(Recorder(Echo(), tmp_path / "f").stream("left alone"))
    replay = Replay(tmp_path / "f")
    assert [piece.text for piece in replay.stream("Hello you")] == ["Hello ", "you", ""]
    assert _code(lambda: replay.reply("left alone")) == "CHAT-42"


@pytest.mark.parametrize(
    "content", [None, "{oops", '{"a": 1}', "[]"], ids=["missing", "no JSON", "no exchange", "list"]
)
def test_a_recording_that_is_none_is_explained(tmp_path, content):
    if content is not None:
        (tmp_path / "f").write_text(content)
    assert _code(lambda: Replay(tmp_path / "f")) == "CHAT-41"


def test_the_system_is_not_echoed():
    assert Echo().reply([Message("user", "Hi"), Message("system", "Be brief.")]).text == "Hi"
