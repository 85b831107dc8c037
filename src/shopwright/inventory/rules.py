"""Ordering rules to compare with: those of the trade, ours, and the one that knows the future."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from scipy.stats import norm

from shopwright.inventory.orders import order
from shopwright.inventory.simulate import Situation
from shopwright.inventory.sold import Sold, read_sold
from shopwright.inventory.terms import Terms
from shopwright.shop.demand import Demand, Period

__all__ = ["BaseStock", "Cover", "FixedLot", "Foresight", "MinMax", "Newsvendor", "moving_mean"]

Forecasting = Callable[..., Demand]


@dataclass(frozen=True, slots=True)
class Cover:
    """Order up to so many periods of forecast demand; the way of most shops.

    With four weeks, a window of 13 and the season it is the benchmark of the VN2 competition's organiser.

    Attributes:
        periods: periods of demand that stock on hand and on its way should cover.
        window: periods of the moving average behind the forecast.
        is_seasonal: whether to take the season that all SKUs share out of the average, and put it into the forecast.
    """

    periods: int = 4
    window: int = 13
    is_seasonal: bool = True

    def __call__(self, seen: Situation) -> np.ndarray:
        """Units up to the cover, rounded."""
        ahead = moving_mean(seen.sold, self.periods, self.window, is_seasonal=self.is_seasonal)
        units: np.ndarray = np.rint(np.maximum(ahead.sum(axis=1) - seen.position, 0.0))
        return units


@dataclass(frozen=True, slots=True)
class BaseStock:
    """Order up to mean demand of lead time and review plus safety for a service level (normal demand).

    Attributes:
        level: chance of not running out, in (0, 1).
        window: periods that mean and deviation are taken from.
    """

    level: float = 0.95
    window: int = 26

    def __call__(self, seen: Situation) -> np.ndarray:
        """Units up to the base stock, rounded up."""
        units: np.ndarray = np.ceil(np.maximum(self.target(seen, 0.0) - seen.position, 0.0) - 1e-9)
        return units

    def target(self, seen: Situation, more: float) -> np.ndarray:
        """The base stock, for `more` periods beyond lead time and review, shape (n,)."""
        mean, deviation = _level_of(seen.sold, self.window)
        span = seen.terms.lead - 1 + seen.terms.review + more
        found: np.ndarray = mean * span + norm.ppf(self.level) * deviation * np.sqrt(span)
        return found


@dataclass(frozen=True, slots=True)
class MinMax:
    """(s, S): when stock on hand and on its way is at s or below, order up to S.

    Attributes:
        level: chance of not running out behind s, in (0, 1).
        cycle: periods of mean demand between s and S.
        window: periods that mean and deviation are taken from.
    """

    level: float = 0.95
    cycle: float = 4.0
    window: int = 26

    def __call__(self, seen: Situation) -> np.ndarray:
        """Units up to S where s is reached, rounded up."""
        point = BaseStock(self.level, self.window).target(seen, 0.0)
        mean, _ = _level_of(seen.sold, self.window)
        wanted = np.ceil(point + self.cycle * mean - seen.position - 1e-9)
        return np.where(seen.position <= point, np.maximum(wanted, 0.0), 0.0)


@dataclass(frozen=True, slots=True)
class FixedLot:
    """(R, Q): when stock on hand and on its way is at R or below, order lots of Q until it is above.

    Attributes:
        level: chance of not running out behind R, in (0, 1).
        cycle: periods of mean demand in a lot, at least one unit.
        window: periods that mean and deviation are taken from.
    """

    level: float = 0.95
    cycle: float = 4.0
    window: int = 26

    def __call__(self, seen: Situation) -> np.ndarray:
        """Whole lots."""
        point = BaseStock(self.level, self.window).target(seen, 0.0)
        mean, _ = _level_of(seen.sold, self.window)
        lot = np.maximum(np.rint(self.cycle * mean), 1.0)
        is_due = (seen.position <= point) & (point > 0)
        return np.where(is_due, np.maximum(np.ceil((point - seen.position) / lot), 1.0) * lot, 0.0)


@dataclass(frozen=True, slots=True)
class Newsvendor:
    """Ours: a forecast, and `reorder` on it.

    Attributes:
        forecast: from (history, horizon, freq=…) to `Demand`; history holds sku, day, units, in_stock up to now.
        seed: of the simulated futures.
        extra: periods to forecast beyond lead time and review.
    """

    forecast: Forecasting
    seed: int = 0
    extra: int = 0

    def __call__(self, seen: Situation) -> np.ndarray:
        """Units as `reorder` says them; none of a SKU that was not forecast."""
        terms = seen.terms
        horizon = int((terms.lead - 1 + terms.review).max(initial=1)) + self.extra
        demand = self.forecast(seen.sold.frame(), horizon, freq=seen.sold.period)
        return np.array([line.units for line in order(demand, terms, seed=self.seed).lines])


@dataclass(frozen=True, slots=True)
class Foresight:
    """The floor: orders by one who knows all demand; no rule costs less on the same lead time and review.

    Every unit is ordered for the period it is sold in, as long as holding it until then costs less than missing the
    sale. Packs and minimums are left out, so that the floor holds for any of them. It is none where `is_floor` says
    no, nor where orders end before the last periods they could serve: it neither joins orders nor orders for later.

    Attributes:
        history: what really sells: sku, day, units.
        period: length of a period, D or W.
    """

    history: pl.DataFrame
    period: Period = "W"
    _known: list[Sold] = field(default_factory=list)

    @staticmethod
    def is_floor(terms: Terms) -> bool:
        """Whether no rule can cost less: orders cost nothing of their own, goods keep, leads are sure, sales lost."""
        costs, keeps = not terms["order_cost"].any(), bool(np.isinf(terms["shelf_life"]).all())
        is_sure = not terms.policy.lead_chances and not terms["lead_time_sd"].any()
        return bool(costs and keeps and is_sure and (terms["lost_sales"] > 0).all())

    def __call__(self, seen: Situation) -> np.ndarray:
        """Units that will be missing while they are cheaper held than missed."""
        if not self._known:
            self._known.append(read_sold(self.history, self.period))
        terms, now = seen.terms, len(seen.sold.days)
        future = self._known[0].of(terms.skus).units[:, now:]
        span = int((terms.lead - 1 + terms.review).max(initial=1))
        future = np.pad(future, ((0, 0), (0, max(0, span - future.shape[1]))))
        stock, units = terms.on_hand.copy(), np.zeros(len(terms))
        lost = terms["lost_sales"] > 0
        for at in range(span):
            stock = stock + (terms.due[:, at] if at < terms.due.shape[1] else 0.0)
            missing = np.maximum(future[:, at] - np.maximum(stock, 0.0), 0.0)
            held = (at - (terms.lead - 1)) * terms["holding_cost"]
            serves = (at >= terms.lead - 1) & (at < terms.lead - 1 + terms.review) & (held <= terms["shortage_cost"])
            waits = np.where(lost, 0.0, np.maximum(-stock, 0.0)) * (at == terms.lead - 1)
            units += np.where(serves, missing + waits, 0.0)
            stock = np.where(lost, np.maximum(stock - future[:, at], 0.0), stock - future[:, at])
            stock = np.where(serves, np.maximum(stock, 0.0), stock)
        return units


def moving_mean(sold: Sold, horizon: int, window: int, *, is_seasonal: bool = True) -> np.ndarray:
    """Mean of the last periods in stock, times the season of the weeks ahead, shape (n, horizon).

    The season is that of the VN2 organiser: mean units of a week over all SKUs in stock, averaged by ISO week, divided
    by the mean of the weeks; 1 for a week never seen. The window counts periods, those out of stock left out.
    """
    known = sold.known
    season, ahead = np.ones(known.shape[1]), np.ones(horizon)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # periods without any stock give NaN, handled below
        if is_seasonal and sold.period == "W":
            factor = _week_factors(sold)
            season = np.array([factor[day.isocalendar().week] for day in sold.days])
            last = factor.get(52, 1.0)
            ahead = np.array([factor.get(day.isocalendar().week, last) for day in sold.next_days(horizon)])
        level = np.nan_to_num(np.nanmean(known[:, -window:] / season[-window:], axis=1))
    found: np.ndarray = level[:, None] * ahead[None, :]
    return found


def _week_factors(sold: Sold) -> dict[int, float]:
    mean = np.nanmean(sold.known, axis=0)
    weeks = np.array([day.isocalendar().week for day in sold.days])
    raw = {int(week): float(np.nanmean(mean[weeks == week])) for week in np.unique(weeks)}
    usual = float(np.nanmean(list(raw.values())))
    return {week: value / usual if usual > 0 and value > 0 else 1.0 for week, value in raw.items()}


def _level_of(sold: Sold, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the last periods in stock, shape (n,) each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        recent = sold.known[:, -window:]
        return np.nan_to_num(np.nanmean(recent, axis=1)), np.nan_to_num(np.nanstd(recent, axis=1))
