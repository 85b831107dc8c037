"""A streamed reply under way, also where the server did not stream it after all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from shopwright.language.messages import Reply, whole_signs
from shopwright.language.providers.failure import TryFailed
from shopwright.language.providers.sse import Events
from shopwright.language.providers.stream import Stream
from shopwright.language.providers.wire import Wire

__all__ = ["Live"]


class Live:
    """The texts of a stream one by one, then the whole reply.

    Args:
        stream: what the transport opened.
        wire: the protocol it is in.
        masked: takes secrets out of what errors quote.

    Raises:
        TryFailed: it is no reply.
    """

    def __init__(self, stream: Stream, wire: Wire, masked: Callable[[str], str]) -> None:
        self._stream, self._reading, self._masked = stream, wire.reading(), masked
        self._whole: Reply | None = None
        self._data: Iterator[str] = iter(stream)
        status, headers, content = stream.opened
        if "event-stream" in headers.get("content-type", ""):
            return
        if content.lstrip().startswith((b"data:", b"event:", b":")):  # events under a wrong name
            events = Events()
            self._data = iter(events.feed(content) + events.end())
            return
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            said = " ".join(content[:400].decode("utf-8", "replace").split())[:160]
            raise TryFailed("not_json", masked(said), status) from None
        if not isinstance(found, dict):
            raise TryFailed("not_a_reply", masked(str(found)[:160]), status)
        self._whole = wire.read(found).in_whole_signs()

    @property
    def received(self) -> str:
        """All text so far: what is charged for."""
        return self._whole.text if self._whole else self._reading.received

    def texts(self) -> Iterator[str]:
        """Texts that are not empty, as they come.

        Raises:
            TryFailed: the stream stalled, broke off or told of an error.
        """
        if self._whole is not None:
            yield self._whole.text
            return
        half = ""
        try:
            for data in self._data:
                text = half + self._reading.feed(data)
                half = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""  # its other half may come next
                text = text[: len(text) - len(half)]
                if text:
                    yield whole_signs(text)
            if half:
                yield whole_signs(half)
        except TryFailed as failed:
            failed.detail = self._masked(failed.detail)
            raise

    def reply(self) -> Reply:
        """The whole reply, once the texts are read."""
        return self._whole or self._reading.end().in_whole_signs()

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()
