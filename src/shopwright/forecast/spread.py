"""How far sales stray from what was expected of them: quantiles for a forecaster that tells only a mean.

What matters is the ratio of sales to expectation. It is learned from windows in which the forecaster was tried, in
cells of products that are alike in volume and restlessness, and from each product's own past; the two are mixed by how
much of its own a product has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.known import mean_known, quantiles_known
from shopwright.forecast.panel import Floats
from shopwright.forecast.season import after_first
from shopwright.forecast.surprise import without_surprise
from shopwright.shop.demand import Period

__all__ = ["Own", "Spread", "from_last_year", "from_windows"]

YEAR: dict[Period, int] = {"D": 182, "W": 52, "M": 24}
N_VOLUMES, N_RESTLESS = 8, 3
LEAST = 60  # ratios in a cell; cells with fewer are joined to the next
NEXT_TO_NOTHING = 0.1  # of a product's mean
TRUSTED = (0.5, 2.0)  # times what was expected: a product that sold less or more over all windows was misjudged
PULL = 40.0  # periods of its own after which a product's last year counts as much as its cell


@dataclass(frozen=True, eq=False)
class Spread:
    """Quantiles of sales over expectation, by cell.

    Attributes:
        volumes: edges between cells by expected units, rising.
        restless: edges by the product's own coefficient of variation, rising.
        ratios: quantiles at `LEVELS`, shape (volumes + 1, restless + 1, levels).
        quiet: the same of periods in which next to nothing was expected of a product, as on a weekday on which the shop
            is closed, shape (restless + 1, levels); None where there were none.
    """

    volumes: Floats
    restless: Floats
    ratios: Floats
    quiet: Floats | None = None

    @classmethod
    def learn(cls, means: Sequence[Floats], truths: Sequence[Floats], restless: Sequence[Floats]) -> Spread:
        """From windows: means and truths of shape (n, H) each, and how restless each product was before, (n,)."""
        truths = without_surprise(means, truths)
        base = np.concatenate([_base(mean).ravel() for mean in means])
        mean, truth = (np.concatenate([part.ravel() for part in parts]) for parts in (means, truths))
        unrest_of = np.concatenate([np.repeat(one, means[0].shape[1]) for one in restless])
        known = np.isfinite(truth) & (base > 0)
        mean, truth, restless_known, base = mean[known], truth[known], unrest_of[known], base[known]
        n_volumes = int(np.clip(len(mean) // (LEAST * N_RESTLESS), 1, N_VOLUMES))
        n_restless = N_RESTLESS if len(mean) >= LEAST * N_RESTLESS else 1
        volumes = _edges(mean, n_volumes)
        unrest = _edges(restless_known, n_restless)
        rows, columns = np.searchsorted(volumes, mean), np.searchsorted(unrest, restless_known)
        is_quiet = mean < base
        usual = ~is_quiet if not is_quiet.all() else np.ones(len(mean), bool)
        found = np.empty((len(volumes) + 1, len(unrest) + 1, len(LEVELS)))
        for row, column in np.ndindex(found.shape[:2]):
            inside = _enough(usual & (rows == row) & (columns == column), usual & (rows == row), usual)
            found[row, column] = _ratio_quantiles(base[inside], truth[inside])
        if not is_quiet.any():
            return cls(volumes, unrest, found)
        cells = [_enough(is_quiet & (columns == column), is_quiet) for column in range(len(unrest) + 1)]
        return cls(volumes, unrest, found, np.stack([_ratio_quantiles(base[one], truth[one]) for one in cells]))

    @classmethod
    def of_past(cls, units: Floats, season: Floats, period: Period) -> Spread:
        """Where no window could be tried: how far the last year's sales strayed from each product's own mean.

        With next to no history a gamma variable of mean 1, with up to three times what was expected. See
        `from_last_year` for what is given.
        """
        recent = _without_season(units, season, period)
        if np.isfinite(recent).sum() < LEAST:
            return cls(np.zeros(0), np.zeros(0), _ratio_quantiles(np.zeros(0), np.zeros(0))[None, None, :])
        mean = np.broadcast_to(np.nan_to_num(mean_known(recent, axis=1, keepdims=True)), recent.shape)
        return cls.learn([mean], [recent], [from_last_year(units, season, period).restless])

    def around(self, mean: Floats, own: Own) -> Cast:
        """Quantiles around a mean of shape (n, H), with what each product's own ratios were."""
        column = np.searchsorted(self.restless, own.restless)
        cell = self.ratios[np.searchsorted(self.volumes, mean), column[:, None]]
        base = mean
        if self.quiet is not None:
            base = _base(mean)
            cell = np.where((mean < base)[:, :, None], self.quiet[column][:, None, :], cell)
        weight = np.divide(
            mean, base, out=np.zeros_like(mean), where=base > 0
        )  # next to nothing has no ratio of its own
        share = ((own.n / (own.n + PULL))[:, None] * weight)[:, :, None]
        told = share * own.ratios[:, None, :] * mean[:, :, None] + (1 - share) * cell * base[:, :, None]
        return Cast(mean, np.maximum.accumulate(np.maximum(told, 0.0), axis=2))


