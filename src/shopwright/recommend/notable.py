"""Which frequent sets say something: more than their parts, and nothing that a larger one says as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import pdtrc

from shopwright.recommend.itemsets import FrequentSets

__all__ = ["SAME", "SHRINKAGE", "Notable", "notable", "spread"]

SAME = 0.7  # a set of whose baskets so many hold a larger set says the same as that one
BY_CHANCE = 0.01  # sets of one size that may be expected to pass without anything to it
SHRINKAGE = 5.0  # baskets by which a lift is drawn towards one: as if so many more had come by chance


@dataclass(frozen=True, eq=False)
class Notable:
    """Sets of one size.

    Attributes:
        sets: places of their products among the frequent ones, rising, shape (m, size).
        counts: baskets with each, shape (m,).
        lift: how many times as often as if their products were independent, shape (m,).
        split_lift: as often as if the best of its splits into two parts were all there is to it, shrunk, shape (m,).
    """

    sets: np.ndarray
    counts: np.ndarray
    lift: np.ndarray
    split_lift: np.ndarray


def notable(found: FrequentSets, least_lift: float) -> dict[int, Notable]:
    """By size, the sets that are more than their parts and that no larger one makes needless.

    Args:
        found: frequent sets of up to four products.
        least_lift: lowest lift; of split_lift, half of what this has above 1. A set must also be in more baskets than
            chance lets any set be (Poisson, corrected for the number of sets by Bonferroni).
    """
    kept: dict[int, Notable] = {}
    above: np.ndarray | None = None  # baskets of the fullest notable set that holds each set of the size at hand
    for size in sorted(found.places, reverse=True)[:-1]:
        sets, counts = found.places[size], found.counts[size]
        lift, split, chance = _lifts(found, sets, counts)
        is_more = (chance * len(sets) < BY_CHANCE) & (lift >= least_lift) & (split >= 1 + (least_lift - 1) / 2)
        above = np.zeros(len(sets), dtype=np.int64) if above is None else above
        is_kept = is_more & (above < SAME * counts)
        kept[size] = Notable(sets[is_kept], counts[is_kept], lift[is_kept], split[is_kept])
        above = _below(found, sets, np.maximum(above, np.where(is_more, counts, 0)))
    return dict(sorted(kept.items()))


def spread(ranked: Sequence[Sequence[int]], most: int, each: int) -> list[int]:
    """Places of the first sets that differ: no two share two products, or three where both have four.

    Args:
        ranked: sets, the best first.
        most: most sets.
        each: most sets with one product.
    """
    times: Counter[int] = Counter()
    kept: list[int] = []
    shown: list[frozenset[int]] = []
    for at, one in enumerate(map(frozenset, ranked)):
        is_like = any(len(one & other) >= max(2, min(len(one), len(other)) - 1) for other in shown)
        if not is_like and all(times[place] < each for place in one):
            kept.append(at)
            shown.append(one)
            times.update(one)
            if len(kept) == most:
                break
    return kept


def _lifts(found: FrequentSets, sets: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lift against independence; against the split into two parts that explains a set best; chance of such a count.

    The second is (n + κ) / (e + κ): n the baskets with the set, e those expected were the split all there is to it.
    If a part T of size t came into any basket in proportion to the other products there, the n_S baskets with the
    rest S, which hold h_S products, would have n_T (h_S − s n_S − t n) / (h − t n_T) times T, with h products in all
    baskets; e is the largest of these. Under plain independence large baskets, which hold more of everything, would
    make any two products seem to belong together. The third is the chance of n or more where e are expected (Poisson).
    """
    n_all, size = max(len(found.position), 1), sets.shape[1]
    by_part = {
        part: found.counts_of(sets[:, list(part)])
        for length in range(1, size)
        for part in combinations(range(size), length)
    }
    alone = np.prod([by_part[(at,)][0] / n_all for at in range(size)], axis=0)
    expected = np.zeros(len(sets))
    for part, (n_part, _) in by_part.items():
        n_rest, held = by_part[tuple(at for at in range(size) if at not in part)]
        beside = held - (size - len(part)) * n_rest - len(part) * counts
        everywhere = np.maximum(found.n_held - len(part) * n_part, 1)
        np.maximum(expected, n_part * beside / everywhere, out=expected)
    return counts / n_all / alone, (counts + SHRINKAGE) / (expected + SHRINKAGE), pdtrc(counts - 1, expected)


def _below(found: FrequentSets, sets: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """For each set of one product fewer the largest count of the sets that hold it."""
    size = sets.shape[1]
    most = np.zeros(len(found.places[size - 1]), dtype=np.int64)
    for left_out in range(size):
        np.maximum.at(most, found.find(np.delete(sets, left_out, axis=1)), counts)
    return most
