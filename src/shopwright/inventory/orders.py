"""Orders for a whole stock: every SKU for itself, then all together within budget, shelves and suppliers' minimums."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from shopwright.i18n import Text, t
from shopwright.inventory.constraints import choose
from shopwright.inventory.curves import Curves, curves, joined
from shopwright.inventory.futures import Futures, futures, interval
from shopwright.inventory.limits import Chosen, Limits
from shopwright.inventory.quantity import cost_of, quantities
from shopwright.inventory.reasons import reason, unforecast
from shopwright.inventory.terms import Terms
from shopwright.shop.arguments import check_is, check_seed
from shopwright.shop.demand import DRAWS, Demand, Period
from shopwright.shop.schema import names as c

__all__ = ["OrderLine", "Orders", "order"]

NUMBERS = 3_000_000  # numbers simulated at a time; memory stays the same however many SKUs there are
KEPT = 20_000_000  # futures kept for a second look, once the limits are known; beyond, they are drawn again


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
        gains: what ordering brings over not ordering, in money, low (1 in 10), mean, high (1 in 10); what is too much
            counts until a later order is smaller for it (`lingering`).
        expected_cost: expected shortage, holding and waste of the interval's last review, with the order, and what
            placing it costs; NaN for a SKU that was not forecast.
        reason: the same in words.
        later: what ordering the same one period later would cost: sales missed in that period, less a period's
            holding; not below zero.
        alone: units that would be ordered were there no limits on all orders together.
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
    later: float = 0.0
    alone: float = 0.0

    def __repr__(self) -> str:
        order = (
            f"order {self.units:,.10g}, {self.on_hand:,.4g} on hand, {self.due:,.4g} due, {self.demand:,.4g} expected"
        )
        return f"<OrderLine {self.sku!r}: {order}, cost {self.expected_cost:,.2f}>"


@dataclass(frozen=True, eq=False)
class Orders:
    """Orders of a whole stock.

    Attributes:
        lines: one for each SKU of the stock, in its order.
        spent: money for all of them; a unit counts as 1 where its cost is not known.
        gap: how much of the best possible gain may be missed at most, as a share of it; 0 where nothing was cut.
        is_cut: whether budget, shelves or a supplier's minimum changed any order.
        shadow: gain of all orders that the limits forgo against each SKU ordered for itself, money.
    """

    lines: tuple[OrderLine, ...]
    spent: float
    gap: float
    is_cut: bool
    shadow: float

    def __repr__(self) -> str:
        n = sum(line.units > 0 for line in self.lines)
        cut = f", cut by limits within {self.gap:.2%} of the best" if self.is_cut else ""
        return f"<Orders: {n:,} of {len(self.lines):,} SKUs to order for {self.spent:,.2f}{cut}>"

    def frame(self) -> pl.DataFrame:
        """The table of `reorder`: sku, units (whole), expected_cost, reason."""
        return pl.DataFrame(
            {
                c.SKU: [line.sku for line in self.lines],
                c.UNITS: [int(line.units) for line in self.lines],
                "expected_cost": [
                    None if math.isnan(line.expected_cost) else line.expected_cost for line in self.lines
                ],
                c.REASON: [str(line.reason) for line in self.lines],
            },
            schema={c.SKU: pl.String, c.UNITS: pl.Int64, "expected_cost": pl.Float64, c.REASON: pl.String},
        )


@dataclass(eq=False)
class _Figures:
    """Numbers of each line, shape (n,); filled in chunk by chunk."""

    units: np.ndarray
    alone: np.ndarray
    due: np.ndarray
    demand: np.ndarray
    safety: np.ndarray
    level: np.ndarray
    wanted: np.ndarray
    low: np.ndarray
    mean: np.ndarray
    high: np.ndarray
    cost: np.ndarray
    later: np.ndarray
    lasts: np.ndarray
    left: np.ndarray
    wasted: np.ndarray
    early: np.ndarray

    @classmethod
    def empty(cls, n: int) -> _Figures:
        return cls(*(np.zeros(n) for _ in cls.__dataclass_fields__))

    def put(self, rows: np.ndarray, units: np.ndarray, terms: Terms, ahead: Futures) -> None:
        """The numbers of some lines with so many units."""
        without, cost = cost_of(np.zeros(len(units)), terms, ahead), cost_of(units, terms, ahead)
        placed = np.where(units > 0, terms["order_cost"], 0.0)
        gains = without - cost - placed[:, None]
        self.units[rows] = units
        self.low[rows], self.high[rows] = np.quantile(gains, (0.1, 0.9), axis=1)
        self.mean[rows] = gains.mean(axis=1)
        self.cost[rows] = cost_of(units, terms, ahead, lingers=False).mean(axis=1) + placed
        self.later[rows] = _later(units, terms, ahead)
        self.lasts[rows] = (ahead.short <= np.minimum(units[:, None], ahead.room)).mean(axis=1)


def order(demand: Demand, terms: Terms, *, seed: int = 0) -> Orders:
    """What to order now of every SKU, within what all of them share.

    Raises:
        UsageError: the demand is too short for a SKU's lead time and review.
    """
    check_is(demand, Demand, "demand", t("a Demand, as forecast returns it"))
    check_seed(seed)
    known = np.flatnonzero(np.array([sku in demand.row for sku in terms.skus], dtype=bool))
    some = terms.take(known)
    figures = _Figures.empty(len(some))
    steps: list[Curves] = []
    kept: list[tuple[np.ndarray, Terms, Futures]] = []
    limits = _limits(some)
    for rows, part, ahead in _chunks(demand, some, seed):
        best = quantities(part, ahead)
        figures.put(rows, best.units, part, ahead)
        figures.alone[rows], figures.level[rows], figures.wanted[rows] = best.units, best.level, best.wanted
        figures.safety[rows] = np.maximum(0.0, best.wanted - ahead.short.mean(axis=1))
        figures.due[rows], figures.demand[rows] = ahead.due, ahead.demand
        figures.left[rows] = ahead.left.mean(axis=1)
        figures.wasted[rows], figures.early[rows] = ahead.wasted, ahead.early
        if limits is not None:
            steps.append(curves(part, ahead, best, rows, reach=limits.reach[rows]))
            if len(some) * DRAWS <= KEPT:
                kept.append((rows, part, ahead))
    chosen = None if limits is None else _within(limits, some, figures, steps)
    if chosen is not None:
        for rows, part, ahead in kept or _chunks(demand, some, seed):
            new = chosen.units[rows]
            at = np.flatnonzero(new != figures.units[rows])
            figures.put(rows[at], new[at], part.take(at), ahead.take(at))
    lines = _lines(terms, known, some, figures, demand.period)
    return Orders(
        lines,
        spent=float(figures.units @ some.counted_cost),
        gap=0.0 if chosen is None else chosen.gap,
        is_cut=chosen is not None,
        shadow=0.0 if chosen is None else max(0.0, chosen.forgone),
    )


def _chunks(demand: Demand, terms: Terms, seed: int) -> Iterator[tuple[np.ndarray, Terms, Futures]]:
    if not len(terms):
        return
    longest = min(demand.horizon, int(interval(terms).max()) + 1)
    size = max(1, NUMBERS // (DRAWS * longest))
    for start in range(0, len(terms), size):
        rows = np.arange(start, min(start + size, len(terms)))
        part = terms.take(rows)
        yield rows, part, futures(demand, part, seed)


def _limits(terms: Terms) -> Limits | None:
    """What the orders share; None where every SKU can be ordered for itself."""
    policy = terms.policy
    names = sorted(set(terms.supplier))
    number = {name: at for at, name in enumerate(names)}
    group = np.array([number[name] for name in terms.supplier], dtype=int)
    least_units, least_cost = np.zeros(len(names)), np.zeros(len(names))
    np.maximum.at(least_units, group, terms["supplier_min_units"])
    np.maximum.at(least_cost, group, terms["supplier_min_cost"])
    if policy.budget is None and policy.space is None and not (least_units.any() or least_cost.any()):
        return None
    budget = math.inf if policy.budget is None else policy.budget
    room = math.inf if policy.space is None else policy.space
    return Limits(terms.counted_cost, terms["unit_space"], budget, room, group, least_units, least_cost)


def _within(limits: Limits, terms: Terms, figures: _Figures, parts: list[Curves]) -> _Cut | None:
    """The best orders within the limits; None where each SKU's own order keeps to them."""
    taken = float(figures.left @ limits.space)  # what will still be on the shelves
    room = max(limits.room - taken, 0.0) if math.isfinite(limits.room) else math.inf
    limits = Limits(limits.cost, limits.space, limits.budget, room, limits.group, limits.least_units, limits.least_cost)
    if limits.allow(figures.units):
        return None
    steps = joined(parts)
    found = choose(steps, limits)
    alone = float(np.where(steps.gain > 0, steps.gain, 0.0).sum())
    return _Cut(found.units, found.gain, found.bound, alone - found.gain)


