"""How sure a classifier is that a text belongs to any of its classes at all.

Two signs are weighed by a small logistic regression. The energy of the logits (Liu et al. 2020) and how near the text
lies to anything seen. Against them stand examples from outside where there are any, else each held-out text with
its own class struck out: what an unknown class would look like to the classes that are left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp

from shopwright.language.classifier.linear import Scores

__all__ = ["Cost", "Scope", "signs", "struck_out"]

_FEWEST_OUTSIDE = 20
_NEAR = 10.0  # weight of the nearest class against the sum of all, in `signs`


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
    """Weights of the signs, and the confidence from which a text is answered."""

    weights: NDArray[np.float64]
    offset: float
    threshold: float

    def confidence(self, seen: NDArray[np.float64]) -> NDArray[np.float64]:
        """From 0, outside, to 1, inside, for rows of `signs`; one half where both are as likely."""
        return np.asarray(expit(seen @ self.weights + self.offset))

    @classmethod
    def learn(cls, inside: NDArray[np.float64], struck: NDArray[np.float64], outside: NDArray[np.float64]) -> Scope:
        """From signs of held-out texts, of the same with their class struck out, and of texts from outside."""
        from sklearn.linear_model import LogisticRegression

        against = cls.against(struck, outside)
        rows = np.concatenate([inside, against])
        middle, width = rows.mean(0), rows.std(0) + 1e-9
        truth = np.arange(len(rows)) < len(inside)
        fit = LogisticRegression(class_weight="balanced").fit((rows - middle) / width, truth)
        weights = np.maximum(fit.coef_[0], 0.0) / width  # more of a sign never speaks against a text
        return cls(weights, float(fit.intercept_[0] - middle @ weights), 0.5)

    @staticmethod
    def against(struck: NDArray[np.float64], outside: NDArray[np.float64]) -> NDArray[np.float64]:
        """What stands for texts from outside: examples of it where there are enough."""
        return outside if len(outside) >= _FEWEST_OUTSIDE else np.concatenate([struck, outside])

    def keeping(self, inside: NDArray[np.float64], share: float) -> Scope:
        """With the threshold under which `share` of the texts inside are answered."""
        return Scope(self.weights, self.offset, float(np.quantile(self.confidence(inside), 1 - share)))

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
        return Scope(self.weights, self.offset, float(steps[int(np.argmin(spent))].clip(max=1.0)))


def signs(logits: Scores, near: Scores | None) -> NDArray[np.float64]:
    """Energy of the logits and nearness by the kernel's scores, a row for each text."""
    columns = [logsumexp(logits.astype(np.float64), axis=1)]
    if near is not None:
        columns.append(logsumexp(_NEAR * near.astype(np.float64), axis=1) / _NEAR)
    return np.stack(columns, axis=1)


def struck_out(scores: Scores, classes: NDArray[np.int64]) -> Scores:
    """The scores with each text's own class as low as its lowest."""
    struck = scores.copy()
    struck[np.arange(len(classes)), classes] = scores.min(axis=1)
    return struck
