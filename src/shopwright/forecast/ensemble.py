"""Which forecasters to believe, and how much: chosen by what a blend of them would have cost in windows tried before.

Greedy selection with replacement (Caruana et al. 2004): the forecaster that helps the blend most is added again and
again. A few windows prove little, so its pick is mixed with an even one of those that came near. The best single
baseline is the blend to beat; where nothing beats it by more than chance it is used alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from shopwright.forecast.cast import Cast, blend
from shopwright.forecast.panel import Floats
from shopwright.forecast.trials import Trial

__all__ = ["Blend", "Judge", "choose", "is_surely_less", "weighted_quantile_loss"]

ROUNDS = 8
FADING = (
    0.8  # what a window counts beside the one after it: there the forecasters knew less, and more has changed since
)
LEARNED = "t5"  # the kind of forecaster that needs no history to have learned from, wherever its model lies
NEAR = 1.15  # times the least loss of any forecaster: what windows can hardly tell apart
Judge = Callable[[Cast, Floats], Floats]  # a cast and the truth, (n, H): loss of each SKU, shape (n,)


@dataclass(frozen=True, eq=False)
class Blend:
    """The weights chosen and what each member, and the blend, cost.

    Attributes:
        weights: share of each member, by name; they add up to one.
        losses: loss of each member over the windows, which all count alike here, and of the blend under the name
            "blend", in the judge's unit.
    """

    weights: dict[str, float]
    losses: dict[str, float]

    def of(self, casts: dict[str, Cast]) -> Cast:
        """The members' casts at these weights."""
        names = [name for name, share in self.weights.items() if share > 0]
        return blend([casts[name] for name in names], [self.weights[name] for name in names])


def weighted_quantile_loss(cast: Cast, truth: Floats) -> Floats:
    """Quantile loss over the deciles in units, the truth's unknown periods left out, shape (n,)."""
    return np.asarray(np.nansum(cast.losses(truth), axis=1))


def choose(
    trials: Sequence[Trial],
    truths: Sequence[Floats],
    baselines: Sequence[str],
    judge: Judge,
    only_picked: Sequence[str] = (),
) -> Blend:
    """The blend that did best on the windows; where there is none, the one forecaster that has learned elsewhere.

    On real histories cut short it was better than all that learn from them alone; without it, or with several such
    that nothing tells apart, all count alike.

    Those of `only_picked` count as much as they were picked, and not for having come near.
    """
    if not truths:
        learned = [trial.name for trial in trials if trial.name.partition(":")[0] == LEARNED]
        ready = learned if len(learned) == 1 else [trial.name for trial in trials]
        return Blend({trial.name: (trial.name in ready) / len(ready) for trial in trials}, {})
    plain = {trial.name: _each(trial.windows, truths, judge) for trial in trials}
    own = {name: _faded(losses) for name, losses in plain.items()}
    best = min(baselines, key=lambda name: own[name].sum())
    picks, cost = [best], own[best]
    for _ in range(ROUNDS):
        tried = {trial.name: _blended(Counter([*picks, trial.name]), trials, truths, judge) for trial in trials}
        name = min(tried, key=lambda each: tried[each].sum())
        if tried[name].sum() >= cost.sum():
            break
        picks, cost = [*picks, name], tried[name]
    near = [name for name in own if own[name].sum() <= NEAR * min(loss.sum() for loss in own.values())]
    even = [name for name in near if name == best or name not in {*baselines, *only_picked}]
    weights = _with_doubt({trial.name: picks.count(trial.name) / len(picks) for trial in trials}, even)
    mixed = _windows(weights, trials, truths, judge)
    if not is_surely_less(_faded(mixed), own[best]):
        weights, mixed = {trial.name: float(trial.name == best) for trial in trials}, plain[best]
    losses = {name: float(np.sum(each)) for name, each in {**plain, "blend": mixed}.items()}
    return Blend(weights, losses)


def _with_doubt(weights: dict[str, float], even: Sequence[str]) -> dict[str, float]:
    """Half of what was picked, half an even mix of what came near the best: few windows prove little."""
    if not even:
        return weights
    return {name: (share + (name in even) / len(even)) / 2 for name, share in weights.items()}


def _each(windows: Sequence[Cast], truths: Sequence[Floats], judge: Judge) -> list[Floats]:
    return [judge(cast, truth) for cast, truth in zip(windows, truths, strict=True)]


def _faded(losses: Sequence[Floats]) -> Floats:
    """Losses of the windows, oldest first, added up so that the latest count most."""
    return np.asarray(sum(loss * FADING ** (len(losses) - 1 - at) for at, loss in enumerate(losses)))


def _windows(
    weights: Mapping[str, float], trials: Sequence[Trial], truths: Sequence[Floats], judge: Judge
) -> list[Floats]:
    chosen = [trial for trial in trials if weights.get(trial.name, 0) > 0]
    shares = [float(weights[trial.name]) for trial in chosen]
    windows = [blend([trial.windows[at] for trial in chosen], shares) for at in range(len(truths))]
    return _each(windows, truths, judge)


def _blended(weights: Mapping[str, float], trials: Sequence[Trial], truths: Sequence[Floats], judge: Judge) -> Floats:
    return _faded(_windows(weights, trials, truths, judge))


def is_surely_less(loss: Floats, than: Floats, by: float = 1.0) -> bool:
    """Whether the gain over all SKUs is more than `by` standard errors of it (none of a single SKU is known)."""
    gap = than - loss
    return bool(gap.sum() > 0 and (len(gap) < 2 or gap.sum() >= by * gap.std() * np.sqrt(len(gap))))
