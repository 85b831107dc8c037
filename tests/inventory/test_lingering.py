"""The level of orders on a lead time, judged by what it costs when the rule is played forward on known demand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import poisson
from tests.inventory.worlds import spread

from shopwright.inventory import Policy, order
from shopwright.inventory.terms import read_terms

LEVELS = tuple(float(level) for level in np.arange(1, 100) / 100)
MEAN, SKUS, WEEKS, WARM = 3.0, tuple(f"s{at:03d}" for at in range(120)), 40, 8


def _cost(lead: int, scale: float) -> float:
    """Money a week for holding at 0.2 and missing at 1, where orders reckon with a scaled holding cost."""
    demand = spread(poisson.ppf(LEVELS, MEAN), LEVELS, lead, SKUS)
    policy = Policy(lead_time=lead, holding_cost=0.2 * scale)
    draw = np.random.default_rng(lead)
    shelf, due, cost = np.full(len(SKUS), MEAN), [np.full(len(SKUS), MEAN)] * (lead - 1), 0.0
    for week in range(WARM + WEEKS):
        columns = {f"due_{at + 1}": units for at, units in enumerate(due)}
        stock = pl.DataFrame({"sku": list(SKUS), "on_hand": shelf, **columns})
        due = [*due, np.array([line.units for line in order(demand, read_terms(stock, policy), seed=week).lines])]
        there, asked = shelf + due[0], draw.poisson(MEAN, len(SKUS))
        shelf, due = np.maximum(there - asked, 0.0), due[1:]
        if week >= WARM:
            cost += float((np.maximum(asked - there, 0.0) + 0.2 * shelf).sum())
    return cost


@pytest.mark.parametrize("lead", [1, 4])
def test_reckoning_with_another_holding_cost_costs_more(lead):
    costs = [_cost(lead, scale) for scale in (0.55, 1.0, 1.8)]
    assert costs[1] < min(costs[0], costs[2]) * 0.99
