"""Structured output: down the ladder to what a server can do, and what it remembers."""

from __future__ import annotations

import json
from typing import Literal

import pytest
from pydantic import BaseModel, Field, RootModel
from tests.language.chat.server import calls, completion, gives, refuses, says, tool_call

from shopwright.errors import ProviderError, UsageError
from shopwright.language.messages import Tool
from shopwright.language.strict import strict
from shopwright.language.structured import Invalid, parse

loopback = pytest.mark.loopback


class Intent(BaseModel):
    intent: Literal["where", "refund"]
    order: int | None = None
    note: str = Field(default="", max_length=40)


GOOD = '{"intent": "where", "order": 7, "note": ""}'


def _rung(body):
    form = body.get("response_format", {}).get("type")
    if form:
        return {"json_schema": "schema", "json_object": "json"}[form]
    return "tool" if "tool_choice" in body else "text"


@loopback
def test_the_servers_own_schema_is_asked_for_first(server, client):
    server.does(says(GOOD))
    model = client()
    reply = model.reply("Hi", schema=Intent)
    assert reply.as_(Intent) == Intent(intent="where", order=7)
    assert reply.rung == "schema"
    form = server.seen[0].body["response_format"]["json_schema"]
    assert form["strict"] is True
    assert form["schema"]["required"] == ["intent", "order", "note"]
    assert form["schema"]["additionalProperties"] is False
    with pytest.raises(UsageError):
        reply.as_(Tool)


@loopback
def test_a_server_goes_down_to_what_it_can_do_and_that_is_remembered(server, client, tmp_path):
    def only_json(handler, body):
        answer = completion(GOOD) if _rung(body) == "json" else None
        (gives(answer) if answer else refuses(400, "not supported"))(handler, body)

    server.does(only_json)
    folder = tmp_path / "shop"
    model = client(root=folder)
    assert model.reply("Hi", schema=Intent, purpose="x").rung == "json"
    assert [_rung(seen.body) for seen in server.seen] == ["schema", "tool", "json"]
    assert [row["rung"] for row in reversed(model.ledger.rows())] == ["schema", "tool", "json"]
    server.seen.clear()
    assert client(root=folder).reply("Ho", schema=Intent).rung == "json"
    assert [_rung(seen.body) for seen in server.seen] == ["json"]


@loopback
def test_what_is_remembered_is_forgotten_after_a_week(server, client, hands, tmp_path):
    server.does(refuses(400, "no response_format"), calls(tool_call("reply", GOOD)))
    folder = tmp_path / "shop"
    model = client(root=folder)
    assert model.reply("Hi", schema=Intent).rung == "tool"
    hands.passed += 8 * 86_400
    server.seen.clear()
    server.does(says(GOOD))
    model.reply("Hi", schema=Intent)
    assert _rung(server.seen[0].body) == "schema"


@loopback
def test_what_does_not_fit_goes_back_once_with_the_reason(server, client):
    server.does(says('{"intent": "sing"}'), says(GOOD))
    model = client()
    reply = model.reply("Hi", schema=Intent)
    assert reply.parsed == Intent(intent="where", order=7)
    assert "where" in server.seen[1].body["messages"][-1]["content"]
    assert [row["outcome"] for row in reversed(model.ledger.rows())] == ["invalid", "ok"]
    assert reply.usage.tokens_in == 24  # of both
    assert reply.rung == "schema"


@loopback
def test_nothing_that_fits_on_any_rung_is_an_error_with_an_end(server, client):
    server.does(says("I would rather sing."))
    model = client()
    with pytest.raises(ProviderError) as caught:
        model.reply("Hi", schema=Intent)
    assert caught.value.code == "CHAT-18"
    assert [_rung(seen.body) for seen in server.seen] == ["schema"] * 2 + ["tool"] * 2 + ["json"] * 2 + ["text"] * 2
    assert sum(row["tokens_out"] for row in model.ledger.rows()) == 8 * 5


