"""Logging: one logger tree named `shopwright`, silent until the program that uses us sets a handler."""

from __future__ import annotations

import logging

__all__ = ["logger"]

logging.getLogger("shopwright").addHandler(logging.NullHandler())


def logger(name: str) -> logging.Logger:
    """The logger of a module, a child of `shopwright`; pass `__name__`."""
    return logging.getLogger(name)
