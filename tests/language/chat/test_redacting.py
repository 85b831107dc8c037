"""Personal data stays on this machine: out of what is sent, back into what is shown."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel
from tests.language.chat.server import calls, chunks_of, events_of, says, streams, tool_call

from shopwright.language.messages import Message, Reply, ToolCall
from shopwright.language.redacting import Redaction
from shopwright.privacy import Names

loopback = pytest.mark.loopback
MAIL = "jane@example.com"
TEXT = f"I am Maria Silva, write to {MAIL} about order 536365."


def _sent(server):
    return json.dumps([seen.body for seen in server.seen], ensure_ascii=False)


@loopback
def test_what_leaves_the_machine_holds_no_personal_data(server, client):
    server.does(says("Dear ⟦NAME-1⟧, we wrote to ⟦EMAIL-1⟧ and not to ⟦EMAIL-9⟧."))
    model = client(redact="always", given={"names": Names(["Maria Silva"])})
    reply = model.reply(
        [Message("system", f"Sign as help@shop.example to {MAIL}"), Message("user", TEXT)], temperature=0
    )
    assert reply.text == f"Dear Maria Silva, we wrote to {MAIL} and not to ⟦EMAIL-9⟧."
    user = server.seen[0].body["messages"][1]["content"]
    assert MAIL not in user
    assert "Maria" not in user
    assert "536365" in user
    assert "help@shop.example" in server.seen[0].body["messages"][0]["content"]  # the shop's own words
    for file in model.ledger.state.path.parent.glob("state*"):  # the cache keeps placeholders too
        assert MAIL.encode() not in file.read_bytes()
    assert model.reply(
        [Message("system", f"Sign as help@shop.example to {MAIL}"), Message("user", TEXT)], temperature=0
    ).cached


@loopback
def test_on_this_machine_nothing_is_taken_out_unless_asked(server, client):
    model = client()
    model.reply(TEXT)
    assert MAIL in _sent(server)
    server.seen.clear()
    model.reply(TEXT, redact=True)
    assert MAIL not in _sent(server)


@loopback
def test_a_stream_is_restored_however_placeholders_are_cut(server, client):
    server.does(streams(events_of(chunks_of("Sent to ⟦EMAIL-1⟧, not to ⟦x or ⟦EMAIL-2⟧ ⟦EMA", step=2))))
    *pieces, last = client(redact="always").stream(TEXT)
    text = "".join(piece.text for piece in pieces)
    assert text == last.reply.text == f"Sent to {MAIL}, not to ⟦x or ⟦EMAIL-2⟧ ⟦EMA"
    assert MAIL in [piece.text.strip(",") for piece in pieces]


class Person(BaseModel):
    email: str
    note: str


@loopback
def test_instances_hold_the_real_values(server, client):
    server.does(says('{"email": "⟦EMAIL-1⟧", "note": "⟦NAME-1⟧ wrote"}'))
    model = client(redact="always", given={"names": Names(['Li \\ "Ma"'])})
    reply = model.reply(f'Li \\ "Ma", {MAIL}', schema=Person)
    assert reply.as_(Person).email == MAIL
    assert MAIL not in _sent(server)


@loopback
def test_arguments_of_tools_hold_the_real_values_and_go_back_without(server, client):
    server.does(calls(tool_call("mail", '{"to": "⟦EMAIL-1⟧"}')), says("done"))
    model = client(redact="always")
    first = model.reply(TEXT)
    assert json.loads(first.calls[0].arguments) == {"to": MAIL}
    model.reply([Message("user", TEXT), first.message(), Message("tool", f"sent to {MAIL}", call_id="c1")])
    assert MAIL not in _sent(server)


@loopback
def test_what_a_customer_writes_cannot_stand_for_anothers_data(server, client):
    server.does(says("Yours: ⟦MARK-1⟧ and ⟦EMAIL-1⟧"))
    reply = client(redact="always").reply(f"My code is ⟦EMAIL-1⟧, mail {MAIL}")
    assert reply.text == f"Yours: ⟦EMAIL-1⟧ and {MAIL}"


def test_values_are_escaped_where_they_go_into_json():
    redaction = Redaction()
    redaction._mapping.of("NAME", 'O"Neil \\ Sons')
    back = redaction.reply_as_json(Reply('{"name": "⟦NAME-1⟧"}', (ToolCall("c", "x", '["⟦NAME-1⟧"]'),)))
    assert json.loads(back.text) == {"name": 'O"Neil \\ Sons'}
    assert json.loads(back.calls[0].arguments) == ['O"Neil \\ Sons']
