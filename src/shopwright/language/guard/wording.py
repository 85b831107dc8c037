"""How much a sentence is worded like an instruction to a model: a linear classifier that ships in the package."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from shopwright.language.guard.grams import grams, is_han, pieces

__all__ = ["Weights", "chance", "sentences", "weights"]


class Weights:
    """Weights of the grams, and from which chance on a sentence is flagged.

    Attributes:
        scale: int8 weights times this are the real ones.
        bias: what is added.
        thresholds: from this chance on a sentence is flagged, in texts in Chinese signs (`han`) and `other` ones.
    """

    def __init__(self, table: NDArray[np.int8], scale: float, bias: float, thresholds: dict[str, float]) -> None:
        self.table, self.scale, self.bias, self.thresholds = table, scale, bias, thresholds

    def chance(self, text: str) -> float:
        """Between 0 and 1, for a text in plain small letters."""
        found = grams(text)
        if not len(found):
            return 0.0
        total = float(self.table[found].sum(dtype=np.int64)) * self.scale / float(np.sqrt(len(found))) + self.bias
        return float(1 / (1 + np.exp(-total)))


@cache
def weights() -> Weights:
    """The weights that ship, read once."""
    folder = resources.files("shopwright.language") / "assets" / "injection"
    told = json.loads((folder / "injection.json").read_text("utf-8"))
    table = load((folder / "injection.safetensors").read_bytes())["weights"]
    return Weights(table, told["scale"], told["bias"], told["thresholds"])


def chance(text: str) -> float:
    """How surely a sentence orders a model about."""
    return weights().chance(text)


def sentences(text: str) -> list[tuple[int, int, float]]:
    """The sentences over the threshold: start, end, chance."""
    found = [(start, end, chance(text[start:end])) for start, end in pieces(text)]
    least = weights().thresholds["han" if is_han(text) else "other"]
    return [row for row in found if row[2] >= least]
