"""What a purchase is worth to each customer: the gamma-gamma model.

Fader & Hardie (2013), "The Gamma-Gamma Model of Monetary Value": a customer's purchases are gamma(p, nu) in money, nu
is gamma(q, gamma) over customers. Those with few purchases are drawn to the mean of all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

__all__ = ["GammaGamma", "fit_spend"]

FEW = 100  # customers below which parameters are held near ordinary ones
ORDINARY = (6.0, 4.0)  # p and q
LEAST_SHAPE = 2.5  # of nu where its inverse square is asked for, which has no mean at 2


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Parameters: p shape within a customer, q and gamma shape and scale over customers; gamma in money."""

    p: float
    q: float
    gamma: float

    def mean(self, n: np.ndarray, spend: np.ndarray) -> np.ndarray:
        """Money expected in the next purchase (ibid., eq. 5).

        Args:
            n: purchases whose amount is known; 0 gives the mean of all customers.
            spend: their mean; anything where n is 0.
        """
        shape, scale = self._inverse(n, spend)
        return np.asarray(self.p * scale / (shape - 1))

    def inverse_square(self, n: np.ndarray, spend: np.ndarray) -> np.ndarray:
        """Mean of 1 / nu² after what was seen: the spread of purchases and of their mean hang on it."""
        shape, scale = self._inverse(n, spend)
        return np.asarray((scale / (shape - 1)) ** 2 * (shape - 1) / (np.maximum(shape, LEAST_SHAPE) - 2))

    def _inverse(self, n: np.ndarray, spend: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return self.p * n + self.q, self.gamma + np.where(n > 0, n * spend, 0.0)


def fit_spend(n: np.ndarray, spend: np.ndarray) -> GammaGamma | None:
    """The most likely parameters, or None where no customer has a purchase worth something.

    With fewer than a hundred customers they are held near ordinary ones.

    Args:
        n: purchases, shape (m,).
        spend: their mean in money, shape (m,); customers with none or nothing above zero are left out.
    """
    some = (n > 0) & (spend > 0)
    if not some.any():
        return None
    n, spend = n[some], spend[some]
    unit = float(np.exp(np.mean(np.log(spend))))  # so that cents and yen are the same to the optimiser
    z = spend / unit
    usual = np.log([*ORDINARY, float(z.mean()) * (ORDINARY[1] - 1) / ORDINARY[0]])
    held = 1.0 if len(n) < FEW else 0.0

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        p, q, scale = np.exp(logs)
        total, within, size = p * n + q, np.log(scale + n * z), p * n
        value = gammaln(total) - gammaln(size) - gammaln(q) + q * logs[2] + size * np.log(n * z) - total * within
        slope = np.array(
            [
                p * np.sum(n * (digamma(total) - digamma(size) + np.log(n * z) - within)),
                q * np.sum(digamma(total) - digamma(q) + logs[2] - within),
                scale * np.sum(q / scale - total / (scale + n * z)),
            ]
        )
        off = logs - usual
        return (held * off @ off - value.sum()) / len(n), (2 * held * off - slope) / len(n)

    bounds = [(-5.0, 9.0), (np.log(1.05), 9.0), (-15.0, 15.0)]  # q above 1, else the mean of all is infinite
    done = minimize(loss, usual, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-9})
    p, q, scale = (float(value) for value in np.exp(done.x))
    return GammaGamma(p, q, scale * unit)
