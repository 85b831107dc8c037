"""Every try of every call to a chat model: when, what for, tokens, cost, how long, how it ended; never its text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from shopwright.language.state import State

__all__ = ["BY", "By", "Entry", "Ledger", "Total"]

By = Literal["purpose", "model", "day", "endpoint", "outcome"]
BY: tuple[By, ...] = get_args(By)


@dataclass(frozen=True, slots=True)
class Entry:
    """One try.

    Attributes:
        call: the same for all tries of one call.
        attempt: first try 1, and so on; 0 for a reply out of the cache.
        purpose: what it was for.
        model: which model was asked.
        endpoint: where, without secrets.
        rung: how structured output was asked for, empty where it was not.
        outcome: `ok`, `invalid` (structured output that did not fit), `left` (a stream nobody read to its end), or what
            went wrong.
        tokens_in: tokens sent.
        tokens_out: tokens received.
        cached_in: tokens sent that the provider had cached.
        estimated: whether the server gave no numbers.
        cost: in `currency`; None: the price is not known.
        currency: ISO 4217 code, empty where the price is not known.
        price_as_of: the day the price was read.
        seconds: how long it took.
        cached: whether the reply came out of the cache.
    """

    call: str
    attempt: int
    purpose: str
    model: str
    endpoint: str
    rung: str = ""
    outcome: str = "ok"
    tokens_in: int = 0
    tokens_out: int = 0
    cached_in: int = 0
    estimated: bool = False
    cost: float | None = None
    currency: str = ""
    price_as_of: str = ""
    seconds: float = 0.0
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """Tries added up.

    Attributes:
        name: the purpose, model, day … they have in common.
        currency: currency of `cost`; empty for tries without a known price.
        calls: calls, each counted once however often it was tried.
        tries: all tries.
        failed: tries that gave no usable reply.
        cached: calls answered out of the cache.
        tokens_in: tokens sent.
        tokens_out: tokens received.
        estimated: tries whose tokens were estimated.
        cost: sum of the known costs; None where none is known.
        unpriced: tries whose cost is not known.
        seconds: time spent.
        price_as_of: oldest day of the prices used.
    """

    name: str
    currency: str
    calls: int
    tries: int
    failed: int
    cached: int
    tokens_in: int
    tokens_out: int
    estimated: int
    cost: float | None
    unpriced: int
    seconds: float
    price_as_of: str


_TOTALS = """
select {by} name, currency, count(distinct call) calls, count(*) tries, sum(outcome not in ('ok', 'left')) failed,
    sum(cached) cached, sum(tokens_in) tokens_in, sum(tokens_out) tokens_out, sum(estimated) estimated, sum(cost) cost,
    sum(cost is null) unpriced, sum(seconds) seconds, coalesce(min(nullif(price_as_of, '')), '') price_as_of
from chat_calls where day >= ? group by 1, 2 order by 1, 2
"""


class Ledger:
    """The ledger of one shop or user; append-only, shared by threads and processes.

    Args:
        state: the file it is in.
        zone: time zone whose days budgets and totals go by.
        now: the instant, in UTC.
    """

    def __init__(
        self, state: State, zone: ZoneInfo | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.state, self.zone, self.now = state, zone or ZoneInfo("UTC"), now

    def __repr__(self) -> str:
        return f"Ledger({str(self.state.path)!r})"

    def today(self) -> date:
        """The shop's day."""
        return self.now().astimezone(self.zone).date()

    def record(self, entry: Entry, reserved: int | None = None) -> None:
        """Append a try, and give back what was reserved for it, in one step.

        Raises:
            StoreError: the file cannot be written.
        """
        values = asdict(entry)
        values["try"] = values.pop("attempt")
        values |= {"at": self.now().isoformat(timespec="milliseconds"), "day": self.today().isoformat()}
        columns = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        with self.state.writing() as database:
            database.execute(f"insert into chat_calls ({columns}) values ({marks})", values)
            if reserved is not None:
                database.execute("delete from chat_reserved where id = ?", (reserved,))

    def rows(self, since: date | None = None, limit: int = 100) -> list[dict[str, Any]]:
        """The last tries since a day, newest first."""
        order = "select * from chat_calls where day >= ? order by id desc limit ?"
        return [dict(row) for row in self._read(order, (_day(since), limit))]

    def totals(self, by: By = "purpose", since: date | None = None) -> list[Total]:
        """Tries since a day, added up by what they have in common, and by currency."""
        return [Total(**row) for row in self._read(_TOTALS.format(by=by), (_day(since),))]

    def _read(self, order: str, values: tuple[Any, ...]) -> list[sqlite3.Row]:
        with self.state.reading() as database:
            return [] if database is None else database.execute(order, values).fetchall()


def _day(since: date | None) -> str:
    return "" if since is None else since.isoformat()
