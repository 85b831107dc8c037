"""The events of one streamed answer, pulled one at a time by a thread that waits."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager

import httpx2

from shopwright.language.providers.failure import TryFailed
from shopwright.language.providers.sse import Events
from shopwright.language.providers.talk import LARGEST, Line, Masked, exchange, failure_of, read_some

__all__ = ["Stream"]

Opened = tuple[int, httpx2.Headers, bytes]


class Stream:
    """Iterates over the data of the events; a stall, a drip or a broken line ends it with `TryFailed`.

    Attributes:
        opened: status, headers, and the body where it is no stream of events (an error, a page).
    """

    def __init__(
        self,
        line: Line,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        seconds: float,
        silence: float,
        masked: Masked,
    ) -> None:
        self._line = line
        self._steps = _steps(exchange(line, url, headers, body, min(silence, seconds)), seconds, masked)
        first = line.run(_next, self._steps)
        assert isinstance(first, tuple)  # the first step is what the answer began with
        self.opened: Opened = first

    def __iter__(self) -> Iterator[str]:
        while (events := self._line.run(_next, self._steps)) is not None:
            assert isinstance(events, list)
            yield from events

    def close(self) -> None:
        """Let go of the connection; what was not read is not read."""
        self._line.loop.run(self._steps.aclose())


Step = Opened | list[str] | TryFailed


async def _next(_: Line, steps: AsyncGenerator[Step, None]) -> Step | None:
    return await anext(steps, None)


async def _steps(
    manager: AbstractAsyncContextManager[httpx2.Response], seconds: float, masked: Masked
) -> AsyncGenerator[Step, None]:
    """What the answer began with, then lists of events. Each wait is limited by what is left of `seconds`."""
    ends = asyncio.get_running_loop().time() + seconds
    try:
        async with asyncio.timeout_at(ends):
            response = await manager.__aenter__()
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ssl.SSLError, ValueError) as error:
        yield failure_of(error, masked)
        return
    try:
        async for step in _read(response, ends, masked):
            yield step
    finally:
        await manager.__aexit__(None, None, None)


async def _read(response: httpx2.Response, ends: float, masked: Masked) -> AsyncGenerator[Step, None]:
    chunks, is_stream = response.aiter_bytes(), "event-stream" in response.headers.get("content-type", "")
    try:
        if not (is_stream and response.is_success):
            async with asyncio.timeout_at(ends):
                whole = await read_some(chunks)
            too_large = TryFailed("too_large", f"> {LARGEST >> 20} MB", response.status_code)
            yield too_large if whole is None else (response.status_code, response.headers, whole)
            return
        yield (response.status_code, response.headers, b"")
        events, size = Events(), 0
        while True:
            async with asyncio.timeout_at(ends):
                chunk = await anext(chunks, None)
            size += len(chunk or b"")
            if size > LARGEST:
                yield TryFailed("too_large", f"> {LARGEST >> 20} MB", response.status_code)
                return
            found = events.end() if chunk is None else events.feed(chunk)
            if found:
                yield found
            if chunk is None:
                return
    except (TimeoutError, httpx2.HTTPError, OSError, ssl.SSLError) as error:
        yield failure_of(error, masked)
