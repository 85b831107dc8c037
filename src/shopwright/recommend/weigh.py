"""Weights of a blend, chosen on what customers bought after the models had learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.recommend.holdout import Trial
from shopwright.recommend.members import Member

__all__ = ["Crossed", "Judged", "Weighed", "crossed", "weigh"]

DEPTH = 10
LOOKED_AT = 20  # places that weights are chosen by: less noise than ten
CANDIDATES = 60  # of each member, kept of a history
CELLS_AT_ONCE = 8_000_000
ROUNDS = 8
LEAST_SHOWN = 100  # places of lists that a chance is counted on
STEPS = (0.02, 0.05, 0.12, 0.3, 0.7, 1.5)
FINER = (1.6, 0.625, 1.2, 0.83)
LEAST_GAIN = 0.002  # of what is there already: each member costs time in every answer


@dataclass(frozen=True, slots=True)
class Judged:
    """How well a list of ten does.

    Attributes:
        ndcg: mean over targets of 1 / log2(1 + rank), zero beyond the tenth place.
        recall: share of targets among the ten.
    """

    ndcg: float
    recall: float


@dataclass(frozen=True, eq=False)
class Weighed:
    """Which members a blend has.

    Attributes:
        weights: of each chosen member, on its scores as they are.
        alone: how well each member does by itself.
        blend: how well the blend does.
        n: targets judged on.
        chances: share of lists' places that hit, by score: (scores, shares), rising; for showing scores as chances.
    """

    weights: dict[str, float]
    alone: dict[str, Judged]
    blend: Judged
    n: int
    chances: tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Crossed:
    """How well blends do for customers whose targets their weights were not chosen by.

    Attributes:
        without, having: blends without and with one member.
        alone: that member by itself.
        n: targets judged on.
    """

    without: Judged
    having: Judged
    alone: Judged
    n: int

    @property
    def is_better(self) -> bool:
        """Whether the member earns its cost."""
        return self.having.ndcg > (1 + LEAST_GAIN) * self.without.ndcg


def weigh(
    members: Mapping[str, Member], trial: Trial, *, exclude_seen: bool, champion: str | None = None
) -> Weighed | None:
    """Add members one by one while that helps, then turn each weight.

    Args:
        members: fitted on `trial.early`.
        trial: who is asked for and what came.
        exclude_seen: judge on products that are new to the customer, and rank those only.
        champion: a member that the blend has to beat on histories that its weights were not chosen by.

    Returns:
        None where there are no such targets, or the champion is not beaten.
    """
    wanted = ~trial.is_seen if exclude_seen else np.ones(len(trial.row), bool)
    if wanted.sum() < 30:
        return None
    names = list(members)
    table = _Table.of([members[name] for name in names], trial, wanted, exclude_seen)
    if champion is not None and not _beats(table, np.sort(trial.row[wanted]), names.index(champion)):
        return None
    alone = {name: table.judged(np.eye(len(names))[at]) for at, name in enumerate(names)}
    weights = _refined(table, _grown(table, len(names)))
    used = {name: float(weights[at] / table.scale[at]) for at, name in enumerate(names) if weights[at] > 0}
    return Weighed(used, alone, table.judged(weights), int(wanted.sum()), table.chances(weights))


def crossed(members: Mapping[str, Member], trial: Trial, *, without: str, exclude_seen: bool = True) -> Crossed | None:
    """Choose weights by every other customer's targets, judge them on the rest, then the other way round.

    Args:
        members: fitted on `trial.early`.
        trial: who is asked for and what came.
        without: name of the member that is judged.
        exclude_seen: judge on products that are new to the customer; on all where there are too few of those.

    Returns:
        None where there are too few targets.
    """
    wanted = ~trial.is_seen if exclude_seen else np.ones(len(trial.row), bool)
    if wanted.sum() < 60:
        return crossed(members, trial, without=without, exclude_seen=False) if exclude_seen else None
    names = list(members)
    table, rows = _Table.of([members[name] for name in names], trial, wanted, exclude_seen), np.sort(trial.row[wanted])
    used = np.array([name != without for name in names])
    told = [_crossed(table, rows % 2 == 0, columns) for columns in (used, np.ones(len(names), bool))]
    return Crossed(told[0], told[1], table.judged((~used).astype(float)), int(wanted.sum()))


def _crossed(table: _Table, is_first: NDArray[np.bool_], columns: NDArray[np.bool_]) -> Judged:
    """Weights of one half's choosing judged on the other, both ways: means over all targets."""
    halves = [table.part(rows, columns) for rows in (is_first, ~is_first)]
    found = np.zeros(2)
    for chosen, rest in (halves, halves[::-1]):
        judged = rest.judged(_refined(chosen, _grown(chosen, int(columns.sum()))))
        found += np.array([judged.ndcg, judged.recall]) * len(rest.scores)
    return Judged(*(found / len(is_first)).tolist())


