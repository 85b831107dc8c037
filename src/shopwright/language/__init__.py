"""Everything that reads or writes text: encoders, a classifier, chat models, and a guard over what they say.

Nothing here needs the network or a chat model: with nothing configured there is a small encoder that ships in the
package. The names below are loaded when they are first used, so that a chat model alone loads no numerics.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shopwright.language.encoder import Encoder as Encoder
    from shopwright.language.encoder import encoder as encoder

_HOMES = {
    "Encoder": "shopwright.language.encoder",
    "encoder": "shopwright.language.encoder",
}

__all__ = ["Encoder", "encoder"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'shopwright.language' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
