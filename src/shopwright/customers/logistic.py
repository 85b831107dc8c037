"""Logistic regression by Newton's method, with standard errors, and the area under the ROC curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from scipy.stats import rankdata

__all__ = ["Logistic", "area_under_curve", "fit_logistic"]

STEPS, CLOSE = 50, 1e-9
HELD = 1.0  # penalty on squared weights: a prior of standard deviation one for each


@dataclass(frozen=True, eq=False)
class Logistic:
    """Weights of standardised values.

    Attributes:
        mean: of each value, shape (f,).
        sd: their standard deviations, 1 where a value never changes, shape (f,).
        weight: change of the log-odds by one standard deviation, shape (f,).
        error: standard errors of the weights, shape (f,).
        level: log-odds of the mean.
    """

    mean: np.ndarray
    sd: np.ndarray
    weight: np.ndarray
    error: np.ndarray
    level: float

    def parts(self, values: np.ndarray) -> np.ndarray:
        """What each value adds to the log-odds beside the mean, shape (n, f)."""
        return np.asarray((values - self.mean) / self.sd * self.weight)

    def chance(self, values: np.ndarray) -> np.ndarray:
        """Chance of the outcome, shape (n,)."""
        return np.asarray(expit(self.level + self.parts(values).sum(axis=1)))


def fit_logistic(values: np.ndarray, outcome: np.ndarray) -> Logistic:
    """The most likely weights under a normal prior.

    Args:
        values: shape (n, f).
        outcome: 0 or 1, shape (n,).
    """
    mean, sd = values.mean(axis=0), values.std(axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    rows = np.c_[np.ones(len(values)), (values - mean) / sd]
    held = np.r_[1e-6, np.full(values.shape[1], HELD)]
    weight = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        chance = expit(rows @ weight)
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(held)
        step = np.linalg.solve(curve, rows.T @ (outcome - chance) - held * weight)
        weight = weight + np.clip(step, -5, 5)
        if np.abs(step).max() < CLOSE:
            break
    error = np.sqrt(np.diag(np.linalg.inv(curve)))
    return Logistic(mean, sd, weight[1:], error[1:], float(weight[0]))


def area_under_curve(outcome: np.ndarray, score: np.ndarray) -> float:
    """Chance that a row with the outcome scores above one without it, ties counting half (Mann & Whitney 1947)."""
    n_yes = float(outcome.sum())
    n_no = len(outcome) - n_yes
    return float((rankdata(score)[outcome > 0].sum() - n_yes * (n_yes + 1) / 2) / (n_yes * n_no))
