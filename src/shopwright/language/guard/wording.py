"""How much a sentence is worded like an instruction to a model: a linear classifier that ships in the package."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from shopwright.language.guard.concepts import concepts
from shopwright.language.guard.grams import grams, is_han, pieces
from shopwright.language.static import shipped

__all__ = ["Weights", "sentences", "spans", "weights"]

_TOGETHER, _TOGETHER_HAN = 200, 72


class Weights:
    """Weights of what a sentence is made of, and from which chance on it is flagged.

    Grams count by the root of how many there are, so that long sentences weigh no more than short ones. Concepts and
    the encoder's vector have weights of their own for Chinese signs (first row) and for all others (second row).

    Attributes:
        scale: int8 weights of grams times this are the real ones.
        bias: what is added.
        thresholds: from this chance on a sentence is flagged, in texts in Chinese signs (`han`) and `other` ones.
    """

    def __init__(
        self, tables: Mapping[str, NDArray[np.generic]], scale: float, bias: float, thresholds: dict[str, float]
    ) -> None:
        self._grams = tables["grams"]
        self._concepts = np.asarray(tables["concepts"], dtype=np.float32)
        self._vector = np.asarray(tables["vector"], dtype=np.float32)
        self.scale, self.bias, self.thresholds = scale, bias, thresholds

    def chances(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Between 0 and 1, for each of some texts in plain small letters."""
        return np.asarray(1 / (1 + np.exp(-self.scores(texts))), dtype=np.float64)

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """The logits of the chances."""
        rows = np.array([0 if is_han(text) else 1 for text in texts], dtype=np.intp)
        totals = np.array([self._by_grams(text) for text in texts])
        totals += np.array([self._concepts[row] @ concepts(text) for row, text in zip(rows, texts, strict=True)])
        totals += np.einsum("ij,ij->i", shipped().encode(texts), self._vector[rows])
        return np.asarray(totals + self.bias, dtype=np.float64)

    def _by_grams(self, text: str) -> float:
        found = grams(text)
        return float(self._grams[found].sum(dtype=np.int64)) * self.scale / float(np.sqrt(max(1, len(found))))


@cache
def weights() -> Weights:
    """The weights that ship, read once."""
    folder = resources.files("shopwright.language") / "assets" / "injection"
    told = json.loads((folder / "injection.json").read_text("utf-8"))
    tables = load((folder / "injection.safetensors").read_bytes())
    return Weights(tables, told["scale"], told["bias"], told["thresholds"])


def spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand, and short ones with their next: an order may need both."""
    alone = pieces(text)
    most = _TOGETHER_HAN if is_han(text) else _TOGETHER
    return [*alone, *((first[0], last[1]) for first, last in pairwise(alone) if last[1] - first[0] <= most)]


def sentences(text: str, counts: Callable[[str], bool] = bool) -> list[tuple[int, int, float]]:
    """The sentences over the threshold: start, end, chance; `counts` says which are looked at."""
    places = [(start, end) for start, end in spans(text) if counts(text[start:end])]
    if not places:
        return []
    least = weights().thresholds["han" if is_han(text) else "other"]
    chances = weights().chances([text[start:end] for start, end in places])
    return [(*place, float(chance)) for place, chance in zip(places, chances, strict=True) if chance >= least]
