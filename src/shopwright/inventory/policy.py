"""Terms on which a shop orders, in periods of the demand they are used with."""

from __future__ import annotations

import math
from dataclasses import dataclass

from shopwright.errors import UsageError
from shopwright.i18n import t

__all__ = ["Policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How and on which terms to order.

    Attributes:
        lead_time: an order placed after period t can be sold from period t + lead_time on; at least 1.
        review: periods until the next order can be placed; at least 1.
        holding_cost: money for one unit left at the end of one period.
        shortage_cost: money for one unit of demand that cannot be met.
        pack_size: orders are multiples of it.
        min_units: an order is at least this much, or nothing.
        lost_sales: whether demand without stock is lost; else it waits.
    """

    lead_time: int = 3
    review: int = 1
    holding_cost: float = 0.2
    shortage_cost: float = 1.0
    pack_size: float = 1.0
    min_units: float = 0.0
    lost_sales: bool = True

    def __post_init__(self) -> None:
        bad = [
            name
            for name, holds in {
                "lead_time": self.lead_time >= 1,
                "review": self.review >= 1,
                "holding_cost": self.holding_cost >= 0 and math.isfinite(self.holding_cost),
                "shortage_cost": self.shortage_cost >= 0 and math.isfinite(self.shortage_cost),
                "pack_size": self.pack_size > 0 and math.isfinite(self.pack_size),
                "min_units": self.min_units >= 0 and math.isfinite(self.min_units),
            }.items()
            if not holds
        ]
        if bad:
            raise UsageError(
                t("these terms of ordering are not possible: {names}", names=", ".join(bad)),
                why=t("times must be at least 1, the pack size above zero, the rest zero or more"),
                fix=t("correct the supply table or the Policy"),
                code="USAGE-08",
            )

    @property
    def interval(self) -> int:
        """Periods an order has to cover: the wait for it and the time until the next one arrives."""
        return self.lead_time - 1 + self.review

    @property
    def critical_ratio(self) -> float:
        """Chance of not running out that costs least: shortage over shortage plus holding (newsvendor).

        Arrow, Harris & Marschak 1951; what is left over is held for one review period, not thrown away.
        """
        if self.shortage_cost == 0:
            return 0.0
        return self.shortage_cost / (self.shortage_cost + self.holding_cost * self.review)
