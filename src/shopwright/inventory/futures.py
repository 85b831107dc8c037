"""Many SKUs in many futures: what is left when an order placed now arrives, and what is missing until the next one."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy import stats

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.inventory.terms import Terms
from shopwright.shop.demand import DRAWS, Demand

__all__ = ["Futures", "futures", "interval"]


@dataclass(frozen=True, eq=False)
class Futures:
    """n SKUs in s equally likely futures, without an order now.

    Attributes:
        short: units missing from the arrival of the order to that of the next, below zero where some are left over,
            shape (n, s).
        room: units of an order that can be sold before they are waste, shape (n, s); infinite where they keep.
        next_short: units missing in the one period after the arrival, shape (n, s).
        left: units on the shelf when the order arrives, not below zero, shape (n, s).
        wasted: units of what is there already that will be waste by the end of the interval, mean, shape (n,).
        demand: expected units over the interval, shape (n,).
        rate: expected units in one period, shape (n,).
        due: units on their way that come within the interval, shape (n,).
        early: units missed before an order can arrive, where sales are lost, mean, shape (n,).
    """

    short: np.ndarray
    room: np.ndarray
    next_short: np.ndarray
    left: np.ndarray
    wasted: np.ndarray
    demand: np.ndarray
    rate: np.ndarray
    due: np.ndarray
    early: np.ndarray

    def take(self, rows: np.ndarray) -> Futures:
        """The same for some of the SKUs."""
        return Futures(*(getattr(self, field.name)[rows] for field in fields(self)))


def interval(terms: Terms) -> np.ndarray:
    """Periods that each SKU's order has to cover, the wait for it included, shape (n,)."""
    periods: np.ndarray = terms.lead - 1 + terms.review
    return periods


def futures(demand: Demand, terms: Terms, seed: int = 0) -> Futures:
    """Project stock, arrivals and demand through the wait for an order and the time it has to serve.

    Stock is projected period by period; lost sales never push it below zero (Zipkin 2008), backorders do; what is
    older than its shelf life leaves first in, first out. A lead time that is not certain takes the quantiles of its
    distribution, one for each future, both for this order and for the next.

    Args:
        demand: forecast from the next period on.
        terms: stock and terms of SKUs that were forecast.
        seed: of the simulated futures.

    Raises:
        UsageError: the demand is too short for a SKU's lead time and review.
    """
    _refuse_short(demand, terms)
    arrives, ends = _spans(terms, demand.horizon)
    life = terms["shelf_life"]
    horizon = _looked_ahead(terms, ends, life, demand.horizon)
    paths = demand.paths(DRAWS, seed, terms.skus, horizon).transpose(1, 2, 0)  # SKU, period, future
    paths = _until_the_end(paths, terms)
    coming = np.zeros((len(terms), horizon))
    coming[:, : min(terms.due.shape[1], horizon)] = terms.due[:, :horizon]
    stock, wasted = _project(paths, coming, terms)
    total = np.concatenate([np.zeros_like(paths[:, :1]), np.cumsum(paths, axis=1)], axis=1)
    before = np.concatenate([np.zeros((len(terms), 1)), np.cumsum(coming, axis=1)], axis=1)
    left, end, begin = _at(stock, arrives - 1), _at(total, ends), _at(total, arrives - 1)
    came_before = _at(before[:, :, None], arrives - 1)
    came = _at(before[:, :, None], ends) - came_before
    spoilt = np.concatenate([np.zeros_like(wasted[:, :1]), np.cumsum(wasted, axis=1)], axis=1)
    first = _at(total, np.minimum(arrives, horizon)) - begin
    first_came = _at(before[:, :, None], np.minimum(arrives, horizon)) - came_before
    spoilt_before = _at(spoilt, arrives - 1)
    early = begin - (stock[:, 0] + came_before - spoilt_before - left)
    usual = interval(terms)
    whole = np.arange(1, horizon + 1)[None, :] <= usual[:, None]
    return Futures(
        short=end - begin - left - came + _at(spoilt, ends) - spoilt_before,
        room=_room(terms, total, arrives, left, life),
        next_short=np.where(arrives <= horizon, first - left - first_came, 0.0),
        left=np.maximum(left, 0.0),
        wasted=(wasted * whole[:, :, None]).sum(axis=1).mean(axis=1),
        demand=(paths * whole[:, :, None]).sum(axis=1).mean(axis=1),
        rate=(paths * whole[:, :, None]).sum(axis=1).mean(axis=1) / usual,
        due=(coming * whole).sum(axis=1),
        early=np.where(terms["lost_sales"] > 0, np.maximum(early.mean(axis=1), 0.0), 0.0),
    )


def _refuse_short(demand: Demand, terms: Terms) -> None:
    needed = interval(terms)
    if (needed > demand.horizon).any():
        at = int((needed > demand.horizon).argmax())
        raise UsageError(
            t("SKU {sku} cannot be ordered on this forecast", sku=repr(terms.skus[at])),
            why=t(
                "periods that lead time and review need: {needed}; periods forecast: {n}",
                needed=int(needed[at]),
                n=demand.horizon,
            ),
            fix=t("forecast further ahead; periods needed: {needed}", needed=int(needed[at])),
            code="USAGE-10",
        )


