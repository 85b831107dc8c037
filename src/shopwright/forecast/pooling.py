"""Least squares for every product at once, each product's weights drawn towards those of products like it.

The random coefficient model of Swamy (1970): a product's weights are draws around the mean of its group. How far each
is drawn to that mean is empirical Bayes (Efron & Morris 1975; Gelman & Hill 2007, chapter 12): by the variance between
products, estimated from all of them, against the variance of its own estimate. A product with much to tell keeps its
own weight, one with little takes its group's; a column without information leaves the group's mean, so that collinear
columns, constants and single observations need no case of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from shopwright.forecast.panel import Floats
from shopwright.forecast.regressors import Regressors

__all__ = ["Moments", "Pool", "Prior", "moments", "pooled"]

CHUNK = 2_000  # products solved at once: bounds the memory
ROUNDS = 8
NOISE_PULL = 8.0  # periods that the noise of all products counts for beside a product's own
LOOSE = 2.0  # a standard deviation of the common weights around none, over what a column moves
CAUTION = 0.5  # standard errors of a variance between products that it is never told to lie below
LEAST_FREEDOM, MOST_FREEDOM = 3.0, 1e4  # of Student's t, for the variance between products
STIFF, START = 1e-3, 0.3  # standard deviations between products: the least, and the first guess


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums that least squares need.

    Attributes:
        gram: weighted sums of products of columns, shape (n, p, p).
        right: weighted sums of columns times the target, shape (n, p).
        square: weighted sum of the target squared, shape (n,).
        n: periods that count, those of the past less, shape (n,).
    """

    gram: Floats
    right: Floats
    square: Floats
    n: Floats


@dataclass(frozen=True, eq=False)
class Prior:
    """What is expected of a product's weights before its own sales are looked at.

    Attributes:
        centre: mean of the products like it, shape (n, p).
        between: variance of products around that, shape (p,).
        vague: variance of that variance, as an estimate, shape (p,); 0 where nothing tells of it.
        common: mean over all products, shape (p,), and its variance.
        groups: for each trait, mean of each of its groups (the last row: unknown) and its variance, shape (groups, p).
        doubt: variance of the centre itself, shape (n, p).
    """

    centre: Floats
    between: Floats
    vague: Floats
    common: tuple[Floats, Floats]
    groups: Mapping[str, tuple[Floats, Floats]]
    doubt: Floats


@dataclass(frozen=True, eq=False)
class Pool:
    """Weights of each product.

    Attributes:
        weights: shape (n, p).
        errors: their covariance, shape (n, p, p).
        noise: variance of the target around the combination, shape (n,).
        prior: what they were drawn to.
    """

    weights: Floats
    errors: Floats
    noise: Floats
    prior: Prior

    def covariance(self, rows: NDArray[np.int64]) -> Floats:
        """Covariance of the weights of some products, shape (rows, p, p).

        What is not known of the centre they were drawn to counts too, as far as they were drawn to it (Kackar &
        Harville 1984), and what is not known of how far products lie from it.
        """
        drawn = self.errors[rows] / self.prior.between
        found = self.errors[rows] + np.einsum("npq,nq,nrq->npr", drawn, self.prior.doubt[rows], drawn)
        wider = self._wider(self.errors[rows], found)
        return np.asarray(found * wider[:, :, None] * wider[:, None, :])

    def standard_error(self, column: int) -> Floats:
        """Standard error of one weight of every product, shape (n,)."""
        found = np.empty(len(self.weights))
        for first in range(0, len(found), CHUNK):
            rows = np.arange(first, min(first + CHUNK, len(found)))
            found[rows] = np.sqrt(self.covariance(rows)[:, column, column])
        return found

    def _wider(self, errors: Floats, whole: Floats) -> Floats:
        """What makes two standard errors hold as much as they would if the variance between products were known.

        That variance is an estimate from few products: a weight that rests on it, since its own sales say nothing, is
        of Student's t, its degrees of freedom those of its variance (Satterthwaite 1946), shape (rows, p).
        """
        own, variance = (np.einsum("npp->np", each) for each in (errors, whole))
        swing = (own / self.prior.between) ** 4 * self.prior.vague
        freedom = np.divide(2 * variance**2, swing, out=np.full_like(variance, MOST_FREEDOM), where=swing > 0)
        return np.asarray(stdtrit(np.clip(freedom, LEAST_FREEDOM, MOST_FREEDOM), ndtr(2.0)) / 2)


