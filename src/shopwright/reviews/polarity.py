"""One question about texts, such as whether they praise: two regressions over n-grams, blended and calibrated."""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from shopwright.language.classifier.folds import folds
from shopwright.language.classifier.grams import Grams
from shopwright.language.classifier.heads import Material
from shopwright.language.classifier.unlabelled import joined_rows
from shopwright.language.classifier.weights import Ratios, Rows, Tfidf
from shopwright.processor import one_thread

__all__ = ["UNTRIED", "Answered", "Head", "Polarity", "Taught", "blended", "judged", "surprise", "weighed"]

Floats = NDArray[np.float64]
Taught = tuple[Grams, NDArray[np.int64], Floats | None]  # texts, their answers (0 or 1), what each one counts
Answered = tuple[Grams, NDArray[np.int64]]  # further short texts that are learned from, and their answers

UNTRIED = {"han": np.array([1.5, 1.5, 0.0]), "words": np.array([0.5, 0.5, 0.0])}  # blends where nothing is held out

_MARGIN_COST = 1.0  # of an error beside large weights
_COSTS = {"han": _MARGIN_COST, "words": 4.0}
_RATIOS_COST = {"han": 0.5, "words": 1.0}
_MANY = 5_000  # texts from which an n-gram has to occur twice
_RANGE = (0.0, 20.0)
_SPOKEN = 0.3  # of the reviews: of 0.3, 1 and 3 this never lost where the reviews are of one kind

# liblinear draws from one generator of the whole process: two at a time would disturb each other's digits.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Weights of the columns of a row, and an offset."""

    weights: NDArray[np.float32]
    offset: float

    @classmethod
    def learn(cls, rows: Rows, answers: NDArray[np.int64], cost: float, counts: Floats | None) -> Head:
        """Logistic regression."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression

        machine = LogisticRegression(C=cost, solver="liblinear", tol=0.01, random_state=0)
        with _one_at_a_time, one_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # a head that stopped early is judged by its scores
            machine.fit(rows, answers, counts)
        return cls(machine.coef_[0].astype(np.float32), float(machine.intercept_[0]))

    @classmethod
    def margin(cls, rows: Rows, answers: NDArray[np.int64], cost: float, counts: Floats | None) -> Head:
        """Linear support vector machine with a squared hinge."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.svm import LinearSVC

        machine = LinearSVC(C=cost, tol=0.1, random_state=0)
        with _one_at_a_time, one_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            machine.fit(rows, answers, counts)
        return cls(machine.coef_[0].astype(np.float32), float(machine.intercept_[0]))

    def scores(self, rows: Rows) -> Floats:
        """One logit for each row."""
        return np.asarray(rows @ self.weights, np.float64) + self.offset