@dataclass(frozen=True, eq=False)
class _Cut(Chosen):
    """A choice within limits, and the gain that the limits forgo."""

    forgone: float = 0.0


def _later(units: np.ndarray, terms: Terms, ahead: Futures) -> np.ndarray:
    """Sales missed in the period after the arrival that the order would have met, less holding the rest so long."""
    missed = np.minimum(np.maximum(ahead.next_short, 0.0), units[:, None]).mean(axis=1)
    cost: np.ndarray = np.maximum(terms["shortage_cost"] * missed - terms["holding_cost"] * (units - missed), 0.0)
    return cost


def _lines(terms: Terms, known: np.ndarray, some: Terms, figures: _Figures, period: Period) -> tuple[OrderLine, ...]:
    place = {int(row): at for at, row in enumerate(known)}
    periods = interval(some)
    return tuple(
        _line(some, figures, place[row], int(periods[place[row]]), period) if row in place else _blank(terms, row)
        for row in range(len(terms))
    )


def _blank(terms: Terms, row: int) -> OrderLine:
    on_hand = float(np.nan_to_num(terms.on_hand[row]))
    return OrderLine(terms.skus[row], 0.0, on_hand, 0.0, 0.0, 0.0, 0.0, (0.0, 0.0, 0.0), math.nan, unforecast())


