"""How much less sells at a higher price, and how much more of the products beside it.

The columns and the pooling of the linear model, on sales themselves: units are exp(linear combination) on average, and
vary as a multiple of their mean, product by product. Least squares repeated on working targets find the weights
(McCullagh & Nelder 1989, chapter 9; with a prior, Breslow & Clayton 1993), so that periods without a sale count as they
are and an elasticity is not watered down by the 1 that log(1 + units) needs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.linear import counted
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.pooling import LOOSE, ROUNDS, Moments, Pool, moments, pooled
from shopwright.forecast.regressors import CROSS, PRICE, Regressors, regressors

__all__ = ["Effects", "learn"]

TURNS, FURTHER = 8, 3  # working targets, and rounds of the prior for each after the first
SMALLEST = 1e-3  # expected units below which a period would have no weight at all
MOST_TIMES = 20.0  # times the most a product ever sold: what is expected while turns have not settled


@dataclass(frozen=True, eq=False)
class Effects:
    """What moves sales, in logarithms: elasticities for prices.

    Attributes:
        panel: what it was learned from.
        columns: what sales depend on.
        pool: weights of each product.
        sold: whether anything sold that could be learned from, shape (n,).
    """

    panel: Panel
    columns: Regressors
    pool: Pool
    sold: NDArray[np.bool_]

    def __repr__(self) -> str:
        return f"<Effects: {self.panel!r}>"

    def of(self, name: str) -> tuple[Floats, Floats]:
        """Weight of one more of a column for each product and its standard error, shape (n,) each; 0 without it."""
        at = self.columns.place(name)
        if at < 0:
            return np.zeros(len(self.panel.skus)), np.zeros(len(self.panel.skus))
        scale = self.columns.scales[at]
        return self.pool.weights[:, at] / scale, self.pool.standard_error(at) / scale

    @property
    def own(self) -> tuple[Floats, Floats]:
        """Price elasticity: % of units per 1 % of the price."""
        return self.of(PRICE)

    @property
    def cross(self) -> tuple[Floats, Floats]:
        """% of units per 1 % of the mean price of the other products of the category."""
        return self.of(CROSS)


def learn(panel: Panel) -> Effects:
    """From all of a panel's history; periods whose units are not known are left out."""
    columns = regressors(panel)
    units = counted(panel.units)
    known = np.isfinite(units)
    units = np.where(known, units, 0.0)
    n = known.sum(axis=1)
    usual = units.sum(axis=1) / np.maximum(n, 1)
    most = np.log(MOST_TIMES * np.maximum(units.max(axis=1, initial=0.0), 1.0))[:, None]
    level = np.log(np.maximum((units + usual[:, None]) / 2, 0.05))
    pool: Pool | None = None
    for turn in range(TURNS):
        mean = np.exp(np.clip(level, np.log(SMALLEST), most))
        told = moments(columns, np.log(mean) + (units - mean) / mean, known * mean)
        told = Moments(told.gram, told.right, told.square, n.astype(float))
        loose = np.full(len(columns.names), LOOSE)
        pool = pooled(told, columns.spreads, panel.static, pool, FURTHER if turn else ROUNDS, loose)
        level = columns.times(pool.weights, slice(0, panel.n_periods))
    assert pool is not None
    return Effects(panel, columns, pool, usual > 0)
