"""Whether a tuned model is worth having: beside the untuned one, and in the ensemble, on windows it has not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from shopwright.forecast.cast import Cast, blend
from shopwright.forecast.combine import combine
from shopwright.forecast.ensemble import choose, weighted_quantile_loss
from shopwright.forecast.members import BASELINES, Trial, ends_of, members_for
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.way import Way

__all__ = ["KINDS", "Comparison", "compare"]

KINDS = ("untuned", "tuned", "ensemble without", "ensemble with untuned", "ensemble with tuned")


@dataclass(frozen=True, slots=True)
class Comparison:
    """WQL by kind of forecast, of the windows it is judged by and of the last horizon, which decides nothing.

    Both are empty where the history is too short for a window.
    """

    judged: Mapping[str, float]
    last: Mapping[str, float]

    @property
    def is_adopted(self) -> bool:
        """Whether the tuned model beats the untuned one, and an ensemble with it the one without."""
        return bool(self.judged) and (
            self.judged["tuned"] < self.judged["untuned"]
            and self.judged["ensemble with tuned"] < self.judged["ensemble without"]
        )


def compare(panel: Panel, base: str, tuned: str, way: Way) -> Comparison:
    """Try both models and the ensemble, once, and put the blends together by what they lose in the windows.

    Args:
        panel: all sales; the last horizon is left out of everything but the last comparison.
        base: name of the model before.
        tuned: name of the model after.
        way: seed and threads.
    """
    seen = panel.before(panel.n_periods - panel.horizon)
    if not ends_of(seen):
        return Comparison({}, {})
    others = [name for name in members_for(seen) if name not in (base, tuned)]
    made = combine(seen, models=(*others, base, tuned), way=way)
    truths = [made.panel.truth(end) for end in made.ends]
    rows = np.isin(np.array(panel.skus), np.array(made.panel.skus))
    truth = panel.truth(seen.n_periods)[rows]
    trials = {trial.name: trial for trial in made.trials}
    judged, last = {}, {}
    for kind, names in _kinds(list(trials), base, tuned).items():
        some = [trials[name] for name in names]
        weights = _weights(some, truths)
        judged[kind] = _loss(some, weights, truths)
        last[kind] = _wql([blend([trial.ahead for trial in some], weights)], [truth])
    return Comparison(judged, last)


def _kinds(names: list[str], base: str, tuned: str) -> dict[str, list[str]]:
    plain = [name for name in names if name not in (base, tuned)]
    return dict(zip(KINDS, ([base], [tuned], plain, [*plain, base], [*plain, tuned]), strict=True))


def _weights(trials: list[Trial], truths: list[Floats]) -> list[float]:
    if len(trials) == 1:
        return [1.0]
    weights = choose(trials, truths, BASELINES, weighted_quantile_loss).weights
    return [weights[trial.name] for trial in trials]


def _loss(trials: list[Trial], weights: list[float], truths: list[Floats]) -> float:
    casts = [blend([trial.windows[at] for trial in trials], weights) for at in range(len(truths))]
    return _wql(casts, truths)


def _wql(casts: list[Cast], truths: list[Floats]) -> float:
    lost = sum(float(np.nansum(cast.losses(truth))) for cast, truth in zip(casts, truths, strict=True))
    return lost / max(sum(float(np.nansum(np.abs(truth))) for truth in truths), 1e-9)