def _beats(table: _Table, rows: NDArray[np.int64], at: int) -> bool:
    """Whether blends chosen on every other history do better on the rest than one member, history by history."""
    every = np.ones(table.scores.shape[2], bool)
    halves = [table.part(half, every) for half in (rows % 2 == 0, rows % 2 == 1)]
    gains, before = np.zeros(len(rows)), np.zeros(len(rows))
    for parity, (chosen, rest) in enumerate((halves[::-1], halves)):
        weights = _refined(chosen, _grown(chosen, len(every)))
        gains[rows % 2 == parity], before[rows % 2 == parity] = rest.gains(weights), rest.gains(np.eye(len(every))[at])
    n = np.maximum(np.bincount(rows), 1)
    is_asked = np.bincount(rows) > 0
    return _is_worth(*((np.bincount(rows, each) / n)[is_asked] for each in (gains, before)))


class _Table:
    """Scores of the candidates of each target, the target's own first; shape (r, candidates, members).

    `is_other` tells which candidates are targets of the same history as well, `is_more` which were bought with them and
    are no targets; `share` is one over the history's targets.
    """

    def __init__(
        self,
        scores: NDArray[np.float32],
        is_one: NDArray[np.bool_],
        is_other: NDArray[np.bool_],
        is_more: NDArray[np.bool_],
        share: NDArray[np.float64],
        scale: NDArray[np.floating[Any]],
    ) -> None:
        self.scores, self.is_one, self.is_other, self.is_more = scores, is_one, is_other, is_more
        self.share, self.scale = share, scale

    @classmethod
    def of(cls, members: Sequence[Member], trial: Trial, wanted: np.ndarray, exclude_seen: bool) -> _Table:
        rows, items = trial.row[wanted], trial.item[wanted]
        order = np.argsort(rows, kind="stable")
        rows, items = rows[order], items[order]
        step = max(1, CELLS_AT_ONCE // max(trial.asked.n_items, 1))
        share = 1 / np.bincount(rows, minlength=len(trial.asked))[rows]
        bought = _by_row(trial.more_row, trial.more_item, len(trial.asked))
        found: list[tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_]]] = []
        for start in range(0, len(trial.asked), step):
            some = trial.asked.part(start, min(start + step, len(trial.asked)))
            first, last = np.searchsorted(rows, [start, start + len(some)])
            told = [member.scores(some) for member in members]
            for row in np.unique(rows[first:last]) - start:
                each = [scores[row] for scores in told]
                near = _candidates(each, some.seen(row) if exclude_seen else None)
                targets = items[slice(*np.searchsorted(rows, [row + start, row + start + 1]))]
                for target in targets:
                    rest = near[near != target]
                    these = np.append(target, rest)  # the target first
                    table = np.stack([scores[these] for scores in each], axis=1)
                    flags = [np.append(False, np.isin(rest, those)) for those in (targets, bought[row + start])]
                    found.append((table.astype(np.float32), flags[0], flags[1]))
        width = max(len(table) for table, _, _ in found)
        scores = np.zeros((len(rows), width, len(members)), np.float32)
        is_one, is_other, is_more = (np.zeros((len(rows), width), bool) for _ in range(3))
        for at in range(len(rows) - 1, -1, -1):  # what is filled in is given back at once
            table, *flags = found.pop()
            for whole, part in ((scores, table), (is_one, True), (is_other, flags[0]), (is_more, flags[1])):
                whole[at, : len(table)] = part
        scale = np.maximum(scores.max(axis=1).mean(axis=0), 1e-12)  # where there is no candidate stands 0
        scores /= scale.astype(np.float32)  # in place: the table may take a gigabyte
        return cls(scores, is_one, is_other, is_more, share, scale)

    def part(self, rows: NDArray[np.bool_], columns: NDArray[np.bool_]) -> _Table:
        """Some targets, some members."""
        return _Table(
            self.scores[rows][:, :, columns],
            self.is_one[rows],
            self.is_other[rows],
            self.is_more[rows],
            self.share[rows],
            self.scale[columns],
        )

    def ranks(self, weights: np.ndarray) -> NDArray[np.int64]:
        """Places of the targets, from 0; ties count against them."""
        total: NDArray[np.float32] = self.scores @ weights.astype(np.float32)
        better = (total[:, 1:] >= total[:, :1]) & self.is_one[:, 1:]
        return np.asarray(better.sum(axis=1), np.int64)

    def gains(self, weights: np.ndarray, depth: int = LOOKED_AT) -> NDArray[np.float64]:
        """What each target adds to NDCG at this depth."""
        rank = self.ranks(weights)
        return np.where(rank < depth, 1 / np.log2(rank + 2), 0.0)

    def judged(self, weights: np.ndarray) -> Judged:
        """Means over all targets."""
        return Judged(float(self.gains(weights, DEPTH).mean()), float((self.ranks(weights) < DEPTH).mean()))

    def chances(self, weights: np.ndarray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Share of hits among candidates in the first ten places, by score: about equal parts, made to rise.

        A history with several targets has one list in the table for each: a target counts in its own alone, all else in
        part each time, as a hit where it was bought with them. Ties go against the target.
        """
        from sklearn.isotonic import IsotonicRegression

        total = np.where(self.is_one, self.scores @ weights.astype(np.float32), -np.inf)[:, ::-1]
        first = np.argsort(-total, axis=1, kind="stable")[:, :DEPTH]
        score = np.asarray(np.take_along_axis(total, first, axis=1))
        hit = first == total.shape[1] - 1
        told = np.isfinite(score) & ~np.take_along_axis(self.is_other[:, ::-1], first, axis=1)
        counted = np.where(hit, 1.0, self.share[:, None])
        came_too = hit | np.take_along_axis(self.is_more[:, ::-1], first, axis=1)
        x, y, weight = score[told], came_too[told], counted[told]
        scores, hits, weights_of = _parts(np.asarray(x, np.float64), y.astype(np.float64), weight)
        level = IsotonicRegression(out_of_bounds="clip").fit(scores, hits, weights_of).predict(scores)
        middles, shares = _middles(scores, np.asarray(level, np.float64), weights_of)
        came = float((weight * y).sum())
        for _ in range(ROUNDS):  # as many hits as there were, none surer than sure
            told_so = float((weight * np.interp(x, middles, shares)).sum())
            shares = np.minimum(shares * (came / max(told_so, 1e-12)), 1.0)
        return middles, shares


def _by_row(rows: NDArray[np.int64], items: NDArray[np.int32], n: int) -> list[NDArray[np.int32]]:
    """The items of each of n rows."""
    order = np.argsort(rows, kind="stable")
    return np.split(items[order], np.searchsorted(rows[order], np.arange(1, n)))


def _parts(
    scores: NDArray[np.float64], hits: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean score, share of hits and weight of parts of about `LEAST_SHOWN` places each: a lucky few tell no chance."""
    order = np.argsort(scores, kind="stable")
    edges = np.linspace(0, len(order), max(1, len(order) // LEAST_SHOWN) + 1).astype(int)[:-1]
    total = np.add.reduceat(weights[order], edges)
    means = [np.add.reduceat((weights * each)[order], edges) / np.maximum(total, 1e-12) for each in (scores, hits)]
    return means[0], means[1], total


def _middles(
    scores: NDArray[np.float64], levels: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mean score of each level: between them chances rise, so that no two scores look alike for a whole step."""
    found, where = np.unique(levels, return_inverse=True)
    total = np.bincount(where, weights=weights)
    return np.bincount(where, weights=weights * scores) / np.maximum(total, 1e-12), found


def _candidates(scores: Sequence[np.ndarray], seen: np.ndarray | None) -> np.ndarray:
    """The best of each member without what was seen."""
    found: list[np.ndarray] = []
    for each in scores:
        open_ = -each
        if seen is not None:
            open_[seen] = np.inf
        most = min(CANDIDATES, len(open_) - 1)
        best = np.argpartition(open_, most)[:most] if most > 0 else np.zeros(0, int)
        found.append(best[np.isfinite(open_[best])])
    return np.unique(np.concatenate(found))


def _grown(table: _Table, n: int) -> np.ndarray:
    """Start with the best member; add the one and the weight that help most, until none helps enough."""
    weights: np.ndarray = max((np.eye(n)[at] for at in range(n)), key=lambda each: float(table.gains(each).mean()))
    best = table.gains(weights)
    while True:
        tries = [(at, step) for at in range(n) if weights[at] == 0 for step in STEPS]
        found = [(table.gains(weights + step * np.eye(n)[at]), at, step) for at, step in tries]
        if not found:
            return weights
        gains, at, step = max(found, key=lambda each: each[0].mean())
        if not _is_worth(gains, best):
            return weights
        weights, best = weights + step * np.eye(n)[at], gains


def _is_worth(gains: NDArray[np.float64], before: NDArray[np.float64]) -> bool:
    """Whether what each target adds grew by enough, and by more than chance: one standard error of the mean."""
    more = gains - before
    return bool(more.mean() > max(LEAST_GAIN * before.mean(), more.std() / np.sqrt(len(more))))


def _refined(table: _Table, weights: np.ndarray) -> np.ndarray:
    best = table.gains(weights).mean()
    for factor in FINER:
        for at in np.flatnonzero(weights):
            tried = weights.copy()
            tried[at] *= factor
            score = table.gains(tried).mean()
            if score > best:
                weights, best = tried, score
    return weights
