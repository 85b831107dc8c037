"""The winner's heads on all texts, and what texts without labels add to those over n-grams.

Heads that believe their own answers grow surer than they are right. Where those outweigh the examples, what the scores
are worth is learned anew, beside held-out texts that the same rounds never saw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shopwright.language.classifier.blend import NEAR, blended, told, weigh
from shopwright.language.classifier.heads import Heads, Material, learn
from shopwright.language.classifier.linear import Scores
from shopwright.language.classifier.report import Candidate
from shopwright.language.classifier.select import Contest
from shopwright.language.classifier.unlabelled import joined_rows, rounds, surest

__all__ = ["finish"]

_ENOUGH = 200  # held-out texts to learn weights from


def finish(contest: Contest, winner: Candidate) -> tuple[Heads, dict[str, float]]:
    """The winner's heads on all texts, and their weights; the head over vectors stays, for what is out of scope."""
    names, material = dict(winner.heads), contest.material
    near = None if contest.near is None else contest.near.kernel
    linear = [name for name in names if name not in NEAR]
    if "spread" in names:  # n-grams that believe their own answers beside it make it no better and too sure
        return replace(learn(material, linear, contest.seed), kernel=near, spread=contest.spread()), names
    heads = replace(learn(material, linear, contest.seed), kernel=near)
    if contest.unlabelled is None or not linear:
        return heads, names
    heads = _believed(heads, material, contest, names)
    believed = len(contest.unlabelled.classes) * rounds(material.n)[1]
    is_light = not contest.is_possible or believed < len(material.classes)
    return heads, names if is_light else _weights(contest, linear, names)


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


def _weights(contest: Contest, linear: list[str], before: Mapping[str, float]) -> dict[str, float]:
    """The weights under which held-out texts are likeliest, of heads that believed without them."""
    told_of, classes, n_held = [], [], 0
    for rows, held in contest.parts:
        if n_held < _ENOUGH:
            told_of.append(_held_scores(contest, rows, held, linear, before))
            classes.append(contest.material.classes[held])
            n_held += len(held)
    parts = [np.concatenate(scores) for scores in zip(*told_of, strict=True)]
    found = weigh(parts, np.concatenate(classes), list(before.values()))
    return dict(zip(before, found, strict=True))


def _held_scores(
    contest: Contest, rows: NDArray[np.int64], held: NDArray[np.int64], linear: list[str], before: Mapping[str, float]
) -> list[Scores]:
    """What each head adds for the held-out texts, when it learned and believed without them."""
    taught, asked = contest.material.take(rows), contest.material.take(held)
    heads = learn(taught, linear, contest.seed)
    if "vectors" in before:
        heads = replace(heads, kernel=contest.nearness(taught).kernel)
    scores = _believed(heads, taught, contest, before).scores(asked.grams, asked.vectors)
    return [told(scores, name) for name in before]
