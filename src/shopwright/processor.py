"""How many processors there are to use, and that threads that wait leave them to others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import Any

__all__ = ["cores", "one_thread", "waiting_threads_yield"]


def cores() -> int:
    """Processors this process may use, no more than OMP_NUM_THREADS where that is set."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(there, int(asked)) if asked.isdigit() and int(asked) else there)


def waiting_threads_yield() -> None:
    """Let the threads of GNU OpenMP sleep soon when they wait: to be called before a library loads it.

    They spin for milliseconds otherwise; on a machine that does something else too, trees took nine times as long.
    What the user has set stays.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")


_hold = RLock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold the linear algebra of numpy and scipy to one thread inside the block.

    For sums whose digits would otherwise depend on how many threads there are, and for small ones, where threads that
    wait for each other take longer than the sum. Blocks in several threads of one process wait for each other: each
    would else let go of what another holds.
    """
    with _hold, _controller().limit(limits=1):
        yield


@cache
def _controller() -> Any:
    import scipy.linalg  # noqa: F401  (its BLAS has to be loaded before it can be held to one thread)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
