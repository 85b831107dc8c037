"""How long to wait before the next try."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["backoff", "retry_after"]

FIRST, MOST = 0.5, 30.0  # seconds


def backoff(failures: int, chance: float) -> float:
    """Seconds before the try after so many failures: doubled each time, with full jitter (AWS, Brooker 2015).

    A tenth of the range is always waited, so that chance cannot make it none.
    """
    ceiling = min(MOST, FIRST * float(2 ** min(failures - 1, 30)))
    return ceiling * (0.1 + 0.9 * chance)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or an HTTP date); None: says nothing.

    >>> retry_after("7", datetime(2026, 1, 1, tzinfo=UTC))
    7.0
    >>> retry_after("Thu, 01 Jan 2026 00:01:00 GMT", datetime(2026, 1, 1, tzinfo=UTC))
    60.0
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return seconds if 0 <= seconds < 1e9 else None
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
