"""Structured output by whatever a server can do: its own schemas, a forced tool, JSON mode, JSON in plain text.

Each rung is asked twice at most, the second time with what did not fit; the one that works is remembered.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from shopwright.errors import ProviderError
from shopwright.i18n import Text, t
from shopwright.language.messages import Reply, Rung
from shopwright.language.providers.wire import REPLY_TOOL
from shopwright.language.structured import Invalid, again, instructed, parse_reply

if TYPE_CHECKING:
    from shopwright.language.call import Call
    from shopwright.language.client import Client

__all__ = ["climb"]

GO_DOWN = frozenset({"CHAT-08", "CHAT-10"})  # refused, or broken by the form asked for


def climb(client: Client, call: Call, schema: type[BaseModel]) -> Reply:
    """A reply whose `parsed` is an instance of the schema.

    Raises:
        ProviderError: no rung gave one (CHAT-18), it was cut off (CHAT-21) or refused (CHAT-22).
    """
    wanted = schema.model_json_schema()
    rungs = _rungs(client, call, wanted)
    reason: Text | str = ""
    for rung in rungs:
        try:
            return _stand(client, call, schema, wanted, rung)
        except Invalid as invalid:
            reason = str(invalid)
        except ProviderError as error:
            if error.code not in GO_DOWN or rung == rungs[-1]:
                raise
            reason = error.why if isinstance(error.why, Text) else Text.literal(error.why)
    raise ProviderError(
        t("{model} gave nothing that fits {schema}", model=client.model, schema=schema.__name__),
        why=t("asked in {n} ways; the last time: {reason}", n=len(rungs), reason=reason),
        fix=t("make the schema simpler, or use a larger model"),
        code="CHAT-18",
    )


def _rungs(client: Client, call: Call, wanted: dict[str, Any]) -> tuple[Rung, ...]:
    """The rungs to try, the one that worked last time first."""
    rungs = client.wire.rungs
    if wanted.get("type") != "object" and "$ref" not in wanted:  # a list, say: only plain text can be one
        return ("text",)
    if call.request.tools:  # a forced tool would keep the model from calling another
        rungs = tuple(rung for rung in rungs if rung != "tool")
    known = client.known("rung")
    return tuple(sorted(rungs, key=lambda rung: rung != known))


def _stand(client: Client, call: Call, schema: type[BaseModel], wanted: dict[str, Any], rung: Rung) -> Reply:
    messages = instructed(call.request.messages, wanted, rung)
    request = replace(call.request, messages=messages, schema=wanted, rung=rung)

    def check(reply: Reply) -> Reply:
        return _checked(call, schema, rung, reply)

    try:
        reply = client.ask(call, request, check)
    except Invalid as invalid:
        if invalid.reply is None:
            raise
        repaired = replace(request, messages=again(messages, invalid.reply, invalid))
        reply = client.ask(call, repaired, check)
    if client.known("rung") != rung:
        client.learn("rung", rung)
    return reply


def _checked(call: Call, schema: type[BaseModel], rung: Rung, reply: Reply) -> Reply:
    """The reply with its instance; personal data is back in it before it is checked, as the schema may ask for it."""
    if reply.calls and call.request.tools and all(asked.name != REPLY_TOOL for asked in reply.calls):
        return replace(reply, rung=rung)
    restored = reply if call.redaction is None else call.redaction.reply_as_json(reply)
    try:
        return replace(reply, parsed=parse_reply(restored, schema), rung=rung)
    except Invalid as invalid:
        reason = str(invalid)
    if reply.finish == "length":
        raise ProviderError(
            t("the reply was cut off before it was whole"),
            why=t("it reached the {n} tokens it was allowed", n=call.request.max_tokens),
            fix=t("allow more with max_tokens, or ask for less"),
            code="CHAT-21",
        )
    if reply.finish in ("refusal", "content_filter"):
        raise ProviderError(
            t("the model declined to answer"),
            why=t("it ended with {finish}", finish=reply.finish),
            fix=t("put the request differently, or do without a model here"),
            code="CHAT-22",
        )
    failed = Invalid(reason if call.redaction is None else call.redaction.out(reason))
    failed.reply = reply
    raise failed