def _enough(*wider: np.ndarray) -> np.ndarray:
    """The first of ever wider choices of outcomes, as masks, that holds half of `LEAST`; else the widest."""
    return next((inside for inside in wider if inside.sum() >= LEAST // 2), wider[-1])


def _base(mean: Floats) -> Floats:
    """What sales are divided by, shape (n, H): the mean, or a tenth of the product's own where next to nothing is told.

    A day on which a shop was thought closed and was not would else be thousands of times what was expected.
    """
    return np.asarray(np.maximum(mean, NEXT_TO_NOTHING * mean.mean(axis=1, keepdims=True)))


@dataclass(frozen=True, eq=False)
class Own:
    """How far each product's own sales strayed.

    Attributes:
        ratios: quantiles of sales over expectation at `LEVELS`, shape (n, levels).
        n: periods they are from, shape (n,).
        restless: their spread around one, shape (n,).
    """

    ratios: Floats
    n: Floats
    restless: Floats


def from_windows(means: Sequence[Floats], truths: Sequence[Floats]) -> Own:
    """Own ratios in windows for which the forecaster told a mean, each of shape (n, H).

    Periods for which next to nothing was expected, a closed shop, say nothing of the others. A product whose mean was
    off is brought back to it: by the next time the forecaster has learned better. How far it was off is told by sums
    of units (in a mean of ratios, one day on which a shop was thought nearly closed would outweigh a month); where that
    is beyond `TRUSTED`, a few wild periods are to blame, and the product's own ratios say nothing.
    """
    mean, truth = np.concatenate(means, axis=1), np.concatenate(truths, axis=1)
    counts = np.isfinite(truth) & (mean > NEXT_TO_NOTHING * mean.mean(axis=1, keepdims=True)) & (mean > 0)
    ratios = np.divide(truth, mean, out=np.full(mean.shape, np.nan), where=counts)
    told = np.where(counts, mean, 0.0)
    sold = np.where(counts, truth, 0.0).sum(axis=1)
    usual = np.divide(sold, told.sum(axis=1), out=np.zeros(len(told)), where=told.sum(axis=1) > 0)
    is_near = ((usual > TRUSTED[0]) & (usual < TRUSTED[1]))[:, None]
    return _own(np.divide(ratios, usual[:, None], out=np.full(mean.shape, np.nan), where=is_near), told)


def from_last_year(units: Floats, season: Floats, period: Period) -> Own:
    """Own ratios of the last year's sales over their mean, without season.

    Args:
        units: shape (n, T), NaN where unknown.
        season: factor of each of the T periods, shape (T,).
        period: their length.
    """
    recent = _without_season(units, season, period)
    total, n = np.nansum(recent, axis=1), np.isfinite(recent).sum(axis=1)
    mean = np.divide(total, n, out=np.ones(len(n)), where=total > 0)
    return _own(np.where((total > 0)[:, None], recent / mean[:, None], np.nan), np.ones(recent.shape))


def _without_season(units: Floats, season: Floats, period: Period) -> Floats:
    """The last year of units over season, without the period of each product's first sale: it always sold something."""
    return after_first(units / season)[:, -YEAR[period] :]


def _own(ratios: Floats, weights: Floats) -> Own:
    """What ratios of shape (n, T) say, and how restless they are by those weights."""
    is_known = np.isfinite(ratios)
    n, weights = is_known.sum(axis=1), np.where(is_known, weights, 0.0)
    total = weights.sum(axis=1)
    strayed = (weights * np.where(is_known, ratios - 1, 0.0) ** 2).sum(axis=1)
    restless = np.sqrt(np.divide(strayed, total, out=np.zeros(len(n)), where=total > 0))
    return Own(np.nan_to_num(quantiles_known(ratios, LEVELS), nan=1.0), n.astype(float), restless)


def _edges(values: Floats, n: int) -> Floats:
    return np.asarray(np.unique(np.quantile(values, np.arange(1, n) / n)) if len(values) and n > 1 else np.zeros(0))


def _ratio_quantiles(base: Floats, truth: Floats) -> Floats:
    """Quantiles of truth over base, each outcome weighing as much as its base.

    Else the sale of a product that was thought gone, thousands of times what was expected, would widen its whole cell.
    """
    if not len(base):
        return np.asarray(gammaincinv(2, LEVELS) / 2)
    ratio = truth / base
    order = np.argsort(ratio, kind="stable")
    weight = base[order]
    place = np.cumsum(weight) - weight / 2
    return np.asarray(np.interp(LEVELS, place / weight.sum(), ratio[order]))
