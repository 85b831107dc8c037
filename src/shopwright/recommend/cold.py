"""Products that few or none have bought: their place among the others, told from their words.

Column j of the item weights B says what j follows; a ridge regression of the columns of known products on their
vectors tells that of an unknown one, M = (FᵀF + λI)⁻¹ Fᵀ Bᵀ, likewise for rows, and for the vectors of a factor model
(closed form; compare CB2CF, Barkan et al. 2019, and MARec, Monteil et al. 2024). With n customers a product is
n / (n + k) its own, the rest is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shopwright.processor import one_thread
from shopwright.recommend.factors import Factors
from shopwright.recommend.histories import Histories
from shopwright.recommend.holdout import Trial
from shopwright.recommend.local import PARTNERS
from shopwright.recommend.members import Links
from shopwright.recommend.nearest import Nearest
from shopwright.seeds import generator

__all__ = ["Cold", "judged", "warmed", "warmed_factors"]

RIDGES = (1.0, 3.0, 10.0)
EVIDENCE = 3.0
KNOWN = 3  # customers from which on a product's own weights teach
FEWEST = 50  # products that teach, and targets that judge
AT_ONCE = 500
TOP = 20


@dataclass(frozen=True, slots=True)
class Cold:
    """How well the words of products do where nothing else is known.

    Attributes:
        ridge: λ that did best; None where words did not beat popularity and chance by more than a standard error,
            and are not used.
        recall: share of held-out products that were bought next and stand among the first 20 held-out ones.
        popular: the same by how popular each was, as if that were known.
        chance: the same by chance.
        n: targets.
    """

    ridge: float | None
    recall: float
    popular: float
    chance: float
    n: int


def judged(links: Links, vectors: NDArray[np.float32], counts: NDArray[np.int64], trial: Trial, seed: int = 0) -> Cold:
    """Hide a tenth of the known products from the regression, and see where those that were bought next stand.

    Args:
        links: item weights from before the cut.
        vectors: of the products' texts, shape (n, d).
        counts: customers with each product before the cut, shape (n,).
        trial: who is asked for and what came.
        seed: of the products hidden.
    """
    has_text = np.any(vectors != 0, axis=1)
    known = np.flatnonzero((counts >= KNOWN) & has_text)
    hidden = np.sort(generator(seed, "recommend", "cold").permutation(known)[: len(known) // 10])
    place = np.full(len(counts), -1)
    place[hidden] = np.arange(len(hidden))
    target = np.flatnonzero((place[trial.item] >= 0) & ~trial.is_seen)
    if len(target) < FEWEST or len(known) - len(hidden) < FEWEST:
        return Cold(None, 0.0, 0.0, 0.0, len(target))
    teaching = np.setdiff1d(known, hidden)
    weights = _without(links.weights, hidden)
    wanted = (trial.row[target], place[trial.item[target]])
    popular = _recall(np.broadcast_to(counts[hidden].astype(float), (len(trial.asked), len(hidden))), *wanted)
    tried = []
    for ridge in RIDGES:
        told = Links(_columns(weights, vectors, teaching, hidden, ridge), links.decay)
        tried.append((_recall(_narrow(told, trial.asked, hidden), *wanted), ridge))
    recall, ridge = max(tried, key=lambda each: each[0])
    chance = min(1.0, TOP / len(hidden))
    usual = max(popular, chance)
    is_better = recall > usual + np.sqrt(usual * (1 - usual) / len(target))  # by more than a standard error
    return Cold(ridge if is_better else None, recall, popular, chance, len(target))


def warmed(links: Links, vectors: NDArray[np.float32], counts: NDArray[np.int64], ridge: float) -> Links:
    """The same with rows and columns of little-known products told from their words as far as evidence lacks.

    Args:
        links: item weights.
        vectors: of the products' texts, shape (n, d).
        counts: customers with each product, shape (n,).
        ridge: λ.
    """
    teaching, rare = _teaching_and_rare(vectors, counts)
    if len(teaching) < FEWEST or not len(rare):
        return links
    own = np.ones(len(counts), np.float32)
    own[rare] = counts[rare] / (counts[rare] + EVIDENCE)
    lacks = sparse.diags(1 - own)
    columns = _columns(links.weights, vectors, teaching, rare, ridge) @ lacks
    rows = lacks @ _columns(links.weights.T.tocsr(), vectors, teaching, rare, ridge).T
    kept = sparse.diags(own) @ links.weights @ sparse.diags(own)
    found = (kept + columns + rows).tocsr().astype(np.float32)
    found.setdiag(0)
    found.eliminate_zeros()
    found.sort_indices()
    return Links(found, links.decay)


def warmed_factors(factors: Factors, vectors: NDArray[np.float32], counts: NDArray[np.int64], ridge: float) -> Factors:
    """The same with the vectors of little-known products told from their words as far as evidence lacks.

    Args:
        factors: vectors of products, shape (n, f).
        vectors: of the products' texts, shape (n, d).
        counts: customers with each product, shape (n,).
        ridge: λ.
    """
    teaching, rare = _teaching_and_rare(vectors, counts)
    if len(teaching) < FEWEST or not len(rare):
        return factors
    with one_thread():
        known = vectors[teaching]
        system = known.T @ known + np.float32(ridge) * np.eye(known.shape[1], dtype=np.float32)
        told = vectors[rare] @ np.linalg.solve(system, known.T @ factors.items[teaching])
    own = (counts[rare] / (counts[rare] + EVIDENCE)).astype(np.float32)[:, None]
    items = np.array(factors.items, np.float32)
    items[rare] = own * items[rare] + (1 - own) * told
    return replace(factors, items=items, nearest=Nearest.among(items))


def _teaching_and_rare(vectors: NDArray[np.float32], counts: NDArray[np.int64]) -> tuple[np.ndarray, np.ndarray]:
    has_text = np.any(vectors != 0, axis=1)
    return np.flatnonzero((counts >= KNOWN) & has_text), np.flatnonzero((counts < 2 * EVIDENCE) & has_text)


def _columns(weights: Any, vectors: NDArray[np.float32], teaching: np.ndarray, told: np.ndarray, ridge: float) -> Any:
    """Columns `told` from the words, their 200 largest weights each; sparse (n, n), the others empty."""
    with one_thread():  # sums in another order have other digits
        return _told(weights, vectors, teaching, told, ridge)


def _told(weights: Any, vectors: NDArray[np.float32], teaching: np.ndarray, told: np.ndarray, ridge: float) -> Any:
    known = vectors[teaching]
    system = known.T @ known + np.float32(ridge) * np.eye(known.shape[1], dtype=np.float32)
    mapping = np.linalg.solve(system, (weights[:, teaching] @ known).T)  # (d, n)
    rows, columns, values = [], [], []
    for start in range(0, len(told), AT_ONCE):
        some = told[start : start + AT_ONCE]
        guess = vectors[some] @ mapping
        most = min(PARTNERS, guess.shape[1] - 1)
        best = np.argpartition(-guess, most, axis=1)[:, :most]
        value = np.take_along_axis(guess, best, axis=1)
        up = value > 0
        rows.append(best[up])
        columns.append(np.repeat(some, up.sum(axis=1)))
        values.append(value[up])
    flat: Sequence[np.ndarray] = [np.concatenate(each) for each in (values, rows, columns)]
    return sparse.csr_matrix((flat[0], (flat[1], flat[2])), shape=weights.shape, dtype=np.float32)


def _without(weights: Any, hidden: np.ndarray) -> Any:
    """Without what the hidden products tell of others."""
    kept = np.ones(weights.shape[0], np.float32)
    kept[hidden] = 0.0
    return (sparse.diags(kept) @ weights).tocsr()


def _narrow(told: Links, asked: Histories, hidden: np.ndarray) -> np.ndarray:
    return np.asarray((asked.matrix(told.decay) @ told.weights[:, hidden]).toarray())


def _recall(scores: np.ndarray, row: np.ndarray, column: np.ndarray) -> float:
    """Share of the targets among the first 20, ties against them."""
    own = scores[row, column]
    better = np.array([int((scores[at] >= mine).sum()) - 1 for at, mine in zip(row, own, strict=True)])
    return float((better < TOP).mean())
