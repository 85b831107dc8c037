"""The HTTP library's own logs without what looks like a secret: at its lowest level it writes headers of answers."""

from __future__ import annotations

import logging

from shopwright.language.keys import mask

__all__ = ["hush"]

LOGGERS = ("httpx2", "httpcore2.connection", "httpcore2.http11", "httpcore2.http2", "httpcore2.proxy")


class _Mask(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        masked = mask(said)
        if masked != said:
            record.msg, record.args = masked, None
        return True


_MASK = _Mask()


def hush() -> None:
    """Mask secrets in these logs from here on; to do it twice changes nothing."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_MASK)
