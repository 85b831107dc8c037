"""The forecasters that an ensemble is made of, and how each is tried on earlier windows without seeing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from shopwright.forecast import baselines
from shopwright.forecast.boosted import Recipe
from shopwright.forecast.boosted import learn as learn_boosted
from shopwright.forecast.cast import Cast
from shopwright.forecast.classical import CLASSICAL, suited, told, why_not
from shopwright.forecast.linear import tried as try_ways
from shopwright.forecast.named import is_named, label_named, load_named
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.recipes import grown
from shopwright.forecast.trials import Trial, best_spread, with_spread
from shopwright.forecast.way import Way
from shopwright.i18n import Text, t

__all__ = ["BASELINES", "MODELS", "Trial", "Way", "boosted_in", "ends_of", "label", "members_for", "try_member"]

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


def label(name: str) -> Text:
    """What people call a forecaster."""
    return LABELS[name] if name in LABELS else label_named(name)


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
    return with_spread(name, panel, ends, means, told(panel))


def boosted_in(panel: Panel, ends: Sequence[int], way: Way) -> tuple[Cast, ...]:
    """What the trees tell in the windows, fitted once before the first of them."""
    tried = learn_boosted(panel, ends[0], Recipe(threads=way.threads, without=way.without).for_windows, way.seed)
    means = [tried.ahead_of(end - 1) for end in ends]
    return with_spread("boosted", panel, ends, means, means[-1]).windows


def try_boosted(panel: Panel, ends: Sequence[int], way: Way, recipe: Recipe) -> Trial:
    """The boosted trees: fitted before the first window, changed where the windows say so, fitted to everything."""
    tried = grown(panel, ends, recipe, way.seed)
    like = tried.model.columns if tried.model is not None and not tried.recipe.is_augmented else None
    model = learn_boosted(tried.panel, panel.n_periods, tried.recipe, way.seed, like).lasting()
    told = with_spread("boosted", panel, ends, tried.means, model.ahead_of(panel.n_periods - 1), model)
    return replace(told, remarks=tried.remarks)


def try_linear(panel: Panel, ends: Sequence[int]) -> Trial:
    """The linear model, fitted anew before each window."""
    means, model = try_ways(panel, ends)
    return with_spread("linear", panel, ends, means, model.ahead(), model)


def try_classical(name: str, panel: Panel, ends: Sequence[int]) -> Trial:
    """A forecaster of the extra, fitted anew before each window; what it cannot tell, a baseline tells.

    That is the one which came nearest for the product in the windows before.

    Raises:
        ExtraMissing: the extra is not installed.
    """
    plain = _plain(panel, ends)
    means = [_filled(*told(name, panel.before(end)), *each) for end, each in zip(ends, plain, strict=False)]
    mean, is_fitted = told(name, panel)
    filled = _filled(mean, is_fitted, *plain[-1])
    why = {row: why_not(panel, mean, row) for row in np.flatnonzero(~is_fitted).tolist()}
    notes = _fallback_notes(name, panel, is_fitted, plain[-1][1], why)
    return replace(with_spread(name, panel, ends, means, filled), notes=notes)


def try_named(name: str, panel: Panel, ends: Sequence[int], way: Way) -> Trial:
    """A forecaster from elsewhere with quantiles of its own; what it cannot tell, the best baseline tells.

    Raises:
        ShopError: it cannot be used at all.
    """
    model = load_named(name, way)
    seen = [panel.before(end) for end in ends]
    *windows, ahead = [model.told(then, way) for then in (*seen, panel)]
    plain = _plain(panel, ends)
    others = [np.stack(means)[best, np.arange(len(best))] for means, best in plain]
    spare = with_spread(name, panel, ends, others[:-1], others[-1])
    casts = tuple(each.filled(other) for each, other in zip(windows, spare.windows, strict=True))
    notes = _fallback_notes(name, panel, ahead.is_told, plain[-1][1])
    return best_spread(panel, ends, Trial(name, casts, ahead.filled(spare.ahead), notes=notes))


def _plain(panel: Panel, ends: Sequence[int]) -> list[tuple[list[Floats], np.ndarray]]:
    """For each window, and last the time ahead: what each baseline tells, and which came nearest for a SKU before."""
    told = [[mean(then) for mean in _MEANS.values()] for then in (*map(panel.before, ends), panel)]
    return [(means, _nearest(told[:at], panel, ends)) for at, means in enumerate(told)]


def _fallback_notes(
    name: str, panel: Panel, is_told: np.ndarray, best: np.ndarray, why: Mapping[int, Text] | None = None
) -> dict[str, Text]:
    notes = {}
    for row in np.flatnonzero(~is_told).tolist():
        other = LABELS[BASELINES[best[row]]]
        notes[panel.skus[row]] = (
            t("{name} could not be fitted ({why}); used instead: {other}", name=label(name), why=why[row], other=other)
            if why
            else t("{name} could not be fitted; used instead: {other}", name=label(name), other=other)
        )
    return notes


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
    """Forecasters worth trying beside the baselines: there is enough to learn from, and it takes minutes at most.

    The sales model has learned elsewhere and always is.
    """
    sold = np.nan_to_num(panel.units) > 0
    if sold.sum() < LEAST_SALES or panel.n_periods <= panel.horizon + 2:
        return ("t5",)
    return ("linear", "boosted", "t5", *suited(panel, len(ends_of(panel)) + 1))


def try_member(name: str, panel: Panel, ends: Sequence[int], way: Way) -> Trial:
    """The forecaster of that name on every window and ahead."""
    if name in _MEANS:
        return try_mean(name, panel, ends, _MEANS[name])
    if name == "linear":
        return try_linear(panel, ends)
    if name in CLASSICAL:
        return try_classical(name, panel, ends)
    if is_named(name):
        return try_named(name, panel, ends, way)
    return try_boosted(panel, ends, way, Recipe(threads=way.threads, without=way.without, selects=way.selects))
