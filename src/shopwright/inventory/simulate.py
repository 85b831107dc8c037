"""Replay of an ordering rule on what really sold: costs, service, turns, and nothing known before its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from numbers import Integral
from typing import Protocol, cast

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.inventory.policy import Policy
from shopwright.inventory.replay import Replay
from shopwright.inventory.sold import Sold, read_sold
from shopwright.inventory.terms import Terms, read_terms
from shopwright.shop.arguments import check_is
from shopwright.shop.demand import Period
from shopwright.shop.schema import names as c

__all__ = ["Rule", "Situation", "Span", "simulate"]

CALLABLE = cast("type", Callable)


@dataclass(frozen=True, eq=False)
class Situation:
    """What is known on the evening an order is placed, and nothing later.

    Attributes:
        sold: units of all periods so far, and whether there was stock.
        terms: stock on hand, arrivals from the next period on, and terms of each SKU.
    """

    sold: Sold
    terms: Terms

    def __repr__(self) -> str:
        return f"<Situation: {self.sold!r}, {len(self.terms):,} SKUs with stock>"

    @property
    def position(self) -> np.ndarray:
        """Units on hand and on their way, shape (n,)."""
        position: np.ndarray = self.terms.on_hand + self.terms.due.sum(axis=1)
        return position

    def stock(self) -> pl.DataFrame:
        """The table that `reorder` takes: sku, on_hand, due_1, due_2 …, and terms that SKUs have of their own."""
        terms = self.terms
        due = {f"due_{at + 1}": terms.due[:, at] for at in range(terms.due.shape[1])}
        own = {
            name: pl.Series(np.where(np.isinf(values) & (name != "max_units"), np.nan, values)).fill_nan(None)
            for name, values in terms.own.items()
        }
        first = {c.SKU: list(terms.skus), c.ON_HAND: terms.on_hand, c.SUPPLIER: list(terms.supplier)}
        return pl.DataFrame({**first, **due, **own})


@dataclass(frozen=True, slots=True)
class Span:
    """Which periods of a replay are played, ordered for and counted.

    Attributes:
        periods: how many to replay; 0: up to the history's end.
        orders: how many periods an order may be placed before; 0: all.
        skip: first periods that are played and not counted, since no order could change them.
    """

    periods: int = 0
    orders: int = 0
    skip: int = 0


class Rule(Protocol):
    """How much to order: from a situation to units of each SKU, shape (n,), zero or more."""

    def __call__(self, seen: Situation) -> np.ndarray:
        """Units to order now."""
        ...


def simulate(
    history: pl.DataFrame,
    rule: Rule,
    policy: Policy,
    *,
    start: date,
    stock: pl.DataFrame | None = None,
    freq: Period = "W",
    span: Span = Span(),
    is_censored: bool = False,
) -> Replay:
    """Replay a rule on a history, period by period: goods arrive, demand comes, the evening's order goes out.

    The first order is placed on the evening before `start`. What sold in the history is taken for demand; under lost
    sales what cannot be met is gone, else it waits. Lead times are as the policy says them, on average.

    Args:
        history: sku, day, units [, in_stock], as a forecaster takes it; all SKUs are replayed.
        rule: what decides.
        policy: costs, lead time and review; a stock table's own columns come before it.
        start: first day of the first replayed period.
        stock: opening stock: sku, on_hand, due_1 …; None: mean demand of the last 13 periods for lead time and review.
        freq: length of a period: D or W.
        span: which periods are played, ordered for and counted.
        is_censored: whether the rule sees its own sales, cut by its own stock-outs, or the history's.

    Raises:
        UsageError: a column is missing or cannot be read, nothing is left to replay, or the rule's orders are not
            possible.
    """
    start = _checked(rule, policy, start, span)
    sold = read_sold(history, freq)
    first = sold.period_of(start)
    periods = span.periods or len(sold.days) - first
    if not 0 < first < first + periods <= len(sold.days) or not 0 <= span.skip < periods or span.orders < 0:
        raise UsageError(
            t("{n} periods from {day} on cannot be replayed", n=periods, day=str(start)),
            why=t(
                "the history holds {first} to {last}, and some of it must come before",
                first=str(sold.days[0]),
                last=str(sold.days[-1]),
            ),
            fix=t("start later, replay fewer periods, or skip fewer of them"),
            code="USAGE-62",
        )
    terms = read_terms(_opening(sold, first, policy) if stock is None else stock, policy)
    sold = sold.of(terms.skus)
    span = Span(periods, span.orders or periods, span.skip)
    return _Run(sold, terms, first, span, is_censored=is_censored).play(rule)


def _checked(rule: object, policy: object, start: date, span: Span) -> date:
    """Refuse arguments of another kind; the day to start on, of one that may be a moment."""
    check_is(rule, CALLABLE, "rule", t("a function from a Situation to units of each SKU"))
    check_is(policy, Policy, "policy", t("a Policy, such as Policy(lead_time=3)"))
    check_is(start, date, "start", t("a date, such as datetime.date(2024, 3, 1)"))
    check_is(span, Span, "span", t("a Span, such as Span(periods=8)"))
    for each in (span.periods, span.orders, span.skip):
        check_is(each, Integral, "span", t("a Span of whole numbers, such as Span(periods=8)"))
    return start.date() if isinstance(start, datetime) else start


def _opening(sold: Sold, first: int, policy: Policy) -> pl.DataFrame:
    known = sold.known[:, :first]
    mean = np.array([row[np.isfinite(row)][-13:].mean() if np.isfinite(row).any() else 0.0 for row in known])
    return pl.DataFrame({c.SKU: list(sold.skus), c.ON_HAND: np.rint(mean * policy.interval)})


class _Run:
    """One replay under way."""

    def __init__(self, sold: Sold, terms: Terms, first: int, span: Span, *, is_censored: bool) -> None:
        self.sold, self.terms, self.first = sold, terms, first
        self.periods = periods = span.periods
        self.orders, self.skip, self.is_censored = span.orders, span.skip, is_censored
        n = len(terms)
        opening = np.nan_to_num(terms.on_hand)  # oversold, nobody waits where sales are lost
        self.on_hand = np.where(terms["lost_sales"] > 0, np.maximum(opening, 0.0), opening)
        self.due = np.zeros((n, periods + int(terms.lead.max(initial=1)) + terms.due.shape[1] + 1))
        self.due[:, : terms.due.shape[1]] = terms.due
        self.arrived = np.zeros((n, periods + 1))
        self.arrived[:, 0] = np.maximum(self.on_hand, 0.0)
        self.gone = np.zeros(n)
        self.seen = sold.until(len(sold.days))

    def play(self, rule: Rule) -> Replay:
        made = {name: np.zeros((len(self.terms), self.periods)) for name in Replay.SERIES}
        for period in range(self.periods):
            made["ordered"][:, period] = self._order(rule, period)
            self._pass(made, period)
        kept = {name: values[:, self.skip :] for name, values in made.items()}
        first = self.first + self.skip
        days = self.sold.days[first : self.first + self.periods]
        return Replay(self.terms, days, self.sold.period, **kept, notes=self.sold.notes)

    def _order(self, rule: Rule, period: int) -> np.ndarray:
        """What the rule orders on the evening before a period, where one may be placed."""
        may = (period % self.terms.review == 0) & (period < self.orders)
        if not may.any():
            return np.zeros(len(self.terms))
        now = self.first + period
        due = self.due[:, period:].copy()
        ahead = max(1, int(np.flatnonzero(due.any(axis=0)).max(initial=0)) + 1)
        terms = Terms(
            self.terms.skus, self.on_hand.copy(), due[:, :ahead], self.terms.supplier, self.terms.own, self.terms.policy
        )
        units = _as_numbers(rule(Situation(self.seen.until(now), terms)))
        _refuse_odd(units, self.terms)
        units = np.where(may, units, 0.0)
        rows = np.arange(len(units))
        self.due[rows, period + self.terms.lead - 1] += units
        return units

    def _pass(self, made: dict[str, np.ndarray], period: int) -> None:
        """Goods arrive, demand comes, what is too old goes."""
        now, lost = self.first + period, self.terms["lost_sales"] > 0
        came, wanted = self.due[:, period], self.sold.units[:, now]
        there = self.on_hand + came
        met = np.minimum(np.maximum(there, 0.0), wanted)
        after = np.where(lost, np.maximum(there, 0.0) - met, there - wanted)
        self.arrived[:, period + 1] = came
        self.gone += np.maximum(there, 0.0) - np.maximum(after, 0.0)
        waste = self._too_old(period, np.maximum(after, 0.0))
        self.gone += waste
        self.on_hand = after - waste
        for name, values in {
            "demand": wanted,
            "met": met,
            "missed": wanted - met,
            "left": np.maximum(self.on_hand, 0.0),
            "arrived": came,
            "waste": waste,
        }.items():
            made[name][:, period] = values
        if self.is_censored:
            self.seen.units[:, now] = met
            self.seen.in_stock[:, now] = met >= wanted
            self.seen.is_said[:, now] = True

    def _too_old(self, period: int, left: np.ndarray) -> np.ndarray:
        """Units past their shelf life at the end of a period, first in, first out."""
        life = self.terms["shelf_life"]
        if not np.isfinite(life).any():
            return np.zeros(len(life))
        age = np.arange(self.arrived.shape[1])[None, :]  # column 0: on hand at the start, as if it came in period 1
        is_old = np.maximum(age, 1) <= (period + 1 - life + 1)[:, None]
        waste: np.ndarray = np.clip((self.arrived * is_old).sum(axis=1) - self.gone, 0.0, left)
        return waste


def _as_numbers(ordered: object) -> np.ndarray:
    try:
        return np.asarray(ordered, dtype=float)
    except (TypeError, ValueError):  # words, or lists of several lengths
        return np.array(np.nan)


def _refuse_odd(units: np.ndarray, terms: Terms) -> None:
    if units.shape == (len(terms),) and np.isfinite(units).all() and (units >= 0).all():
        return
    at = int((~(np.isfinite(units) & (units >= 0))).argmax()) if units.shape == (len(terms),) else 0
    raise UsageError(
        t("the rule's order for SKU {sku} is not possible", sku=repr(terms.skus[at]) if len(terms) else "-"),
        why=t("needed: {n} numbers from zero on; got {got}", n=len(terms), got=str(units.reshape(-1)[at : at + 1])),
        fix=t("return units to order for each SKU of the situation, in its order"),
        code="USAGE-63",
    )
