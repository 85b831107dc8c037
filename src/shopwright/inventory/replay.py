"""What came of an ordering rule: costs, service, turns, by SKU, by period and in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

import numpy as np
import polars as pl

from shopwright.i18n import Text
from shopwright.inventory.terms import Terms
from shopwright.shop.demand import Period
from shopwright.shop.schema import names as c

__all__ = ["Replay"]

PERIODS_IN_YEAR: dict[Period, float] = {"D": 365.25, "W": 365.25 / 7, "M": 12.0}


@dataclass(frozen=True, eq=False)
class Replay:
    """The counted periods of a replay; each series has the shape (n SKUs, periods).

    Attributes:
        terms: stock at the start, and terms.
        days: first day of each period.
        period: their length.
        demand: units asked for.
        met: units sold from stock in the period they were asked for.
        missed: units that were not.
        left: units on the shelf at the end.
        arrived: units that came in.
        ordered: units ordered on the evening before.
        waste: units thrown away for age.
        notes: what of a SKU's history was left out, and why.
    """

    SERIES: ClassVar[tuple[str, ...]] = ("demand", "met", "missed", "left", "arrived", "ordered", "waste")

    terms: Terms
    days: tuple[date, ...]
    period: Period
    demand: np.ndarray
    met: np.ndarray
    missed: np.ndarray
    left: np.ndarray
    arrived: np.ndarray
    ordered: np.ndarray
    waste: np.ndarray
    notes: Mapping[str, Text] = field(default_factory=dict)

    def __repr__(self) -> str:
        told = f"cost {self.cost:,.2f}, fill rate {self.fill_rate:.1%}"
        return f"<Replay: {len(self.terms):,} SKUs, {len(self.days)} periods ({self.period}), {told}>"

    @property
    def costs(self) -> np.ndarray:
        """Holding, shortage, waste and orders' own costs of each SKU and period, money, shape (n, periods)."""
        terms = self.terms
        costs: np.ndarray = (
            self.left * terms["holding_cost"][:, None]
            + self.missed * terms["shortage_cost"][:, None]
            + self.waste * terms.waste_cost[:, None]
            + (self.ordered > 0) * terms["order_cost"][:, None]
        )
        return costs

    @property
    def cost(self) -> float:
        """All costs, money."""
        return float(self.costs.sum())

    @property
    def holding(self) -> float:
        """Cost of units left at the ends of periods, money."""
        return float((self.left * self.terms["holding_cost"][:, None]).sum())

    @property
    def shortage(self) -> float:
        """Cost of units missed, money."""
        return float((self.missed * self.terms["shortage_cost"][:, None]).sum())

    @property
    def fill_rate(self) -> float:
        """Share of units asked for that were sold at once; 1 without demand."""
        asked = float(self.demand.sum())
        return float(self.met.sum()) / asked if asked > 0 else 1.0

    @property
    def cycle_service(self) -> float:
        """Share of SKUs' periods without a unit missed."""
        return float((self.missed <= 1e-9).mean()) if self.missed.size else 1.0

    @property
    def turns(self) -> float:
        """Times a year that the mean stock is sold; infinite where none was held, 0 where nothing sold."""
        mean = float(self.left.mean(axis=1).sum()) if self.left.size else 0.0
        a_year = float(self.met.mean(axis=1).sum()) * PERIODS_IN_YEAR[self.period] if self.met.size else 0.0
        if a_year == 0:
            return 0.0
        return a_year / mean if mean > 0 else float("inf")

    def frame(self) -> pl.DataFrame:
        """Sums by SKU: sku, demand, met, missed, waste, ordered, mean stock, cost, fill rate."""
        asked = self.demand.sum(axis=1)
        rate = np.divide(self.met.sum(axis=1), asked, out=np.ones(len(asked)), where=asked > 0)
        sums = {name: getattr(self, name).sum(axis=1) for name in ("demand", "met", "missed", "waste", "ordered")}
        mean = self.left.mean(axis=1)
        return pl.DataFrame(
            {c.SKU: list(self.terms.skus), **sums, "stock": mean, c.COST: self.costs.sum(axis=1), "fill_rate": rate},
            schema_overrides={c.SKU: pl.String},
        )

    def by_period(self) -> pl.DataFrame:
        """Sums by period: day, demand, met, missed, left, arrived, ordered, waste, cost."""
        sums = {name: getattr(self, name).sum(axis=0) for name in self.SERIES}
        return pl.DataFrame({c.DAY: list(self.days), **sums, c.COST: self.costs.sum(axis=0)})

    def summary(self) -> dict[str, float]:
        """The figures to compare rules by: money, shares and turns."""
        return {
            "cost": self.cost,
            "holding": self.holding,
            "shortage": self.shortage,
            "fill_rate": self.fill_rate,
            "cycle_service": self.cycle_service,
            "turns": self.turns,
            "missed": float(self.missed.sum()),
            "waste": float(self.waste.sum()),
        }
