"""From examples to heads, their weights and the operating point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.language.classifier.blend import blended
from shopwright.language.classifier.checks import Examples, n_mixed
from shopwright.language.classifier.encoders import Reader
from shopwright.language.classifier.grams import Grams, Shape, count
from shopwright.language.classifier.heads import Heads, Material
from shopwright.language.classifier.normal import normal_all
from shopwright.language.classifier.report import Candidate, Report
from shopwright.language.classifier.scope import Cost, Scope, signs, struck_out
from shopwright.language.classifier.select import START, Contest
from shopwright.language.encoder import Vectors

__all__ = ["Fitted", "fitted"]

_LANDMARKS, _LANDMARKS_SETTLED = 2_000, 500  # of the head over vectors; fewer where n-grams left nothing to gain


@dataclass(frozen=True, slots=True)
class Fitted:
    """What fitting came to."""

    heads: Heads
    blend: dict[str, float]
    scope: Scope
    report: Report


def fitted(given: Examples, shape: Shape, reader: Reader, keep: float | Cost, seed: int) -> Fitted:
    """Fit, choose, calibrate."""
    grams = count(normal_all(given.texts), shape)
    contest = Contest(Material(grams, None, given.classes, len(given.labels)), seed)
    candidates = _compete(contest, given, reader)
    winner = contest.winner(candidates) if candidates else _untried(reader)
    heads = contest.finish(winner)
    scope = _scope(contest, winner, heads, _Outside.of(given.outside, shape, reader), keep)
    report = Report(
        picked=winner.name,
        encoder=reader.name,
        candidates=tuple(candidates),
        n_texts=len(given.texts),
        n_held=len(contest.rows) if candidates else 0,
        n_outside=len(given.outside),
        n_mixed=n_mixed(given),
        settled=contest.is_settled,
    )
    return Fitted(heads, dict(winner.heads), scope, report)


def _compete(contest: Contest, given: Examples, reader: Reader) -> list[Candidate]:
    """Candidates, judged; none where no text can be held out."""
    if contest.is_possible:
        contest.enter("words")
        contest.settle()
    if reader.encoder is not None:
        contest.read(reader.encoder.encode(given.texts))
        contest.enter("vectors", _LANDMARKS_SETTLED if contest.is_settled else _LANDMARKS)
        if contest.is_possible and not contest.is_settled:
            contest.enter("joined")
    return contest.candidates(reader.name) if contest.is_possible else []


def _untried(reader: Reader) -> Candidate:
    names = ("words",) if reader.encoder is None else ("joined", "vectors")
    return Candidate({name: START[name] for name in names}, reader.name, float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class _Outside:
    grams: Grams
    vectors: Vectors | None

    @classmethod
    def of(cls, texts: list[str], shape: Shape, reader: Reader) -> _Outside:
        return cls(count(normal_all(texts), shape), None if reader.encoder is None else reader.encoder.encode(texts))


def _scope(contest: Contest, winner: Candidate, heads: Heads, outside: _Outside, keep: float | Cost) -> Scope:
    """Signs of held-out texts against those of texts from outside, and the threshold that was asked for."""
    held = contest.scores if contest.is_possible else heads.scores(contest.material.grams, contest.material.vectors)
    classes = contest.classes if contest.is_possible else contest.material.classes
    inside = _signs(held, winner)
    struck = _signs({name: struck_out(score, classes) for name, score in held.items()}, winner)
    beyond = _signs(heads.scores(outside.grams, outside.vectors), winner)
    scope = Scope.learn(inside, struck, beyond)
    if not isinstance(keep, Cost):
        return scope.keeping(inside, keep)
    right = blended(held, winner.heads).argmax(axis=1) == classes
    return scope.at_cost(inside, right, scope.against(struck, beyond), keep)


def _signs(scores: dict[str, NDArray[np.float32]], winner: Candidate) -> NDArray[np.float64]:
    return signs(blended(scores, winner.heads), scores.get("vectors"))
