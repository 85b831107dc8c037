"""Products by what they bring and how evenly they sell: ABC and XYZ."""

from __future__ import annotations

import numpy as np
import polars as pl

from shopwright.shop.history import History
from shopwright.shop.schema import names as c

__all__ = ["classes"]

A, B = 0.80, 0.95  # shares of revenue that end classes A and B (Dickie 1951, Pareto)
X, Y = 0.5, 1.0  # coefficients of variation that end classes X and Y


def classes(known: History, *, periods: int = 52) -> pl.DataFrame:
    """ABC by revenue, XYZ by how much units vary from period to period, over the last periods.

    A: the products that bring the first 80 % of revenue, B: up to 95 %, C: the rest, and all that brought nothing.
    Where no revenue is known at all, units count in its place.
    X: coefficient of variation of a period's units at most 0.5, Y: at most 1, Z: more, or too little to tell. Periods
    out of stock are left out.

    Returns:
        sku, units, revenue, share (of what it is graded by), abc, variation (null where it cannot be told), xyz; by
        revenue.
    """
    sold, revenue = known.sold[:, -periods:].sum(axis=1), known.revenue[:, -periods:].sum(axis=1)
    weight = revenue if known.revenue.any() else sold
    total = max(float(weight.sum()), 1e-12)
    order = np.argsort(-weight, kind="stable")
    before = np.empty(len(order))
    before[order] = (np.cumsum(weight[order]) - weight[order]) / total
    abc = np.where(weight <= 0, "C", np.where(before < A, "A", np.where(before < B, "B", "C")))
    variation = _variation(known.units[:, -periods:])
    xyz = np.where(variation <= X, "X", np.where(variation <= Y, "Y", "Z"))
    table = pl.DataFrame(
        {
            c.SKU: list(known.skus),
            c.UNITS: sold,
            c.REVENUE: revenue,
            "share": weight / total,
            "abc": abc.tolist(),
            "variation": pl.Series(variation).fill_nan(None),
            "xyz": xyz.tolist(),
        },
        schema_overrides={c.SKU: pl.String, "abc": pl.String, "xyz": pl.String},
    )
    return table.sort(c.REVENUE, c.SKU, descending=[True, False])


def _variation(units: np.ndarray) -> np.ndarray:
    """Standard deviation over mean of the known periods, shape (n,); NaN with fewer than three, or no sales."""
    n = np.isfinite(units).sum(axis=1)
    mean = np.divide(np.nansum(units, axis=1), n, out=np.zeros(len(n)), where=n > 0)
    square = np.nansum((units - mean[:, None]) ** 2, axis=1)
    deviation = np.sqrt(np.divide(square, n - 1, out=np.zeros(len(n)), where=n > 1))
    found: np.ndarray = np.where(
        (n > 2) & (mean > 0), np.divide(deviation, mean, out=np.zeros(len(n)), where=mean > 0), np.nan
    )
    return found
