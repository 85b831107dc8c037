"""Covariates that the trees may do better without, found in the windows tried without growing trees anew.

What a covariate contributes to a prediction is taken out by averaging the prediction, as a logarithm, over values of
its features drawn from other rows (permuted as by Breiman 2001, but averaged). One that tells something is missed;
without one in which the trees found patterns that did not hold, the deviance in the windows falls.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shopwright.forecast.boosted import Boosted, deviance
from shopwright.forecast.columns import Rows
from shopwright.forecast.given import inside
from shopwright.forecast.kinds import part_of
from shopwright.forecast.panel import Floats
from shopwright.forecast.untried import was_tried
from shopwright.forecast.windows import Singles
from shopwright.seeds import generator

__all__ = ["suspects"]

MOST_ROWS = 4_000  # judged by; more cost time and hardly move the verdict
DRAWS = 5
SURE = 2.0  # standard errors over products
MISSED = 0.005  # of the deviance: what a covariate has to be worth at least
FEWEST = 2  # windows: one proves nothing


def suspects(model: Boosted, ends: Sequence[int], seed: int) -> frozenset[str]:
    """Covariates that were not surely missed in the windows: worth trying without all of them together.

    With several, each alone hardly shows what all of them spoil. Latest sales, season, holidays and groups are not
    asked about: windows that cover part of a year cannot say what a season is worth. Nor are covariates that hardly
    moved in the windows, such as a flag that was never on, and move ahead.

    Args:
        model: fitted to targets before the first window.
        ends: periods known before each window.
        seed: of the rows judged by and of the values drawn.
    """
    panel = model.columns.panel
    known = {inside(name): values for name, values in (dict(panel.ahead) | dict(panel.past)).items()}
    asked = {kind for kind, values in known.items() if was_tried(values, ends[0], panel.n_periods)}
    asked -= model.columns.without
    if model.trees is None or len(ends) < FEWEST or not asked:
        return frozenset()
    rows = _judged(model, ends, seed)
    matrix, names, _ = model.columns.matrix(rows)
    kinds = np.array([part_of(name) for name in names])
    whole = _losses(model, rows, model.trees.predict(matrix))
    draw = generator(seed, "kinds")
    orders = [draw.permutation(len(rows)) for _ in range(DRAWS)]
    found = set()
    for kind in sorted(asked):
        gain = whole - _losses(model, rows, _without(model, matrix, np.flatnonzero(kinds == kind), orders))
        by_sku = np.bincount(rows.sku, gain)[np.unique(rows.sku)]
        error = SURE * by_sku.std() * np.sqrt(len(by_sku))
        if gain.sum() > -max(error, MISSED * whole.sum()):
            found.add(kind)
    return frozenset(found)


def _judged(model: Boosted, ends: Sequence[int], seed: int) -> Rows:
    """At most `MOST_ROWS` of the windows whose outcome is known."""
    panel = model.columns.panel
    n, horizon = len(panel.skus), panel.horizon
    sku, origin, ahead = (
        part.ravel() for part in np.meshgrid(np.arange(n), np.asarray(ends) - 1, 1 + np.arange(horizon), indexing="ij")
    )
    usable = np.flatnonzero(
        np.isfinite(panel.units[sku, origin + ahead]) & np.isfinite(model.columns.scale[sku, origin])
    )
    if len(usable) > MOST_ROWS:
        usable = np.sort(generator(seed, "judged").choice(usable, MOST_ROWS, replace=False))
    return Rows(sku[usable], origin[usable], ahead[usable])


def _without(model: Boosted, matrix: Singles, places: np.ndarray, orders: Sequence[np.ndarray]) -> Floats:
    """Predictions of each row in units of its scale without what the columns at `places` contribute, shape (m,)."""
    total = np.zeros(len(matrix))
    for order in orders:
        mixed = matrix.copy()
        mixed[:, places] = matrix[order][:, places]
        total += np.log(model.trees.predict(mixed))
    return np.asarray(np.exp(total / len(orders)))


def _losses(model: Boosted, rows: Rows, told: Floats) -> Floats:
    scale = model.columns.scales(rows)
    return deviance(model.columns.panel.units[rows.sku, rows.target] / scale, told, scale, model.power)