def _spans(terms: Terms, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Period in which this order arrives, and the last one before the next does, by future, shape (n, s)."""
    chance = (np.arange(DRAWS) + 0.5) / DRAWS
    ours, others = chance[_shuffled(1)], chance[_shuffled(2)]
    review = terms.review[:, None]
    arrives = np.minimum(_lead_at(terms, ours), horizon - review + 1)
    ends = np.clip(_lead_at(terms, others) - 1 + review, arrives - 1, horizon)
    return arrives, ends


def _shuffled(stream: int) -> np.ndarray:
    """An order of the futures, the same for every SKU, so that its lead times say nothing about its demand."""
    return np.random.Generator(np.random.PCG64(stream)).permutation(DRAWS)


def _lead_at(terms: Terms, chance: np.ndarray) -> np.ndarray:
    """Lead time at each chance, shape (n, s): as told, or gamma with the mean and deviation given, at least 1."""
    if terms.policy.lead_chances:
        below = np.cumsum(terms.policy.lead_chances)[:-1]
        return np.tile(1 + np.searchsorted(below, chance, side="right"), (len(terms), 1))
    lead = np.tile(terms.lead[:, None], (1, len(chance)))
    spread = terms["lead_time_sd"]
    for at in np.flatnonzero(spread > 0):
        mean = float(terms["lead_time"][at])
        scale = spread[at] ** 2 / mean
        lead[at] = np.maximum(1, np.rint(stats.gamma.ppf(chance, mean / scale, scale=scale)))
    return lead


def _looked_ahead(terms: Terms, ends: np.ndarray, life: np.ndarray, horizon: int) -> int:
    """Periods to simulate: the longest interval, and the lives of what perishes as far as the forecast goes."""
    furthest = int(max(ends.max(initial=1), interval(terms).max(initial=1)))
    lives = terms.lead - 1 + np.where(np.isfinite(life), life, 0)
    season = np.where(np.isfinite(terms["last_period"]), terms["last_period"], 0)
    return int(min(horizon, max(furthest, lives.max(initial=0), season.max(initial=0))))


def _until_the_end(paths: np.ndarray, terms: Terms) -> np.ndarray:
    """Demand with nothing after the season's end."""
    if not np.isfinite(terms["last_period"]).any():
        return paths
    in_season = np.arange(1, paths.shape[1] + 1)[None, :] <= terms["last_period"][:, None]
    kept: np.ndarray = paths * in_season[:, :, None]
    return kept


def _project(paths: np.ndarray, coming: np.ndarray, terms: Terms) -> tuple[np.ndarray, np.ndarray]:
    """Stock at the end of period 0, 1, 2 …, shape (n, periods + 1, s), and what was wasted in 1, 2 …."""
    n, periods, draws = paths.shape
    lost = (terms["lost_sales"] > 0)[:, None]
    on_hand = np.nan_to_num(terms.on_hand)
    on_hand = np.where(lost[:, 0], np.maximum(on_hand, 0.0), on_hand)
    stock, wasted = np.empty((n, periods + 1, draws)), np.zeros((n, periods, draws))
    stock[:, 0] = on_hand[:, None]
    arrived = on_hand[:, None] + np.cumsum(np.concatenate([np.zeros((n, 1)), coming], axis=1), axis=1)
    life = terms["shelf_life"]
    gone = np.zeros((n, draws))  # units that have left the shelf, sold or wasted
    for period in range(1, periods + 1):
        there = stock[:, period - 1] + coming[:, period - 1, None]
        after = there - paths[:, period - 1]
        after = np.where(lost, np.maximum(after, 0.0), after)
        gone = gone + there - after
        if np.isfinite(life).any():
            # First in, first out: of what had come so many periods ago, whatever has not left is too old now.
            of_age = np.maximum(period - life + 1, 0).astype(int)
            old = np.where(of_age > 0, np.take_along_axis(arrived, of_age[:, None], axis=1)[:, 0], -np.inf)
            too_old = np.clip(old[:, None] - gone, 0.0, np.maximum(after, 0.0))
            wasted[:, period - 1], gone, after = too_old, gone + too_old, after - too_old
        stock[:, period] = after
    return stock, wasted


def _room(terms: Terms, total: np.ndarray, arrives: np.ndarray, left: np.ndarray, life: np.ndarray) -> np.ndarray:
    """Units of an order that can be sold while they are good: demand in that time less what lies before them."""
    periods = total.shape[1] - 1
    good = np.minimum(life[:, None], np.maximum(terms["last_period"][:, None] - arrives + 1, 0))
    if not np.isfinite(good).any():
        return np.broadcast_to(np.inf, left.shape)
    last = arrives - 1 + np.where(np.isfinite(good), good, 0)
    known = np.minimum(last, periods).astype(int)
    sold = _at(total, known) - _at(total, arrives - 1)
    seen = np.maximum(known - (arrives - 1), 1)
    beyond = np.where(np.isfinite(terms["last_period"])[:, None], 0.0, np.maximum(last - periods, 0))
    room = sold + sold / seen * beyond - np.maximum(left, 0.0)  # a life beyond the forecast goes on at its rate
    return np.where(np.isfinite(good), np.maximum(room, 0.0), np.inf)


def _at(values: np.ndarray, period: np.ndarray) -> np.ndarray:
    """Values of each SKU and future at its own period: (n, periods, s or 1) at (n, s) gives (n, s)."""
    values = np.broadcast_to(values, (*values.shape[:2], period.shape[1]))
    found: np.ndarray = np.take_along_axis(values, period[:, None, :].astype(int), axis=1)[:, 0]
    return found