@dataclass(frozen=True, slots=True, eq=False)
class Polarity:
    """A fitted answer to one question.

    `plain` reads TF-IDF rows, `ratios` rows of log count ratios (Wang & Manning 2012). Their scores are summed with the
    weights in `blend`, the last of which is an offset, chosen on held-out texts so that the sum is a calibrated logit.
    """

    tfidf: Tfidf
    ratios: Ratios
    plain: Head
    told: Head
    blend: Floats

    @classmethod
    def learn(cls, taught: Taught, written: str, blend: Floats, spoken: Answered | None = None) -> Polarity:
        """Fit both heads, with a blend that was chosen before."""
        least = _least(taught)
        grams, answers, counts = _with(taught, spoken)
        tfidf, ratios = Tfidf.learn(grams, least, counts), Ratios.learn(grams, answers, least, counts)
        # Stretches of signs are many and alike: margins were right 0.2 points more often, words worse calibrated.
        learn = Head.margin if written == "han" else Head.learn
        plain = learn(tfidf.rows(grams), answers, _COSTS[written], counts)
        told = learn(ratios.rows(grams), answers, _RATIOS_COST[written], counts)
        return cls(tfidf, ratios, plain, told, blend)

    @classmethod
    def plain_alone(cls, taught: Taught, spoken: Answered | None = None) -> Polarity:
        """A support vector machine over TF-IDF rows alone, for learning from guesses: its scores are no logits yet.

        Regressions and ratios learned from guesses confirm them; a margin stops caring about what is already sure.
        """
        least = _least(taught)
        grams, answers, counts = _with(taught, spoken)
        tfidf = Tfidf.learn(grams, least)
        plain = Head.margin(tfidf.rows(grams), answers, _MARGIN_COST, counts)
        nothing = np.zeros(0, np.float32)
        return cls(tfidf, Ratios(np.zeros(0, np.uint32), nothing), plain, Head(nothing, 0.0), np.array([1.0, 0.0, 0.0]))

    def stretched(self, factor: float) -> Polarity:
        """The same with logits that are larger by a factor."""
        return replace(self, blend=self.blend * factor)

    def of(self, table: NDArray[np.uint32]) -> Polarity:
        """The same, learned from numbered n-grams, for those whose keys are in the table of numbers."""
        return self._keyed(table[self.tfidf.keys], table[self.ratios.keys])

    def knows(self, keys: NDArray[np.uint32]) -> bool:
        """Whether these are the n-grams that both heads have weights for."""
        return all(np.array_equal(head.keys, keys) for head in (self.tfidf, self.ratios))

    def brief(self, keys: NDArray[np.uint32]) -> Polarity:
        """The same for n-grams numbered by the table `keys`, which are all it knows."""
        numbers = np.arange(len(keys), dtype=np.uint32)
        return self._keyed(numbers, numbers)

    def _keyed(self, tfidf: NDArray[np.uint32], ratios: NDArray[np.uint32]) -> Polarity:
        return replace(self, tfidf=replace(self.tfidf, keys=tfidf), ratios=replace(self.ratios, keys=ratios))

    def pair(self, grams: Grams) -> Floats:
        """Logits of both heads, of shape (texts, 2)."""
        return np.stack([self.plain.scores(self.tfidf.rows(grams)), self.told.scores(self.ratios.rows(grams))], axis=1)

    def logits(self, grams: Grams) -> Floats:
        """One calibrated logit for each text."""
        return blended(self.pair(grams), self.blend)


def _least(taught: Taught) -> int:
    """In how many texts an n-gram has to occur."""
    return 2 if len(taught[0]) >= _MANY else 1


def _with(taught: Taught, spoken: Answered | None) -> Taught:
    """The texts, and what is spoken after them: a share of the texts together, and at most one text each."""
    if spoken is None:
        return taught
    grams, answers, counts = taught
    both = joined_rows(Material(grams, None, answers, 2), Material(spoken[0], None, spoken[1], 2))
    each = np.full(len(spoken[1]), min(1.0, _SPOKEN * len(grams) / max(len(spoken[1]), 1)))
    return both.grams, both.classes, np.append(np.ones(len(grams)) if counts is None else counts, each)


def judged(taught: Taught, written: str, seed: int, spoken: Answered | None = None) -> tuple[Floats, NDArray[np.int64]]:
    """Logits of both heads for held-out texts, of shape (texts, 2), and the rows of those texts."""
    grams, answers, _ = taught
    pairs, rows = [], []
    for learn, held in folds(answers, seed):
        part = grams.take(learn), answers[learn], None
        pairs.append(Polarity.learn(part, written, np.array([1.0, 1.0, 0.0]), spoken).pair(grams.take(held)))
        rows.append(held)
    return np.concatenate(pairs), np.concatenate(rows)


def weighed(columns: Floats, answers: NDArray[np.int64]) -> Floats:
    """Weights of logits, none below zero, and an offset, under which the answers were most likely.

    A weak pull towards equal weights keeps a handful of held-out texts from deciding.
    """
    n = columns.shape[1]
    start = np.append(np.full(n, 1.0 / n), 0.0)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits = blended(columns, weights)
        off = weights - start
        slope = expit(logits) - answers
        steep = np.append(columns.T @ slope, slope.sum()) + off
        return surprise(logits, answers).sum() + float(off @ off) / 2, steep

    with one_thread():
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[_RANGE] * n + [(-5.0, 5.0)])
    return np.asarray(found.x, np.float64)


def blended(columns: Floats, weights: Floats) -> Floats:
    """The weighted sum of logits; the last weight is an offset."""
    return np.asarray((columns * weights[:-1]).sum(axis=1) + weights[-1], np.float64)


def surprise(logits: Floats, answers: NDArray[np.int64]) -> Floats:
    """For each answer how unexpected it was, in nats."""
    return -np.asarray(log_expit(np.where(answers == 1, logits, -logits)), np.float64)