def _line(terms: Terms, figures: _Figures, at: int, n: int, period: Period) -> OrderLine:
    units, on_hand = float(figures.units[at]), float(np.nan_to_num(terms.on_hand[at]))
    is_own = units == figures.alone[at] and _is_at_target(terms, figures, at)
    told = {
        "units": units,
        "wanted": figures.wanted[at],
        "expected": figures.demand[at],
        "on_hand": on_hand,
        "due": figures.due[at],
        "n": n,
        "aims": float(is_own),
        "level": figures.level[at] if is_own else figures.lasts[at],
        "early": figures.early[at],
        "safety": figures.safety[at] if is_own else 0.0,
        "later": figures.later[at],
        "is_late": float(terms["last_period"][at] < terms.lead[at]),
        "is_free": float(figures.level[at] <= 0),
    }
    return OrderLine(
        terms.skus[at],
        units,
        on_hand,
        float(figures.due[at]),
        float(figures.demand[at]),
        float(figures.safety[at]),
        float(figures.level[at]),
        (float(figures.low[at]), float(figures.mean[at]), float(figures.high[at])),
        float(figures.cost[at]),
        reason(told, period, _notes(terms, figures, at)),
        float(figures.later[at]),
        float(figures.alone[at]),
    )


def _is_at_target(terms: Terms, figures: _Figures, at: int) -> bool:
    """Whether the target level is what the order reaches, but for the rest of a pack: no limit, lot or end moved it."""
    ends = np.isfinite(terms["last_period"][at]) or np.isfinite(terms["shelf_life"][at])
    return not ends and abs(figures.units[at] - figures.wanted[at]) < max(terms["pack_size"][at], 1.0)


def _notes(terms: Terms, figures: _Figures, at: int) -> list[Text]:
    """What else a merchant would want to know of a line."""
    units, alone, wanted = figures.units[at], figures.alone[at], figures.wanted[at]
    said = []
    if np.isnan(terms.on_hand[at]):
        said.append(t("stock on hand is not known: counted as none"))
    elif terms.on_hand[at] < 0:
        said.append(
            t("oversold: counted as none on hand")
            if terms["lost_sales"][at] > 0
            else t("oversold: what customers wait for is ordered too")
        )
    if figures.wasted[at] >= 0.5:
        said.append(t("{units:,.0f} on the shelf will be too old by then", units=figures.wasted[at]))
    if units < alone:
        said.append(t("{alone:,.0f} without the limits on budget, shelves or supplier", alone=alone))
    elif units > alone:
        said.append(t("{alone:,.0f} by itself; the rest fills the supplier's minimum", alone=alone))
    elif units == 0 and wanted > 0:
        said.append(_none(terms, at, wanted))
    elif units > 0:
        said += _bounded(terms, units, wanted, at)
    if units > 0 and np.isfinite(terms["last_period"][at]):
        said.append(t("no more than can be sold by the season's end"))
    elif units > 0 and np.isfinite(terms["shelf_life"][at]):
        said.append(t("no more than can be sold while it is good"))
    return said


def _bounded(terms: Terms, units: float, wanted: float, at: int) -> list[Text]:
    """Why an order is smaller or larger than what is wanted."""
    pack, least = terms["pack_size"][at], terms["min_units"][at]
    if units < wanted and units + pack > terms["max_units"][at]:
        return [t("no more than {most:,.0f} can be ordered", most=terms["max_units"][at])]
    if units > wanted and terms["order_cost"][at] > 0 and units - max(pack, 1.0) >= max(wanted, least):
        return [t("more at once, since each order costs {cost:,.2f}", cost=terms["order_cost"][at])]
    if wanted < least <= units < least + max(pack, 1.0):
        return [t("no fewer than {least:,.0f} can be ordered", least=least)]
    return [t("in packs of {pack:g}", pack=pack)] if pack > 1 else []


def _none(terms: Terms, at: int, wanted: float) -> Text:
    if terms["max_units"][at] < max(1.0, terms["pack_size"][at], terms["min_units"][at]):
        return t("nothing can be ordered of it")
    return t("the smallest order there is costs more than the {wanted:,.1f} missing", wanted=wanted)
