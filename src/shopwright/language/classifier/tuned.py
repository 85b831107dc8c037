"""An encoder tuned on the texts themselves, as one more candidate.

Vectors of texts that an encoder was tuned on flatter every head above it. So it is tuned twice: first without a part of
the texts, which says what it is worth and how much to believe it, then on all of them, for use.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shopwright.i18n import t
from shopwright.language.classifier.blend import blended, losses
from shopwright.language.classifier.checks import Examples
from shopwright.language.classifier.encoders import Reader
from shopwright.language.classifier.report import Candidate
from shopwright.language.classifier.select import Contest
from shopwright.language.encoders import encoder
from shopwright.progress import step

__all__ = ["Rival", "challenge"]

_BASE = "minilm"


@dataclass(frozen=True, slots=True)
class Rival:
    """A tuned encoder's contest, what it tried and what won in it."""

    contest: Contest
    candidates: list[Candidate]
    winner: Candidate
    reader: Reader


class _Place:
    """A folder that goes away with the classifier whose encoder lies in it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="shopwright-tuned-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


def challenge(given: Examples, standing: Contest, champion: Candidate, seed: int) -> Rival | None:
    """Tune and judge on the first held-out part; None where the champion is as good there without.

    Raises:
        ExtraMissing: the `train` extra is not installed.
        ModelError: there is no encoder to tune.
    """
    place = _Place()
    taught, held = standing.parts[0]
    contest = replace(standing, parts=[(taught, held)], scores={}, near=None, is_tuned=True)
    contest.read(encoder(_tune(given, taught, place.folder / "part", seed)), given)
    for name in ("words", "vectors", "joined", *(["spread"] if contest.may_spread else [])):
        contest.enter(name)
    candidates = contest.candidates("tuned")
    winner = contest.winner(candidates)
    own = losses(blended(standing.scores, champion.heads), standing.classes)[: len(held)]
    if winner.surprise >= own.mean():
        return None
    folder = _tune(given, np.arange(len(given.texts)), place.folder / "whole", seed)
    found = encoder(folder)
    contest.read(found, given)
    contest.settle_near()
    return Rival(contest, candidates, winner, Reader(found, "folder", folder, place))


def _tune(given: Examples, rows: NDArray[np.int64], folder: Path, seed: int) -> Path:
    from shopwright.language.tuning import encoder as tuning

    with step(t("Tuning an encoder on {n} texts", n=f"{len(rows):,}")):
        texts, labels = [given.texts[row] for row in rows], [given.labels[given.classes[row]] for row in rows]
        return tuning.tune(texts, labels, base=_BASE, folder=folder, seed=seed)
