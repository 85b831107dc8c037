"""Which heads win, judged on texts they did not learn from, the cheap ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from shopwright.language.classifier.blend import NEAR, blended, losses, told, weigh
from shopwright.language.classifier.checks import Examples
from shopwright.language.classifier.folds import Fold, folds
from shopwright.language.classifier.heads import Material, learn, left_out, spread_out
from shopwright.language.classifier.kernel import Kernel, LeftOut
from shopwright.language.classifier.linear import Scores
from shopwright.language.classifier.names import speaking
from shopwright.language.classifier.report import Candidate
from shopwright.language.encoders import Encoder, Vectors

__all__ = ["START", "TUNED", "Contest", "is_worse", "judged"]

# Weights where no text can be held out
START = {"words": 4.0, "joined": 4.0, "vectors": 2.0, "ratios": 4.0, "spread": 2.0}
# The same over vectors that were tuned on these texts; on texts kept away 2.46 to 2.62 was best
TUNED = {"vectors": 2.5}
COMBINATIONS = (
    ("words",),
    ("vectors",),
    ("joined",),
    ("words", "vectors"),
    ("joined", "vectors"),
    ("words", "joined", "vectors"),
    ("words", "ratios"),
    ("words", "ratios", "vectors"),
    ("spread",),
    ("words", "spread"),
    ("joined", "spread"),
)
_LANDMARKS, _LANDMARKS_SETTLED = 2_500, 500  # of the head over vectors; fewer where n-grams left nothing to gain
_KNOWN = 6_000  # texts with labels above which those without have nothing to add for the head over vectors
_FRESH = 20  # texts without labels below which it does not ask them
_CHANCE = 6  # fewer errors than this, all undone, would still be no significant gain (sign test, 3 %)
_RARE = 0.02  # share of errors above which few texts, not good heads, make a gain look like chance
_FEWEST = 10  # held-out texts without which nothing is compared


@dataclass(slots=True)
class Contest:
    """Heads fitted and judged so far.

    Attributes:
        material: all texts to learn from.
        seed: decides which texts are held out.
        unlabelled: different texts without labels, none of them among the examples.
        is_settled: even a perfect head would be better than the first one by no more than chance.
        is_flattered: the encoder was tuned on texts that are learned from here, which say nothing of it.
        is_tuned: the encoder has learned from all but the held-out texts, so only those say what it is worth.
        parts: folds; heads are judged on the texts held out in them.
    """

    material: Material
    seed: int
    unlabelled: Material | None = None
    parts: list[Fold] = field(default_factory=list)
    scores: dict[str, Scores] = field(default_factory=dict)
    near: LeftOut | None = None
    named: Vectors | None = None
    is_settled: bool = False
    is_tuned: bool = False
    is_flattered: bool = False

    def __post_init__(self) -> None:
        if not self.parts:
            self.parts = folds(self.material.classes, self.seed)

    def shun(self, seen: NDArray[np.bool_]) -> None:
        """Never judge by the texts that the encoder was tuned on."""
        self.is_flattered = bool(seen.any())
        kept = [(taught, held[~seen[held]]) for taught, held in self.parts]
        self.parts = [(taught, held) for taught, held in kept if len(held)]

    @property
    def rows(self) -> NDArray[np.int64]:
        """The held-out texts, in the order of their scores."""
        return np.concatenate([held for _, held in self.parts]) if self.parts else np.zeros(0, np.int64)

    @property
    def classes(self) -> NDArray[np.int64]:
        """Classes of the held-out texts."""
        return self.material.classes[self.rows]

    @property
    def is_possible(self) -> bool:
        """Whether there are enough held-out texts to say anything."""
        return len(self.rows) >= _FEWEST

    @property
    def may_spread(self) -> bool:
        """Whether texts without labels may help the head over vectors."""
        n = 0 if self.unlabelled is None else len(self.unlabelled.classes)
        return n >= _FRESH and len(self.material.classes) <= _KNOWN

    def read(self, encoder: Encoder, given: Examples) -> None:
        """Take in what an encoder makes of the texts, and of the names of the classes."""
        self.material = replace(self.material, vectors=encoder.encode(given.texts))
        names = speaking(given.labels, given.classes)
        self.named = None if names is None else encoder.encode(names)
        if self.unlabelled is not None:
            self.unlabelled = replace(self.unlabelled, vectors=encoder.encode(given.unlabelled))

    def enter(self, name: str) -> None:
        """Judge one more head; the one over vectors is fitted to all texts at once."""
        if name == "vectors" and not self.is_tuned:
            self.scores[name] = self.settle_near().scores[self.rows]
            return
        take = self.material.take
        found: list[Scores] = []
        for taught, held in self.parts:
            found.append(self._told(name, take(taught), take(held)))
            if name == "spread" and self.scores and not self._may_win(np.concatenate(found), is_first=len(found) == 1):
                return
        self.scores[name] = np.concatenate(found)

    def _may_win(self, first: Scores, *, is_first: bool) -> bool:
        """Whether `spread` may be the best, by the first parts; it is dear, and the others are spared else."""
        n = len(first)
        own, classes = {**{name: scores[:n] for name, scores in self.scores.items()}, "spread": first}, self.classes[:n]
        loss: dict[bool, list[NDArray[np.float64]]] = {True: [], False: []}
        for names in COMBINATIONS:
            if set(names) <= set(own):
                loss["spread" in names].append(losses(judged(own, _start(names), classes)[1], classes))
        with_it, without = (min(loss[there], key=np.mean) for there in (True, False))
        return not is_worse(with_it, without) if is_first else bool(with_it.mean() < without.mean())

    def _told(self, name: str, taught: Material, held: Material) -> Scores:
        """What the head says of `held` when it has learned from `taught`."""
        if name not in NEAR:
            return learn(taught, [name], self.seed).scores(held.grams, held.vectors)[name]
        assert held.vectors is not None
        near = self.nearness(taught)
        kernel = near.kernel if name == "vectors" else self._spread(taught, near)
        return kernel.scores(held.vectors)

    def nearness(self, material: Material) -> LeftOut:
        """The head over vectors, from these texts."""
        return left_out(material, self.seed, self._n_landmarks, self.named)

    def spread(self) -> Kernel:
        """The head over vectors that learns from texts without labels too, from all texts."""
        assert self.near is not None
        return self._spread(self.material, self.near)

    def _spread(self, material: Material, near: LeftOut) -> Kernel:
        assert self.unlabelled is not None
        assert self.unlabelled.vectors is not None
        more = self.unlabelled.vectors
        return spread_out(material, more, near, self.seed, self._n_landmarks, self.named)

    @property
    def _n_landmarks(self) -> int:
        return _LANDMARKS_SETTLED if self.is_settled else _LANDMARKS

    def settle_near(self) -> LeftOut:
        """Fit the head over vectors to all texts, keeping what was judged."""
        self.near = self.nearness(self.material)
        return self.near

    def settle(self) -> None:
        """See whether the heads so far left anything to gain."""
        wrong = min((1 - candidate.accuracy) * len(self.rows) for candidate in self.candidates(""))
        self.is_settled = wrong < min(_CHANCE, _RARE * len(self.rows))

    def candidates(self, encoder: str) -> list[Candidate]:
        """Every combination of the heads that entered, at its best weights."""
        able = [names for names in COMBINATIONS if set(names) <= set(self.scores)]
        return [self._judged(names, encoder) for names in able]

    def _judged(self, names: tuple[str, ...], encoder: str) -> Candidate:
        weights, logits = judged(self.scores, _start(names), self.classes)
        right = float((logits.argmax(axis=1) == self.classes).mean())
        surprise = float(losses(logits, self.classes).mean())
        return Candidate(weights, "" if names == ("words",) else encoder, right, surprise, self.is_tuned)

    def winner(self, candidates: list[Candidate]) -> Candidate:
        """The first that nothing beats by more than chance (one standard error of the difference, per text)."""
        loss = [losses(blended(self.scores, candidate.heads), self.classes) for candidate in candidates]
        best = int(np.argmin([candidate.surprise for candidate in candidates]))
        for candidate, own in zip(candidates, loss, strict=True):
            if not is_worse(own, loss[best]):
                return candidate
        return candidates[best]


def _start(names: Sequence[str]) -> dict[str, float]:
    return {name: START[name] for name in names}


def judged(
    scores: Mapping[str, Scores], start: Mapping[str, float], classes: NDArray[np.int64]
) -> tuple[dict[str, float], Scores]:
    """The best weights of the heads that `start` has some for, and the logits under them."""
    found = weigh([told(scores, name) for name in start], classes, list(start.values()))
    weights = dict(zip(start, found, strict=True))
    return weights, blended(scores, weights)


def is_worse(loss: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether the first losses are larger by more than chance: one standard error of the difference, per text."""
    gap = loss - other
    return bool(gap.mean() > gap.std() / np.sqrt(len(gap)))
