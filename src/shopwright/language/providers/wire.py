"""What a provider file does: turns a request into its protocol's body, and the answer into a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from shopwright.language.messages import Message, Reply, Rung, Tool
from shopwright.language.providers.failure import TryFailed

__all__ = ["REPLY_TOOL", "Quirks", "Reading", "Request", "Wire", "failed_inside", "member", "number", "text_of"]

REPLY_TOOL = "reply"  # the tool that stands for structured output
Quirks = frozenset[str]


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to be put into a protocol's form.

    Attributes:
        model: which model.
        messages: the conversation, redacted.
        tools: what it may call.
        schema: JSON schema of the reply wanted, None where any text will do.
        rung: how the schema is asked for.
        temperature: None: the server's default.
        max_tokens: most tokens of the reply.
        seed: None: none.
        is_streamed: whether the reply is wanted in pieces.
    """

    model: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    schema: Mapping[str, Any] | None = None
    rung: Rung = ""
    temperature: float | None = None
    max_tokens: int = 1000
    seed: int | None = None
    is_streamed: bool = False


class Reading(Protocol):
    """Reads one streamed reply."""

    def feed(self, data: str) -> str:
        """The text that an event adds.

        Raises:
            TryFailed: it is no event of this protocol, or tells of an error.
        """

    def end(self) -> Reply:
        """The whole reply.

        Raises:
            TryFailed: the stream ended before the reply did.
        """

    @property
    def received(self) -> str:
        """All text so far, thoughts and arguments included: what is charged for."""


class Wire(Protocol):
    """One protocol."""

    name: str
    path: str
    key_scheme: Literal["bearer", "x-api-key"]
    headers: Mapping[str, str]
    rungs: tuple[Rung, ...]

    def body(self, request: Request, quirks: Quirks) -> dict[str, Any]:
        """What is sent."""

    def read(self, answer: Mapping[str, Any]) -> Reply:
        """The reply in a whole answer.

        Raises:
            TryFailed: it is none.
        """

    def reading(self) -> Reading:
        """A reader of a streamed answer."""

    def adapt(self, quirks: Quirks, detail: str) -> Quirks | None:
        """Quirks with which to ask again after the server refused a parameter; None where it is not about one."""


def member(value: Any, name: str, kind: type) -> Any:
    """A member of what should be a JSON object, or an empty `kind` where it is missing or of another type."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, kind) else kind()


def number(value: Any, name: str) -> int:
    """A count in a JSON object, 0 where there is none."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return int(found) if isinstance(found, int | float) and 0 <= found < 1e12 else 0


def text_of(content: Any) -> str:
    """The text of a message's content, which is a text or a list of parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(member(part, "text", str) for part in content)
    return ""


def failed_inside(value: Mapping[str, Any]) -> TryFailed | None:
    """The failure in an answer that says 200 and holds an error."""
    error = value.get("error")
    if not error:
        return None
    said = error if isinstance(error, str) else member(error, "message", str) or str(error)
    kind = str(member(error, "type", str)) + str(error.get("code", "") if isinstance(error, Mapping) else "")
    if "overloaded" in kind or "server" in kind or "internal" in kind or "api_error" in kind or "50" in kind:
        return TryFailed("server", said[:300], 200)
    if "rate_limit" in kind or "429" in kind:
        return TryFailed("limited", said[:300], 200)
    return TryFailed("refused", said[:300], 200)
