"""An event loop on a thread of its own: whatever runs there ends at its deadline, whichever step it is stuck in.

Blocking sockets know a limit for each read only, so a server that sends one byte at a time holds them for ever.
"""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["Loop"]

T = TypeVar("T")


class Loop:
    """Runs coroutines for threads that wait for them; the thread starts with the first and ends with `close`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0
        self._end: weakref.finalize[Any, Any] | None = None

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, or its exception; where the wait is interrupted the work is cancelled."""
        future = asyncio.run_coroutine_threadsafe(work, self._started())
        try:
            return future.result()
        finally:
            future.cancel()

    def is_new_process(self) -> bool:
        """Whether this process was forked from the one whose loop this was: nothing of it can be used here."""
        return self._process not in (0, os.getpid())

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self.is_new_process():
                self._loop = asyncio.new_event_loop()
                self._process = os.getpid()
                thread = threading.Thread(target=_serve, args=(self._loop,), name="shopwright-http", daemon=True)
                thread.start()
                self._end = weakref.finalize(self, _stop, self._loop, thread, self._process)
            return self._loop

    def close(self) -> None:
        """End the thread; a later `run` starts another one."""
        with self._lock:
            if self._end is not None and not self.is_new_process():
                self._end()
            self._loop = self._end = None


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def _stop(loop: asyncio.AbstractEventLoop, thread: threading.Thread, process: int) -> None:
    if process != os.getpid() or loop.is_closed():
        return
    loop.call_soon_threadsafe(loop.stop)
    if threading.current_thread() is not thread:
        thread.join(timeout=5)
