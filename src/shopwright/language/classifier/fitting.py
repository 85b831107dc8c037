"""From examples to heads, their weights and the operating point."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from shopwright.language.classifier.blend import blended
from shopwright.language.classifier.checks import Examples, n_mixed
from shopwright.language.classifier.encoders import Reader, find
from shopwright.language.classifier.finishing import Finished, finish
from shopwright.language.classifier.grams import Grams, Shape, count
from shopwright.language.classifier.heads import Heads, Material
from shopwright.language.classifier.normal import normal_all
from shopwright.language.classifier.report import Candidate, Report
from shopwright.language.classifier.scope import Cost, Scope, signs, struck_out
from shopwright.language.classifier.select import START, TUNED, Contest
from shopwright.language.classifier.tuned import challenge
from shopwright.language.classifier.unlabelled import fresh
from shopwright.language.onnx.learned import seen

__all__ = ["Fitted", "Way", "fitted"]

_MANY = 20_000  # texts above which both in one, the dearest head, is not tried: words and vectors blend as well


@dataclass(frozen=True, slots=True)
class Fitted:
    """What fitting came to."""

    heads: Heads
    blend: dict[str, float]
    scope: Scope
    report: Report
    reader: Reader


@dataclass(frozen=True, slots=True)
class Way:
    """How to fit: the operating point, whether to tune an encoder, and the seed."""

    keep: float | Cost
    tune: bool
    seed: int


def fitted(given: Examples, shape: Shape, reader: Reader, way: Way) -> Fitted:
    """Fit, choose, calibrate."""
    given = replace(given, unlabelled=fresh(given.unlabelled, given.texts + given.outside))
    grams = count(normal_all(given.texts), shape)
    contest = Contest(Material(grams, None, given.classes, len(given.labels)), way.seed)
    if given.unlabelled:
        contest.unlabelled = _unknown(count(normal_all(given.unlabelled), shape), len(given.labels))
    known = seen(given.texts, reader.learned)
    if way.tune and known.any():  # it is tuned anew, without a part; what has seen that part is no rival
        reader, known = find("static"), np.zeros_like(known)
    contest.shun(known)
    candidates = _compete(contest, given, reader)
    tried = candidates[:1] if contest.is_settled else candidates
    winner = contest.winner(tried) if tried else _untried(reader, contest)
    if way.tune and candidates and not contest.is_settled:
        rival = challenge(given, contest, winner, way.seed)
        if rival is not None:
            contest, winner, reader = rival.contest, rival.winner, rival.reader
            candidates += rival.candidates
    finished = finish(contest, winner)
    outside = _unknown(count(normal_all(given.outside), shape), len(given.labels))
    if reader.encoder is not None:
        outside = replace(outside, vectors=reader.encoder.encode(given.outside))
    scope = _scope(finished, outside, way.keep)
    report = Report(
        picked=winner.name,
        encoder=reader.name,
        candidates=tuple(candidates),
        n_texts=len(given.texts),
        n_held=len(contest.rows) if candidates else 0,
        n_outside=len(given.outside),
        n_mixed=n_mixed(given),
        settled=contest.is_settled,
        n_unlabelled=len(given.unlabelled),
        is_helped=finished.is_helped,
        believed=finished.believed,
        n_believed=0 if finished.believed is None else len(finished.classes),
        n_learned=int(seen(given.texts, reader.learned).sum()),
    )
    return Fitted(finished.heads, finished.weights, scope, report, reader)


def _compete(contest: Contest, given: Examples, reader: Reader) -> list[Candidate]:
    """Candidates, judged; none where no text can be held out."""
    if contest.is_possible:
        contest.enter("words")
        contest.settle()
        if len(given.labels) == 2 and not contest.is_settled:
            contest.enter("ratios")
    if reader.encoder is not None:
        contest.read(reader.encoder, given)
        contest.enter("vectors")
        is_open = contest.is_possible and not contest.is_settled
        if is_open and len(given.texts) <= _MANY:
            contest.enter("joined")
        if is_open and contest.may_spread:
            contest.enter("spread")
    return contest.candidates(reader.name) if contest.is_possible else []


def _untried(reader: Reader, contest: Contest) -> Candidate:
    """What is taken where nothing can be compared: over vectors tuned on these texts nearness, as it wins there."""
    names = ("words",) if reader.encoder is None else ("joined", "vectors")
    heads = TUNED if contest.is_flattered else {name: START[name] for name in names}
    return Candidate(heads, reader.name, float("nan"), float("nan"))


def _unknown(grams: Grams, n: int) -> Material:
    """Texts without a class."""
    return Material(grams, None, np.zeros(len(grams), np.int64), n)


def _scope(finished: Finished, outside: Material, keep: float | Cost) -> Scope:
    """Signs of held-out texts against those of texts from outside, and the threshold that was asked for."""
    held, classes = finished.held, finished.classes
    struck = signs({name: struck_out(score, classes) for name, score in held.items()})
    beyond = signs(finished.heads.scores(outside.grams, outside.vectors))
    scope = Scope.learn(signs(held), struck, beyond)
    if not isinstance(keep, Cost):
        return scope.keeping(signs(held), keep)
    right = blended(held, finished.weights).argmax(axis=1) == classes
    return scope.at_cost(signs(held), right, scope.against(struck, beyond), keep)
