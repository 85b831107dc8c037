"""One thing to do tomorrow, with what it should bring and why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shopwright.i18n import Text
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.shop import Shop

__all__ = ["Evidence", "Proposal", "Study"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact that speaks for a proposal, traceable to rows.

    Attributes:
        says: the fact in words.
        figures: the numbers in it.
        table: table the rows are in.
        where: SQL condition that finds the rows in that table, as `Shop.sql` takes it.
    """

    says: Text
    figures: tuple[Figure, ...] = ()
    table: str = ""
    where: str = ""

    def as_json(self) -> dict[str, Any]:
        """All parts, texts in both languages."""
        figures = [figure.as_json() for figure in self.figures]
        return {"says": self.says.as_json(), "figures": figures, "table": self.table, "where": self.where}


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing to do.

    Attributes:
        domain: area it comes from: "inventory", "recommend", "customers", "reviews", "forecast", …
        action: verb of what to do within the domain: "reorder", "show", "write", "look_into", …
        subject: SKU, segment or pair it is about.
        title: what to do, in one line.
        change: the change in machine-readable form, for instance {"units": 48}.
        gain: expected gain over the plan's horizon, its own costs taken off.
        cost: money to lay out for it.
        how: how gain and cost were computed, with the assumptions made.
        as_of: last day of the data it was made from.
        evidence: facts that speak for it.
        is_danger: people may come to harm until it is done: it comes first, whatever it brings.
    """

    domain: str
    action: str
    subject: str
    title: Text
    change: Mapping[str, Any]
    gain: Gain
    cost: Money
    how: Text
    as_of: date
    evidence: tuple[Evidence, ...] = field(default=())
    is_danger: bool = False

    @property
    def id(self) -> str:
        """Stable name: the same thing proposed on another day has another id."""
        text = f"{self.domain}/{self.action}/{self.subject}/{self.as_of.isoformat()}"
        return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()

    @property
    def net(self) -> float:
        """Expected gain for doing it, its own costs taken off."""
        return self.gain.mean

    def as_json(self) -> dict[str, Any]:
        """All parts, texts in both languages."""
        return {
            "id": self.id,
            "domain": self.domain,
            "action": self.action,
            "subject": self.subject,
            "title": self.title.as_json(),
            "change": dict(self.change),
            "gain": self.gain.as_json(),
            "cost": self.cost.as_json(),
            "how": self.how.as_json(),
            "as_of": self.as_of.isoformat(),
            "evidence": [evidence.as_json() for evidence in self.evidence],
            "is_danger": self.is_danger,
        }


Study = Callable[[Shop], Iterable[Proposal]]
