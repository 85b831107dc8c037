"""A conversation with tools: run, checked, corrected once, and brought to an end."""

from __future__ import annotations

import pytest
from pydantic import BaseModel
from tests.language.chat.server import calls, says, tool_call

from shopwright.errors import ProviderError
from shopwright.language.doubles import Scripted
from shopwright.language.messages import Reply, Tool, ToolCall
from shopwright.language.tools import Action, converse


class Order(BaseModel):
    id: int


LOOKED_UP: list[object] = []
ORDER = Action(Tool("order", "Find an order.", Order), lambda order: f"order {order.id} was sent")
STOCK = Action(
    Tool("stock", "Units.", {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}),
    lambda arguments: f"{arguments['sku']}: 3",
)


def _calls(*asked):
    return Reply("", tuple(ToolCall(f"c{at}", name, arguments) for at, (name, arguments) in enumerate(asked)))


def test_tools_are_run_until_none_is_called():
    model = Scripted(
        _calls(("order", '{"id": 7}'), ("stock", '{"sku": "A"}')),
        ("order 7 was sent", _calls(("stock", '{"sku": "B"}'))),
        ("B: 3", "It was sent."),
    )
    done = converse(model, "Where is 7?", [ORDER, STOCK], purpose="service")
    assert (done.reply.text, done.rounds, model.left) == ("It was sent.", 3, 0)
    assert [message.role for message in done.messages] == [
        "user", "assistant", "tool", "tool", "assistant", "tool", "assistant"]  # fmt: skip
    assert [message.call_id for message in done.messages if message.role == "tool"] == ["c0", "c1", "c0"]
    assert model.asked[0][1]["purpose"] == "service"


MISTAKES = [
    ("order", "{oops"),
    ("order", '{"id": "seven"}'),
    ("order", "[]"),
    ("stock", "{}"),
    ("stock", "3"),
    ("sing", "{}"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[f"{name} {arguments}" for name, arguments in MISTAKES])
def test_a_mistake_goes_back_once_and_then_ends_it(mistake):
    model = Scripted(_calls(mistake), ("error: ", _calls(("order", '{"id": 7}'))), ("was sent", "Good."))
    assert converse(model, "Hi", [ORDER, STOCK]).reply.text == "Good."
    with pytest.raises(ProviderError) as caught:
        converse(Scripted(_calls(mistake), _calls(mistake)), "Hi", [ORDER, STOCK])
    assert caught.value.code == "CHAT-19"


def test_a_model_that_never_stops_is_stopped():
    with pytest.raises(ProviderError) as caught:
        converse(Scripted(*[_calls(("order", '{"id": 1}'))] * 9), "Hi", [ORDER], rounds=3)
    assert caught.value.code == "CHAT-20"


@pytest.mark.loopback
def test_a_conversation_with_a_real_server(server, client):
    server.does(calls(tool_call("order", '{"id": 7}')), says("It was sent."))
    assert converse(client(), "Where is 7?", [ORDER]).reply.text == "It was sent."
    first, second = (seen.body for seen in server.seen)
    assert first["tools"][0]["function"]["parameters"]["required"] == ["id"]
    assert second["messages"][-1] == {"role": "tool", "tool_call_id": "c1", "content": "order 7 was sent"}
    assert second["messages"][-2]["tool_calls"][0]["function"]["name"] == "order"
