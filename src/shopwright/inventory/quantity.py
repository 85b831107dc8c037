"""How many units of each SKU cost least, every SKU for itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.inventory.futures import Futures
from shopwright.inventory.terms import Terms

__all__ = ["HIGHEST", "Quantities", "cost_of", "fewest", "quantities"]

HIGHEST = 0.98  # no forecast of ours knows its tail beyond this


@dataclass(frozen=True, eq=False)
class Quantities:
    """What n SKUs should be ordered, each for itself.

    Attributes:
        units: whole packs, shape (n,); 0 for none.
        wanted: units to the target level before packs and minimums, below zero where there is too much, shape (n,).
        lot: units beyond the target that make orders fewer where an order has a cost of its own, shape (n,).
        level: chance of not running out that the order aims at, shape (n,).
    """

    units: np.ndarray
    wanted: np.ndarray
    lot: np.ndarray
    level: np.ndarray


def quantities(terms: Terms, ahead: Futures) -> Quantities:
    """The newsvendor's quantity over the futures, in packs, within minimum and maximum.

    Where an order has a cost of its own, it is placed when the target is not reached, and for the target and the
    economic lot beyond it (Wilson 1934; with the service level of Hadley & Whitin 1963, section 4-2: the longer a lot
    lasts, the longer what is left over is held).
    """
    lot = _lots(terms, ahead)
    cycle = np.maximum(terms.review, np.divide(lot, ahead.rate, out=np.zeros_like(lot), where=ahead.rate > 0))
    level = _level(terms, cycle)
    wanted = np.where(level > 0, _quantile(ahead.short, level), 0.0)
    perishes = np.isfinite(ahead.room).any(axis=1) & (wanted > 0)
    if perishes.any():
        wanted[perishes] = _less_for_waste(terms, ahead, wanted, np.flatnonzero(perishes))
    extra = np.where(wanted > 0, np.maximum(lot - ahead.rate * terms.review, 0.0), 0.0)
    extra = np.minimum(extra, np.maximum(np.nan_to_num(np.median(ahead.room, axis=1), posinf=np.inf) - wanted, 0.0))
    units = np.where(lot > 0, _in_lots(wanted + extra, wanted, terms), _best(wanted, terms, ahead))
    return Quantities(_worth_it(units, wanted, terms, ahead), wanted, extra, level)


def cost_of(units: np.ndarray, terms: Terms, ahead: Futures, *, lingers: bool = True) -> np.ndarray:
    """Shortage, holding and waste in each future with so many units ordered, shape (n, s).

    What is waste before it can be sold meets no demand. What was there anyway is held as well; the cost of placing the
    order is not part of it. What is too much counts
    until a later order is smaller for it, to decide by, or with `lingers` off for the one review that is meant.
    """
    held = terms.held() if lingers else terms["holding_cost"] * terms.review
    ordered = units[:, None]
    missing = np.maximum(ahead.short - np.minimum(ordered, ahead.room), 0.0)
    over = np.maximum(ordered - ahead.short, 0.0)
    cost: np.ndarray = missing * terms["shortage_cost"][:, None] + over * held[:, None]
    if np.isfinite(ahead.room).any():
        cost += np.maximum(ordered - ahead.room, 0.0) * terms.waste_cost[:, None]
    return cost


def fewest(terms: Terms) -> np.ndarray:
    """The smallest order there can be, in whole packs and whole units, shape (n,)."""
    packs = np.maximum(np.ceil(terms["min_units"] / terms["pack_size"] - 1e-9), 1.0)
    least: np.ndarray = np.ceil(packs * terms["pack_size"] - 1e-9)
    return least


def _lots(terms: Terms, ahead: Futures) -> np.ndarray:
    """Economic order quantity; 0 where an order costs nothing of its own."""
    with np.errstate(divide="ignore", invalid="ignore"):
        lot = np.sqrt(2 * terms["order_cost"] * ahead.rate / terms["holding_cost"])
    most = ahead.rate * 52  # where holding costs nothing, a lot would never end
    found: np.ndarray = np.where(terms["order_cost"] > 0, np.minimum(np.nan_to_num(lot, posinf=np.inf), most), 0.0)
    return found


def _level(terms: Terms, cycle: np.ndarray) -> np.ndarray:
    """Chance of not running out that costs least: shortage over shortage and holding for as long as a lot lasts."""
    shortage = terms["shortage_cost"]
    both = shortage + terms.held(cycle)
    ratio = np.divide(shortage, both, out=np.zeros_like(both), where=both > 0)
    level: np.ndarray = np.where(shortage > 0, np.minimum(ratio, HIGHEST), 0.0)
    return level


def _quantile(values: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Level of each row at its own chance, by straight lines between its sorted values."""
    rising = np.sort(values, axis=1)
    place = level * (rising.shape[1] - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, rising.shape[1] - 1)
    rows = np.arange(len(rising))
    low, high = rising[rows, below], rising[rows, above]
    found: np.ndarray = low + (place - below) * (high - low)
    return found


