"""One gradient-boosted model for all products of a shop and all steps ahead.

Trees on features scaled to each product, under the Tweedie deviance, whose zeros and long tail are those of sales
(Jørgensen 1987); the weight of a row is such that it is the deviance of units, not of scaled units.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from shopwright.forecast.augment import augmented
from shopwright.forecast.columns import Columns, Rows
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.sampling import learning_rows, next_rows
from shopwright.forecast.season import Season
from shopwright.forecast.windows import Singles
from shopwright.processor import cores, waiting_threads_yield
from shopwright.seeds import derive

__all__ = ["Boosted", "Features", "Recipe", "deviance", "learn"]

FEW_ROWS, FEWEST_ROWS = 40_000, 50
BINS, BINNED = 63, 50_000  # of each feature, and rows that they are told from: more rows give no better trees
HIGHEST = 4.0  # times the most a product ever sold in a period: no forecast goes beyond


@dataclass(frozen=True, slots=True)
class Recipe:
    """How trees are grown.

    Attributes:
        power: of the Tweedie variance, between 1 (Poisson) and 2 (gamma).
        rounds: trees.
        rate: learning rate.
        leaves: of a tree.
        most_rows: rows to learn from.
        threads: of the processor, 0 for as many as there are; the digits do not depend on them.
        without: kinds of features left out, as `part_of` names them.
        is_augmented: whether made-up products are learned from too.
        selects: whether the windows tried may change the last two.
    """

    power: float = 1.4
    rounds: int = 180
    rate: float = 0.07
    leaves: int = 24
    most_rows: int = 300_000
    threads: int = 0
    without: frozenset[str] = frozenset()
    is_augmented: bool = False
    selects: bool = True

    @property
    def for_windows(self) -> Recipe:
        """For the fit that is only tried: half of the rows say as well how good trees are, in half the time."""
        return replace(self, most_rows=self.most_rows // 2)

    def settled(self, n: int) -> Recipe:
        """For n rows: few of them are learned by fewer trees that learn faster, as well and in less time."""
        return replace(self, rounds=self.rounds * 2 // 3, rate=self.rate * 1.3, threads=1) if n < FEW_ROWS else self


@dataclass(frozen=True, eq=False)
class Features:
    """What trees read of some rows.

    Attributes:
        names: of the f features.
        matrix: shape (rows, f).
        scale: units that one stands for, shape (rows,).
    """

    names: tuple[str, ...]
    matrix: Singles
    scale: Floats

    @classmethod
    def of(cls, columns: Columns, rows: Rows) -> Features:
        """Those of rows of a panel."""
        matrix, names, _ = columns.matrix(rows)
        return cls(tuple(names), matrix, columns.scales(rows))

    def product(self, row: int, n: int) -> Features:
        """Those of one of n products that have as many rows each, one product behind the other."""
        each = len(self.scale) // n
        here = slice(row * each, (row + 1) * each)
        return Features(self.names, self.matrix[here], self.scale[here])


@dataclass(frozen=True, eq=False)
class Boosted:
    """A fitted model, which predicts units from any origin of the panel it was fitted on.

    Attributes:
        columns: features of the panel.
        trees: what was learned; None where there was nothing to learn from, and what usually sells is expected.
        importance: share of the gain of each feature.
        n: products; the panel may hold made-up ones below them.
        power: of the Tweedie variance.
        ahead: what it reads of the time after the panel, SKU by SKU, where that is kept.
    """

    columns: Columns
    trees: Any
    importance: dict[str, float]
    n: int
    power: float
    ahead: Features | None = None

    def ahead_of(self, origin: int) -> Floats:
        """Expected units of the H periods after `origin`, shape (n, H); zero or more."""
        features = self.features(origin)
        mean = features.scale
        if self.trees is not None:
            mean = mean * np.asarray(self.trees.predict(features.matrix), np.float64)
        most = np.nan_to_num(self.columns.panel.units[: self.n, : origin + 1]).max(axis=1)
        return np.clip(np.nan_to_num(mean).reshape(self.n, -1), 0.0, HIGHEST * np.maximum(most, 1.0)[:, None])

    def features(self, origin: int) -> Features:
        """What it reads of the H periods after `origin`, SKU by SKU."""
        if self.ahead is not None and origin == self.columns.panel.n_periods - 1:
            return self.ahead
        return Features.of(self.columns, next_rows(self.n, origin, self.columns.panel.horizon))

    def lasting(self) -> Boosted:
        """The same with what it reads of the time ahead, and without the running sums, which take much memory."""
        return replace(self, ahead=self.features(self.columns.panel.n_periods - 1), columns=self.columns.bare())


def learn(panel: Panel, end: int, recipe: Recipe, seed: int, like: Columns | None = None) -> Boosted:
    """Fit to targets before period `end`; `like` are features of the same panel that were used before."""
    waiting_threads_yield()
    import lightgbm

    season = Season.learn(panel.known.before(end), panel.country)
    whole = augmented(panel, end, seed) if recipe.is_augmented else panel
    columns = like.with_season(season) if like is not None else Columns(whole, season, recipe.without)
    rows = learning_rows(columns, end, recipe.most_rows, seed)
    if len(rows) < FEWEST_ROWS or not (columns.panel.units[rows.sku, rows.target] > 0).any():
        return Boosted(columns, None, {}, len(panel.skus), recipe.power)
    matrix, names, categories = columns.matrix(rows)
    scale = columns.scales(rows)
    data = lightgbm.Dataset(
        matrix,
        columns.panel.units[rows.sku, rows.target] / scale,
        weight=scale ** (2 - recipe.power),
        feature_name=[f"f{at}" for at in range(len(names))],  # it refuses signs that covariates may have in their names
        categorical_feature=categories,
        params=_binning(recipe),
        free_raw_data=True,
    )
    how = recipe.settled(len(rows))
    trees = lightgbm.train(_params(how, len(rows), seed), data, how.rounds)
    gains = trees.feature_importance("gain")
    shares = dict(zip(names, (gains / max(gains.sum(), 1e-12)).tolist(), strict=True))
    return Boosted(columns, trees, shares, len(panel.skus), recipe.power)


def deviance(sold: Floats, told: Floats, scale: Floats, power: float) -> Floats:
    """Tweedie deviance of units, both in multiples of their scale; all of shape (m,) (Jørgensen 1987)."""
    parts = sold ** (2 - power) / ((1 - power) * (2 - power))
    parts = parts - sold * told ** (1 - power) / (1 - power) + told ** (2 - power) / (2 - power)
    return np.asarray(2 * scale ** (2 - power) * parts)


def _binning(recipe: Recipe) -> dict[str, Any]:
    return {
        "max_bin": BINS,
        "min_data_in_bin": 3,
        "bin_construct_sample_cnt": BINNED,
        "num_threads": recipe.threads or cores(),
        "verbosity": -1,
    }


def _params(recipe: Recipe, n: int, seed: int) -> dict[str, Any]:
    return _binning(recipe) | {
        "objective": "tweedie",
        "tweedie_variance_power": recipe.power,
        "learning_rate": recipe.rate,
        "num_leaves": recipe.leaves,
        "min_data_in_leaf": int(np.clip(n // 1000, 5, 200)),
        "feature_fraction": 0.6,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "max_cat_threshold": 16,
        "cat_smooth": 50.0,
        "deterministic": True,
        "force_row_wise": True,
        "seed": derive(seed, "trees") % 2**31,
    }
