"""The parts of a forecast without the history and the models behind them, so that they can be kept in a file.

What trees add up to is worked out when it is asked for (for 3,854 products it takes 14 s, for one 10 ms): the trees, as
the text that LightGBM writes, are kept with the features of the time ahead. All else is a number for each part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from shopwright.forecast.boosted import Boosted, Features
from shopwright.forecast.explain import BASE, GROUP, STATE, Parts, by_level, by_trees, put_together
from shopwright.forecast.linear import Linear
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.trials import Trial
from shopwright.processor import waiting_threads_yield
from shopwright.shop.demand import Part

__all__ = ["Apart", "Grown"]


@dataclass(frozen=True, eq=False)
class Grown:
    """Trees that count.

    Attributes:
        text: the trees, as LightGBM writes them.
        share: their weight in the blend.
        ahead: what they read of the H periods ahead of each of n SKUs.
    """

    text: str
    share: float
    ahead: Features

    @classmethod
    def of(cls, model: Boosted, share: float, panel: Panel) -> Grown:
        """Those of a model that was fitted to the SKUs of a panel."""
        return cls(model.trees.model_to_string(), share, model.features(panel.n_periods - 1))

    def parts(self, row: int, n: int) -> dict[str, float]:
        """Units by part of one of n SKUs."""
        return by_trees(self._trees, self.ahead.product(row, n))

    @cached_property
    def _trees(self) -> Any:
        waiting_threads_yield()
        import lightgbm

        return lightgbm.Booster(model_str=self.text)


@dataclass(frozen=True, eq=False)
class Apart(Mapping[str, tuple[Part, ...]]):
    """The parts of each SKU's total, as `Parts` tells them.

    Attributes:
        skus: the n SKUs with a history.
        names: of the p parts that are known without trees.
        units: of these, over the horizon, at the weights of the forecasters, shape (n, p).
        totals: units told of each SKU, shape (n,).
        grown: the trees; None where they do not count.
    """

    skus: tuple[str, ...]
    names: tuple[str, ...]
    units: Floats
    totals: Floats
    grown: Grown | None = None

    @classmethod
    def of(cls, parts: Parts) -> Apart:
        """The same parts, taken from what they were learned from."""
        n, grown = len(parts.panel.skus), None
        found: dict[str, Floats] = {BASE: np.zeros(n), GROUP: parts.others, **parts.driven}
        for trial in parts.trials:
            share, model = parts.blend.weights.get(trial.name, 0.0), trial.model
            if share > 0 and isinstance(model, Boosted) and model.trees is not None:
                grown = Grown.of(model, share, parts.panel)
            elif share > 0:
                for name, units in _of_all(trial, parts.panel).items():
                    found[name] = found.get(name, 0.0) + share * units
        found[STATE] = found.get(STATE, 0.0) - parts.shut_out
        return cls(parts.panel.skus, tuple(found), np.stack(list(found.values()), axis=1), parts.totals, grown)

    def __getitem__(self, sku: str) -> tuple[Part, ...]:
        row = self._row[sku]
        found = dict(zip(self.names, self.units[row].tolist(), strict=True))
        if self.grown is not None:
            for name, units in self.grown.parts(row, len(self.skus)).items():
                found[name] = found.get(name, 0.0) + self.grown.share * units
        return put_together(found, float(self.totals[row]))

    def __iter__(self) -> Iterator[str]:
        return iter(self.skus)

    def __len__(self) -> int:
        return len(self.skus)

    @cached_property
    def _row(self) -> Mapping[str, int]:
        return {sku: at for at, sku in enumerate(self.skus)}


def _of_all(trial: Trial, panel: Panel) -> dict[str, Floats]:
    """Parts of what a forecaster without trees told of each of n SKUs, shape (n,) each."""
    rows = np.arange(len(panel.skus))
    if not isinstance(trial.model, Linear):
        return by_level(trial, panel, rows)
    each = [trial.model.parts(row) for row in rows.tolist()]
    return {part: np.array([units[part].sum() for units in each]) for part in each[0]}
