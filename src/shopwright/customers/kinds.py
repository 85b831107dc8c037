"""Two kinds of customers, each with its own BG/NBD: those who hardly come back, and those who buy regularly.

One gamma and one beta distribution for all customers of a shop draw both kinds together. A finite mixture (McLachlan
& Peel 2000) keeps them apart where the likelihood speaks for it (Schwarz's criterion); elsewhere one BG/NBD it is.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from scipy.optimize import minimize

from shopwright.customers.bgnbd import BGNBD, BOUNDS, Counts, fit, likelihoods

__all__ = ["Kinds", "fit_kinds"]

# where the search begins, in multiples of the parameters that one kind alone would have
APART = np.log([[0.12, 0.4, 0.7, 2.3], [6.0, 2.4, 1.2, 0.7]])
LOOSE = 1.5  # standard deviation of the logarithms of parameters around those of one kind alone


@dataclass(frozen=True, slots=True)
class Kinds:
    """One or two BG/NBD models, and the share of customers that each holds for."""

    models: tuple[BGNBD, ...]
    shares: tuple[float, ...]

    def shares_of(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Chance of each kind for each customer after what they did, shape (kinds, n)."""
        if len(self.models) == 1:
            return np.ones((1, len(x)))
        each = Counts.each(x, t_x, age)
        logs = [
            np.log(share) + likelihoods(np.log(astuple(model)), each)[0]
            for model, share in zip(self.models, self.shares, strict=True)
        ]
        top = np.exp(np.array(logs) - np.max(logs, axis=0))
        return np.asarray(top / top.sum(axis=0))

    def expected_new(self, weeks: np.ndarray) -> np.ndarray:
        """Repeat purchases in the first `weeks` of a new customer."""
        parts = [share * model.expected_new(weeks) for model, share in zip(self.models, self.shares, strict=True)]
        return np.asarray(np.sum(parts, axis=0))


def fit_kinds(counts: Counts) -> Kinds:
    """Two kinds where they are worth their five more parameters, else one."""
    one, likelihood = fit(counts)
    centre = np.log(astuple(one))

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        share = 1 / (1 + np.exp(-logs[8]))
        first, slope_first = likelihoods(logs[:4], counts)
        second, slope_second = likelihoods(logs[4:8], counts)
        first, second = first + np.log(1 - share), second + np.log(share)
        both = np.logaddexp(first, second)
        is_second = np.exp(second - both)
        off = (logs[:8].reshape(2, 4) - centre).ravel() / LOOSE
        slope = np.r_[
            slope_first @ (counts.weight * (1 - is_second)),
            slope_second @ (counts.weight * is_second),
            counts.weight @ (is_second - share),
        ]
        slope[:8] -= off / LOOSE
        return (0.5 * off @ off - counts.weight @ both) / counts.n, -slope / counts.n

    bounds = [BOUNDS] * 8 + [(-5.0, 5.0)]
    start = np.clip(np.r_[(centre + APART).ravel(), 0.4], [low for low, _ in bounds], [high for _, high in bounds])
    done = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300, "ftol": 1e-10})
    if -done.fun * counts.n - likelihood < 2.5 * np.log(counts.n):
        return Kinds((one,), (1.0,))
    share = float(1 / (1 + np.exp(-done.x[8])))
    models = tuple(BGNBD(*(float(value) for value in np.exp(part))) for part in done.x[:8].reshape(2, 4))
    return Kinds(models, (1 - share, share))
