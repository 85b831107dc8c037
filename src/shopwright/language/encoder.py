"""From texts to vectors of unit length, whichever model does it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Encoder", "Vectors", "encoder"]

Vectors = NDArray[np.float32]


@runtime_checkable
class Encoder(Protocol):
    """Texts to unit vectors; the same text always gives the same vector, whatever stands beside it."""

    @property
    def name(self) -> str:
        """Which model this is and a hash of its weights: goes into manifests and cache keys."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Float32 of shape (texts, dimensions), every row of length one, those of empty texts too."""


def encoder(name: str | Path = "static") -> Encoder:
    """The encoder of that name: `static`, an added model such as `minilm`, or a model's folder."""
    raise NotImplementedError(name)
