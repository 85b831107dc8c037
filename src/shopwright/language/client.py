"""The client of a chat model's endpoint: budget before, ledger after, cache beside, and one deadline around a call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar, Unpack

from shopwright.language.abilities import Abilities
from shopwright.language.budget import Budgets
from shopwright.language.call import Call, must_be_right, used, used_by_failure, worst
from shopwright.language.ledger import Entry, Ledger
from shopwright.language.live import Live
from shopwright.language.messages import Asked, Messages, Piece, Reply, Usage, as_messages
from shopwright.language.prices import Price
from shopwright.language.providers.failure import TryFailed, explain
from shopwright.language.providers.http import Transport
from shopwright.language.providers.wire import Quirks, Request, Wire
from shopwright.language.redacting import Redaction
from shopwright.language.reply_cache import ReplyCache, key_of
from shopwright.language.structured import Invalid
from shopwright.language.tokens import estimate
from shopwright.language.tracing import traced

if TYPE_CHECKING:
    from shopwright.privacy import Names

__all__ = ["Books", "Client"]

Check = Callable[[Reply], Reply]
T = TypeVar("T")
ADAPTIONS = 4


@dataclass(frozen=True)
class Books:
    """Where calls are written down, and what they may cost.

    Attributes:
        ledger: every try.
        budgets: limits checked before each try.
        price: of this model at this endpoint; None: not known.
        cache: replies to equal questions.
        abilities: what the model turned out to be able to do.
    """

    ledger: Ledger
    budgets: Budgets
    price: Price | None
    cache: ReplyCache
    abilities: Abilities


class Client:
    """A `ChatModel` at an endpoint; may be shared by threads. Made by `shopwright.language.chat`.

    Args:
        wire: the protocol.
        transport: the endpoint.
        model: which model.
        books: ledger, budgets, price, cache.
        max_tokens: most tokens of a reply where the call does not say.
        redact: whether personal data is taken out where the call does not say.
        names: names to take out, besides what has a form of its own.
    """

    def __init__(
        self,
        wire: Wire,
        transport: Transport,
        model: str,
        books: Books,
        *,
        max_tokens: int = 1000,
        redact: bool = True,
        names: Names | None = None,
    ) -> None:
        self.wire, self.transport, self.model, self.books = wire, transport, model, books
        self._max_tokens, self._redact, self._names = max_tokens, redact, names

    def __repr__(self) -> str:
        return f"Client({self.model!r}, {self.transport.url!r})"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        self.transport.close()

    @property
    def name(self) -> str:
        """Model and endpoint."""
        return f"{self.model} @ {self.transport.url}"

    @property
    def ledger(self) -> Ledger:
        """Where its calls are written down."""
        return self.books.ledger

    def reply(self, messages: Messages, **asked: Unpack[Asked]) -> Reply:
        """The reply to a text, or to a conversation; arguments in `Asked`.

        Raises:
            ProviderError: there is none within the deadline.
            BudgetError: it would cost more than is left; nothing was sent.
            StoreError: the ledger cannot be written.
        """
        from shopwright.language.ladder import climb

        call = self._call(messages, asked)
        with traced(self.wire.name, self.transport.url, call.purpose, call.request) as trace:
            found = self.ask(call, call.request) if call.schema is None else climb(self, call, call.schema)
            reply = self._finished(call, found)
            trace.replied(reply)
        return reply

    async def areply(self, messages: Messages, **asked: Unpack[Asked]) -> Reply:
        """`reply` for asynchronous programs: it waits on a thread of its own."""
        return await asyncio.to_thread(self.reply, messages, **asked)

    def stream(self, messages: Messages, **asked: Unpack[Asked]) -> Iterator[Piece]:
        """The reply piece by piece, the last piece empty and with the whole; with a schema it comes in one.

        A stream that breaks off before its first piece is tried again, a later one is not: half a reply was read.

        Raises:
            ProviderError: there is none, or it broke off.
            BudgetError: it would cost more than is left; nothing was sent.
        """
        if asked.get("schema") is not None:
            reply = self.reply(messages, **asked)
            yield Piece(reply.text)
            yield Piece("", reply)
            return
        call = self._call(messages, asked)
        with traced(self.wire.name, self.transport.url, call.purpose, call.request) as trace:
            for text, whole in self._streamed(call, replace(call.request, is_streamed=True)):
                if whole is None:
                    shown = text if call.redaction is None else call.redaction.piece(text)
                    if shown:
                        yield Piece(shown)
                    continue
                if call.redaction is not None and (rest := call.redaction.rest()):
                    yield Piece(rest)
                reply = self._finished(call, whole)
                trace.replied(reply)
                yield Piece("", reply)

    def _call(self, messages: Messages, asked: Asked) -> Call:
        told = as_messages(messages)
        must_be_right(asked, told)
        redact, temperature, cache = asked.get("redact"), asked.get("temperature"), asked.get("cache")
        redaction = Redaction(self._names) if (self._redact if redact is None else redact) else None
        now = self.transport.clock.seconds()
        request = Request(
            self.model,
            told if redaction is None else redaction.messages(told),
            tuple(asked.get("tools", ())),
            temperature=temperature,
            max_tokens=asked.get("max_tokens", self._max_tokens),
            seed=asked.get("seed"),
        )
        return Call(
            request,
            asked.get("purpose") or "other",
            asked.get("schema"),
            redaction,
            temperature == 0 if cache is None else cache,
            now,
            now + self.transport.limits.deadline,
        )

    def ask(self, call: Call, request: Request, check: Check | None = None) -> Reply:
        """A reply that passes the check, with placeholders in it; out of the cache where one is kept.

        Raises:
            Invalid: the check did not pass.
            ProviderError: there is none.
        """
        key = self._key(call, request)
        kept = self._kept(call, request, key, check)
        if kept is not None:
            return kept

        def once(left: float) -> Reply:
            return self._adapted(call, left, lambda quirks, rest: self._try(call, request, quirks, rest, check))

        reply = self.transport.retried(once, call.ends)
        if key:
            self.books.cache.put(key, replace(reply, parsed=None))
        return reply

    def _key(self, call: Call, request: Request) -> str:
        """The key in the cache, the same for a streamed reply; empty where none is kept."""
        if not call.use_cache:
            return ""
        return key_of(self.transport.url, self.wire.body(replace(request, is_streamed=False), self._quirks()))

    def _kept(self, call: Call, request: Request, key: str, check: Check | None) -> Reply | None:
        kept = self.books.cache.get(key) if key else None
        if kept is not None and check is not None:
            try:
                kept = check(kept)
            except Invalid:  # the schema's own checks have changed since
                return None
        if kept is not None:
            currency = self.books.price.currency if self.books.price else ""
            self.books.ledger.record(
                Entry(call.id, 0, call.purpose, self.model, self.transport.url, request.rung, "ok", cost=0.0,
                      currency=currency, cached=True, seconds=self.transport.clock.seconds() - call.began)
            )  # fmt: skip
        return kept

    def _adapted(self, call: Call, left: float, attempt: Callable[[Quirks, float], T]) -> T:
        """An attempt, made again at once without a parameter that the server refuses."""
        for _ in range(ADAPTIONS):
            quirks = self._quirks()
            try:
                return attempt(quirks, left)
            except TryFailed as failed:
                adapted = self.wire.adapt(quirks, failed.detail) if failed.kind == "refused" else None
                left = call.ends - self.transport.clock.seconds()
                if adapted is None or left <= 0:
                    raise
                self.learn("quirks", ",".join(sorted(adapted)))
        return attempt(self._quirks(), left)

    def _try(self, call: Call, request: Request, quirks: Quirks, left: float, check: Check | None) -> Reply:
        held = self._reserve(call, request, left)
        began, outcome, usage = (
            self.transport.clock.seconds(),
            "interrupted",
            used_by_failure(TryFailed("timeout"), request),
        )
        try:
            answer = self.transport.post_once(self.wire.path, self.wire.body(request, quirks), left)
            reply = self.wire.read(answer).in_whole_signs()
            usage = used(reply, request)
            _must_say_something(reply)
            self.transport.worked()  # whatever the check thinks of it, the server is well
            outcome = "invalid"
            checked = reply if check is None else check(reply)
            outcome = "ok" if reply.finish != "refusal" else "refusal"
        except TryFailed as failed:
            outcome, failed.detail = failed.kind, self.transport.masked(failed.detail)
            usage = usage if failed.kind in ("empty", "cut") else used_by_failure(failed, request)
            raise
        finally:
            self._record(call, request, outcome, usage, began, held)
        return checked

    def _streamed(self, call: Call, request: Request) -> Iterator[tuple[str, Reply | None]]:
        """Texts of a streamed reply, then an empty one with the whole."""
        key = self._key(call, request)
        kept = self._kept(call, request, key, None)
        if kept is not None:
            yield kept.text, None
            yield "", kept
            return

        def once(left: float) -> Iterator[tuple[str, Reply | None]]:
            return self._adapted(call, left, lambda quirks, rest: _begun(self._open(call, request, quirks, rest)))

        try:
            for text, reply in self.transport.retried(once, call.ends):
                yield text, reply
                if reply is not None and key:
                    self.books.cache.put(key, reply)
        except TryFailed as failed:
            error = explain(failed, endpoint=self.transport.url, tries=call.tries)
        else:
            return
        raise error  # out of the block, so that nothing hangs on it

    def _open(self, call: Call, request: Request, quirks: Quirks, left: float) -> Iterator[tuple[str, Reply | None]]:
        held = self._reserve(call, request, left)
        began, outcome, usage = (
            self.transport.clock.seconds(),
            "interrupted",
            used_by_failure(TryFailed("timeout"), request),
        )
        live: Live | None = None
        try:
            stream = self.transport.open_once(self.wire.path, self.wire.body(request, quirks), left)
            outcome = "left"
            try:
                live = Live(stream, self.wire, self.transport.masked)
                for text in live.texts():
                    yield text, None
                reply = live.reply()
            finally:
                stream.close()
            usage = used(reply, request)
            _must_say_something(reply)
            outcome = "ok" if reply.finish != "refusal" else "refusal"
        except TryFailed as failed:
            outcome, failed.detail = failed.kind, self.transport.masked(failed.detail)
            failed.tokens_out = 0 if live is None else estimate(live.received)
            usage = usage if failed.kind in ("empty", "cut") else used_by_failure(failed, request)
            raise
        finally:
            if outcome == "left":
                usage = replace(usage, tokens_out=0 if live is None else estimate(live.received))
            self._record(call, request, outcome, usage, began, held)
        yield "", reply

    def _reserve(self, call: Call, request: Request, left: float) -> int | None:
        books = self.books
        return books.budgets.reserve(books.ledger, call.purpose, books.price, worst(request), left)

    def _record(self, call: Call, request: Request, outcome: str, usage: Usage, began: float, held: int | None) -> None:
        call.tries += 1
        price = self.books.price
        cost = 0.0 if usage == Usage() else None if price is None else price.cost(usage)
        call.add(usage, cost)
        entry = Entry(
            call.id,
            call.tries,
            call.purpose,
            self.model,
            self.transport.url,
            request.rung,
            outcome,
            usage.tokens_in,
            usage.tokens_out,
            usage.cached_in,
            usage.is_estimated,
            cost,
            price.currency if price else "",
            price.as_of if price else "",
            self.transport.clock.seconds() - began,
        )
        self.books.ledger.record(entry, held)

    def _finished(self, call: Call, reply: Reply) -> Reply:
        currency = self.books.price.currency if self.books.price else ""
        return call.finished(reply, currency, self.transport.clock.seconds())

    def _quirks(self) -> Quirks:
        known = self.known("quirks")
        return frozenset(known.split(",")) if known else frozenset()

    def known(self, name: str) -> str | None:
        """What is remembered of this model at this endpoint."""
        return self.books.abilities.get(self.transport.url, self.model, name)

    def learn(self, name: str, value: str) -> None:
        """Remember something of this model at this endpoint."""
        self.books.abilities.learn(self.transport.url, self.model, name, value)


def _begun(pieces: Iterator[tuple[str, Reply | None]]) -> Iterator[tuple[str, Reply | None]]:
    """The pieces, the first of which is there: what fails before it can be tried again."""
    first = next(pieces)

    def all_of_them() -> Iterator[tuple[str, Reply | None]]:
        try:
            yield first
            yield from pieces
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    return all_of_them()


def _must_say_something(reply: Reply) -> None:
    if reply.text.strip() or reply.calls or reply.finish in ("refusal", "content_filter"):
        return
    raise TryFailed("cut" if reply.finish == "length" else "empty", reply.finish)