def moments(columns: Regressors, target: Floats, share: Floats) -> Moments:
    """Sums over the first T periods for a target and weights of shape (n, T); a weight of 0 leaves a period out."""
    n, t = target.shape
    x, q = columns.shared[:t], columns.shared.shape[1]
    p = q + len(columns.own)
    left, right = np.triu_indices(q)
    gram, side = np.empty((n, p, p)), np.empty((n, p))
    products = share @ (x[:, left] * x[:, right])
    gram[:, left, right] = gram[:, right, left] = products
    counted = share * np.where(share > 0, target, 0.0)
    side[:, :q] = counted @ x
    for at, column in enumerate(columns.own):
        own = column[:, :t]
        weighted = share * own
        gram[:, q + at, :q] = gram[:, :q, q + at] = weighted @ x
        for other in range(at + 1):
            gram[:, q + at, q + other] = gram[:, q + other, q + at] = np.einsum(
                "nt,nt->n", weighted, columns.own[other][:, :t]
            )
        side[:, q + at] = np.einsum("nt,nt->n", counted, own)
    square = np.einsum("nt,nt->n", counted, np.where(share > 0, target, 0.0))
    return Moments(gram, side, square, share.sum(axis=1))


def pooled(
    told: Moments,
    spreads: Floats,
    groups: Mapping[str, NDArray[np.int64]],
    start: Pool | None = None,
    rounds: int = ROUNDS,
    loose: Floats | None = None,
) -> Pool:
    """Weights under a prior that is estimated with them, round by round.

    Args:
        told: sums over each product's periods.
        spreads: standard deviation of each column, shape (p,).
        groups: numbers of groups by trait, the most telling trait first; -1 for unknown, shape (n,) each.
        start: an earlier result to go on from.
        rounds: how often the prior is estimated anew.
        loose: standard deviation of the common weights around none over what a column moves, shape (p,).
    """
    n, p = told.right.shape
    total = max(float(told.gram[:, 0, 0].sum()), 1e-12)
    level = float(told.right[:, 0].sum()) / total
    size = max(float(np.sqrt(max(told.square.sum() / total - level**2, 0.0))), 1e-3)
    loose = (LOOSE if loose is None else loose) * size / spreads
    if start is None:
        centre = np.zeros(p)
        centre[0] = level
        between = (START * size / spreads) ** 2
        prior = Prior(
            np.tile(centre, (n, 1)), between, 2 * between**2, (centre, loose**2), {}, np.tile(loose**2, (n, 1))
        )
        noise = np.full(n, size**2)
    else:
        prior, noise = start.prior, start.noise
    for _ in range(rounds):
        weights, errors = _solved(told, prior, noise)
        noise = _noise(told, weights, size)
        prior = _estimated(weights, errors, prior, groups, loose, size / spreads)
    weights, errors = _solved(told, prior, noise)
    return Pool(weights, errors, noise, prior)


def _solved(told: Moments, prior: Prior, noise: Floats) -> tuple[Floats, Floats]:
    """Posterior means (n, p) and covariances (n, p, p) of the weights."""
    n, p = told.right.shape
    weights, errors = np.empty((n, p)), np.empty((n, p, p))
    tight = 1 / prior.between
    scale = np.sqrt(prior.between)  # weights in standard deviations of the prior: the matrix stays well conditioned
    for first in range(0, n, CHUNK):
        span = slice(first, first + CHUNK)
        gram = told.gram[span] * (scale[:, None] * scale[None, :]) / noise[span, None, None]
        gram[:, np.arange(p), np.arange(p)] += 1.0
        inverse = np.linalg.inv(gram) * (scale[:, None] * scale[None, :])
        errors[span] = (inverse + inverse.transpose(0, 2, 1)) / 2
        right = told.right[span] / noise[span, None] + tight * prior.centre[span]
        weights[span] = np.einsum("npq,nq->np", errors[span], right)
    return weights, errors


def _noise(told: Moments, weights: Floats, size: float) -> Floats:
    """Variance around the combination, each product's drawn towards that of all."""
    rest = told.square - 2 * np.einsum("np,np->n", weights, told.right)
    rest += np.einsum("np,npq,nq->n", weights, told.gram, weights)
    rest = np.maximum(rest, 0.0)
    some = told.n > 1
    usual = max(float(np.median(rest[some] / told.n[some])) if some.any() else 0.0, (1e-3 * size) ** 2)
    return np.asarray((rest + NOISE_PULL * usual) / (told.n + NOISE_PULL))


