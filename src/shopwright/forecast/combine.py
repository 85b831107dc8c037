"""One forecast out of all forecasters: tried on earlier windows, blended, calibrated, and made whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from shopwright.forecast.calibrate import Calibration
from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.classical import CLASSICAL
from shopwright.forecast.coldstart import launched
from shopwright.forecast.dependence import Dependence
from shopwright.forecast.dependence import learn as learn_dependence
from shopwright.forecast.ensemble import Blend, Judge, choose, weighted_quantile_loss
from shopwright.forecast.explain import Parts
from shopwright.forecast.members import BASELINES, LABELS, Way, ends_of, members_for, try_member
from shopwright.forecast.money import newsvendor
from shopwright.forecast.panel import Floats, Panel, joined
from shopwright.forecast.season import factors
from shopwright.forecast.trials import Trial
from shopwright.i18n import Text, t
from shopwright.progress import step
from shopwright.shop.demand import Demand

__all__ = ["Combined", "combine"]

MOST_TIMES = 4.0  # no mean beyond so many times the most a product ever sold in a period


@dataclass(frozen=True, eq=False)
class Combined:
    """A demand with how it came about.

    Attributes:
        demand: the forecast.
        panel: what it was made from; SKUs with a history only.
        trials: every forecaster that ran.
        blend: which of them count, and what each lost on the windows tried.
        ends: periods known before each of those windows.
    """

    demand: Demand
    panel: Panel
    trials: tuple[Trial, ...]
    blend: Blend
    ends: tuple[int, ...]

    @property
    def uses_season(self) -> bool:
        """Whether a forecaster that knows the season of all products counts, and the history shows one."""
        seasonal = sum(share for name, share in self.blend.weights.items() if name != "moving averages")
        return seasonal > 0 and bool(np.ptp(factors(self.panel.known)) > 0)


def combine(
    panel: Panel,
    *,
    models: Sequence[str] = (),
    shown: tuple[float, ...] = (),
    way: Way | None = None,
    judge: Judge | None = None,
    executor: Executor | None = None,
) -> Combined:
    """Forecast every SKU of a panel.

    Args:
        panel: what is known.
        models: forecasters to try beside the baselines; empty: all that suit the panel.
        shown: quantile levels that the demand's frame shows.
        way: seed and threads.
        judge: what the blend is chosen by; None: the cost of ordering by it where the panel knows costs, else its
            quantile loss.
        executor: where forecasters run; None: here, one after the other.
    """
    way = way or Way()
    rows = np.flatnonzero(np.isfinite(panel.units).any(axis=1))
    learned = panel if len(rows) == len(panel.skus) else panel.some(rows)
    ends = ends_of(learned)
    names = [*BASELINES, *(models or members_for(learned))] if len(rows) else []
    trials = _run(names, learned, ends, way, executor)
    truths = [learned.truth(end) for end in ends]
    judge = judge or (weighted_quantile_loss if learned.costs is None else newsvendor(learned.costs))
    blend = choose(trials, truths, BASELINES, judge, tuple(CLASSICAL)) if trials else Blend({}, {})
    half = 0.5 if learned.is_counted else 0.0
    cast, dependence = _calibrated(trials, blend, truths, half) if trials else (_nothing(learned), Dependence())
    cast = _bounded(learned, cast)
    parts = Parts(learned, tuple(trials), blend, cast.mean.sum(axis=1)) if trials else {}
    cast, notes = _with_launches(panel, rows, cast)
    told = [trial.notes for trial in trials if blend.weights[trial.name] > 0]
    demand = _demand(panel, cast, dependence, joined(panel.notes, notes, *told), shown)
    how = _how(blend, len(ends), in_money=learned.costs is not None)
    for trial in trials:
        for remark in trial.remarks if blend.weights[trial.name] > 0 else ():
            how = t("{first}; {second}", first=how, second=remark)
    demand = replace(demand, how=how, parts=parts, whole=learned.is_counted)
    return Combined(demand, learned, tuple(trials), blend, ends)


def _run(names: Sequence[str], panel: Panel, ends: tuple[int, ...], way: Way, executor: Executor | None) -> list[Trial]:
    found: list[Trial] = []
    with step(t("Trying forecasters, products: {n}", n=f"{len(panel.skus):,}"), total=len(names)) as bar:
        if executor is None:
            pending = (try_member(name, panel, ends, way) for name in names)
        else:
            futures = [executor.submit(try_member, name, panel, ends, way) for name in names]
            pending = (future.result() for future in futures)
        for trial in pending:
            found.append(trial)
            bar.advance()
    return found


def _calibrated(
    trials: Sequence[Trial], blend: Blend, truths: Sequence[Floats], half: float
) -> tuple[Cast, Dependence]:
    ahead = blend.of({trial.name: trial.ahead for trial in trials})
    if not truths:
        return ahead, Dependence(fading=0.2)
    windows = [blend.of({trial.name: trial.windows[at] for trial in trials}) for at in range(len(truths))]
    calibration = Calibration.learn(windows, truths)
    dependence = learn_dependence([calibration.apply(window) for window in windows], truths, half)
    return calibration.apply(ahead), dependence


def _bounded(panel: Panel, cast: Cast) -> Cast:
    most = MOST_TIMES * np.maximum(np.nanmax(panel.units, axis=1, initial=0.0, where=np.isfinite(panel.units)), 1.0)
    return Cast(
        np.clip(np.nan_to_num(cast.mean), 0.0, most[:, None]),
        np.clip(np.nan_to_num(cast.quantiles), 0.0, 2 * most[:, None, None]),
    )


def _nothing(panel: Panel) -> Cast:
    shape = len(panel.skus), panel.horizon
    return Cast(np.zeros(shape), np.zeros((*shape, len(LEVELS))))


def _with_launches(panel: Panel, rows: np.ndarray, cast: Cast) -> tuple[Cast, dict[str, Text]]:
    if len(rows) == len(panel.skus):
        return cast, {}
    new = np.setdiff1d(np.arange(len(panel.skus)), rows)
    launches, notes = launched(panel, new)
    whole = _nothing(panel)
    for told, at in ((cast, rows), (launches, new)):
        whole.mean[at], whole.quantiles[at] = told.mean, told.quantiles
    return whole, notes


def _demand(
    panel: Panel, cast: Cast, dependence: Dependence, notes: Mapping[str, Text], shown: tuple[float, ...]
) -> Demand:
    return Demand(
        skus=panel.skus,
        days=panel.known.next_days(panel.horizon),
        period=panel.period,
        mean=cast.mean,
        levels=LEVELS,
        quantiles=np.maximum.accumulate(cast.quantiles, axis=2),
        rho=np.full(len(panel.skus), dependence.fading),
        as_of=panel.known.as_of,
        how=Text.literal(""),
        notes=dict(notes),
        shown=shown,
        lasting=dependence.lasting,
        common=dependence.common,
    )


def _how(blend: Blend, n_windows: int, *, in_money: bool) -> Text:
    parts = [
        t("{name} {share}", name=LABELS[name], share=f"{share:.0%}")
        for name, share in blend.weights.items()
        if share > 0
    ]
    members = reduce(lambda first, second: t("{first}, {second}", first=first, second=second), parts) if parts else "-"
    if not n_windows:
        return t(
            "even blend of simple forecasters ({members}): the history is too short to try forecasters on earlier "
            "windows of that length, and the ranges are what is usual",
            members=members,
        )
    if len(parts) == 1:
        return t(
            "{members}: no blend did surely better on the latest {n} windows by {judge}, each forecast from what was "
            "known before it; quantiles calibrated on the same windows",
            members=members,
            n=n_windows,
            judge=t("what ordering by it would have cost") if in_money else t("its quantile loss"),
        )
    if in_money:
        return t(
            "blend of forecasters ({members}), chosen by what ordering by them would have cost on the latest {n} "
            "windows, each forecast from what was known before it; quantiles calibrated on the same windows",
            members=members,
            n=n_windows,
        )
    return t(
        "blend of forecasters ({members}), chosen by their quantile loss on the latest {n} windows, "
        "each forecast from what was known before it; quantiles calibrated on the same windows",
        members=members,
        n=n_windows,
    )
