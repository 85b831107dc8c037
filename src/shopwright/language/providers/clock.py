"""Time and chance as a value, so that waits can be told apart from waiting."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["Clock"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a call asks of time.

    Attributes:
        now: the instant, in UTC.
        seconds: seconds that only go forward.
        sleep: waits so many seconds.
        chance: a number from 0 up to 1, another one each time.
    """

    now: Callable[[], datetime] = _now
    seconds: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