def _estimated(
    weights: Floats,
    errors: Floats,
    before: Prior,
    groups: Mapping[str, NDArray[np.int64]],
    loose: Floats,
    unit: Floats,
) -> Prior:
    """The prior from what products say under the one before.

    The common mean is Swamy's generalised least squares, all columns together; a group's mean is the same over its
    products, drawn to the common one by the variance between groups; then the variance between products of a group.
    """
    tight = 1 / before.between
    score = (weights - before.centre) * tight
    variances = np.einsum("npp->np", errors)
    whole = len(errors) * np.diag(tight) - errors.sum(axis=0) * (tight[:, None] * tight[None, :])
    old, _ = before.common
    ridge = 1 / loose**2
    ridge[0] = 0.0 if whole[0, 0] > 0 else 1.0
    common_errors = np.linalg.inv(whole + np.diag(ridge + 1e-12 * np.maximum(whole.diagonal(), 1e-12)))
    common = common_errors @ (score.sum(axis=0) + whole @ old)
    doubt = np.tile(common_errors.diagonal(), (len(weights), 1))
    moved = np.tile(common - old, (len(weights), 1))
    found = {}
    for name, group in groups.items():
        n_groups = int(group.max(initial=-1)) + 2
        effect, variance = before.groups.get(
            name, (np.zeros((n_groups, len(tight))), np.tile((START * unit) ** 2, (n_groups, 1)))
        )
        told = np.zeros_like(effect)
        np.add.at(told, group, score - _informed(errors, tight, moved))
        drawn, left = _drawn(told, _information(errors, tight, group, n_groups), effect, variance[-1], unit)
        found[name] = (drawn, left)
        moved += (drawn - effect)[group]
        doubt += left[group]
    own_variance, tells = _own(variances, tight)
    rest = own_variance * score / (variances * tight) - moved
    between, vague = _between(rest, own_variance, tells, before.between, unit)
    return Prior(before.centre + moved, between, vague, (common, common_errors.diagonal().copy()), found, doubt)


def _information(errors: Floats, tight: Floats, group: NDArray[np.int64], n_groups: int) -> Floats:
    """What the products of each group say of their mean: sums of inverse covariances, shape (groups, p, p)."""
    found = np.zeros((n_groups, *errors.shape[1:]))
    for first in range(0, len(errors), CHUNK):
        span = slice(first, first + CHUNK)
        np.add.at(found, group[span], np.diag(tight) - errors[span] * (tight[:, None] * tight[None, :]))
    return found


def _informed(errors: Floats, tight: Floats, moved: Floats) -> Floats:
    """How much of each product's score a move of its centre takes away, shape (n, p)."""
    return np.asarray(moved * tight - np.einsum("npq,nq->np", errors, moved * tight) * tight)


def _drawn(told: Floats, information: Floats, effect: Floats, between: Floats, unit: Floats) -> tuple[Floats, Floats]:
    """Means of groups around what all have in common, drawn to none, and their variances, shape (groups, p) each.

    The last group, of products that belong to none, stays at none; its variance is that between groups.
    """
    right = told + np.einsum("gpq,gq->gp", information, effect)
    posterior = np.linalg.inv(information[:-1] + np.diag(1 / between))
    drawn, left = np.zeros_like(effect), np.empty_like(effect)
    drawn[:-1] = np.einsum("gpq,gq->gp", posterior, right[:-1])
    left[:-1] = np.einsum("gpp->gp", posterior)
    own, tells = _own(left[:-1], 1 / between)
    left[-1], _ = _between(own * drawn[:-1] / left[:-1], own, tells, between, unit)
    return drawn, left


def _own(variances: Floats, tight: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Variance of each estimate by itself, without its prior, and whether it says anything at all."""
    said = 1 / variances - tight
    tells = said > 1e-6 * tight
    return 1 / np.where(tells, said, 1.0), tells


def _between(
    rest: Floats, own: Floats, tells: NDArray[np.bool_], before: Floats, unit: Floats
) -> tuple[Floats, Floats]:
    """Variance between estimates beyond their own, by one step towards the peak of the likelihood, and its variance.

    The step is that of Hardy & Thompson (1996); bounded, since columns are taken one by one. A variance that few
    products tell of is often estimated as none though it is not, which would make their weights look surer than they
    are: it is kept half its standard error away (to the end of Chung et al. 2013).
    """
    share = np.where(tells, 1 / (before + own), 0.0)
    squared = (share**2).sum(axis=0)
    told = (share**2 * (rest**2 - own)).sum(axis=0)
    found = np.divide(told, squared, out=before.copy(), where=squared > 0)
    doubt = np.divide(2.0, squared, out=np.zeros_like(squared), where=squared > 0)
    found = np.maximum(found, CAUTION * np.sqrt(doubt))
    return np.maximum(np.clip(found, before / 10, before * 5), (STIFF * unit) ** 2), doubt
