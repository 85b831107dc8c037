"""Tokens guessed from text, where the server does not count them or has not been asked yet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from shopwright.language.messages import Message, Tool

__all__ = ["estimate", "estimate_prompt", "upper"]

# Byte-pair encoders of current models take about 4 letters of English, or 1 to 1.5 signs of Chinese, for a token
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003134f]")
EACH_MESSAGE = 6


def estimate(text: str) -> int:
    """Tokens of a text, rather too many than too few: a token for 3.5 narrow signs, or for one wide one.

    >>> estimate(""), estimate("Where is my order?"), estimate("我的订单在哪里")
    (0, 6, 7)
    """
    wide = len(_WIDE.findall(text))
    return wide + -(-2 * (len(text) - wide) // 7)


def estimate_prompt(messages: Iterable[Message], tools: Iterable[Tool], schema: Mapping[str, Any] | None) -> int:
    """Tokens of a request, with what the protocol adds around each message."""
    count = EACH_MESSAGE
    for message in messages:
        calls = sum(estimate(call.name + call.arguments) for call in message.calls)
        count += EACH_MESSAGE + estimate(message.text) + calls
    for tool in tools:
        count += EACH_MESSAGE + estimate(tool.about) + estimate(json.dumps(tool.schema()))
    return count + (estimate(json.dumps(schema)) if schema else 0)


def upper(count: int) -> int:
    """An estimate of a prompt raised by a quarter, for budgets: it is meant not to be exceeded."""
    return count + -(-count // 4)
