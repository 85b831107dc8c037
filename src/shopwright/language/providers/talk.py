"""One exchange over HTTP, ended by its deadline; what fails becomes a value without the request in it."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

import httpx2

from shopwright.language.providers.failure import Kind, TryFailed
from shopwright.language.providers.hushed import hush
from shopwright.language.providers.loop import Loop
from shopwright.language.providers.waiting import retry_after

__all__ = ["LARGEST", "Line", "exchange", "failure_of", "read_all", "read_some", "refusal"]

LARGEST = 16 * 2**20  # bytes of one answer
CONNECT = 15.0  # seconds to reach the server
T = TypeVar("T")
Masked = Callable[[str], str]


class Line:
    """The connections to one endpoint, and the loop they live on."""

    def __init__(self, loop: Loop, verify: ssl.SSLContext | None, *, is_direct: bool) -> None:
        self.loop = loop
        self._verify, self._is_direct = verify, is_direct
        self._client: httpx2.AsyncClient | None = None

    def run(self, work: Callable[..., Awaitable[T | TryFailed]], *arguments: Any) -> T:
        """What `work(line, ...)` returns, run on the loop.

        Raises:
            TryFailed: it returned one. As a value made there, it drags no exception along that holds the request.
        """

        async def go() -> T | TryFailed:
            return await work(self, *arguments)

        done = self.loop.run(go())
        if isinstance(done, TryFailed):
            raise done
        return done

    def client(self) -> httpx2.AsyncClient:
        """The client of this process, made on first use: reading the system's certificates takes a while."""
        if self._client is None or self.loop.is_new_process():
            hush()
            self._client = httpx2.AsyncClient(
                verify=self._verify or True,
                follow_redirects=False,  # a key must not follow to another host
                trust_env=not self._is_direct,  # a proxy has no way to a server on this machine
            )
        return self._client

    def close(self) -> None:
        """Close the connections and end the loop."""
        client, self._client = self._client, None
        if client is not None and not self.loop.is_new_process():
            self.loop.run(client.aclose())
        self.loop.close()


@asynccontextmanager
async def exchange(
    line: Line, url: str, headers: Mapping[str, str], body: bytes, silence: float
) -> AsyncIterator[httpx2.Response]:
    """The response to a POST, its body yet to be read; `silence` seconds without a byte end it."""
    sent = {"Content-Type": "application/json", **headers}
    limits = httpx2.Timeout(silence, connect=min(silence, CONNECT))
    async with line.client().stream("POST", url, content=body, headers=sent, timeout=limits) as response:
        yield response


async def read_all(
    line: Line, url: str, headers: Mapping[str, str], body: bytes, seconds: float, masked: Masked
) -> tuple[int, httpx2.Headers, bytes] | TryFailed:
    """Status, headers and body of the answer."""
    try:
        async with asyncio.timeout(seconds), exchange(line, url, headers, body, seconds) as response:
            content = await read_some(response.aiter_bytes())
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ssl.SSLError, ValueError) as error:
        return failure_of(error, masked)
    if content is None:
        return TryFailed("too_large", f"> {LARGEST >> 20} MB", response.status_code)
    return response.status_code, response.headers, content


async def read_some(chunks: AsyncIterator[bytes]) -> bytes | None:
    """All the bytes, or None where they are more than an answer may have."""
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            return None
        parts.append(chunk)
    return b"".join(parts)


def failure_of(error: BaseException, masked: Masked) -> TryFailed:
    """The failure behind an exception, as a value that does not hold it."""
    said = masked(str(error))
    kind: Kind = "dropped"
    if _has(error, ssl.SSLCertVerificationError):
        return TryFailed("tls", said, was_sent=False)
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout | httpx2.ProxyError):
        return TryFailed("unreachable", said, was_sent=False)
    if isinstance(error, httpx2.TimeoutException):
        kind = "timeout"
    elif isinstance(error, TimeoutError):
        kind = "deadline"
    elif isinstance(error, httpx2.LocalProtocolError | httpx2.UnsupportedProtocol | httpx2.InvalidURL | ValueError):
        return TryFailed("not_a_reply", said)
    return TryFailed(kind, said)


def _has(error: BaseException | None, kind: type[BaseException]) -> bool:
    for _ in range(8):
        if error is None:
            return False
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


def refusal(status: int, headers: httpx2.Headers, content: bytes, now: datetime, masked: Masked) -> TryFailed | None:
    """What a status outside 200 to 299 means; None for one inside."""
    if 200 <= status < 300:
        return None
    said = masked(_message(content))
    if 300 <= status < 400:
        return TryFailed("moved", masked(headers.get("location", "-"))[:200], status)
    wait = retry_after(headers.get("retry-after"), now)
    if status == 402 or (status == 429 and "insufficient_quota" in content[:4000].decode("utf-8", "replace")):
        return TryFailed("quota", said, status)
    kinds: dict[int, Kind] = {401: "key", 403: "key", 404: "missing", 408: "server", 409: "server", 429: "limited"}
    return TryFailed(kinds.get(status, "server" if status >= 500 else "refused"), said, status, wait)


def _message(content: bytes) -> str:
    """What an error answer says: its message where it is JSON of a known form, else how it begins."""
    text = content[:20_000].decode("utf-8", "replace")
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        inner = found.get("error", found.get("detail", found.get("message")))
        found = inner.get("message") if isinstance(inner, dict) else inner
    return " ".join((found if isinstance(found, str) else text).split())[:300]
