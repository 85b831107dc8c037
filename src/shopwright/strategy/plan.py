"""The plan: what to do tomorrow, what not and why, and what could not be judged; it renders itself."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shopwright.i18n import Text, t
from shopwright.shop.money import Figure, Money
from shopwright.shop.proposal import Proposal
from shopwright.strategy.choose import LeftOut

__all__ = ["FORMAT", "Missing", "Plan"]

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Missing:
    """A table the shop does not have, and what cannot be done without it."""

    table: Text
    for_want: Text


@dataclass(frozen=True, eq=False)
class Plan:
    """What to do the day after `as_of`.

    Attributes:
        shop: name of the shop.
        as_of: last day the plan knows of.
        currency: of all amounts.
        chosen: proposals to carry out, best first.
        left_out: the others, each with the reason.
        missing: what could not be studied for want of which table.
        notes: what else a reader should know: assumptions, fallbacks, studies that failed and why.
        headline: the figures at the top.
        budget: money that could be spent; None for no limit.
        spent: cost of the chosen proposals together.
        provenance: how to make it again: input hashes, code version, settings, seed, seconds by study.
    """

    shop: str
    as_of: date
    currency: str
    chosen: tuple[Proposal, ...]
    left_out: tuple[LeftOut, ...]
    missing: tuple[Missing, ...]
    notes: tuple[Text, ...]
    headline: tuple[Figure, ...]
    budget: float | None
    spent: float
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gain(self) -> float:
        """Expected gain of everything chosen."""
        return sum(proposal.gain.mean for proposal in self.chosen)

    def as_json(self) -> dict[str, Any]:
        """The whole plan, texts in both languages; the same plan gives the same JSON."""
        return {
            "format": FORMAT,
            "shop": self.shop,
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            # summed as it stands in the file, so that a plan read back says the same
            "gain": round(sum(round(proposal.gain.mean, 4) for proposal in self.chosen), 4),
            "spent": round(self.spent, 4),
            "budget": self.budget,
            "headline": [figure.as_json() for figure in self.headline],
            "chosen": [proposal.as_json() for proposal in self.chosen],
            "left_out": [{**item.proposal.as_json(), "reason": item.reason.as_json()} for item in self.left_out],
            "missing": [{"table": item.table.as_json(), "for_want": item.for_want.as_json()} for item in self.missing],
            "notes": [note.as_json() for note in self.notes],
            "provenance": dict(self.provenance),
        }

    def to_json(self) -> str:
        """`as_json` as text."""
        return json.dumps(self.as_json(), ensure_ascii=False, indent=1, sort_keys=False)

    def summary(self) -> Text:
        """The plan in one sentence."""
        if not self.chosen:
            if self.left_out and all(item.proposal.gain.high == 0 for item in self.left_out):
                found = len(self.left_out)
                return t(
                    "{n} things found, no gain in money can be told, as of {day}", n=found, day=self.as_of.isoformat()
                )
            return t("Nothing to do is worth its cost, as of {day}", day=self.as_of.isoformat())
        return t(
            "{n} things to do, expected to bring a margin of {gain}; {spent} to lay out, as of {day}",
            n=len(self.chosen),
            gain=Money(self.gain, self.currency),
            spent=Money(self.spent, self.currency),
            day=self.as_of.isoformat(),
        )

    def text(self, most: int = 20) -> str:
        """The plan for a terminal, in the language in force."""
        lines = [str(self.summary()), ""]
        for at, proposal in enumerate(self.chosen[:most], start=1):
            lines.append(f"{at:3}. {proposal.title}")
            lines.append(f"     {t('gain')} {proposal.gain}, {t('to lay out')} {proposal.cost}")
            lines += [f"     - {evidence.says}" for evidence in proposal.evidence[:2]]
        if len(self.chosen) > most:
            lines.append(str(t("… and {n} more in plan.json", n=len(self.chosen) - most)))
        lines += ["", *self._text_of_the_rest()]
        return "\n".join(lines).rstrip() + "\n"

    def _text_of_the_rest(self) -> list[str]:
        lines: list[str] = []
        if self.left_out:
            lines.append(str(t("Left out: {n}, for instance", n=len(self.left_out))))
            lines += [f"  - {item.proposal.title}: {item.reason}" for item in self.left_out[:3]]
        if self.missing:
            lines.append(str(t("Could not be judged")))
            lines += [f"  - {item.for_want} ({t('no table: {table}', table=item.table)})" for item in self.missing]
        return lines + [f"* {note}" for note in self.notes]

    def __repr__(self) -> str:
        return f"<Plan {self.shop!r}: {self.summary()}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{at}</td><td>{html.escape(str(proposal.title))}</td>"
            f"<td style='text-align:right'>{html.escape(str(proposal.gain))}</td>"
            f"<td style='text-align:right'>{html.escape(str(proposal.cost))}</td></tr>"
            for at, proposal in enumerate(self.chosen, start=1)
        )
        head = f"<tr><th>#</th><th>{t('To do')}</th><th>{t('Expected gain')}</th><th>{t('To lay out')}</th></tr>"
        return f"<table><caption>{html.escape(str(self.summary()))}</caption>{head}{rows}</table>"
