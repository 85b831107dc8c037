"""Terms on which a shop orders, in periods of the demand they are used with."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.shop.arguments import is_number

__all__ = ["Policy", "lingering"]

# How fast a unit too many weighs more with the lead time, where sales are lost. Measured by playing the rule forward on
# demand whose distribution is known (benchmarks/stock.py level): the cheapest weights were 1.0, 1.3, 1.5, 1.8 and 2.0
# for lead times of 1, 2, 3, 5 and 8, whatever the demand and the ratio of the costs.
LINGERING = 0.35


@dataclass(frozen=True, slots=True)
class Policy:
    """How and on which terms to order.

    Terms of one SKU can be given as a column of the stock table with the name of the field; `budget` and `space` are
    shared by all SKUs, and a supplier's minimum by all SKUs with the same `supplier`.

    Attributes:
        lead_time: an order placed after period t can be sold from period t + lead_time on; at least 1.
        review: periods until the next order can be placed; at least 1.
        holding_cost: money for one unit left at the end of one period.
        shortage_cost: money for one unit of demand that cannot be met.
        pack_size: orders are multiples of it.
        min_units: an order is at least this much, or nothing.
        lost_sales: whether demand without stock is lost; else it waits.
        continuous: whether stock is looked at every period, `review` or not, and ordered when it falls to the reorder
            point ((s, S)); else an order is considered every `review` periods.
        order_cost: money for one order of one SKU, whatever its size; it makes orders fewer and larger.
        max_units: an order is at most this much.
        unit_cost: money for buying one unit; None: not known, and a unit counts as 1 against the budget.
        unit_space: shelf space of one unit.
        lead_time_sd: standard deviation of the lead time, in periods.
        lead_chances: chance of a lead time of 1, 2, 3 … periods; takes the place of `lead_time` and its deviation.
        shelf_life: periods a unit can be sold from its arrival on; older ones are waste. None: it keeps.
        last_period: period ahead in which it can be sold for the last time (season's end); None: no end in sight.
        salvage_value: money got for a unit that is left when it is too old or the season is over.
        budget: money for all orders together; None: no limit.
        space: shelf space for everything on the shelf when the orders arrive; None: no limit.
        supplier_min_units: a supplier's orders together are at least so many units, or nothing.
        supplier_min_cost: a supplier's orders together are at least so much money, or nothing.
    """

    lead_time: int = 3
    review: int = 1
    holding_cost: float = 0.2
    shortage_cost: float = 1.0
    pack_size: float = 1.0
    min_units: float = 0.0
    lost_sales: bool = True
    continuous: bool = False
    order_cost: float = 0.0
    max_units: float = math.inf
    unit_cost: float | None = None
    unit_space: float = 1.0
    lead_time_sd: float = 0.0
    lead_chances: tuple[float, ...] = ()
    shelf_life: int | None = None
    last_period: int | None = None
    salvage_value: float = 0.0
    budget: float | None = None
    space: float | None = None
    supplier_min_units: float = 0.0
    supplier_min_cost: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "lead_chances", _as_tuple(self.lead_chances))
        bad = [name for name, holds in self._holds().items() if not holds]
        if bad:
            raise UsageError(
                t("these terms of ordering are not possible: {names}", names=", ".join(bad)),
                why=t(
                    "times are whole and at least 1, the pack size is above zero, chances add up to 1, "
                    "lost_sales and continuous are True or False, the rest is zero or more"
                ),
                fix=t("correct the supply table or the Policy"),
                code="USAGE-08",
            )

    def _holds(self) -> dict[str, bool]:
        """Whether each field has a value that is possible."""
        zero_or_more = (
            *("holding_cost", "shortage_cost", "min_units", "order_cost", "unit_space", "lead_time_sd"),
            *("salvage_value", "supplier_min_units", "supplier_min_cost"),
        )
        holds = {name: _is_amount(getattr(self, name)) for name in zero_or_more}
        holds |= {name: _is_whole(getattr(self, name)) for name in ("lead_time", "review")}
        for name in ("shelf_life", "last_period"):
            value = getattr(self, name)
            holds[name] = value is None or _is_whole(value, least=1 if name == "shelf_life" else 0)
        holds |= {
            name: getattr(self, name) is None or _is_amount(getattr(self, name))
            for name in ("unit_cost", "budget", "space")
        }
        holds["pack_size"] = _is_amount(self.pack_size) and self.pack_size > 0
        holds["max_units"] = is_number(self.max_units) and self.max_units >= 0
        if holds["salvage_value"] and holds["unit_cost"]:
            holds["salvage_value"] = self.unit_cost is None or self.salvage_value <= self.unit_cost
        holds["lead_chances"] = self.lead_chances == () or _are_chances(self.lead_chances)
        holds |= {name: isinstance(getattr(self, name), bool | np.bool_) for name in ("lost_sales", "continuous")}
        return holds

    @property
    def interval(self) -> int:
        """Periods an order has to cover: the wait for it and the time until the next one arrives."""
        return self._usual_lead - 1 + (1 if self.continuous else self.review)

    @property
    def critical_ratio(self) -> float:
        """Chance of not running out that costs least: shortage over shortage plus holding (newsvendor).

        Arrow, Harris & Marschak 1951; what is left over is not thrown away but held until a later order is smaller for
        it, see `lingering`.
        """
        if self.shortage_cost == 0:
            return 0.0
        review = 1 if self.continuous else self.review
        longer = float(lingering(self._usual_lead, review)) if self.lost_sales else 1.0
        return self.shortage_cost / (self.shortage_cost + self.holding_cost * review * longer)

    @property
    def _usual_lead(self) -> int:
        """The lead time, or the mean of its distribution rounded up."""
        if not self.lead_chances:
            return self.lead_time
        return math.ceil(sum((at + 1) * chance for at, chance in enumerate(self.lead_chances)) - 1e-9)


def lingering(lead: ArrayLike, cycle: ArrayLike) -> Any:
    """Review cycles for which a unit too many is held, where demand without stock is lost; of the arguments' shape.

    Orders on their way were placed without knowing of it, and lost sales empty no shelf: the longer the lead time, the
    later it is missed from an order. Looking one arrival ahead only, the newsvendor orders too much (Zipkin 2008); the
    best level lies between that of holding for one cycle and for all that are on their way (Huh et al. 2009).

    Args:
        lead: lead time in periods, from 1 on.
        cycle: periods between two orders.
    """
    return (1 + (np.asarray(lead) - 1) / np.asarray(cycle)) ** LINGERING


def _as_tuple(values: object) -> object:
    """What a list or an array is meant as."""
    return tuple(values) if isinstance(values, Iterable) and not isinstance(values, str | bytes) else values


def _is_amount(value: Any) -> bool:
    return is_number(value) and 0 <= value < math.inf


def _is_whole(value: Any, least: int = 1) -> bool:
    return _is_amount(value) and value >= least and float(value).is_integer()


def _are_chances(value: object) -> bool:
    if not isinstance(value, tuple) or not all(_is_amount(chance) for chance in value):
        return False
    return abs(sum(value) - 1) < 1e-6
