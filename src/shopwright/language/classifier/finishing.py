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

from shopwright.language.classifier.blend import NEAR, blended, losses, told, weigh
from shopwright.language.classifier.heads import Heads, Material, learn
from shopwright.language.classifier.linear import Scores
from shopwright.language.classifier.report import Candidate
from shopwright.language.classifier.select import Contest, is_worse
from shopwright.language.classifier.unlabelled import joined_rows, rounds, surest

__all__ = ["Finished", "finish"]

_MANY = 6_000  # examples above which so little that is believed is not worth the time to try
_ENOUGH = 200  # held-out texts to learn weights from
_LARGE = 10_000  # texts without labels above which one held-out part has to do: each takes as long as the whole


@dataclass(frozen=True, slots=True)
class Finished:
    """Heads, the weight of each, and scores of texts they had not learned from with their classes.

    `is_helped` says whether any head learned from texts without labels.
    """

    heads: Heads
    weights: dict[str, float]
    held: dict[str, Scores]
    classes: NDArray[np.int64]
    is_helped: bool = False


def finish(contest: Contest, winner: Candidate) -> Finished:
    """The winner's heads on all texts; the head over vectors stays, for what is out of scope."""
    names, material = dict(winner.heads), contest.material
    linear = [name for name in names if name not in NEAR]
    heads = replace(learn(material, linear, contest.seed), kernel=None if contest.near is None else contest.near.kernel)
    if "spread" in names:  # n-grams that believe their own answers beside it make it no better and too sure
        return replace(_as_judged(replace(heads, spread=contest.spread()), names, contest), is_helped=True)
    if contest.unlabelled is None or not linear or contest.is_tuned:  # nothing could say what tuned vectors lead to
        return _as_judged(heads, names, contest)
    believed = len(contest.unlabelled.classes) * rounds(material.n)[1]
    is_light = believed < len(material.classes) and len(material.classes) > _MANY
    if not contest.is_possible or is_light:
        return replace(_as_judged(_believed(heads, material, contest, names), names, contest), is_helped=True)
    tried = _tried(contest, linear, names)
    return (
        _as_judged(heads, names, contest)
        if tried is None
        else replace(tried, heads=_believed(heads, material, contest, names))
    )


def _as_judged(heads: Heads, names: dict[str, float], contest: Contest) -> Finished:
    """With the scores that the heads were chosen by; where nothing was held out, of the texts they learned from."""
    material = contest.material
    if contest.is_possible:
        held, classes = contest.scores, contest.classes
    else:
        held, classes = heads.scores(material.grams, material.vectors), material.classes
        if contest.is_flattered and contest.near is not None:
            held["vectors"] = contest.near.scores  # as if each text had not been there: the least flattering there is
    return Finished(heads, names, {name: own for name, own in held.items() if name in heads.names}, classes)


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


def _tried(contest: Contest, linear: list[str], before: Mapping[str, float]) -> Finished | None:
    """What heads that believed without some held-out texts say of those; None where they were better before."""
    assert contest.unlabelled is not None
    found: list[dict[str, Scores]] = []
    held_rows: list[NDArray[np.int64]] = []
    enough = _ENOUGH if len(contest.unlabelled.classes) <= _LARGE else 1
    for rows, held in contest.parts:
        if sum(map(len, held_rows)) < enough:
            taught, asked = contest.material.take(rows), contest.material.take(held)
            heads = learn(taught, linear, contest.seed)
            if contest.near is not None:
                heads = replace(heads, kernel=contest.nearness(taught).kernel)
            heads = _believed(heads, taught, contest, before)
            found.append(heads.scores(asked.grams, asked.vectors))
            held_rows.append(held)
    classes = contest.material.classes[np.concatenate(held_rows)]
    scores = {name: np.concatenate([one[name] for one in found]) for name in found[0]}
    weights = dict(zip(before, weigh([told(scores, n) for n in before], classes, list(before.values())), strict=True))
    plain = {name: own[: len(classes)] for name, own in contest.scores.items()}
    if is_worse(losses(blended(scores, weights), classes), losses(blended(plain, before), classes)):
        return None
    return Finished(heads, weights, scores, classes, is_helped=True)
