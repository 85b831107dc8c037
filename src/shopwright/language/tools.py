"""A conversation in which the model calls tools: their arguments are checked, and the number of rounds is limited."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from shopwright.errors import ProviderError
from shopwright.i18n import t
from shopwright.language.messages import Asked, ChatModel, Message, Messages, Reply, Tool, ToolCall, as_messages
from shopwright.language.structured import Invalid, parse

__all__ = ["Action", "Conversation", "converse"]


@dataclass(frozen=True, slots=True)
class Action:
    """A tool and what it does.

    Attributes:
        tool: what the model is told of it.
        run: takes the arguments, an instance where the tool names a pydantic model and else a dictionary; gives back
            what the model is to read.
    """

    tool: Tool
    run: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Conversation:
    """How a conversation ended.

    Attributes:
        reply: the last reply, which calls no tool.
        messages: everything that was said, calls and results included.
        rounds: how often the model was asked.
    """

    reply: Reply
    messages: tuple[Message, ...]
    rounds: int


def converse(
    model: ChatModel, messages: Messages, actions: Sequence[Action], *, rounds: int = 8, **asked: Unpack[Asked]
) -> Conversation:
    """Ask, run the tools that are called, and go on until the model calls none.

    Arguments that do not fit go back to the model once, with the reason; the second time the conversation ends. The
    same holds for a tool that there is not.

    Raises:
        ProviderError: calls that cannot be run (CHAT-19), or more rounds than allowed (CHAT-20).
    """
    told, by_name = as_messages(messages), {action.tool.name: action for action in actions}
    asked["tools"] = [action.tool for action in actions]
    has_failed = False
    for done in range(1, rounds + 1):
        reply = model.reply(told, **asked)
        told = (*told, reply.message())
        if not reply.calls:
            return Conversation(reply, told, done)
        for call in reply.calls:
            try:
                result = _run(call, by_name)
            except Invalid as invalid:
                if has_failed:
                    raise _not_usable(call, invalid) from None
                has_failed, result = True, f"error: {invalid}"
            told = (*told, Message("tool", result, call_id=call.id))
    raise ProviderError(
        t("the model went on calling tools"),
        why=t("after {n} rounds it had not come to an end", n=rounds),
        fix=t("allow more rounds, or give it fewer tools"),
        code="CHAT-20",
    )


def _run(call: ToolCall, actions: dict[str, Action]) -> str:
    action = actions.get(call.name)
    if action is None:
        raise Invalid(f"there is no tool {call.name!r}; tools are: {', '.join(actions)}")
    if isinstance(action.tool.arguments, type):
        return action.run(parse(call.arguments or "{}", action.tool.arguments))
    try:
        found = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        raise Invalid("the arguments are not JSON") from None
    if not isinstance(found, dict):
        raise Invalid("the arguments are not a JSON object")
    missing = [name for name in action.tool.arguments.get("required", ()) if name not in found]
    if missing:
        raise Invalid(f"missing: {', '.join(missing)}")
    return action.run(found)


def _not_usable(call: ToolCall, invalid: Invalid) -> ProviderError:
    return ProviderError(
        t("the model called {tool} in a way it cannot be", tool=repr(call.name[:80])),
        why=t("the second time too: {reason}", reason=str(invalid)),
        fix=t("make the tool's arguments simpler, or use a larger model"),
        code="CHAT-19",
    )
