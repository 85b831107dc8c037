"""One forecast out of all forecasters: tried on earlier windows, blended, calibrated, and made whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from shopwright.errors import ModelError
from shopwright.forecast.calibrate import Calibration
from shopwright.forecast.cast import Cast
from shopwright.forecast.classical import CLASSICAL
from shopwright.forecast.coldstart import Launches
from shopwright.forecast.dependence import USUAL, Dependence
from shopwright.forecast.dependence import learn as learn_dependence
from shopwright.forecast.ensemble import Blend, Judge, choose, weighted_quantile_loss
from shopwright.forecast.explain import Parts
from shopwright.forecast.explain import label as name_of
from shopwright.forecast.finish import bounded, demand_of, nothing, with_launches
from shopwright.forecast.members import BASELINES, Way, ends_of, label, members_for, try_member
from shopwright.forecast.money import newsvendor
from shopwright.forecast.named import sales_model
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.phaseout import phase_outs
from shopwright.forecast.season import Season
from shopwright.forecast.shut import emptied, shut
from shopwright.forecast.trials import Trial
from shopwright.forecast.untried import added, multiplied, untried
from shopwright.i18n import Text, enumerated, t
from shopwright.log import logger
from shopwright.progress import step
from shopwright.shop.demand import Demand
from shopwright.shop.notes import joined

__all__ = ["Combined", "combine"]


@dataclass(frozen=True, eq=False)
class Combined:
    """A demand with how it came about.

    Attributes:
        demand: the forecast.
        panel: what it was made from; SKUs with a history only.
        trials: every forecaster that ran.
        blend: which of them count, and what each lost on the windows tried.
        ends: periods known before each of those windows.
        missed: forecasters that should have run and could not.
    """

    demand: Demand
    panel: Panel
    trials: tuple[Trial, ...]
    blend: Blend
    ends: tuple[int, ...]
    missed: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Combined: {self.demand!r}, {len(self.trials)} forecasters tried on {len(self.ends)} windows>"

    @property
    def uses_season(self) -> bool:
        """Whether a forecaster that knows the season of all products counts, and the history shows one."""
        seasonal = sum(share for name, share in self.blend.weights.items() if name != "moving averages")
        return seasonal > 0 and not Season.learn(self.panel.known, self.panel.country).is_flat


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
    learned = panel.some(rows)
    ends = ends_of(learned)
    names = [*BASELINES, *(models or members_for(learned))] if len(rows) else []
    trials, missed = _run(names, learned, ends, way, executor, is_asked=bool(models))
    truths = [learned.truth(end) for end in ends]
    judge = judge or (weighted_quantile_loss if learned.costs is None else newsvendor(learned.costs))
    blend = choose(trials, truths, BASELINES, judge, tuple(CLASSICAL)) if trials else Blend({}, {})
    half = 0.5 if learned.is_counted else 0.0
    by = untried(learned, ends, trials)
    is_shut, ahead = shut(panel), _told(multiplied(trials, by, panel.period), blend) if trials else nothing(learned)
    was_shut = [shut(learned.before(end)) for end in (ends if trials else ())]
    windows = [emptied(_told(trials, blend, at), mask) for at, mask in enumerate(was_shut)]
    cast, dependence = emptied(ahead, is_shut[rows]), Dependence()
    if trials:
        cast, dependence = _calibrated(cast, windows, truths, half)
    model = sales_model([trial.name for trial in trials], way)
    launches, own = Launches(panel, model), bounded(learned, cast)
    # A blend that was chosen on windows knows how products begin: mixing in others only helped the sales model alone.
    cast, young = launches.mixed_in(rows, own) if model is not None and not ends else (own, {})
    cast = emptied(cast, is_shut[rows])
    others = cast.mean.sum(axis=1) - own.mean.sum(axis=1)
    shut_out = np.where(is_shut[rows], ahead.mean, 0.0).sum(axis=1)
    driven = added(trials, blend.weights, by, panel.period)
    parts = Parts(learned, tuple(trials), blend, cast.mean.sum(axis=1), others, shut_out, driven) if trials else {}
    cast, notes = with_launches(panel, rows, cast, launches)
    cast = emptied(cast, is_shut)
    told = [trial.notes for trial in trials if blend.weights[trial.name] > 0]
    demand = demand_of(
        panel, cast, dependence, joined(panel.notes, notes, phase_outs(learned.known), young, *told), shown
    )
    how = _how(blend, len(ends), in_money=learned.costs is not None)
    for name, error in missed.items():
        how = t("{how}; without {name}: {what}", how=how, name=label(name), what=error.what)
    for trial in trials:
        for remark in trial.remarks if blend.weights[trial.name] > 0 else ():
            how = t("{first}; {second}", first=how, second=remark)
    if any(units.any() for units in driven.values()):
        kinds = enumerated(map(name_of, driven))
        how = t("{how}; what no window tried had counts as the linear model weighs it: {kinds}", how=how, kinds=kinds)
    demand = replace(demand, how=how, parts=parts, whole=learned.is_counted)
    return Combined(demand, learned, tuple(trials), blend, ends, tuple(missed))


def _run(
    names: Sequence[str], panel: Panel, ends: tuple[int, ...], way: Way, executor: Executor | None, *, is_asked: bool
) -> tuple[list[Trial], dict[str, ModelError]]:
    """Trials of all that could run, and why the others could not; one that was asked for by name has to."""
    found: list[Trial] = []
    missed: dict[str, ModelError] = {}
    with step(t("Trying forecasters, products: {n}", n=f"{len(panel.skus):,}"), total=len(names)) as bar:
        if executor is None:
            pending: list[Callable[[], Trial]] = [partial(try_member, name, panel, ends, way) for name in names]
        else:
            pending = [executor.submit(try_member, name, panel, ends, way).result for name in names]
        for name, trial in zip(names, pending, strict=True):
            try:
                found.append(trial())
            except ModelError as error:
                if is_asked:
                    raise
                missed[name] = error
                logger(__name__).warning("forecast without %s: %s", name, error)
            bar.advance()
    return found, missed


def _told(trials: Sequence[Trial], blend: Blend, window: int | None = None) -> Cast:
    """What the blend tells of the periods ahead, or told of those of a window tried."""
    return blend.of({trial.name: trial.ahead if window is None else trial.windows[window] for trial in trials})


def _calibrated(ahead: Cast, windows: Sequence[Cast], truths: Sequence[Floats], half: float) -> tuple[Cast, Dependence]:
    if not windows:
        return ahead, USUAL
    calibration = Calibration.learn(windows, truths)
    dependence = learn_dependence([calibration.apply(window) for window in windows], truths, half)
    return calibration.apply(ahead), dependence


def _how(blend: Blend, n_windows: int, *, in_money: bool) -> Text:
    parts = [
        t("{name} {share}", name=label(name), share=f"{share:.0%}")
        for name, share in blend.weights.items()
        if share > 0
    ]
    members = enumerated(parts) if parts else "-"
    if not n_windows and len(parts) == 1:
        return t(
            "{members}: the history is too short to try forecasters on earlier windows of that length; this one has "
            "learned from other sales",
            members=members,
        )
    if not n_windows:
        return t(
            "even blend of simple forecasters ({members}): the history is too short to try forecasters on earlier "
            "windows of that length, and the ranges are what is usual",
            members=members,
        )
    if len(parts) == 1:
        return t(
            "{members}: no blend did surely better on {windows} by {judge}, each forecast from what was "
            "known before it; quantiles calibrated on the same windows",
            members=members,
            windows=_latest(n_windows),
            judge=t("what ordering by it would have cost") if in_money else t("its quantile loss"),
        )
    if in_money:
        return t(
            "blend of forecasters ({members}), chosen by what ordering by them would have cost on {windows}, "
            "each forecast from what was known before it; quantiles calibrated on the same windows",
            members=members,
            windows=_latest(n_windows),
        )
    return t(
        "blend of forecasters ({members}), chosen by their quantile loss on {windows}, "
        "each forecast from what was known before it; quantiles calibrated on the same windows",
        members=members,
        windows=_latest(n_windows),
    )


def _latest(n: int) -> Text:
    return t("the latest window") if n == 1 else t("the latest {n} windows", n=n)
