"""The winner's heads on all texts, and what texts without labels add to those over n-grams.

Heads that believe their own answers grow surer than they are right, and texts of other subjects lead them astray. So
the same is tried without a part of the examples first: that says what the scores are worth now, and whether to believe
at all. Only many examples that outweigh what is believed are spared that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shopwright.language.classifier.blend import NEAR, blended, losses
from shopwright.language.classifier.heads import Heads, Material, learn
from shopwright.language.classifier.linear import Scores
from shopwright.language.classifier.report import Candidate
from shopwright.language.classifier.select import Contest, is_worse, judged
from shopwright.language.classifier.unlabelled import joined_rows, rounds, surest

__all__ = ["Finished", "finish"]

_MANY = 6_000  # examples above which so little that is believed is not worth the time to try
_ENOUGH = 200  # held-out texts to learn weights from
_LARGE = 10_000  # texts without labels above which one held-out part has to do: each takes as long as the whole


@dataclass(frozen=True, slots=True)
class Finished:
    """Heads, the weight of each, and scores of texts they had not learned from with their classes.

    `is_helped` says whether any head learned from texts without labels; `believed` for which share of held-out texts
    the heads found the class after n-grams had believed themselves, None where that was not tried.
    """

    heads: Heads
    weights: dict[str, float]
    held: dict[str, Scores]
    classes: NDArray[np.int64]
    is_helped: bool = False
    believed: float | None = None


def finish(contest: Contest, winner: Candidate) -> Finished:
    """The winner's heads on all texts; the head over vectors stays, for what is out of scope."""
    names, material = dict(winner.heads), contest.material
    linear = [name for name in names if name not in NEAR]
    heads = replace(learn(material, linear, contest.seed), kernel=None if contest.near is None else contest.near.kernel)
    if "spread" in names:  # n-grams that believe their own answers beside it make it no better and too sure
        return _as_judged(replace(heads, spread=contest.spread()), names, contest, is_helped=True)
    if contest.unlabelled is None or not linear or contest.is_tuned:  # nothing could say what tuned vectors lead to
        return _as_judged(heads, names, contest)
    believed = len(contest.unlabelled.classes) * rounds(material.n)[1]
    is_light = believed < len(material.classes) and len(material.classes) > _MANY
    if not contest.is_possible or is_light:
        return _as_judged(_believed(heads, material, contest, names), names, contest, is_helped=True)
    tried = _tried(contest, linear, names)
    if tried is None:
        return _as_judged(heads, names, contest)
    weights, scores, classes = tried
    right = float((blended(scores, weights).argmax(axis=1) == classes).mean())
    return Finished(
        _believed(heads, material, contest, names), weights, scores, classes, is_helped=True, believed=right
    )


def _as_judged(heads: Heads, names: dict[str, float], contest: Contest, *, is_helped: bool = False) -> Finished:
    """With the scores that the heads were chosen by; where nothing was held out, of the texts they learned from."""
    material = contest.material
    if contest.is_possible:
        held, classes = contest.scores, contest.classes
    else:
        held, classes = heads.scores(material.grams, material.vectors), material.classes
        if contest.is_flattered and contest.near is not None:
            held["vectors"] = contest.near.scores  # as if each text had not been there: the least flattering there is
    held = {name: own for name, own in held.items() if name in heads.names}
    return Finished(heads, names, held, classes, is_helped)


def _believed(heads: Heads, material: Material, contest: Contest, weights: Mapping[str, float]) -> Heads:
    """The linear heads taught again, in rounds, by their own surest answers too."""
    unlabelled = contest.unlabelled
    assert unlabelled is not None
    shares, count = rounds(material.n)
    for share in shares:
        logits = blended(heads.scores(unlabelled.grams, unlabelled.vectors), weights)
        rows, classes = surest(logits, share)
        both = joined_rows(material, replace(unlabelled.take(rows), classes=classes))
        counts = np.concatenate([np.ones(len(material.classes)), np.full(len(rows), count)])
        heads = replace(learn(both, heads.linear, contest.seed, counts), kernel=heads.kernel)
    return heads


def _tried(
    contest: Contest, linear: list[str], before: Mapping[str, float]
) -> tuple[dict[str, float], dict[str, Scores], NDArray[np.int64]] | None:
    """Weights, scores and classes of held-out texts that heads believed without; None where they were better before."""
    assert contest.unlabelled is not None
    enough = _ENOUGH if len(contest.unlabelled.classes) <= _LARGE else 1
    earlier = np.cumsum([0, *(len(held) for _, held in contest.parts)])
    parts = [part for part, n in zip(contest.parts, earlier, strict=False) if n < enough]
    found = [_held_scores(contest, taught, held, linear, before) for taught, held in parts]
    scores = {name: np.concatenate([one[name] for one in found]) for name in found[0]}
    classes = contest.classes[: sum(len(held) for _, held in parts)]
    weights, logits = judged(scores, before, classes)
    plain = {name: own[: len(classes)] for name, own in contest.scores.items()}
    if is_worse(losses(logits, classes), losses(blended(plain, before), classes)):
        return None
    return weights, scores, classes


def _held_scores(
    contest: Contest, rows: NDArray[np.int64], held: NDArray[np.int64], linear: list[str], before: Mapping[str, float]
) -> dict[str, Scores]:
    """Scores of the held-out texts by heads that learned and believed without them."""
    taught, asked = contest.material.take(rows), contest.material.take(held)
    heads = learn(taught, linear, contest.seed)
    if contest.near is not None:
        heads = replace(heads, kernel=contest.nearness(taught).kernel)
    return _believed(heads, taught, contest, before).scores(asked.grams, asked.vectors)