def _less_for_waste(terms: Terms, ahead: Futures, wanted: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The quantity at which one unit more is as likely to be missed, held or wasted as it costs; by bisection."""
    some, short, room = terms.take(rows), ahead.short[rows], ahead.room[rows]
    held, waste, shortage = some.held(), some.waste_cost, some["shortage_cost"]
    low, high = np.zeros(len(rows)), wanted[rows].copy()
    for _ in range(30):
        middle = (low + high) / 2
        is_missed = (np.minimum(short, room) > middle[:, None]).mean(axis=1)
        is_wasted = (room <= middle[:, None]).mean(axis=1)
        is_worth = (shortage + held) * is_missed - held - waste * is_wasted > 0
        low, high = np.where(is_worth, middle, low), np.where(is_worth, high, middle)
    found: np.ndarray = (low + high) / 2
    return found


def _in_lots(target: np.ndarray, wanted: np.ndarray, terms: Terms) -> np.ndarray:
    pack = terms["pack_size"]
    units = np.ceil(np.maximum(np.ceil(target / pack - 1e-9) * pack, fewest(terms)) - 1e-9)
    return np.where(wanted > 0, np.minimum(units, _most(terms)), 0.0)


def _most(terms: Terms) -> np.ndarray:
    """The largest order there can be; 0 where the maximum lies below the minimum."""
    most = np.floor(np.floor(terms["max_units"] / terms["pack_size"] + 1e-9) * terms["pack_size"])
    allowed: np.ndarray = np.where(most >= fewest(terms), most, 0.0)
    return allowed


def _best(wanted: np.ndarray, terms: Terms, ahead: Futures) -> np.ndarray:
    """The cheapest of nothing and the packs on either side of what is wanted; the smaller where two cost the same."""
    pack, least, most = terms["pack_size"], fewest(terms), _most(terms)
    best, lowest = np.zeros(len(terms)), np.round(cost_of(np.zeros(len(terms)), terms, ahead).mean(axis=1), 9)
    for rounded in (np.floor(wanted / pack) * pack, np.ceil(wanted / pack) * pack):
        least_units = np.where(terms["min_units"] > 0, least, 0.0)
        units = np.minimum(np.maximum(np.ceil(rounded - 1e-9), least_units), most)
        units = np.where(wanted > 0, units, 0.0)
        cost = np.round(cost_of(units, terms, ahead).mean(axis=1), 9)
        is_better = cost < lowest
        best, lowest = np.where(is_better, units, best), np.where(is_better, cost, lowest)
    return best


def _worth_it(units: np.ndarray, wanted: np.ndarray, terms: Terms, ahead: Futures) -> np.ndarray:
    """The same, and nothing where an order would cost more than it brings; with lots, its share of the order's cost."""
    at_target = np.minimum(np.maximum(wanted, 0.0), units)
    share = np.divide(at_target, units, out=np.zeros_like(units), where=units > 0)
    gain = (cost_of(np.zeros(len(units)), terms, ahead) - cost_of(at_target, terms, ahead)).mean(axis=1)
    has_lot = terms["order_cost"] > 0
    kept: np.ndarray = np.where(has_lot & (gain <= terms["order_cost"] * share), 0.0, units)
    return kept
