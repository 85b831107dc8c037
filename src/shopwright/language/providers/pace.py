"""A download that trickles is given up: a read's own time limit starts anew with every byte and never ends one.

As curl's `--speed-limit` and `--speed-time`: so few bytes in so long a time are no download any more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

__all__ = ["TooSlow", "paced_hub"]

PATIENCE = 60.0  # seconds that are looked at together
SLOWEST = 1024.0  # bytes a second; a file of 90 MB would take a day at that pace


class TooSlow(OSError):
    """Fewer bytes came than any working connection brings."""


class _Paced(httpx2.SyncByteStream):
    """A response's bytes, as long as they come."""

    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        since, came = time.monotonic(), 0
        for piece in self._stream:
            yield piece
            came += len(piece)
            passed = time.monotonic() - since
            if passed < PATIENCE:
                continue
            if came < SLOWEST * passed:
                raise TooSlow(f"{came} bytes in {passed:.0f} seconds")
            since, came = time.monotonic(), 0

    def close(self) -> None:
        self._stream.close()


def _pace(response: httpx2.Response) -> None:
    if isinstance(response.stream, httpx2.SyncByteStream):
        response.stream = _Paced(response.stream)


@contextmanager
def paced_hub() -> Iterator[None]:
    """Within it huggingface_hub gives up what trickles, with `TooSlow`.

    Its Rust client for large files (`hf_xet`) keeps time by no rule of ours, so files come by plain HTTP.
    """
    from huggingface_hub import constants, set_client_factory
    from huggingface_hub.utils import _http

    usual = getattr(_http, "_GLOBAL_CLIENT_FACTORY", _http.default_client_factory)

    def paced() -> httpx2.Client:
        client = usual()
        hooks = client.event_hooks
        client.event_hooks = {**hooks, "response": [*hooks.get("response", ()), _pace]}
        return client

    was_plain = constants.HF_HUB_DISABLE_XET
    set_client_factory(paced)
    constants.HF_HUB_DISABLE_XET = True
    try:
        yield
    finally:
        constants.HF_HUB_DISABLE_XET = was_plain
        set_client_factory(usual)
