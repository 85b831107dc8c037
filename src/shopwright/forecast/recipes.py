"""How the trees are grown: the usual recipe, and changes to it that did surely better in the windows tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shopwright.forecast.augment import is_short
from shopwright.forecast.boosted import Boosted, Recipe, learn
from shopwright.forecast.ensemble import is_surely_less, weighted_quantile_loss
from shopwright.forecast.explain import label
from shopwright.forecast.offered import is_worth_trying
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.selection import suspects
from shopwright.forecast.trials import with_spread
from shopwright.i18n import Text, enumerated, t

__all__ = ["Grown", "grown"]

SURE = 2.0  # standard errors by which what is offered has to win: what a shop never told of needs a better reason
MOST_CELLS = 3_000_000  # products × periods: beyond, a further fit takes minutes


@dataclass(frozen=True, eq=False)
class Grown:
    """Trees as they were tried.

    Attributes:
        panel: what they learn from, what they took of the `offered` among its past covariates.
        recipe: how they are grown from now on.
        model: fitted to targets before the first window; None where there is no window.
        means: what they told for each window, shape (n, H) each.
        remarks: what was changed because of the windows.
    """

    panel: Panel
    recipe: Recipe
    model: Boosted | None
    means: list[Floats]
    remarks: tuple[Text, ...] = ()


def grown(panel: Panel, ends: Sequence[int], recipe: Recipe, seed: int) -> Grown:
    """The recipe as it is, without covariates, with made-up products, or with what is offered, as the windows speak.

    Each change costs one more fit, and is only tried where there is a reason to: covariates that were not missed there,
    a history that is short, something on offer.
    """
    if not ends:
        return Grown(panel, recipe, None, [])
    found = _tried(panel, ends, recipe, seed)
    if found.model is None or found.model.trees is None:
        return found
    if not recipe.selects or panel.units.size > MOST_CELLS:
        return found
    harmful = suspects(found.model, ends, seed)
    if harmful:
        kinds = enumerated(map(label, sorted(harmful)))
        remark = t("the trees do without what made the windows tried worse: {kinds}", kinds=kinds)
        other = replace(recipe, without=recipe.without | harmful)
        found = _better(ends, found, _tried(panel, ends, other, seed), remark)
    if is_short(panel, ends[0]):
        remark = t("the trees also learned from made-up products, mixtures of the real ones, for the history is short")
        other = replace(found.recipe, is_augmented=True)
        found = _better(ends, found, _tried(panel, ends, other, seed), remark)
    if is_worth_trying(panel, ends, found.means, recipe.power):
        kinds = enumerated(map(label, panel.offered))
        remark = t("the trees also heed what made the windows tried better: {kinds}", kinds=kinds)
        found = _better(ends, found, _tried(panel.accepting(), ends, found.recipe, seed), remark, SURE)
    return found


def _tried(panel: Panel, ends: Sequence[int], recipe: Recipe, seed: int) -> Grown:
    model = learn(panel, ends[0], recipe.for_windows, seed)
    return Grown(panel, recipe, model, [model.ahead_of(end - 1) for end in ends])


def _better(ends: Sequence[int], now: Grown, other: Grown, remark: Text, by: float = 1.0) -> Grown:
    """The other trees where they lost less over all windows, surely so, and less in more than half of them."""
    losses = [_losses(each.panel, ends, each.means) for each in (now, other)]
    by_window = [loss.sum(axis=1) for loss in losses]
    if is_surely_less(losses[1].sum(axis=0), losses[0].sum(axis=0), by) and (by_window[1] < by_window[0]).mean() > 0.5:
        return replace(other, remarks=(*now.remarks, remark))
    return now


def _losses(panel: Panel, ends: Sequence[int], means: list[Floats]) -> Floats:
    """Quantile loss of each window and SKU, shape (windows, n)."""
    windows = with_spread("boosted", panel, ends, means, means[-1]).windows
    truths = [panel.truth(end) for end in ends]
    return np.stack([weighted_quantile_loss(cast, truth) for cast, truth in zip(windows, truths, strict=True)])
