"""Sentiments of texts as they are handed out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit

from shopwright.i18n import Text, t

__all__ = ["LABELS", "Score", "Scores", "scored"]

LABELS = ("negative", "neutral", "positive")
_IRONIC = 0.6  # no more confidence than this in praise that bears a mark of irony
_STRANGE = 0.25  # of the logits is believed where hardly a word is known


@dataclass(frozen=True, slots=True)
class Score:
    """The sentiment of one text.

    Attributes:
        value: -1 (all blame) to 1 (all praise): chance of praise less chance of blame.
        label: negative, neutral or positive, whichever is likeliest.
        confidence: chance that the label is right, calibrated on held-out texts.
        is_mixed: one sentence praises and another blames.
        is_foreign: hardly a word of it was ever seen: another language, or no language.
        is_ironic: it bears a mark of irony.
    """

    value: float
    label: str
    confidence: float
    is_mixed: bool = False
    is_foreign: bool = False
    is_ironic: bool = False

    def __float__(self) -> float:
        return self.value


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The sentiments of some texts, in their order; numpy reads it as the values.

    Attributes:
        values: -1 to 1, of shape (texts,).
        label: negative, neutral or positive.
        confidence: 0 to 1, of shape (texts,).
        is_mixed: whether sentences disagree.
        is_foreign: whether hardly a word is known.
        is_ironic: whether there is a mark of irony.
    """

    values: NDArray[np.float64]
    label: list[str]
    confidence: NDArray[np.float64]
    is_mixed: NDArray[np.bool_]
    is_foreign: NDArray[np.bool_]
    is_ironic: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, at: int) -> Score:
        flags = bool(self.is_mixed[at]), bool(self.is_foreign[at]), bool(self.is_ironic[at])
        return Score(float(self.values[at]), self.label[at], float(self.confidence[at]), *flags)

    def __iter__(self) -> Iterator[Score]:
        return (self[at] for at in range(len(self)))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.values, dtype)

    def frame(self) -> pl.DataFrame:
        """One row for each text: row, sentiment, label, confidence, is_mixed, is_foreign, is_ironic."""
        return pl.DataFrame(
            {
                "row": np.arange(len(self)),
                "sentiment": self.values,
                "label": pl.Series(self.label, dtype=pl.String),
                "confidence": self.confidence,
                "is_mixed": self.is_mixed,
                "is_foreign": self.is_foreign,
                "is_ironic": self.is_ironic,
            }
        )

    @property
    def notes(self) -> list[Text]:
        """What is to be known about them, for people."""
        n = int(self.is_foreign.sum())
        if not n:
            return []
        size = len(self)
        told = t("{n} of {size} texts are in a language that was not learned; their scores say little", n=n, size=size)
        return [told]


def scored(logits: NDArray[np.float64], foreign: NDArray[np.bool_], ironic: NDArray[np.bool_]) -> Scores:
    """Scores from logits of praise and of blame, of shape (texts, 2); no sentence has been looked at yet."""
    praise, blame = expit(np.where(foreign[:, None], _STRANGE * logits, logits)).T
    both = np.maximum(praise + blame, 1.0)
    praise, blame = praise / both, blame / both
    chances = np.stack([blame, 1 - praise - blame, praise], axis=1)
    likeliest = chances.argmax(axis=1)
    confidence = chances.max(axis=1)
    doubted = ironic & (likeliest == 2)
    confidence = np.where(doubted, np.minimum(confidence, _IRONIC), confidence)
    label = [LABELS[number] for number in likeliest.tolist()]
    return Scores(praise - blame, label, confidence, np.zeros(len(label), bool), foreign, ironic)
