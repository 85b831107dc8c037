"""Goods moved between locations: from where they would lie to where they would be missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from numbers import Real

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.inventory.futures import Futures, futures
from shopwright.inventory.policy import Policy
from shopwright.inventory.terms import Terms, read_terms
from shopwright.shop.arguments import check_is, check_seed
from shopwright.shop.demand import Demand
from shopwright.shop.sales import as_frame
from shopwright.shop.schema import names as c

__all__ = ["transfer"]

MOST = 1000  # units of one SKU looked at in one location
ALL: Mapping[str, type[pl.DataType]] = {
    c.SKU: pl.String, "from": pl.String, "to": pl.String, c.UNITS: pl.Int64, "gain": pl.Float64, c.REASON: pl.String,
}  # fmt: skip


def transfer(
    demand: Mapping[str, Demand], stock: pl.DataFrame, policy: Policy, *, unit_cost: float = 0.0, seed: int = 0
) -> pl.DataFrame:
    """What to move between locations now.

    A location's next unit is worth the shortage it avoids less its holding; each one given away loses that. Units go
    from the smallest loss to the largest worth while the difference exceeds the cost of moving one. Worths fall with
    each unit, so that no other moves bring more.

    Args:
        demand: forecast of each location, by its name.
        stock: sku, location, on_hand, due_1 …; one row for each SKU and location.
        policy: `lead_time` of a move, `review` for the periods until the next move or delivery, and costs.
        unit_cost: money for moving one unit.
        seed: of the simulated futures.

    Returns:
        sku, from, to, units (whole), gain (money, the moves' cost taken off), reason; best first.

    Raises:
        UsageError: a column is missing, a location was not forecast, the cost is below zero, the seed is no whole
            number, or what `reorder` raises.
    """
    check_seed(seed)
    check_is(
        demand,
        Mapping,
        "demand",
        t("the Demand of each location, by its name"),
    )
    for each in demand.values():
        check_is(each, Demand, "demand", t("a Demand, as forecast returns it"))
    check_is(unit_cost, Real, "unit_cost", t("money as a number"))
    stock = as_frame(stock, "stock")
    _check(demand, stock, unit_cost)
    values: dict[str, list[tuple[str, np.ndarray, np.ndarray]]] = {}
    for (name,), rows in stock.partition_by(c.LOCATION, as_dict=True, maintain_order=True).items():
        made = demand[str(name)]
        terms = read_terms(rows.drop(c.LOCATION), policy)
        terms = terms.take(np.flatnonzero(np.array([sku in made.row for sku in terms.skus], dtype=bool)))
        if not len(terms):
            continue
        now = _at_once(terms, policy)
        for sku, gains, losses in _worths(made, terms, now, seed):
            values.setdefault(sku, []).append((str(name), gains, losses))
    moves = [move for sku in sorted(values) for move in _moves(sku, values[sku], unit_cost)]
    moves.sort(key=lambda move: (-move[4], move[0]))
    return pl.DataFrame(moves, schema=dict(ALL), orient="row")


def _check(demand: Mapping[str, Demand], stock: pl.DataFrame, unit_cost: float) -> None:
    missing = [name for name in (c.SKU, c.LOCATION, c.ON_HAND) if name not in stock.columns]
    unknown = [] if missing else sorted({str(name) for name in stock[c.LOCATION]} - set(demand))
    if missing or unknown or not 0 <= unit_cost < np.inf:
        raise UsageError(
            t("nothing can be moved between these locations"),
            why=t(
                "missing columns: {columns}; locations without a forecast: {unknown}; cost of moving a unit: {cost}",
                columns=", ".join(missing) or "-",
                unknown=", ".join(unknown) or "-",
                cost=unit_cost,
            ),
            fix=t("give sku, location and on_hand, a Demand for each location, and a cost of zero or more"),
            code="USAGE-65",
        )


def _at_once(terms: Terms, policy: Policy) -> Terms:
    """The same stock for who gives away: what leaves is missing from the first period on."""
    at_once = replace(policy, lead_time=1, review=policy.interval, continuous=False, lead_time_sd=0.0, lead_chances=())
    own = dict(terms.own) | {
        "lead_time": np.ones(len(terms)),
        "review": (terms.lead - 1 + terms.review).astype(float),
        "lead_time_sd": np.zeros(len(terms)),
        "continuous": np.zeros(len(terms)),
        "holding_cost": terms["holding_cost"] * terms.review / (terms.lead - 1 + terms.review),
    }
    return Terms(terms.skus, terms.on_hand, terms.due, terms.supplier, own, at_once)


def _worths(demand: Demand, terms: Terms, now: Terms, seed: int) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """For each SKU what each further unit is worth here, falling, and what each one given away loses, rising."""
    coming, going = futures(demand, terms, seed), futures(demand, now, seed)
    for at, sku in enumerate(terms.skus):
        gains = _marginal(terms, coming, at, np.arange(MOST))
        there = int(min(max(np.nan_to_num(terms.on_hand[at]), 0.0), MOST))
        yield sku, gains[gains > 0], _marginal(now, going, at, -np.arange(1, there + 1))


def _marginal(terms: Terms, ahead: Futures, at: int, have: np.ndarray) -> np.ndarray:
    """Worth of one unit more with so many more than now."""
    held = terms["holding_cost"][at] * terms.review[at]
    rising = np.sort(ahead.short[at])
    is_missed = 1 - np.searchsorted(rising, have, side="right") / len(rising)
    worth: np.ndarray = (terms["shortage_cost"][at] + held) * is_missed - held
    return worth


def _moves(
    sku: str, places: list[tuple[str, np.ndarray, np.ndarray]], unit_cost: float
) -> Iterator[tuple[str, str, str, int, float, str]]:
    """Pairs of giver and taker of one SKU: best worth with smallest loss, as long as it pays."""
    worth = np.concatenate([gains for _, gains, _ in places])
    loss = np.concatenate([losses for _, _, losses in places])
    to = np.repeat(np.arange(len(places)), [len(gains) for _, gains, _ in places])
    fro = np.repeat(np.arange(len(places)), [len(losses) for _, _, losses in places])
    best, least = np.argsort(-worth, kind="stable"), np.argsort(loss, kind="stable")
    n = min(len(best), len(least))
    gain = worth[best[:n]] - loss[least[:n]] - unit_cost
    pays = (gain > 1e-9) & (to[best[:n]] != fro[least[:n]])
    for giver, taker in sorted(set(zip(fro[least[:n]][pays].tolist(), to[best[:n]][pays].tolist(), strict=True))):
        chosen = pays & (fro[least[:n]] == giver) & (to[best[:n]] == taker)
        here, there = places[giver][0], places[taker][0]
        brings = float(gain[chosen].sum())
        reason = t(
            "units that would lie in {here} and be missed in {there}: {units}; moving them brings {gain:,.2f}",
            units=int(chosen.sum()),
            here=here,
            there=there,
            gain=brings,
        )
        yield sku, here, there, int(chosen.sum()), brings, str(reason)
