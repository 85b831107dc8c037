"""Which part of a forecast comes from where, in units that add up to it.

What trees say is taken apart by their exact contributions (TreeSHAP; Lundberg et al. 2020), which add up on the scale
of logarithms, and brought to units by the logarithmic mean, which leaves no rest (Ang 2005, LMDI-I).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shopwright.forecast.boosted import Boosted, Features
from shopwright.forecast.ensemble import Blend
from shopwright.forecast.given import as_given
from shopwright.forecast.kinds import COMPLAINING, PLEASED, part_of
from shopwright.forecast.linear import Linear
from shopwright.forecast.moving import as_sold, own_levels
from shopwright.forecast.named import is_named
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.season import Season
from shopwright.forecast.trials import Trial
from shopwright.i18n import Text, t
from shopwright.shop.demand import Part

__all__ = ["BASE", "GROUP", "STATE", "Parts", "by_level", "by_trees", "importance", "label", "put_together"]

BASE, GROUP, STATE, OUTSIDE, REST = "base", "group", "state", "outside", "rest"
NAMES: Mapping[str, Text] = {
    BASE: t("base"),
    "censoring": t("stock-out correction"),
    "recent": t("latest sales"),
    "trend": t("trend"),
    "season": t("season"),
    "holiday": t("holidays"),
    STATE: t("days of the same kind"),
    GROUP: t("products like it"),
    "age": t("age of the product"),
    "promotion": t("promotion"),
    "price": t("price"),
    PLEASED: t("reviews: how pleased customers are"),
    COMPLAINING: t("reviews: complaints of the last 90 days"),
    OUTSIDE: t("models from elsewhere"),
    REST: t("correction by how earlier forecasts turned out"),
}


@dataclass(frozen=True, eq=False)
class Parts(Mapping[str, tuple[Part, ...]]):
    """The parts of each SKU's total, worked out when they are asked for.

    Attributes:
        panel: what was learned from, SKUs with a history only.
        trials: the forecasters.
        blend: their weights.
        totals: units told for each of those SKUs over the horizon, shape (n,).
        others: units of these that come of how other products began, shape (n,).
        shut_out: units that the forecasters told of periods in which nothing can sell, and that do not count, (n,).
        driven: units by part that come of what no window tried had, shape (n,) each.
    """

    panel: Panel
    trials: tuple[Trial, ...]
    blend: Blend
    totals: Floats
    others: Floats
    shut_out: Floats
    driven: Mapping[str, Floats] = field(default_factory=dict)

    def __getitem__(self, sku: str) -> tuple[Part, ...]:
        row = self.panel.skus.index(sku) if sku in self.panel.skus else -1
        if row < 0:
            raise KeyError(sku)
        found: dict[str, float] = {}
        for trial in self.trials:
            share = self.blend.weights.get(trial.name, 0.0)
            if share > 0:
                for name, units in _of(trial, self.panel, row).items():
                    found[name] = found.get(name, 0.0) + share * units
        for name, each in self.driven.items():
            found[name] = found.get(name, 0.0) + float(each[row])
        found[STATE] = found.get(STATE, 0.0) - float(self.shut_out[row])
        found[GROUP] = found.get(GROUP, 0.0) + float(self.others[row])
        return put_together(found, float(self.totals[row]))

    def __iter__(self) -> Iterator[str]:
        return iter(self.panel.skus)

    def __len__(self) -> int:
        return len(self.panel.skus)


def importance(trials: tuple[Trial, ...]) -> dict[str, float]:
    """What the trees' forecasts rest on over all products: shares of the gain by part, most first; they sum to one."""
    found: dict[str, float] = {}
    for trial in trials:
        if isinstance(trial.model, Boosted):
            for column, gain in trial.model.importance.items():
                found[part_of(column)] = found.get(part_of(column), 0.0) + gain
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def label(part: str) -> Text:
    """The name of a part, for people; covariates keep theirs, where no other part has it."""
    return NAMES.get(part) or as_given(part)


def put_together(found: Mapping[str, float], total: float) -> tuple[Part, ...]:
    """Units by part as parts for people, in their order; what they lack of the total is how earlier forecasts did."""
    whole = {**found, REST: total - sum(found.values())}
    return tuple(Part(label(name), units) for name, units in _ordered(whole) if abs(units) > 1e-9 or name == BASE)


def _ordered(found: dict[str, float]) -> list[tuple[str, float]]:
    place = {name: at for at, name in enumerate(NAMES)}
    return sorted(found.items(), key=lambda each: (place.get(each[0], len(place) - 1.5), each[0]))


def by_level(trial: Trial, panel: Panel, rows: np.ndarray) -> dict[str, Floats]:
    """Parts of what a forecaster without weights or trees told of some SKUs: their level, and what it adds to it.

    Args:
        trial: the forecaster.
        panel: what it knew.
        rows: of the k SKUs; each part is of shape (k,), in units over the horizon.
    """
    is_outside = is_named(trial.name)  # nothing is known of how it came to what it told
    is_flat = is_outside or trial.name == "moving averages"
    season = Season.flat(panel.period) if is_flat else Season.learn(panel.known, panel.country)
    used = season.of(panel.known.days)
    some = panel.known.some(rows)
    level, sold = (own_levels(each, used) * panel.horizon for each in (some, as_sold(some)))
    rest = trial.ahead.mean[rows].sum(axis=1) - level
    return {BASE: sold, "censoring": level - sold, OUTSIDE if is_outside else "season": rest}


def _of(trial: Trial, panel: Panel, row: int) -> dict[str, float]:
    """Parts of what one forecaster told, adding up to it."""
    if isinstance(trial.model, Linear):
        return {part: float(units.sum()) for part, units in trial.model.parts(row).items()}
    if trial.model is not None and trial.model.trees is not None:
        features = trial.model.features(panel.n_periods - 1).product(row, len(panel.skus))
        return by_trees(trial.model.trees, features)
    return {part: float(units[0]) for part, units in by_level(trial, panel, np.array([row])).items()}


def by_trees(trees: Any, features: Features) -> dict[str, float]:
    """Units by part of what trees tell of H periods: what they start from, and what features add to the logarithm."""
    told, scale = np.asarray(trees.predict(features.matrix, pred_contrib=True), np.float64), features.scale
    start, total = told[:, -1], told.sum(axis=1)
    first, last = np.exp(start) * scale, np.exp(total) * scale
    gap = total - start
    mean = np.divide(last - first, gap, out=last.copy(), where=np.abs(gap) > 1e-9)
    found = {BASE: float(first.sum())}
    for at, name in enumerate(features.names):
        part = part_of(name)
        found[part] = found.get(part, 0.0) + float((told[:, at] * mean).sum())
    return found
