"""One endpoint over HTTP: deadline, retries, rate limit, circuit breaker; keys stay in headers and out of all else.

    with Transport("https://api.example.com/v1", key=find_key(url)) as endpoint:
        answer = endpoint.post("/embeddings", {"model": "m", "input": ["a"]})     # a JSON object, or ProviderError

A caller that must know of every try (the ledger does) composes `retried` with `post_once` or `open_once` itself.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import httpx2

from shopwright.language.keys import Secret, mask
from shopwright.language.providers.address import checked, is_here
from shopwright.language.providers.clock import Clock
from shopwright.language.providers.failure import AGAIN, TryFailed, explain
from shopwright.language.providers.limits import Limits, gate
from shopwright.language.providers.loop import Loop
from shopwright.language.providers.stream import Stream
from shopwright.language.providers.talk import LARGEST, Line, read_all, refusal
from shopwright.language.providers.waiting import backoff
from shopwright.log import logger

__all__ = ["LARGEST", "Limits", "Transport"]

T = TypeVar("T")
SERVERS_FAULT = frozenset({"unreachable", "timeout", "deadline", "dropped", "server"})


class Transport:
    """Requests to one endpoint; may be shared by threads.

    Args:
        url: where the endpoint's API begins: `https://api.openai.com/v1`, `http://localhost:11434/v1`.
        key: sent in a header; empty where the server needs none.
        scheme: how the key is sent: `Authorization: Bearer`, or `x-api-key`.
        headers: further headers; they are shown in no error.
        limits: how long, how often and how many times.
        verify: certificates to trust in place of the system's.
        clock: time and chance.

    Raises:
        ProviderError: the URL is none (CHAT-25), holds a secret (CHAT-26) or would send the key in clear (CHAT-37).
    """

    def __init__(
        self,
        url: str,
        *,
        key: Secret | None = None,
        scheme: Literal["bearer", "x-api-key"] = "bearer",
        headers: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        verify: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.key = key or Secret("")
        self.url = checked(url, has_key=bool(self.key))
        self.limits, self.clock = limits or Limits(), clock or Clock()
        self._sent = {"Accept-Encoding": "identity", **(headers or {}), **_with_key(self.key, scheme)}
        self._secrets = (self.key, *(Secret(value) for value in (headers or {}).values() if len(value) >= 16))
        self._gate = gate(_origin(self.url), self.limits.per_minute, self.clock)
        self._line = Line(Loop(), verify, is_direct=is_here(self.url))

    def __repr__(self) -> str:
        return f"Transport({self.url!r})"

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        self._line.close()

    @property
    def is_here(self) -> bool:
        """Whether the endpoint is on this machine."""
        return is_here(self.url)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON object the endpoint answers with.

        Raises:
            ProviderError: no try worked within the deadline.
        """
        return self.retried(lambda left: self.post_once(path, body, left))

    def retried(self, once: Callable[[float], T], ends: float | None = None) -> T:
        """What `once(seconds left)` returns, tried again with growing waits while it fails in a way that may pass.

        Args:
            once: one try, which raises `TryFailed` where it failed.
            ends: reading of the clock at which the deadline is, where several calls share one.

        Raises:
            ProviderError: no try worked within the deadline; whatever else `once` raises goes through.
        """
        ends = self.clock.seconds() + self.limits.deadline if ends is None else ends
        failed: TryFailed | None = None
        for tried in range(1, self.limits.tries + 1):
            failed = self._barred(ends)
            if failed is None:
                try:
                    done = once(max(0.001, ends - self.clock.seconds()))
                except TryFailed as caught:
                    failed = caught
                    self._learn(failed)
                else:
                    self.worked()
                    return done
            wait = self._wait(failed, tried, ends)
            if wait is None:
                break
            logger(__name__).info("%s: %s; next try in %.1f s", self.url, failed.kind, wait)
            self.clock.sleep(wait)
        assert failed is not None
        raise explain(failed, endpoint=self.url, tries=tried)

    def worked(self) -> None:
        """Note that a call came through: a breaker that was open closes."""
        self._gate.breaker.worked()

    def _barred(self, ends: float) -> TryFailed | None:
        """Why no request may go out, which says nothing of the server; None, after a wait if need be, where it may."""
        left = ends - self.clock.seconds()
        if left <= 0:
            return TryFailed("deadline", was_sent=False)
        rest = self._gate.breaker.wait()
        if rest > 0:
            return TryFailed("open", f"{rest:.0f} s", was_sent=False)
        wait = self._gate.bucket.take(left)
        if wait is None:
            return TryFailed("limited", "language.calls_per_minute", was_sent=False)
        if wait > 0:
            self.clock.sleep(wait)
        return None

    def _learn(self, failed: TryFailed) -> None:
        if failed.kind in SERVERS_FAULT:
            self._gate.breaker.failed()
        else:
            self.worked()

    def _wait(self, failed: TryFailed, tried: int, ends: float) -> float | None:
        """Seconds to wait before the next try; None where there is none, or the deadline comes first."""
        if failed.kind not in AGAIN or tried >= self.limits.tries:
            return None
        wait = backoff(tried, self.clock.chance())
        if failed.retry_after is not None:
            wait = failed.retry_after + wait * 0.1  # a little later than asked, and not all at once
        return wait if self.clock.seconds() + wait < ends else None

    def post_once(self, path: str, body: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """The JSON object of a single try.

        Raises:
            TryFailed: it did not work.
        """
        status, headers, content = self._line.run(
            read_all, self.url + path, self._sent, _bytes(body), seconds, self.masked
        )
        self._must_be_well(status, headers, content)
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            raise TryFailed("not_json", self.masked(_start(content)), status) from None
        if not isinstance(found, dict):
            raise TryFailed("not_a_reply", self.masked(_start(content)), status)
        return found

    def open_once(self, path: str, body: Mapping[str, Any], seconds: float) -> Stream:
        """The events of a single try's answer; close it when done.

        Raises:
            TryFailed: it did not begin.
        """
        stream = Stream(
            self._line,
            self.url + path,
            self._sent,
            _bytes(body),
            seconds=seconds,
            silence=self.limits.silence,
            masked=self.masked,
        )
        status, headers, content = stream.opened
        try:
            self._must_be_well(status, headers, content)
        except TryFailed:
            stream.close()
            raise
        return stream

    def _must_be_well(self, status: int, headers: httpx2.Headers, content: bytes) -> None:
        failed = refusal(status, headers, content, self.clock.now(), self.masked)
        if failed is not None:
            raise failed

    def masked(self, text: str) -> str:
        """The text without this endpoint's key, and without what looks like one."""
        return mask(text, *self._secrets)


def _with_key(key: Secret, scheme: str) -> dict[str, str]:
    if not key:
        return {}
    return {"x-api-key": key.reveal()} if scheme == "x-api-key" else {"Authorization": f"Bearer {key.reveal()}"}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _bytes(body: Mapping[str, Any]) -> bytes:
    # A lone surrogate is no text: it is sent as a question mark rather than breaking the request
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _start(content: bytes) -> str:
    return " ".join(content[:400].decode("utf-8", "replace").split())[:160]
