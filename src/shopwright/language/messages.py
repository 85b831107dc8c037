"""What is said to a chat model and what it says back; every provider's form is turned into these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, TypedDict, TypeVar, Unpack, runtime_checkable

from pydantic import BaseModel

from shopwright.errors import UsageError
from shopwright.i18n import t

__all__ = ["Asked", "ChatModel", "Finish", "Message", "Messages", "Piece", "Reply", "Rung", "Tool", "ToolCall", "Usage"]

Role = Literal["system", "user", "assistant", "tool"]
Finish = Literal["stop", "length", "tool_calls", "content_filter", "refusal", "other"]
Rung = Literal["", "schema", "tool", "json", "text"]
M = TypeVar("M", bound=BaseModel)
HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool the model wants called.

    Attributes:
        id: the model's name for this call, which the result must carry.
        name: which tool.
        arguments: JSON text as the model wrote it, valid or not.
    """

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation.

    Attributes:
        role: who speaks: `system`, `user`, `assistant`, or `tool` for the result of a call.
        text: what is said.
        calls: tools the assistant called.
        call_id: which call this is the result of.
    """

    role: Role
    text: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""


Messages = str | Sequence[Message]


@dataclass(frozen=True, slots=True)
class Tool:
    """Something the model may ask to have done.

    Attributes:
        name: letters, digits, `_` and `-`.
        about: what it does and when to use it, for the model.
        arguments: a pydantic model, or a JSON schema of an object.
    """

    name: str
    about: str
    arguments: type[BaseModel] | Mapping[str, Any]

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the arguments."""
        if isinstance(self.arguments, type):
            return self.arguments.model_json_schema()
        return dict(self.arguments)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one reply.

    Attributes:
        tokens_in: tokens of the messages, those read from the provider's cache included.
        tokens_out: tokens of the reply, what it thought included.
        cached_in: those of `tokens_in` that the provider had cached.
        is_estimated: whether the server gave no numbers, so that these were estimated from the text.
    """

    tokens_in: int = 0
    tokens_out: int = 0
    cached_in: int = 0
    is_estimated: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.cached_in + other.cached_in,
            self.is_estimated or other.is_estimated,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a chat model said.

    Attributes:
        text: the reply.
        calls: tools it wants called.
        finish: why it ended; `length`, `content_filter` and `refusal` mean the text is not whole.
        usage: tokens, of failed tries too.
        model: which model the server says it was.
        parsed: the instance of the schema asked for.
        thinking: what it thought aloud, where the server shows it.
        cached: whether it came from the cache, at no cost.
        rung: how structured output was got: by `schema`, `tool`, `json` mode or out of plain `text`.
        cost: what it cost in `currency`, failed tries included; None: the price is not known.
        currency: ISO 4217 code.
        seconds: from asking to the end of the reply.
    """

    text: str
    calls: tuple[ToolCall, ...] = ()
    finish: Finish = "stop"
    usage: Usage = Usage()
    model: str = ""
    parsed: BaseModel | None = None
    thinking: str = field(default="", repr=False)
    cached: bool = False
    rung: Rung = ""
    cost: float | None = None
    currency: str = ""
    seconds: float = 0.0

    def as_(self, kind: type[M]) -> M:
        """The parsed instance, typed.

        Raises:
            UsageError: no schema of that kind was asked for.
        """
        if isinstance(self.parsed, kind):
            return self.parsed
        raise UsageError(
            t("this reply holds no {kind}", kind=kind.__name__),
            why=t("it was asked for with another schema, or with none"),
            fix=t("ask with schema={kind}", kind=kind.__name__),
            code="CHAT-38",
        )

    def in_whole_signs(self) -> Reply:
        """The reply without halves of signs, which some servers escape one by one."""
        calls = tuple(replace(call, arguments=whole_signs(call.arguments)) for call in self.calls)
        return replace(self, text=whole_signs(self.text), thinking=whole_signs(self.thinking), calls=calls)

    def message(self) -> Message:
        """The reply as a message, to go on with the conversation."""
        return Message("assistant", self.text, self.calls)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a streamed reply; the last one is empty and carries the whole."""

    text: str
    reply: Reply | None = None


class Asked(TypedDict, total=False):
    """How a reply is wanted; everything may be left out.

    Attributes:
        purpose: what it is for, in the ledger and for budgets: `memo`, `reviews`, `service`.
        schema: a pydantic model; the reply's `parsed` is an instance of it.
        tools: what the model may call.
        temperature: 0 repeats itself most; left out, the server's default holds.
        max_tokens: most tokens of the reply.
        seed: for servers that can repeat a reply.
        cache: whether an equal question may be answered from the cache; by default where the temperature is 0.
        redact: whether personal data is taken out of the messages before they are sent, and put back into the reply.
            What the system says is the shop's own and goes as it is: no text of a customer belongs there.
    """

    purpose: str
    schema: type[BaseModel] | None
    tools: Sequence[Tool]
    temperature: float | None
    max_tokens: int
    seed: int | None
    cache: bool | None
    redact: bool | None


@runtime_checkable
class ChatModel(Protocol):
    """Messages to a reply; the client of an endpoint and the doubles are all one of these."""

    @property
    def name(self) -> str:
        """Which model this is: goes into manifests and the ledger."""

    def reply(self, messages: Messages, **asked: Unpack[Asked]) -> Reply:
        """The reply to a text, or to a conversation.

        Raises:
            ProviderError: there is none.
            BudgetError: it would cost more than is left; nothing was sent.
        """

    def stream(self, messages: Messages, **asked: Unpack[Asked]) -> Iterator[Piece]:
        """The reply piece by piece; errors as in `reply`."""


def whole_signs(text: str) -> str:
    r"""The text with two halves of one sign joined, and a half alone replaced: no file takes one.

    >>> whole_signs("\ud83d\ude00 \ud83d") == "\U0001f600 \ufffd"
    True
    """
    if not HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def as_messages(messages: Messages) -> tuple[Message, ...]:
    """The conversation; one text is one message of the user.

    Raises:
        UsageError: there is nothing to answer.
    """
    if isinstance(messages, str):
        messages = (Message("user", messages),)
    found = tuple(messages)
    if not found or not any(message.text.strip() or message.calls for message in found if message.role != "system"):
        raise UsageError(
            t("there is nothing to reply to"),
            why=t("the messages hold no text but that of the system"),
            fix=t("give a text, or a list of messages with one that is not empty"),
            code="CHAT-36",
        )
    return found
