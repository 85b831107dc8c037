"""A linear support vector machine over sparse rows."""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.language.classifier.weights import Rows
from shopwright.language.encoders import Vectors
from shopwright.processor import one_thread

__all__ = ["Linear", "Scores"]

Scores = NDArray[np.float32]

# liblinear draws from one generator of the whole process: two at a time would disturb each other's digits.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights of shape (columns, classes) and an offset for each class."""

    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]

    @classmethod
    def learn(
        cls,
        rows: Rows,
        classes: NDArray[np.int64],
        n: int,
        cost: float,
        seed: int,
        counts: NDArray[np.float64] | None = None,
    ) -> Linear:
        """Fit to classes 0 … n-1; with more than two jointly (Crammer & Singer 2001), which is the faster way too.

        `counts` says how much each text counts; None: all alike.
        """
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.svm import LinearSVC

        way = "ovr" if n == 2 else "crammer_singer"
        machine = LinearSVC(C=cost, tol=0.1, multi_class=way, random_state=seed % 2**31, max_iter=300)
        with _one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a head that stopped early is judged by its scores
            warnings.filterwarnings("ignore", "The number of unique classes", UserWarning)  # one text each is allowed
            machine.fit(rows, classes, sample_weight=counts)
        weights = np.zeros((rows.shape[1], n), np.float32)
        offsets = np.full(n, -1.0, np.float32)  # a class without a text in this part of the data is never the best
        coefficients, intercepts = machine.coef_, np.broadcast_to(machine.intercept_, len(machine.coef_))
        if len(machine.classes_) == 2:
            coefficients = np.concatenate([-coefficients[-1:], coefficients[-1:]]) / 2
            intercepts = np.concatenate([-intercepts[-1:], intercepts[-1:]]) / 2
        weights[:, machine.classes_] = coefficients.T
        offsets[machine.classes_] = intercepts
        return cls(weights, offsets)

    def scores(self, rows: Rows, vectors: Vectors | None = None) -> Scores:
        """One score for each text and class; `vectors` are further columns, where it was fitted with them."""
        scores = rows @ self.weights[: rows.shape[1]] + self.offsets
        if vectors is not None:
            with one_thread():  # more threads add in another order: other digits
                scores += vectors @ self.weights[rows.shape[1] :]
        return np.asarray(scores, np.float32)
