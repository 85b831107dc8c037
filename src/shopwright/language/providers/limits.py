"""How often an endpoint is called: a token bucket, and a breaker that gives a failing one a rest."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from shopwright.language.providers.clock import Clock

__all__ = ["Breaker", "Bucket", "Gate", "Limits", "gate"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, how often and how many times.

    Attributes:
        deadline: seconds a call may take in all, waits and retries included.
        silence: seconds without a byte after which a stream has failed.
        tries: most tries of one call.
        per_minute: calls a minute on average, for all who call the endpoint in this process; 0: no limit.
    """

    deadline: float = 120.0
    silence: float = 60.0
    tries: int = 4
    per_minute: float = 0.0


class Bucket:
    """At most so many calls a minute on average, `burst` of them at once; shared by threads.

    Args:
        per_minute: calls a minute; 0 or less: no limit.
        burst: calls that may go out together after a pause.
        seconds: a clock that only goes forward.
    """

    def __init__(self, per_minute: float, burst: int, seconds: Callable[[], float]) -> None:
        self._rate = per_minute / 60
        self._burst = max(1, burst)
        self._seconds = seconds
        self._lock = threading.Lock()
        self._left, self._at = float(self._burst), seconds()

    def take(self, longest: float) -> float | None:
        """Take one token and return the seconds to wait for it; None, and none taken, where that is over `longest`."""
        if self._rate <= 0:
            return 0.0
        with self._lock:
            now = self._seconds()
            self._left = min(self._burst, self._left + (now - self._at) * self._rate)
            self._at = now
            wait = max(0.0, (1 - self._left) / self._rate)
            if wait > longest:
                return None
            self._left -= 1
            return wait


class Breaker:
    """Opens after `most` failures in a row; after `rest` seconds lets one call probe, and closes if that one works."""

    def __init__(self, most: int, rest: float, seconds: Callable[[], float]) -> None:
        self._most, self._rest, self._seconds = most, rest, seconds
        self._lock = threading.Lock()
        self._failures = 0
        self._until: float | None = None

    def wait(self) -> float:
        """Seconds until a call may be made; 0: now, and a half-open breaker is this caller's to probe."""
        with self._lock:
            if self._until is None:
                return 0.0
            left = self._until - self._seconds()
            if left <= 0:
                self._until = self._seconds() + self._rest  # others wait for what the probe finds
                return 0.0
            return left

    def worked(self) -> None:
        """A call came through: all is well."""
        with self._lock:
            self._failures, self._until = 0, None

    def failed(self) -> None:
        """A call failed by the server's or the line's fault."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._most:
                self._until = self._seconds() + self._rest


class Gate:
    """Bucket and breaker of one endpoint."""

    def __init__(self, bucket: Bucket, breaker: Breaker) -> None:
        self.bucket, self.breaker = bucket, breaker


_gates: WeakValueDictionary[tuple[object, ...], Gate] = WeakValueDictionary()
_lock = threading.Lock()


def gate(origin: str, per_minute: float, clock: Clock, *, burst: int = 10, most: int = 8, rest: float = 30.0) -> Gate:
    """The gate of an endpoint, one for all who call it in this process: a limit for each caller would be none."""
    key = (origin, per_minute, burst, most, rest, clock)
    with _lock:
        found = _gates.get(key)
        if found is None:
            seconds = clock.seconds
            found = _gates[key] = Gate(Bucket(per_minute, burst, seconds), Breaker(most, rest, seconds))
        return found
