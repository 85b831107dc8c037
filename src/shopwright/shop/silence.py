"""How likely it is that something that sells this often sells nothing for so long."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

__all__ = ["log_silence"]


def log_silence(n: np.ndarray, k: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Logarithm of the chance of `length` periods without a sale beside n others, k of them with one, elementwise.

    Beta-binomial: with a uniform prior of the share of periods that sell, the chance is
    G(n-k+1+L) G(n+2) / (G(n-k+1) G(n+2+L)), with L the length and G the gamma function.
    """
    unsold = n - k + 1
    chance: np.ndarray = gammaln(unsold + length) - gammaln(unsold) - gammaln(n + 2 + length) + gammaln(n + 2)
    return chance
