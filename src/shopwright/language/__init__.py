"""Everything that reads or writes text: encoders, a classifier, chat models, and a guard over what they say.

Nothing here needs the network or a chat model: with nothing configured there is a small encoder that ships in the
package. The names below are loaded when they are first used, so that a chat model alone loads no numerics.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shopwright.language.classifier import Cost as Cost
    from shopwright.language.classifier import TextClassifier as TextClassifier
    from shopwright.language.configured import chat as chat
    from shopwright.language.configured import chat_if_any as chat_if_any
    from shopwright.language.doubles import Echo as Echo
    from shopwright.language.doubles import Scripted as Scripted
    from shopwright.language.encoders import Encoder as Encoder
    from shopwright.language.encoders import encoder as encoder
    from shopwright.language.messages import ChatModel as ChatModel
    from shopwright.language.messages import Message as Message
    from shopwright.language.messages import Piece as Piece
    from shopwright.language.messages import Reply as Reply
    from shopwright.language.messages import Tool as Tool
    from shopwright.language.replay import Recorder as Recorder
    from shopwright.language.replay import Replay as Replay
    from shopwright.language.tools import Action as Action
    from shopwright.language.tools import converse as converse
    from shopwright.language.vectors import cached as cached

_HOMES = {
    "Action": "shopwright.language.tools",
    "ChatModel": "shopwright.language.messages",
    "Cost": "shopwright.language.classifier",
    "Echo": "shopwright.language.doubles",
    "Encoder": "shopwright.language.encoders",
    "Message": "shopwright.language.messages",
    "Piece": "shopwright.language.messages",
    "Recorder": "shopwright.language.replay",
    "Replay": "shopwright.language.replay",
    "Reply": "shopwright.language.messages",
    "Scripted": "shopwright.language.doubles",
    "TextClassifier": "shopwright.language.classifier",
    "Tool": "shopwright.language.messages",
    "cached": "shopwright.language.vectors",
    "chat": "shopwright.language.configured",
    "chat_if_any": "shopwright.language.configured",
    "converse": "shopwright.language.tools",
    "encoder": "shopwright.language.encoders",
}

__all__ = [
    "Action",
    "ChatModel",
    "Cost",
    "Echo",
    "Encoder",
    "Message",
    "Piece",
    "Recorder",
    "Replay",
    "Reply",
    "Scripted",
    "TextClassifier",
    "Tool",
    "cached",
    "chat",
    "chat_if_any",
    "converse",
    "encoder",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'shopwright.language' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
