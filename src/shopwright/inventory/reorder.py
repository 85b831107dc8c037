"""How much to order: stock projected to the day the order arrives, then a newsvendor step over what follows."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import polars as pl

from shopwright.i18n import t
from shopwright.inventory.orders import OrderLine, order
from shopwright.inventory.policy import Policy
from shopwright.inventory.terms import read_terms
from shopwright.shop.arguments import check_is, listed
from shopwright.shop.demand import Demand

__all__ = ["decide", "reorder"]


def reorder(demand: Demand, stock: pl.DataFrame, policy: Policy, *, seed: int = 0) -> pl.DataFrame:
    """What to order now.

    Args:
        demand: forecast from the next period on.
        stock: sku, on_hand, and arrivals as due_1, due_2 … (units due at the start of period 1, 2 …); supplier, where
            suppliers have minimums; columns with the name of a `Policy` field (and `cost` for unit_cost) hold a SKU's
            own terms, null where it has none.
        policy: terms of SKUs without their own, and what all of them share.
        seed: of the simulated futures.

    Returns:
        sku, units (whole), expected_cost, reason; one row for each row of `stock`. A SKU that was not forecast is
        not ordered, its cost is null, and the reason says so. `order` gives the same with all figures and the gap.

    Raises:
        UsageError: a column is missing, a SKU stands twice, a number is not possible, or the demand is too short for
            the lead time.
    """
    return order(demand, read_terms(stock, policy), seed=seed).frame()


def decide(
    demand: Demand, sku: str, on_hand: float, due: Sequence[float], policy: Policy, *, seed: int = 0
) -> OrderLine:
    """What to order of one SKU.

    Args:
        demand: forecast from the next period on.
        sku: a SKU of that demand.
        on_hand: units on hand now; below zero counts as zero under lost sales.
        due: units due at the start of period 1, 2 …
        policy: the SKU's terms.
        seed: of the simulated futures.

    Raises:
        UsageError: the SKU was not forecast, or the demand is too short for the lead time.
    """
    check_is(demand, Demand, "demand", t("a Demand, as forecast returns it"))
    check_is(on_hand, Real, "on_hand", t("units as a number"))
    arrivals = listed(due, "due", t("units by period, such as (0, 12)"))
    for units in arrivals:
        check_is(units, Real, "due", t("units by period, such as (0, 12)"))
    demand.paths(1, seed, [sku], 1)  # says so where the SKU was not forecast
    columns = {"sku": [sku], "on_hand": [float(on_hand)]}
    columns |= {f"due_{at + 1}": [float(units)] for at, units in enumerate(arrivals)}
    return order(demand, read_terms(pl.DataFrame(columns), policy), seed=seed).lines[0]
