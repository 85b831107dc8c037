"""How sure a classifier is that a text belongs to any of its classes at all.

The sign is the energy of the scores (Liu et al. 2020), to which the head over vectors gives most: far from everything
it gives no class a score, where a linear head still prefers one. What the sign is worth is learned beside examples from
outside where there are any, else beside each held-out text with its own class struck out: what an unknown class
looks like to the classes that are left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

from shopwright.language.classifier.linear import Scores

__all__ = ["Cost", "Scope", "signs", "struck_out"]

_FEWEST_OUTSIDE = 20
_STRONG, _WEAK = 10.0, 2.0  # share of a head in the energy: of that over vectors, of linear ones beside it


@dataclass(frozen=True, slots=True)
class Cost:
    """What a mistake costs beside a hand-over to a person, in any one currency.

    Attributes:
        wrong: an answer that is wrong: another class than the right one, or any class to a text from outside.
        handover: a text that is given to a person.
        outside: share of texts from outside that is to be expected.
    """

    wrong: float
    handover: float
    outside: float = 0.1


@dataclass(frozen=True, slots=True)
class Scope:
    """What the sign is worth, and the confidence from which a text is answered."""

    weight: float
    offset: float
    threshold: float

    def confidence(self, seen: NDArray[np.float64]) -> NDArray[np.float64]:
        """From 0, outside, to 1, inside, for `signs`; one half where both are as likely."""
        return np.asarray(expit(self.weight * seen + self.offset))

    @classmethod
    def learn(cls, inside: NDArray[np.float64], struck: NDArray[np.float64], outside: NDArray[np.float64]) -> Scope:
        """From signs of held-out texts, of the same with their class struck out, and of texts from outside."""
        from sklearn.linear_model import LogisticRegression

        against = cls.against(struck, outside)
        rows = np.concatenate([inside, against])
        middle, width = float(rows.mean()), float(rows.std()) + 1e-9
        truth = np.arange(len(rows)) < len(inside)
        fit = LogisticRegression(class_weight="balanced").fit((rows[:, None] - middle) / width, truth)
        weight = max(float(fit.coef_[0, 0]), 1e-6) / width  # more energy never speaks against a text
        return cls(weight, float(fit.intercept_[0]) - middle * weight, 0.5)

    @staticmethod
    def against(struck: NDArray[np.float64], outside: NDArray[np.float64]) -> NDArray[np.float64]:
        """What stands for texts from outside: examples of it where there are enough."""
        return outside if len(outside) >= _FEWEST_OUTSIDE else np.concatenate([struck, outside])

    def keeping(self, inside: NDArray[np.float64], share: float) -> Scope:
        """With the threshold under which `share` of the texts inside are answered."""
        return Scope(self.weight, self.offset, float(np.quantile(self.confidence(inside), 1 - share)))

    def at_cost(
        self, inside: NDArray[np.float64], right: NDArray[np.bool_], outside: NDArray[np.float64], cost: Cost
    ) -> Scope:
        """With the threshold that costs least over texts inside (`right`: those it answers rightly) and outside."""
        sure, unsure = self.confidence(inside), self.confidence(outside)
        steps = np.append(np.quantile(sure, np.linspace(0, 1, 201)), np.inf)
        spent = [
            (1 - cost.outside) * (cost.wrong * ((sure >= at) & ~right).mean() + cost.handover * (sure < at).mean())
            + cost.outside * (cost.wrong * (unsure >= at).mean() + cost.handover * (unsure < at).mean())
            for at in steps
        ]
        return Scope(self.weight, self.offset, float(steps[int(np.argmin(spent))].clip(max=1.0)))


def signs(scores: Mapping[str, Scores]) -> NDArray[np.float64]:
    """The energy for each text, from the scores of each head."""
    linear = _WEAK if "vectors" in scores else _STRONG
    heads = {name: own for name, own in scores.items() if name != "spread"}  # it learned to place outsiders too
    total = sum(np.float32(_STRONG if name == "vectors" else linear) * own for name, own in heads.items())
    return np.asarray(logsumexp(np.asarray(total, np.float64), axis=1))


def struck_out(scores: Scores, classes: NDArray[np.int64]) -> Scores:
    """The scores with each text's own class as low as its lowest."""
    struck = scores.copy()
    struck[np.arange(len(classes)), classes] = scores.min(axis=1)
    return struck