@loopback
@pytest.mark.parametrize(
    "answer, code",
    [(completion('{"intent": "wh', finish="length"), "CHAT-21"),
     (completion(None, refusal="No."), "CHAT-22"),
     (completion("", finish="content_filter"), "CHAT-22")],
    ids=["length", "refusal", "filter"],
)  # fmt: skip
def test_a_reply_that_was_cut_or_refused_is_not_asked_for_again(server, client, answer, code):
    server.does(gives(answer))
    with pytest.raises(ProviderError) as caught:
        client().reply("Hi", schema=Intent)
    assert caught.value.code == code
    assert len(server.seen) == 1


@loopback
def test_a_wrong_key_does_not_send_it_down_the_ladder(server, client):
    server.does(refuses(401))
    with pytest.raises(ProviderError) as caught:
        client().reply("Hi", schema=Intent)
    assert caught.value.code == "CHAT-06"
    assert len(server.seen) == 1


@loopback
def test_all_rungs_share_one_deadline(server, client, hands):
    def slow(handler, body):
        hands.passed += 8
        says("no")(handler, body)

    server.does(slow)
    with pytest.raises(ProviderError) as caught:
        client(deadline=20.0).reply("Hi", schema=Intent)
    assert caught.value.code == "CHAT-04"
    assert len(server.seen) == 3  # what would be sent after the deadline would be paid for, and read by nobody


@loopback
def test_the_models_tools_come_before_the_form(server, client):
    server.does(calls(tool_call("stock", '{"sku": "A"}')))
    tool = Tool("stock", "Units in stock.", {"type": "object", "properties": {"sku": {"type": "string"}}})
    reply = client().reply("Hi", schema=Intent, tools=[tool])
    assert reply.parsed is None
    assert reply.calls[0].name == "stock"
    assert server.seen[0].body["tools"][0]["function"]["name"] == "stock"


@loopback
def test_a_list_is_asked_for_in_plain_text(server, client):
    server.does(says("Sure:\n```json\n[1, 2,]\n```"))
    reply = client().reply("Hi", schema=RootModel[list[int]])
    assert reply.parsed.root == [1, 2]
    assert _rung(server.seen[0].body) == "text"


@loopback
def test_a_stream_with_a_schema_comes_in_one_piece(server, client):
    server.does(says(GOOD))
    *_, last = client().stream("Hi", schema=Intent)
    assert last.reply.as_(Intent).order == 7


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"<think>maybe {{1}}</think>Here you are: {GOOD} Anything else?",
        f"First {{}} then {GOOD}",
        '{"intent": "where", "order": 7,}',
        '{"intent": "where", "order": 7, "note": "a } and a \\" in it"}',
        '﻿ {"intent": "where", "order": 7}',
    ],
    ids=["plain", "fence", "thought", "second", "comma", "brackets", "mark"],
)
def test_json_is_found_where_models_put_it(text):
    found = parse(text, Intent)
    assert (found.intent, found.order) == ("where", 7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "}{",
        "[" * 5000,
        "<think>" * 140_000,
        "```" + "\n" * 900_000 + "x",
        "```json\n" * 100_000,
        '{"intent": "x"}',
        "null",
        '{"intent": ',
        "🙂" * 1000,
        "\x00",
    ],
)
def test_what_is_none_says_why(text):
    with pytest.raises(Invalid):
        parse(text, Intent)


def test_the_reason_shows_no_values():
    with pytest.raises(Invalid) as caught:
        parse(json.dumps({"intent": "where", "order": "jane@example.com"}), Intent)
    assert "order" in str(caught.value)
    assert "jane" not in str(caught.value)


def test_a_schema_with_free_keys_is_not_strict():
    class Free(BaseModel):
        counts: dict[str, int]

    assert strict(Free.model_json_schema())[1] is False
    assert strict(Intent.model_json_schema())[1] is True
    assert "default" not in json.dumps(strict(Intent.model_json_schema())[0])
