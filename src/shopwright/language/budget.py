"""Money set aside for calls, by day and by purpose: checked before a call, and held while it is under way."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, get_args

from shopwright.errors import BudgetError
from shopwright.i18n import Text, t
from shopwright.language.ledger import Ledger
from shopwright.language.messages import Usage
from shopwright.language.prices import Price

__all__ = ["Budgets", "Limit", "Window", "limits_of"]

Window = Literal["day", "week", "month"]
_LIMIT = re.compile(r"\s*([\w.-]+)\s*=\s*(\d+(?:\.\d+)?)\s*(?:/\s*(day|week|month)\s*)?")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` in each `window`, which begins with the shop's day, its Monday or the first of the month."""

    amount: float
    window: Window = "day"

    def begins(self, today: date) -> date:
        """First day of the window that `today` is in."""
        if self.window == "month":
            return today.replace(day=1)
        return today - timedelta(days=today.weekday() if self.window == "week" else 0)

    def resets(self, today: date) -> date:
        """First day of the next window."""
        start = self.begins(today)
        if self.window == "month":
            return (start + timedelta(days=32)).replace(day=1)
        return start + timedelta(days=7 if self.window == "week" else 1)


def limits_of(text: str) -> dict[str, Limit]:
    """Limits by purpose as the setting writes them.

    >>> limits_of("memo=2, service=40/month")["service"]
    Limit(amount=40.0, window='month')

    Raises:
        ValueError: it is not of that form.
    """
    found: dict[str, Limit] = {}
    for part in filter(str.strip, text.split(",")):
        match = _LIMIT.fullmatch(part)
        if match is None:
            raise ValueError(f"{part.strip()!r} is not like memo=2 or memo=2/month ({', '.join(get_args(Window))})")
        name, amount, window = match.groups()
        found[name] = Limit(float(amount), window or "day")  # type: ignore[arg-type] # the pattern allows no other
    return found


@dataclass(frozen=True)
class Budgets:
    """What may be spent.

    Attributes:
        overall: limit on all calls together; None: no limit.
        purposes: limits on the calls of one purpose.
        currency: currency of the limits.
    """

    overall: Limit | None = None
    purposes: Mapping[str, Limit] = field(default_factory=dict)
    currency: str = "USD"

    def reserve(self, ledger: Ledger, purpose: str, price: Price | None, worst: Usage, seconds: float) -> int | None:
        """Hold the most a try can cost for as long as it can last; returns what `Ledger.record` gives back.

        None where no limit applies. Calls at the same time see each other's reservations, so that they cannot overspend
        together; a reservation of a process that died ends by itself.

        Raises:
            BudgetError: it would go over a limit (CHAT-28, CHAT-29), or that cannot be told (CHAT-30, CHAT-31).
            StoreError: the ledger cannot be written.
        """
        limits = [limit for limit in (self.overall, self.purposes.get(purpose)) if limit is not None]
        if not limits:
            return None
        cost = self._cost(price, worst)
        today, now = ledger.today(), ledger.now().timestamp()
        with ledger.state.writing() as database:
            database.execute("delete from chat_reserved where until < ?", (now,))
            if self.overall is not None:
                self._must_fit(database, self.overall, None, cost, today)
            if purpose in self.purposes:
                self._must_fit(database, self.purposes[purpose], purpose, cost, today)
            row = (today.isoformat(), purpose, cost, self.currency, now + seconds + 60)
            order = "insert into chat_reserved (day, purpose, cost, currency, until) values (?, ?, ?, ?, ?)"
            return database.execute(order, row).lastrowid

    def _cost(self, price: Price | None, worst: Usage) -> float:
        if price is None:
            raise BudgetError(
                t("the budget cannot be kept: this model's price is not known"),
                why=t("the price table does not list it at this endpoint, and a cost of nothing would be a guess"),
                fix=t("set language.price_in and language.price_out (a model of your own: 0), or take the budget away"),
                code="CHAT-30",
            )
        cost = price.cost(worst)
        if price.currency != self.currency and cost > 0:
            raise BudgetError(
                t(
                    "the budget is in {budget}, the model's price in {price}",
                    budget=self.currency,
                    price=price.currency,
                ),
                why=t("there is no exchange rate to compare them with"),
                fix=t("set language.budget_currency to {price}, and the budgets in it", price=price.currency),
                code="CHAT-31",
            )
        return cost

    def _must_fit(
        self, database: sqlite3.Connection, limit: Limit, purpose: str | None, cost: float, today: date
    ) -> None:
        where, values = "currency = ? and day >= ?", [self.currency, limit.begins(today).isoformat()]
        if purpose is not None:
            where, values = f"{where} and purpose = ?", [*values, purpose]
        spent, held = (
            database.execute(f"select coalesce(sum(cost), 0) from {table} where {where}", values).fetchone()[0]
            for table in ("chat_calls", "chat_reserved")
        )
        if spent + held + cost <= limit.amount * (1 + 1e-9):
            return
        told = {
            "why": t(
                "{spent} of {amount} {currency} are spent, {held} held by calls under way, and this could cost {cost}",
                spent=_money(spent),
                amount=_money(limit.amount),
                currency=self.currency,
                held=_money(held),
                cost=_money(cost),
            ),
            "fix": t("wait until {day}, raise the budget, or allow fewer tokens", day=limit.resets(today).isoformat()),
        }
        if purpose is None:
            raise BudgetError(t("the budget for chat models does not allow this call"), **told, code="CHAT-28")
        raise BudgetError(
            t("the budget for {purpose} does not allow this call", purpose=repr(purpose)), **told, code="CHAT-29"
        )


def _money(amount: float) -> Text:
    return Text.literal(f"{amount:.4f}".rstrip("0").rstrip("."))
