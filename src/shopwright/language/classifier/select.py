"""Which heads win, judged on texts they did not learn from, the cheap ones first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from shopwright.language.classifier.blend import blended, losses, told, weigh
from shopwright.language.classifier.folds import Fold, folds
from shopwright.language.classifier.heads import Heads, Material, learn, left_out
from shopwright.language.classifier.kernel import Kernel
from shopwright.language.classifier.linear import Scores
from shopwright.language.classifier.report import Candidate
from shopwright.language.classifier.unlabelled import joined_rows, rounds, surest
from shopwright.language.encoders import Vectors

__all__ = ["START", "Contest"]

START = {"words": 4.0, "joined": 4.0, "vectors": 2.0, "ratios": 4.0}  # weights where no text can be held out
COMBINATIONS = (
    ("words",),
    ("vectors",),
    ("joined",),
    ("words", "vectors"),
    ("joined", "vectors"),
    ("words", "joined", "vectors"),
    ("words", "ratios"),
    ("words", "ratios", "vectors"),
)
_CHANCE = 6  # fewer errors than this, all undone, would still be no significant gain (sign test, 3 %)
_RARE = 0.02  # share of errors above which few texts, not good heads, make a gain look like chance
_FEWEST = 10  # held-out texts without which nothing is compared


@dataclass(slots=True)
class Contest:
    """Heads fitted and judged so far.

    Attributes:
        material: all texts to learn from.
        seed: decides which texts are held out.
        is_settled: even a perfect head would be better than the first one by no more than chance.
        is_tuned: the encoder has learned from all but the held-out texts, so only those say what it is worth.
        parts: folds; heads are judged on the texts held out in them.
    """

    material: Material
    seed: int
    parts: list[Fold] = field(default_factory=list)
    scores: dict[str, Scores] = field(default_factory=dict)
    kernel: Kernel | None = None
    named: Vectors | None = None
    is_settled: bool = False
    is_tuned: bool = False

    def __post_init__(self) -> None:
        if not self.parts:
            self.parts = folds(self.material.classes, self.seed)

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

    def read(self, vectors: Vectors, named: Vectors | None = None) -> None:
        """Take in what an encoder made of the texts, and of the names of the classes."""
        self.material, self.named = replace(self.material, vectors=vectors), named

    def enter(self, name: str, n_landmarks: int = 0) -> None:
        """Judge one more head; the one over vectors is fitted to all texts at once."""
        if name == "vectors" and not self.is_tuned:
            fit = left_out(self.material, self.seed, n_landmarks, self.named)
            self.kernel, self.scores[name] = fit.kernel, fit.scores[self.rows]
            return
        found = []
        for taught, held in self.parts:
            part = self.material.take(held)
            heads = self._taught(self.material.take(taught), name, n_landmarks)
            found.append(heads.scores(part.grams, part.vectors)[name])
        self.scores[name] = np.concatenate(found)

    def _taught(self, material: Material, name: str, n_landmarks: int) -> Heads:
        if name != "vectors":
            return learn(material, [name], self.seed)
        return replace(
            learn(material, [], self.seed), kernel=left_out(material, self.seed, n_landmarks, self.named).kernel
        )

    def settle_kernel(self, n_landmarks: int) -> None:
        """Fit the head over vectors to all texts, keeping what was judged."""
        self.kernel = left_out(self.material, self.seed, n_landmarks, self.named).kernel

    def settle(self) -> None:
        """See whether the heads so far left anything to gain."""
        wrong = min((1 - candidate.accuracy) * len(self.rows) for candidate in self.candidates(""))
        self.is_settled = wrong < min(_CHANCE, _RARE * len(self.rows))

    def candidates(self, encoder: str) -> list[Candidate]:
        """Every combination of the heads that entered, at its best weights."""
        able = [names for names in COMBINATIONS if set(names) <= set(self.scores)]
        return [self._judged(names, encoder) for names in able]

    def _judged(self, names: tuple[str, ...], encoder: str) -> Candidate:
        found = weigh([told(self.scores, name) for name in names], self.classes, [START[name] for name in names])
        weights = dict(zip(names, found, strict=True))
        logits = blended(self.scores, weights)
        right = float((logits.argmax(axis=1) == self.classes).mean())
        surprise = float(losses(logits, self.classes).mean())
        return Candidate(weights, "" if names == ("words",) else encoder, right, surprise, self.is_tuned)

    def winner(self, candidates: list[Candidate]) -> Candidate:
        """The first that nothing beats by more than chance (one standard error of the difference, per text)."""
        loss = [losses(blended(self.scores, candidate.heads), self.classes) for candidate in candidates]
        best = int(np.argmin([candidate.surprise for candidate in candidates]))
        for candidate, own in zip(candidates, loss, strict=True):
            gap = own - loss[best]
            if gap.mean() <= gap.std() / np.sqrt(len(gap)):
                return candidate
        return candidates[best]

    def finish(self, winner: Candidate, unlabelled: Material | None) -> Heads:
        """The winner's heads on all texts; the head over vectors stays, for what is out of scope."""
        linear = [name for name in winner.heads if name != "vectors"]
        heads = replace(learn(self.material, linear, self.seed), kernel=self.kernel)
        if unlabelled is None or not linear:
            return heads
        shares, count = rounds(self.material.n)
        for share in shares:
            logits = blended(heads.scores(unlabelled.grams, unlabelled.vectors), winner.heads)
            rows, classes = surest(logits, share)
            more = replace(unlabelled.take(rows), classes=classes)
            counts = np.concatenate([np.ones(len(self.material.classes)), np.full(len(rows), count)])
            heads = replace(learn(joined_rows(self.material, more), linear, self.seed, counts), kernel=self.kernel)
        return heads
