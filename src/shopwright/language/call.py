"""One call: what is asked, by when, and what its tries have used so far."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pydantic import BaseModel

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.language.messages import Asked, Reply, Usage
from shopwright.language.providers.failure import TryFailed
from shopwright.language.providers.wire import Request
from shopwright.language.redacting import Redaction
from shopwright.language.tokens import estimate, estimate_prompt, upper

if TYPE_CHECKING:
    from shopwright.language.messages import Message

__all__ = ["Call", "must_be_right", "used", "used_by_failure", "worst"]

# What an endpoint says before it works on a request; nothing is charged for it
FREE = frozenset({"unreachable", "tls", "key", "missing", "refused", "limited", "quota", "moved", "open"})


@dataclass(slots=True)
class Call:
    """A call under way.

    Attributes:
        request: what is asked, without structured output.
        purpose: what for.
        schema: what the reply is to be an instance of.
        redaction: takes personal data out and puts it back; None where nothing leaves the machine.
        use_cache: whether an equal request may be answered from the cache.
        began: reading of the clock.
        ends: reading of the clock at the deadline.
        id: the same for all its tries.
        tries: how many there were.
        usage: tokens of all of them.
        cost: what they cost; None: one of them has no known price.
    """

    request: Request
    purpose: str
    schema: type[BaseModel] | None
    redaction: Redaction | None
    use_cache: bool
    began: float
    ends: float
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    tries: int = 0
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0

    def add(self, usage: Usage, cost: float | None) -> None:
        """Count what a try used."""
        self.usage += usage
        self.cost = None if cost is None or self.cost is None else self.cost + cost

    def finished(self, reply: Reply, currency: str, now: float) -> Reply:
        """The reply with personal data put back, and what the whole call took."""
        if self.redaction is not None:
            reply = self.redaction.reply(reply)
        usage = reply.usage if reply.cached and not self.tries else self.usage
        return replace(reply, usage=usage, cost=self.cost, currency=currency, seconds=now - self.began)


def used(reply: Reply, request: Request) -> Usage:
    """Tokens of a reply, estimated where the server does not count."""
    if not reply.usage.is_estimated:
        return reply.usage
    text = reply.text + reply.thinking + "".join(call.name + call.arguments for call in reply.calls)
    return Usage(_prompt(request), estimate(text), is_estimated=True)


def used_by_failure(failed: TryFailed, request: Request) -> Usage:
    """Tokens of a try that failed: none where the server refused it, else estimated."""
    if failed.kind in FREE or not failed.was_sent:
        return Usage()
    return Usage(_prompt(request), failed.tokens_out, is_estimated=True)


def worst(request: Request) -> Usage:
    """The most a try of this request can use."""
    return Usage(upper(_prompt(request)), request.max_tokens, is_estimated=True)


def _prompt(request: Request) -> int:
    return estimate_prompt(request.messages, request.tools, request.schema)


def must_be_right(asked: Asked, messages: Sequence[Message]) -> None:
    """Check what can be checked before anything is sent.

    Raises:
        UsageError: an argument is out of its range (CHAT-39).
    """
    temperature, most = asked.get("temperature"), asked.get("max_tokens")
    wrong: Text | None = None
    if temperature is not None and not 0 <= temperature <= 2:
        wrong = t("temperature must be from 0 to 2, and is {value}", value=temperature)
    elif most is not None and most < 1:
        wrong = t("max_tokens must be at least 1, and is {value}", value=most)
    elif not all(message.role in ("system", "user", "assistant", "tool") for message in messages):
        wrong = t("a message's role must be system, user, assistant or tool")
    elif unknown := set(asked) - Asked.__annotations__.keys():
        wrong = t("there is no argument {name}", name=", ".join(sorted(unknown)))
    if wrong is not None:
        raise UsageError(
            t("a chat model cannot be asked like this"),
            why=wrong,
            fix=t("see the arguments of ChatModel.reply"),
            code="CHAT-39",
        )
