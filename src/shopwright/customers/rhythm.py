"""When something bought before is bought again: gaps that repeat, until one day they do not.

A renewal process with an end. Logarithms of the days between two purchases are normal around the pair's own mean, which
is drawn to its group's (a product, or the whole shop) as far as few gaps say little; after each purchase there is
another one with a chance that grows with how often the pair was bought. Silence speaks for the end the longer it lasts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri

__all__ = ["Rhythm", "Runs", "fit_rhythm"]

ROUNDS, STEPS = 6, 30  # of expectation and maximisation: of means, and of chances within each
OWN = 1.0  # gaps by which a pair's mean is drawn to its group's, at least
GROUP = 20.0  # gaps by which a group's mean is drawn to that of all
COUNTS = np.array([1, 2, 3, 5, 9])  # purchases from which on the chance of another is told by itself
LEAST_SD, USUAL_SD, USUAL_GAP = 0.1, 0.8, 45.0
PRIOR = 2.0  # purchases with, and as many without, another one, added to each kind


@dataclass(frozen=True, eq=False)
class Runs:
    """Purchase days of pairs (a customer, or a customer and a product), m pairs.

    Attributes:
        n: days on which the pair was bought, shape (m,).
        total: sum of the logarithms of its n - 1 gaps in days, shape (m,).
        square: sum of their squares, shape (m,).
        quiet: days since the last one, shape (m,).
        group: number of the pair's group from 0, shape (m,).
    """

    n: np.ndarray
    total: np.ndarray
    square: np.ndarray
    quiet: np.ndarray
    group: np.ndarray


@dataclass(frozen=True, eq=False)
class Rhythm:
    """The gaps of each pair.

    Attributes:
        mean: of the logarithm of its days, shape (m,).
        sd: of the same, one for all with what is unknown of the mean added, shape (m,).
        again: chance that the last purchase is followed by another, before silence is counted, shape (m,).
        quiet: days since the last one, shape (m,).
    """

    mean: np.ndarray
    sd: np.ndarray
    again: np.ndarray
    quiet: np.ndarray

    @property
    def going(self) -> np.ndarray:
        """Chance that another purchase comes, after the silence so far."""
        silent = ndtr(-self._z(self.quiet))
        return np.asarray(self.again * silent / np.maximum(self.again * silent + 1 - self.again, 1e-300))

    def within(self, days: float) -> np.ndarray:
        """Chance of a purchase in the next `days` days."""
        left = np.exp(log_ndtr(-self._z(self.quiet + days)) - log_ndtr(-self._z(self.quiet)))
        return np.asarray(self.going * (1 - left))

    def median_wait(self) -> np.ndarray:
        """Days from now by which half of those that come at all have come."""
        silent = ndtr(-self._z(self.quiet))
        wait = np.exp(self.mean - self.sd * ndtri(np.maximum(silent / 2, 1e-12)))
        return np.asarray(np.maximum(wait - self.quiet, 1.0))

    def _z(self, days: np.ndarray) -> np.ndarray:
        return np.asarray((np.log(np.maximum(days, 0.5)) - self.mean) / self.sd)


def fit_rhythm(runs: Runs) -> Rhythm:
    """Means by empirical Bayes, the chance of another purchase by maximum likelihood (expectation, maximisation).

    The gap that is still open counts, too, with the chance that it will close and the length it then has on average;
    without it long gaps would be missing, which the last day cuts off.
    """
    kind = np.searchsorted(COUNTS, runs.n, "right") - 1
    gaps, total, square = runs.n - 1.0, runs.total, runs.square
    for _ in range(ROUNDS):
        mean, sd, spread = _means(gaps, total, square, runs.group)
        z = (np.log(np.maximum(runs.quiet, 0.5)) - mean) / sd
        again = _chances(runs.n, kind, ndtr(-z))[kind]
        rhythm = Rhythm(mean, sd, again, runs.quiet)
        beyond = np.exp(-0.5 * z**2 - log_ndtr(-z)) / np.sqrt(2 * np.pi)  # mean of a normal variable above z
        length = mean + spread * beyond
        gaps = runs.n - 1 + rhythm.going
        total = runs.total + rhythm.going * length
        square = runs.square + rhythm.going * (length**2 + spread**2 * np.maximum(1 + z * beyond - beyond**2, 0))
    return rhythm


def _means(
    gaps: np.ndarray, total: np.ndarray, square: np.ndarray, groups: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean of each pair's log gaps, standard deviation of its next one, and that within pairs."""
    centre = (total.sum() + OWN * np.log(USUAL_GAP)) / (gaps.sum() + OWN)
    group = (np.bincount(groups, total) + GROUP * centre) / (np.bincount(groups, gaps) + GROUP)
    within, between = _spreads(gaps, total, square, group[groups])
    own = max(within / max(between, 1e-3), OWN)
    mean = (total + own * group[groups]) / (gaps + own)
    return mean, np.sqrt(within * (1 + 1 / (gaps + own))), float(np.sqrt(within))


def _spreads(gaps: np.ndarray, total: np.ndarray, square: np.ndarray, group: np.ndarray) -> tuple[float, float]:
    """Variance of log gaps within pairs, and of pairs' means around their group's."""
    some = gaps >= 2
    own = total / np.maximum(gaps, 1)
    freedom = float((gaps[some] - 1).sum())
    left = float((square[some] - gaps[some] * own[some] ** 2).sum())
    within = max((left + 10 * USUAL_SD**2) / (freedom + 10), LEAST_SD**2)
    if not some.any():
        return within, within / OWN
    return within, float(np.average((own[some] - group[some]) ** 2 - within / gaps[some], weights=gaps[some]))


def _chances(n: np.ndarray, kind: np.ndarray, silent: np.ndarray) -> np.ndarray:
    """Chance of another purchase after the first, second, third or fourth, …, shape (kinds,)."""
    # a pair bought n times went on after each of its first n - 1 purchases
    went = np.array([np.clip(n - 1 - (low - 1), 0, high - low).sum() for low, high in _edges()], float)
    chance = np.full(len(COUNTS), 0.5)
    for _ in range(STEPS):
        still = chance[kind] * silent
        comes = np.bincount(kind, still / (still + 1 - chance[kind]), minlength=len(COUNTS))
        ended = np.bincount(kind, minlength=len(COUNTS))
        chance = (went + comes + PRIOR) / (went + ended + 2 * PRIOR)
    return chance


def _edges() -> list[tuple[int, int]]:
    return list(zip(COUNTS, [*COUNTS[1:], 10**9], strict=True))
