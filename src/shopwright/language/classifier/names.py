"""What labels say about themselves: a name such as `card_arrival` is one more example of its class."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shopwright.language.classifier.checks import Label

__all__ = ["speaking"]

_ENOUGH = 50  # texts of a class beside which its name says nothing new
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W_]+")


def speaking(labels: Sequence[Label], classes: NDArray[np.int64]) -> list[str] | None:
    """The names as plain words, one for each class; None where they are not words, or texts are plenty."""
    if len(classes) > _ENOUGH * len(labels) or not all(isinstance(label, str) for label in labels):
        return None
    names = [" ".join(_SEAM.split(str(label))).strip() for label in labels]
    return names if all(len(re.findall(r"[^\W\d_]", name)) >= 2 for name in names) else None
