"""Which part of a forecast comes from where, in units that add up to it.

What trees say is taken apart by their exact contributions (TreeSHAP; Lundberg et al. 2020), which add up on the scale
of logarithms, and brought to units by the logarithmic mean, which leaves no rest (Ang 2005, LMDI-I).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from shopwright.forecast.boosted import Boosted
from shopwright.forecast.ensemble import Blend
from shopwright.forecast.given import as_given
from shopwright.forecast.kinds import COMPLAINING, PLEASED, part_of
from shopwright.forecast.linear import Linear
from shopwright.forecast.moving import as_sold, levels
from shopwright.forecast.named import is_named
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.sampling import next_rows
from shopwright.forecast.season import CYCLE, factors, slots
from shopwright.forecast.trials import Trial
from shopwright.i18n import Text, t
from shopwright.shop.demand import Part

__all__ = ["Parts", "importance", "label"]

BASE, GROUP, OUTSIDE, REST = "base", "group", "outside", "rest"
NAMES: Mapping[str, Text] = {
    BASE: t("base"),
    "censoring": t("stock-out correction"),
    "recent": t("latest sales"),
    "trend": t("trend"),
    "season": t("season"),
    "holiday": t("holidays"),
    "state": t("days of the same kind"),
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
    """

    panel: Panel
    trials: tuple[Trial, ...]
    blend: Blend
    totals: Floats
    others: Floats

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
        found[GROUP] = found.get(GROUP, 0.0) + float(self.others[row])
        found[REST] = float(self.totals[row]) - sum(found.values())
        return tuple(Part(label(name), units) for name, units in _ordered(found) if abs(units) > 1e-9 or name == BASE)

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


def _ordered(found: dict[str, float]) -> list[tuple[str, float]]:
    place = {name: at for at, name in enumerate(NAMES)}
    return sorted(found.items(), key=lambda each: (place.get(each[0], len(place) - 1.5), each[0]))


def _of(trial: Trial, panel: Panel, row: int) -> dict[str, float]:
    """Parts of what one forecaster told, adding up to it."""
    total = float(trial.ahead.mean[row].sum())
    if isinstance(trial.model, Linear):
        return {part: float(units.sum()) for part, units in trial.model.parts(row).items()}
    if trial.model is not None and trial.model.trees is not None:
        return _trees(trial.model, panel, row)
    season = factors(panel.known)[slots(panel.known.days, panel.period)]
    flat = np.ones(CYCLE[panel.period])[slots(panel.known.days, panel.period)]
    is_outside = is_named(trial.name)  # nothing is known of how it came to what it told
    used = flat if is_outside or trial.name == "moving averages" else season
    alone = panel.known.some(np.array([row]))
    level = float(levels(alone, used)[0]) * panel.horizon
    sold = float(levels(as_sold(alone), used)[0]) * panel.horizon
    return {BASE: sold, "censoring": level - sold, OUTSIDE if is_outside else "season": total - level}


def _trees(model: Boosted, panel: Panel, row: int) -> dict[str, float]:
    rows = next_rows(len(panel.skus), panel.n_periods - 1, panel.horizon).of(row)
    matrix, names, _ = model.columns.matrix(rows)
    told = np.asarray(model.trees.predict(matrix, pred_contrib=True), np.float64)
    start, total = told[:, -1], told.sum(axis=1)
    scale = model.columns.scales(rows)
    first, last = np.exp(start) * scale, np.exp(total) * scale
    gap = total - start
    mean = np.divide(last - first, gap, out=last.copy(), where=np.abs(gap) > 1e-9)
    found = {BASE: float(first.sum())}
    for at, name in enumerate(names):
        part = part_of(name)
        found[part] = found.get(part, 0.0) + float((told[:, at] * mean).sum())
    return found
