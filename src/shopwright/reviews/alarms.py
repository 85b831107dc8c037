"""Counts of complaints watched day by day: when are there too many to be chance, over all products and themes.

For each product and theme a cumulative sum of log likelihood ratios of Poisson counts (Lucas, "Counted Data CUSUM's",
Technometrics 1985), against a rate that the theme's rate in the shop and the product's own past give (gamma prior).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.reviews.exposure import BLOCK, Exposure, Floats, Ints

__all__ = ["Watch", "watched"]

# Share of a faulty product's reviews that tell of the fault.
TOLD = 0.3
LEAST_RATIO, MOST_RATIO = 3.0, 1000.0
# Gamma prior of a theme's rate in a shop: one in fifty reviews, hardly held to, since rates differ by powers of ten.
PRIOR, READ = 0.1, 5.0
# Before so many reviews no rate is known; until then only dangers are watched.
WARM = 200.0
LEAST_SHAPE, MOST_SHAPE = 0.5, 20.0
YEAR = 13  # blocks of 28 days
LEAST_REVIEWS = 1000.0  # a year, where the shop has had fewer so far: early thresholds are not too low
LEAST_THRESHOLD, MOST_SCORE = 1.0, 2.0
# Before so many reviews nobody knows how rare a complaint is: one customer who names no danger is no alarm, and the
# score stays just below it.
KNOWN, LEAST_COMPLAINTS, ALONE = 2000.0, 2, 0.99


@dataclass(frozen=True, eq=False)
class Watch:
    """What became of each pair of product and theme that was ever named together, shape (pairs,) each.

    Attributes:
        score: sum of log likelihood ratios at the end, as a share of the threshold.
        peak: the largest such share; an alarm from one on.
        alarm: day on which it first came to one, −1 for none.
        since: day of the first mention of the run that led there; without an alarm, of the last run.
        before: mentions of the run, for each review to expect, that were usual when it began.
    """

    score: Floats
    peak: Floats
    alarm: Ints
    since: Ints
    before: Floats


def watched(
    pair_sku: Ints, pair_theme: Ints, pair: Ints, day: Ints, exposure: Exposure, weight: Floats, false_alarms: float
) -> Watch:
    """Run through all mentions in the order of their days.

    By Wald's inequality a run that starts with one mention, at the score log r, passes the threshold h by chance with a
    probability of at most r exp(−h). With as many runs a year as there are mentions, h = log(mentions × r / false
    alarms) keeps all pairs together below the number of false alarms that is allowed.

    Args:
        pair_sku: product of each pair.
        pair_theme: theme of each pair.
        pair: pair of each mention, ordered by day.
        day: day of each mention, from 0.
        exposure: reviews to expect.
        weight: of each theme: how many false alarms about it weigh as one; above 1 for danger.
        false_alarms: allowed in a year, over the whole shop.
    """
    rate, ratio = _rates(pair_sku, pair_theme, pair, day, exposure, len(weight))
    threshold = _thresholds(rate.shop, exposure, weight, false_alarms)
    warm, known = (int(np.searchsorted(exposure.before.sum(axis=0), least)) for least in (WARM, KNOWN))
    n_pairs = len(pair_sku)
    score, peak, last, usual = (np.zeros(n_pairs) for _ in range(4))
    alarm, since, told = np.full(n_pairs, -1), np.full(n_pairs, -1), np.zeros(n_pairs, np.int64)
    for each, on in zip(pair.tolist(), day.tolist(), strict=True):
        block, now = on // BLOCK, exposure.until[pair_sku[each], on]
        if block < warm and weight[pair_theme[each]] <= 1:
            continue
        raised = ratio[each, block]
        kept = score[each] - (raised - 1) * rate.pair[each, block] * (now - last[each])
        if kept <= 0:
            kept, told[each] = 0.0, 0
            if alarm[each] < 0:
                since[each], usual[each] = on, rate.pair[each, block]
        limit = threshold[pair_theme[each], block]
        told[each] += 1
        is_alone = told[each] < LEAST_COMPLAINTS and block < known and weight[pair_theme[each]] <= 1
        most = limit * (ALONE if is_alone else MOST_SCORE)
        score[each], last[each] = min(kept + np.log(raised), most), now
        peak[each] = max(peak[each], score[each] / limit)
        if alarm[each] < 0 and score[each] >= limit:
            alarm[each] = on
    left = score - (ratio[:, -1] - 1) * rate.pair[:, -1] * (exposure.until[pair_sku, -1] - last)
    return Watch(np.maximum(left, 0) / threshold[pair_theme, -1], peak, alarm, since, usual)


@dataclass(frozen=True, eq=False)
class _Rates:
    shop: Floats  # mentions for each review to expect, shape (themes, blocks)
    pair: Floats  # the same of each pair, shape (pairs, blocks)


def _rates(
    pair_sku: Ints, pair_theme: Ints, pair: Ints, day: Ints, exposure: Exposure, n_themes: int
) -> tuple[_Rates, Floats]:
    """Rates known at the beginning of each block, and the ratio that a fault would raise them by."""
    n_blocks = exposure.before.shape[1]
    named = np.zeros((len(pair_sku), n_blocks))
    np.add.at(named, (pair, day // BLOCK), 1.0)
    # up to the beginning of a block
    named = np.concatenate([np.zeros((len(pair_sku), 1)), named.cumsum(axis=1)[:, :-1]], axis=1)
    total = np.zeros((n_themes, n_blocks))
    np.add.at(total, pair_theme, named)
    reviews = exposure.before.sum(axis=0)
    shop = (PRIOR + total) / (READ + reviews)
    shape = _shapes(pair_sku, pair_theme, named, exposure, shop)
    earlier = np.maximum(np.arange(n_blocks) - 1, 0)
    own, seen = named[:, earlier], exposure.before[pair_sku][:, earlier]
    alpha = shape[pair_theme]
    rates = (alpha + own) / (alpha / shop[pair_theme] + seen)
    return _Rates(shop, rates), np.clip(TOLD / rates, LEAST_RATIO, MOST_RATIO)


def _shapes(pair_sku: Ints, pair_theme: Ints, named: Floats, exposure: Exposure, shop: Floats) -> Floats:
    """Shape of the gamma distribution of products' rates around the shop's, by moments, shape (themes, blocks)."""
    seen = exposure.before
    square, cross = np.zeros_like(shop), np.zeros_like(shop)
    np.add.at(square, pair_theme, named**2)
    np.add.at(cross, pair_theme, named * seen[pair_sku])
    mean = shop * seen.sum(axis=0)
    excess = square - 2 * shop * cross + shop**2 * (seen**2).sum(axis=0) - mean
    spread = shop**2 * (seen**2).sum(axis=0)
    return np.asarray(np.clip(spread / np.maximum(excess, 1e-12), LEAST_SHAPE, MOST_SHAPE))


def _thresholds(shop: Floats, exposure: Exposure, weight: Floats, false_alarms: float) -> Floats:
    """Score that is an alarm, by theme and block."""
    reviews = exposure.before.sum(axis=0)
    before = np.concatenate([np.zeros(min(YEAR, len(reviews))), reviews[:-YEAR]]) if len(reviews) else reviews
    blocks = np.minimum(np.arange(len(reviews)), YEAR)
    a_year = np.maximum((reviews - before) * YEAR / np.maximum(blocks, 1), LEAST_REVIEWS)
    raised = shop * np.clip(TOLD / shop, LEAST_RATIO, MOST_RATIO)
    runs = (weight[:, None] * raised).sum(axis=0) * a_year
    return np.asarray(np.maximum(np.log(runs / false_alarms) - np.log(weight)[:, None], LEAST_THRESHOLD))
