"""How often customers buy and whether they still do: the BG/NBD model.

Fader, Hardie & Lee (2005), "Counting Your Customers the Easy Way", Marketing Science 24(2): an active customer's
purchases are Poisson with a rate that is gamma over customers (r, alpha); after each repeat purchase they leave with a
chance that is beta over customers (a, b). Any unit of time will do; here it is a week.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, hyp2f1

__all__ = ["BGNBD", "Counts", "expected_at_rate", "fit", "likelihoods"]

BOUNDS = (-8.0, 7.0)  # of the logarithms of parameters
FEW = 100  # repeat buyers below which parameters are held near ordinary ones
LEAST_GAP = 1e-5  # of a from 1, and of a + b - 1 from 0, where the closed form is 0 / 0


@dataclass(frozen=True, slots=True)
class BGNBD:
    """Parameters, time in weeks.

    Attributes:
        r: shape of the purchase rates.
        alpha: their scale: rates are r / alpha a week on average.
        a: with b the beta distribution of the chance to leave after a repeat purchase.
        b: see a.
    """

    r: float
    alpha: float
    a: float
    b: float

    def alive(self, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Chance that a customer is still active (ibid., and Fader, Hardie & Lee 2008, note on P(active)).

        Args:
            x: repeat purchases.
            t_x: weeks from the first purchase to the last.
            age: weeks from the first purchase until now.
        """
        with np.errstate(over="ignore"):
            left = np.exp((self.r + x) * np.log((self.alpha + age) / (self.alpha + t_x)))
            gone = np.where(x > 0, self.a / (self.b + np.maximum(x, 1) - 1) * left, 0.0)
        return np.asarray(1 / (1 + gone))

    def expected(self, x: np.ndarray, age: np.ndarray, weeks: float) -> np.ndarray:
        """Purchases in the `weeks` to come of a customer who is active now."""
        return expected_at_rate(self, self.r + x, self.b + x, age, weeks)

    def expected_new(self, weeks: np.ndarray) -> np.ndarray:
        """Repeat purchases in the first `weeks` of a new customer (ibid., eq. 9)."""
        return expected_at_rate(self, np.full(len(weeks), self.r), np.full(len(weeks), self.b), np.zeros(1), weeks)


@dataclass(frozen=True, eq=False)
class Counts:
    """Customers who are alike, counted once: equal (x, t_x, age), shape (m,) each.

    Attributes:
        x: repeat purchases.
        t_x: weeks from the first purchase to the last.
        age: weeks from the first purchase until now.
        weight: how many customers.
        levels: the different values of x, and which of them each group has.
    """

    x: np.ndarray
    t_x: np.ndarray
    age: np.ndarray
    weight: np.ndarray
    levels: tuple[np.ndarray, np.ndarray]

    @classmethod
    def each(cls, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> Counts:
        """Every customer for themselves."""
        level, at = np.unique(x, return_inverse=True)
        return cls(x, t_x, age, np.ones(len(x)), (level, at))

    @classmethod
    def of(cls, x: np.ndarray, t_x: np.ndarray, age: np.ndarray) -> Counts:
        """Group customers; see `BGNBD.alive` for the arguments."""
        # to a minute: times that differ by rounding are the same
        rows, weight = np.unique(np.c_[x, np.round(t_x, 4), np.round(age, 4)], axis=0, return_counts=True)
        x, t_x, last = (np.ascontiguousarray(column) for column in rows.T)
        level, at = np.unique(x, return_inverse=True)
        return cls(x, t_x, last, weight.astype(float), (level, at))

    @property
    def n(self) -> float:
        """How many customers."""
        return float(self.weight.sum())


def expected_at_rate(
    model: BGNBD, shape: np.ndarray, stay: np.ndarray, age: np.ndarray, weeks: np.ndarray | float
) -> np.ndarray:
    """Purchases to come of one who is active, with rate gamma(shape, alpha + age) and chance to leave beta(a, stay).

    Equation 10 of Fader, Hardie & Lee (2005) where the shape is small, else after Euler's transformation of its
    hypergeometric function: the large counts then stand only in the third argument, and ten thousand purchases overflow
    nothing.
    """
    a = model.a if abs(model.a - 1) > LEAST_GAP else 1 + LEAST_GAP
    z = np.asarray(weeks / (model.alpha + age + weeks))
    total = a + stay - 1
    total = np.where(np.abs(total) > LEAST_GAP, total, LEAST_GAP)
    power = np.minimum(shape, a - 1)
    other = np.where(shape < a - 1, total - a + 1, total - shape)
    with np.errstate(over="ignore", invalid="ignore"):
        left = np.exp(power * np.log1p(-z)) * hyp2f1(other, power, total, z)
    # 0 times infinity: so many purchases, or so sure an end, that nothing is left
    return np.asarray(np.maximum(total / (a - 1) * (1 - np.nan_to_num(left, posinf=0.0)), 0))


def likelihoods(logs: np.ndarray, counts: Counts) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of each group and its gradient (ibid., eq. 6), by logarithms of (r, alpha, a, b).

    Returns:
        log-likelihoods, shape (m,); gradients, shape (4, m).
    """
    r, alpha, a, b = np.exp(logs)
    level, at = counts.levels
    some = counts.x > 0
    later = np.maximum(counts.x, 1) - 1
    log_age, log_last = np.log(alpha + counts.age), np.log(alpha + counts.t_x)
    ways = (
        gammaln(r + level) - gammaln(r) + gammaln(a + b) + gammaln(b + level) - gammaln(b) - gammaln(a + b + level)
    )[at]
    stays = -(r + counts.x) * log_age
    leaves = np.where(some, np.log(a) - np.log(b + later) - (r + counts.x) * log_last, -np.inf)
    either = np.logaddexp(stays, leaves)
    gone = np.exp(leaves - either)
    both = (digamma(a + b) - digamma(a + b + level))[at]
    slope = np.array(
        [
            (digamma(r + level) - digamma(r))[at] + np.log(alpha) - (1 - gone) * log_age - gone * log_last,
            r / alpha - (r + counts.x) * ((1 - gone) / (alpha + counts.age) + gone / (alpha + counts.t_x)),
            both + gone / a,
            both + (digamma(b + level) - digamma(b))[at] - gone / (b + later),
        ]
    )
    return ways + r * np.log(alpha) + either, slope * np.exp(logs)[:, None]


def fit(counts: Counts) -> tuple[BGNBD, float]:
    """The most likely parameters, and their log-likelihood.

    With fewer than a hundred repeat buyers they are held near ordinary ones, so that none, too, has an answer.
    """
    usual = np.log([0.4, max(float(np.median(counts.age)) / 4, 1.0), 0.7, 2.5])
    held = 0.5 / 1.5**2 if counts.weight[counts.x > 0].sum() < FEW else 0.0

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        found, slope = likelihoods(logs, counts)
        off = logs - usual
        value = held * (off @ off) - counts.weight @ found
        return value / counts.n, (2 * held * off - slope @ counts.weight) / counts.n

    done = minimize(
        loss, usual, jac=True, method="L-BFGS-B", bounds=[BOUNDS] * 4, options={"ftol": 1e-12, "gtol": 1e-8}
    )
    model = BGNBD(*(float(value) for value in np.exp(done.x)))
    return model, float(counts.weight @ likelihoods(np.log(astuple(model)), counts)[0])
