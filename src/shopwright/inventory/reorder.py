"""How much to order: stock projected to the day the order arrives, then a newsvendor step over what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.inventory.policy import Policy
from shopwright.shop.demand import DRAWS, PERIODS, Demand
from shopwright.shop.schema import names as c

__all__ = ["OrderLine", "decide", "reorder"]

HIGHEST = 0.98  # no forecast of ours knows its tail beyond this


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What to order of one SKU, and the numbers behind it.

    Attributes:
        sku: the SKU.
        units: units to order now, whole packs; 0 for none.
        on_hand: units on hand now.
        due: units already on their way that arrive within the interval.
        demand: expected demand over the interval, units.
        safety: units above expected demand that the level asks for.
        level: chance of not running out that the order aims at.
        gains: what ordering brings over not ordering, in money, low (1 in 10), mean, high (1 in 10).
        expected_cost: expected shortage and holding cost of the interval's last review, with the order.
        reason: the same in words.
    """

    sku: str
    units: float
    on_hand: float
    due: float
    demand: float
    safety: float
    level: float
    gains: tuple[float, float, float]
    expected_cost: float
    reason: Text


def reorder(demand: Demand, stock: pl.DataFrame, policy: Policy, *, seed: int = 0) -> pl.DataFrame:
    """What to order now.

    Args:
        demand: forecast from the next period on.
        stock: sku, on_hand, and arrivals as due_1, due_2 … (units due at the start of period 1, 2 …); columns with
            the name of a `Policy` field hold a SKU's own terms, null where it has none.
        policy: terms of SKUs without their own.
        seed: of the simulated futures.

    Returns:
        sku, units (whole), expected_cost, reason; one row for each row of `stock` that was forecast.

    Raises:
        UsageError: a column is missing, or the demand is too short for the lead time.
    """
    if c.SKU not in stock.columns or c.ON_HAND not in stock.columns:
        raise UsageError(
            t("this stock cannot be reordered"),
            why=t("needed: sku, on_hand; found: {columns}", columns=", ".join(stock.columns)),
            fix=t("rename the columns"),
            code="USAGE-09",
        )
    lines = [
        decide(demand, row[c.SKU], _number(row[c.ON_HAND]), _due(row), _own_terms(policy, row), seed=seed)
        for row in stock.iter_rows(named=True)
        if row[c.SKU] in demand.row
    ]
    return pl.DataFrame(
        {
            c.SKU: [line.sku for line in lines],
            c.UNITS: [int(line.units) for line in lines],
            "expected_cost": [line.expected_cost for line in lines],
            "reason": [str(line.reason) for line in lines],
        },
        schema={c.SKU: pl.String, c.UNITS: pl.Int64, "expected_cost": pl.Float64, "reason": pl.String},
    )


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
        UsageError: the demand is too short for the lead time.
    """
    if policy.interval > demand.horizon:
        raise UsageError(
            t("SKU {sku} cannot be ordered on this forecast", sku=repr(sku)),
            why=t(
                "lead time and review need {needed} periods, the forecast covers {n}",
                needed=policy.interval,
                n=demand.horizon,
            ),
            fix=t("forecast at least {needed} periods ahead", needed=policy.interval),
            code="USAGE-10",
        )
    paths = demand.paths(DRAWS, seed, [sku], policy.interval)[:, 0, :]
    coming = np.zeros(policy.interval)
    coming[: min(len(due), policy.interval)] = list(due)[: policy.interval]
    wait = policy.lead_time - 1
    left = _project(paths[:, :wait], on_hand, coming[:wait], lost_sales=policy.lost_sales)
    after = paths[:, wait:].sum(axis=1)
    short = after - left - coming[wait:].sum()
    level = min(policy.critical_ratio, HIGHEST)
    wanted = float(np.quantile(short, level)) if level > 0 else 0.0
    units = _best(_in_packs(wanted, policy), short, policy)
    gains = _gain(units, short, policy)
    low, high = np.quantile(gains, (0.1, 0.9))
    expected = float(paths.sum(axis=1).mean())
    return OrderLine(
        sku,
        units,
        on_hand,
        float(coming.sum()),
        expected,
        max(0.0, wanted - float(short.mean())),
        level,
        (float(low), float(gains.mean()), float(high)),
        float(_cost(units, short, policy).mean()),
        _reason(units, expected, on_hand, float(coming.sum()), level, policy, PERIODS[demand.period]),
    )


def _project(paths: np.ndarray, on_hand: float, coming: np.ndarray, *, lost_sales: bool) -> np.ndarray:
    """Stock at the moment the order arrives, in each future; lost sales never push it below zero."""
    left = np.full(len(paths), max(on_hand, 0.0) if lost_sales else on_hand)
    for period in range(paths.shape[1]):
        left = left + coming[period] - paths[:, period]
        if lost_sales:
            left = np.maximum(left, 0.0)
    return left


def _in_packs(wanted: float, policy: Policy) -> tuple[float, ...]:
    """Quantities worth comparing: nothing, and the packs on either side of what is wanted."""
    if wanted <= 0:
        return (0.0,)
    packs = wanted / policy.pack_size
    least = np.ceil(policy.min_units / policy.pack_size) * policy.pack_size
    around = (np.floor(packs) * policy.pack_size, np.ceil(packs) * policy.pack_size)
    return (0.0, *(max(float(np.ceil(units)), least) for units in around if max(units, least) > 0))


def _best(candidates: tuple[float, ...], short: np.ndarray, policy: Policy) -> float:
    """The candidate with the lowest expected cost; the smaller one where two cost the same."""
    return min(candidates, key=lambda units: (round(float(_cost(units, short, policy).mean()), 9), units))


def _cost(units: float, short: np.ndarray, policy: Policy) -> np.ndarray:
    """Shortage and holding cost in each future; what was there anyway is held as well."""
    missing = np.maximum(short - units, 0.0)
    over = np.maximum(units - short, 0.0)
    cost: np.ndarray = policy.shortage_cost * missing + policy.holding_cost * policy.review * over
    return cost


def _gain(units: float, short: np.ndarray, policy: Policy) -> np.ndarray:
    """What ordering saves over not ordering, in each future."""
    gain: np.ndarray = _cost(0.0, short, policy) - _cost(units, short, policy)
    return gain


def _due(row: Mapping[str, object]) -> list[float]:
    named = sorted((int(name.removeprefix("due_")), value) for name, value in row.items() if _is_due(name))
    periods = np.zeros(named[-1][0] if named else 0)
    for period, value in named:
        periods[period - 1] = _number(value)
    return list(periods)


def _is_due(name: str) -> bool:
    return name.startswith("due_") and name.removeprefix("due_").isdigit() and int(name.removeprefix("due_")) > 0


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and np.isfinite(value) else 0.0


def _own_terms(policy: Policy, row: Mapping[str, object]) -> Policy:
    own = {field.name: row[field.name] for field in fields(Policy) if row.get(field.name) is not None}
    return replace(policy, **own) if own else policy  # type: ignore[arg-type]


def _reason(
    units: float, expected: float, on_hand: float, due: float, level: float, policy: Policy, unit: Text
) -> Text:
    facts = {"expected": expected, "on_hand": on_hand, "due": due, "n": policy.interval, "unit": unit}
    if units <= 0:
        return t(
            "{on_hand:,.0f} on hand and {due:,.0f} on the way cover the {expected:,.0f} expected over {n} {unit}",
            **facts,
        )
    return t(
        "{expected:,.0f} expected over {n} {unit}, {on_hand:,.0f} on hand, {due:,.0f} on the way; "
        "ordered so that it lasts with a chance of {level:.0%}",
        level=level,
        **facts,
    )
