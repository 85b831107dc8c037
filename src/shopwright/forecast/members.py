"""The forecasters that an ensemble is made of, and how each is tried on earlier windows without seeing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from shopwright.forecast import baselines
from shopwright.forecast.boosted import Boosted, Recipe
from shopwright.forecast.boosted import learn as learn_boosted
from shopwright.forecast.cast import Cast
from shopwright.forecast.classical import CLASSICAL, suited, told
from shopwright.forecast.linear import Linear
from shopwright.forecast.linear import tried as try_ways
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.season import factors, slots
from shopwright.forecast.spread import Own, Spread, from_last_year, from_windows
from shopwright.i18n import Text, t

__all__ = ["BASELINES", "LABELS", "MODELS", "Trial", "Way", "boosted_in", "ends_of", "members_for", "try_member"]

FEWEST_WINDOWS, MOST_WINDOWS = 3, 8
JUDGED = {"D": 84, "W": 24, "M": 12}  # periods to judge by: a short horizon is tried on more windows
LEAST = {"D": 56, "W": 26, "M": 13}  # periods that have to lie before the first window
LEAST_SALES = 200  # periods with sales, over all products, from which models learn more than noise


_MEANS: Mapping[str, Callable[[Panel], Floats]] = {
    "seasonal naive": baselines.seasonal_naive,
    "moving averages": lambda panel: baselines.moving(panel, use_season=False),
    "seasonal moving averages": lambda panel: baselines.moving(panel, use_season=True),
}
BASELINES = tuple(_MEANS)
MODELS = ("linear", "boosted", *CLASSICAL)
LABELS: Mapping[str, Text] = {
    "seasonal naive": t("as a season ago"),
    "moving averages": t("moving averages"),
    "seasonal moving averages": t("moving averages with the season of all products"),
    "linear": t("linear model"),
    "boosted": t("boosted trees"),
    "ets": t("exponential smoothing"),
    "theta": t("theta method"),
    "croston": t("Croston's method"),
    "tsb": t("the method of Teunter, Syntetos and Babai"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """How to compute.

    Attributes:
        seed: of everything drawn.
        threads: of the processor, 0 for all there are; they change no digit.
        without: kinds of features that the trees do without.
    """

    seed: int = 0
    threads: int = 0
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Trial:
    """A forecaster's casts for the windows tried, and its cast for the time ahead.

    Attributes:
        name: of the forecaster.
        windows: one cast for each window, from what was known before it.
        ahead: the cast that counts.
        model: what was fitted to all of the history, where there is something to explain it by.
        notes: SKUs that it could not tell ahead, and what did instead.
    """

    name: str
    windows: tuple[Cast, ...]
    ahead: Cast
    model: Boosted | Linear | None = None
    notes: Mapping[str, Text] = field(default_factory=dict)


def ends_of(panel: Panel) -> tuple[int, ...]:
    """Where the windows to try begin: periods known before each, rising; none on a young shop."""
    t, horizon = panel.n_periods, panel.horizon
    room = (t - max(LEAST[panel.period], horizon)) // horizon
    wanted = int(np.clip(-(-JUDGED[panel.period] // horizon), FEWEST_WINDOWS, MOST_WINDOWS))
    n = int(np.clip(room, 0, wanted))
    return tuple(t - horizon * back for back in range(n, 0, -1))


def try_mean(name: str, panel: Panel, ends: Sequence[int], told: Callable[[Panel], Floats]) -> Trial:
    """A forecaster that only tells a mean, and learns nothing from the windows."""
    means = [told(panel.before(end)) for end in ends]
    return _with_spread(name, panel, ends, means, told(panel))


def boosted_in(panel: Panel, ends: Sequence[int], way: Way) -> tuple[Cast, ...]:
    """What the trees tell in the windows, fitted once before the first of them."""
    tried = learn_boosted(panel, ends[0], Recipe(threads=way.threads, without=way.without).for_windows, way.seed)
    means = [tried.ahead_of(end - 1) for end in ends]
    return _with_spread("boosted", panel, ends, means, means[-1]).windows


def try_boosted(panel: Panel, ends: Sequence[int], way: Way, recipe: Recipe) -> Trial:
    """The boosted trees: fitted once before the first window, and once to everything."""
    tried = learn_boosted(panel, ends[0], recipe.for_windows, way.seed) if ends else None
    means = [tried.ahead_of(end - 1) for end in ends] if tried is not None else []
    model = learn_boosted(panel, panel.n_periods, recipe, way.seed, tried.columns if tried is not None else None)
    return _with_spread("boosted", panel, ends, means, model.ahead_of(panel.n_periods - 1), model)


def try_linear(panel: Panel, ends: Sequence[int]) -> Trial:
    """The linear model, fitted anew before each window."""
    means, model = try_ways(panel, ends)
    return _with_spread("linear", panel, ends, means, model.ahead(), model)


def try_classical(name: str, panel: Panel, ends: Sequence[int]) -> Trial:
    """A forecaster of the extra, fitted anew before each window; what it cannot tell, a baseline tells.

    That is the one which came nearest for the product in the windows before.

    Raises:
        ExtraMissing: the extra is not installed.
    """
    plain: list[list[Floats]] = []  # what each baseline told for each window
    means = []
    for end in ends:
        then = panel.before(end)
        plain.append([mean(then) for mean in _MEANS.values()])
        means.append(_filled(*told(name, then), plain[-1], _nearest(plain[:-1], panel, ends)))
    mean, is_fitted = told(name, panel)
    best = _nearest(plain, panel, ends)
    mean = _filled(mean, is_fitted, [each(panel) for each in _MEANS.values()], best)
    notes = {
        panel.skus[row]: t("{name} could not be fitted; used instead: {other}", name=LABELS[name],
                           other=LABELS[BASELINES[best[row]]])
        for row in np.flatnonzero(~is_fitted).tolist()
    }  # fmt: skip
    return replace(_with_spread(name, panel, ends, means, mean), notes=notes)


def _filled(mean: Floats, is_fitted: np.ndarray, plain: Sequence[Floats], best: np.ndarray) -> Floats:
    other = np.stack(plain)[best, np.arange(len(mean))]
    return np.asarray(np.where(is_fitted[:, None], mean, other))


def _nearest(plain: Sequence[Sequence[Floats]], panel: Panel, ends: Sequence[int]) -> np.ndarray:
    """Number of the baseline with the least absolute error of each SKU so far, shape (n,); at first the last one."""
    if not plain:
        return np.full(len(panel.skus), len(_MEANS) - 1)
    errors = [
        [np.nansum(np.abs(mean - panel.truth(end)), axis=1) for mean in means]
        for means, end in zip(plain, ends, strict=False)
    ]
    return np.asarray(len(_MEANS) - 1 - np.sum(errors, axis=0)[::-1].argmin(axis=0))


def members_for(panel: Panel) -> tuple[str, ...]:
    """Forecasters worth trying beside the baselines: there is enough to learn from, and it takes minutes at most."""
    sold = np.nan_to_num(panel.units) > 0
    if sold.sum() < LEAST_SALES or panel.n_periods <= panel.horizon + 2:
        return ()
    return ("linear", "boosted", *suited(panel, len(ends_of(panel)) + 1))


def try_member(name: str, panel: Panel, ends: Sequence[int], way: Way) -> Trial:
    """The forecaster of that name on every window and ahead."""
    if name in _MEANS:
        return try_mean(name, panel, ends, _MEANS[name])
    if name == "linear":
        return try_linear(panel, ends)
    if name in CLASSICAL:
        return try_classical(name, panel, ends)
    return try_boosted(panel, ends, way, Recipe(threads=way.threads, without=way.without))


def _with_spread(
    name: str,
    panel: Panel,
    ends: Sequence[int],
    means: list[Floats],
    mean: Floats,
    model: Boosted | Linear | None = None,
) -> Trial:
    """Quantiles around means, by each product's own last year or by how far it strayed in the windows.

    The year has more to say where products only have a season in common; the windows where much is known ahead, as
    days on which a shop is closed. What loses less in the windows is taken; each is judged without itself.
    """
    if not ends:
        spread = Spread.of_past(panel.units, _season(panel), panel.period)
        return Trial(name, (), spread.around(mean, _last_year(panel)), model)
    truths = [panel.truth(end) for end in ends]
    year = [_last_year(panel.before(end)) for end in ends]
    ways = [(year, _last_year(panel))]
    if len(ends) > 1:
        others = [_others(means, truths, at) for at in range(len(ends))]
        ways.append((others, from_windows(means, truths)))
    found = [_around(name, means, truths, own, mean, now, model) for own, now in ways]
    return min(found, key=lambda trial: _loss(trial, truths))


def _around(
    name: str,
    means: list[Floats],
    truths: list[Floats],
    own: list[Own],
    mean: Floats,
    now: Own,
    model: Boosted | Linear | None,
) -> Trial:
    spread = Spread.learn(means, truths, [each.restless for each in own])
    windows = tuple(spread.around(told, each) for told, each in zip(means, own, strict=True))
    return Trial(name, windows, spread.around(mean, now), model)


def _loss(trial: Trial, truths: list[Floats]) -> float:
    return sum(float(np.nansum(cast.losses(truth))) for cast, truth in zip(trial.windows, truths, strict=True))


def _others(means: list[Floats], truths: list[Floats], at: int) -> Own:
    """What the other windows say of each product."""
    rest = [other for other in range(len(means)) if other != at]
    return from_windows([means[other] for other in rest], [truths[other] for other in rest])


def _last_year(panel: Panel) -> Own:
    return from_last_year(panel.units, _season(panel), panel.period)


def _season(panel: Panel) -> Floats:
    return np.asarray(factors(panel.known)[slots(panel.known.days, panel.period)])
